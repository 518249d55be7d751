"""How relations, notes and notifications look. What leads to things of any kind is drawn by hand instead
of from columns: relations, which are seen from one of their ends, and notifications."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, When
from rest_framework import serializers

from niagara.accounts.api.representations import PersonRepresentation
from niagara.accounts.models import User
from niagara.api.representations import Derived, IdText, Representation, utc_text
from niagara.records.entities import id_field, models_by_type
from niagara.records.models import INWARD, OUTWARD, Note, Notification, Relation, public_relation_id
from niagara.records.models.note import SUBJECTS

# type code → (the name of its link relation, its collection in the API)
COLLECTIONS = {
    "BAT": ("batch", "batches"),
    "BGR": ("batch-group", "batch-groups"),
    "CUS": ("customer", "customers"),
    "CYC": ("cycle", "actions"),
    "HOOK": ("webhook", "webhooks"),
    "LOC": ("location", "locations"),
    "PGM": ("program", "programs"),
    "PRJ": ("project", "projects"),
    "QUE": ("queue", "queues"),
    "RES": ("resource", "resources"),
    "UNIT": ("unit", "units"),
    "USER": ("user", "users"),
    "WKF": ("work-flow", "work-flows"),
    "WOR": ("work-order", "work-orders"),
}
# What can be related. Files are looked at on the screens, so the API has no address for them.
RELATABLE = sorted({*COLLECTIONS, "FILE"})


class EntityRepresentation(Representation):
    model = Relation

    entity_type = serializers.ChoiceField(choices=RELATABLE)
    entity_id = serializers.UUIDField()
    label = serializers.CharField()
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()


class RelationRepresentation(Representation):
    """The keys of a relation; `draw_relations` fills them in."""

    model = Relation

    relation_id = serializers.CharField()
    relation = serializers.ChoiceField(choices=Relation.Type.choices)
    label = serializers.CharField()
    direction = serializers.ChoiceField(choices=[INWARD, OUTWARD])
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    entity = EntityRepresentation(inline="")


def draw_relations(relations: Iterable[Relation], seen_from: UUID, api_root: str, path: str) -> list[dict[str, Any]]:
    """The relations as seen from the entity with this id, whose relations stand at `path`.

    One query for each kind of entity at the other ends.
    """
    others = {relation: _other_end(relation, seen_from) for relation in relations}
    entities = _entities(set(others.values()))
    return [
        _draw(relation, entity, api_root, path)
        for relation, other in others.items()
        if (entity := entities.get(other)) is not None
    ]


def _other_end(relation: Relation, seen_from: UUID) -> tuple[str, UUID]:
    if relation.target_id == seen_from:
        return relation.source_type, relation.source_id
    return relation.target_type, relation.target_id


def _entities(ends: set[tuple[str, UUID]]) -> dict[tuple[str, UUID], Any]:
    found = {}
    for entity_type in {entity_type for entity_type, _ in ends}:
        model: Any = models_by_type()[entity_type]
        field = id_field(model)
        ids = [entity_id for one, entity_id in ends if one == entity_type]
        for row in model._default_manager.filter(**{f"{field}__in": ids}):
            found[entity_type, getattr(row, field)] = row
    return found


def _draw(relation: Relation, entity: Any, api_root: str, path: str) -> dict[str, Any]:
    entity_type: str = entity.entity_type
    entity_id = getattr(entity, id_field(type(entity)))
    inward = (relation.source_type, relation.source_id) == (entity_type, entity_id)
    relation_id = public_relation_id(entity_type, relation.relation, relation.pk)
    links = {"self": {"href": f"{path}/{relation_id}"}, **link_to(entity_type, entity_id, api_root)}
    return {
        "relation_id": relation_id,
        "relation": relation.relation,
        "label": relation.get_relation_display(),
        "direction": INWARD if inward else OUTWARD,
        "created": utc_text(relation.created),
        "updated": utc_text(relation.updated),
        "entity": {
            "entity_type": entity_type,
            "entity_id": entity_id,
            "label": str(entity),
            "created": utc_text(entity.created),
            "updated": utc_text(entity.updated),
        },
        "_links": links,
    }


def link_to(entity_type: str, entity_id: UUID, api_root: str) -> dict[str, dict[str, str]]:
    """The link to a thing, if its kind has an address."""
    if entity_type not in COLLECTIONS:
        return {}
    name, collection = COLLECTIONS[entity_type]
    return {f"nter:{name}": {"href": f"{api_root}/{collection}/{entity_id}"}}


class SubjectRepresentation(Representation):
    """What a note is on."""

    model = Note

    entity_type = serializers.ChoiceField(choices=sorted(SUBJECTS), source="subject_type")
    entity_id = serializers.UUIDField(source="subject_id")


class NoteRepresentation(Representation):
    model = Note
    links = {
        "self": "notes/{pk}",
        "nter:note-work-order": "work-orders/{work_order}",
        "nter:note-unit": "units/{unit}",
        "nter:note-batch-group": "batch-groups/{batch_group}",
    }

    note_id = serializers.UUIDField(source="pk")
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField()
    content = serializers.CharField()
    is_issue = serializers.BooleanField()
    closed_at = serializers.DateTimeField(allow_null=True)
    is_closed = Derived(lambda closed_at: closed_at is not None, "closed_at", shown=serializers.BooleanField())
    author = PersonRepresentation(inline="author__")
    entity = SubjectRepresentation(inline="")

    @classmethod
    def annotated(cls, rows: models.QuerySet) -> models.QuerySet:
        return rows.annotate(work_order=_subject_if("WOR"), unit=_subject_if("UNIT"), batch_group=_subject_if("BGR"))


def _subject_if(entity_type: str) -> Case:
    return Case(When(subject_type=entity_type, then=IdText("subject_id")))


class ThingRepresentation(Representation):
    """What a notification is about; it may have gone since."""

    model = Notification

    entity_type = serializers.ChoiceField(choices=sorted(COLLECTIONS), source="subject_type")
    entity_id = serializers.UUIDField(source="subject_id")
    label = serializers.CharField()


class NotificationRepresentation(Representation):
    """The keys of a notification; `draw_notifications` fills them in."""

    model = Notification

    notification_id = serializers.UUIDField(source="pk")
    created = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=Notification.Kind.choices)
    message = serializers.CharField()
    entity = ThingRepresentation(inline="")


def draw_notifications(notifications: Iterable[Notification], user: User, api_root: str) -> list[dict[str, Any]]:
    """The notifications, each with a link to what it is about if the user may still see that.

    One query for each kind of thing.
    """
    notifications = list(notifications)
    there = _visible({(one.subject_type, one.subject_id) for one in notifications}, user)
    return [
        {
            "notification_id": one.pk,
            "created": utc_text(one.created),
            "kind": one.kind,
            "message": one.message,
            "entity": {"entity_type": one.subject_type, "entity_id": one.subject_id, "label": one.label},
            "_links": {
                "self": {"href": f"{api_root}/me/notifications/{one.pk}"},
                **(link_to(*thing, api_root) if (thing := (one.subject_type, one.subject_id)) in there else {}),
            },
        }
        for one in notifications
    ]


def _visible(things: set[tuple[str, UUID]], user: User) -> set[tuple[str, UUID]]:
    """Those of the things, each a type code and an id, that the user may know of."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for code, thing_id in things:
        ids[code].add(thing_id)
    found = set()
    for code, wanted in ids.items():
        model: Any = models_by_type()[code]
        field = id_field(model)
        rows = model._default_manager.visible_to(user).filter(**{f"{field}__in": wanted}).order_by()
        found |= {(code, one) for one in rows.values_list(field, flat=True)}
    return found
