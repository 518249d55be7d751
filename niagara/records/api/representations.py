"""How relations and notes look. Relations are seen from one of their ends, so they are drawn by hand
instead of from columns."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case, When
from rest_framework import serializers

from niagara.accounts.api.representations import PersonRepresentation
from niagara.api.representations import Derived, IdText, Representation
from niagara.records.entities import id_field, models_by_type
from niagara.records.models import INWARD, OUTWARD, Note, Relation, public_relation_id

# type code → (the name of its link relation, its collection in the API)
COLLECTIONS = {
    "BAT": ("batch", "batches"),
    "BGR": ("batch-group", "batch-groups"),
    "CUS": ("customer", "customers"),
    "CYC": ("cycle", "actions"),
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


# The kinds whose notes are in the API.
NOTED = ("WOR", "UNIT")


class EntityRepresentation(Representation):
    model = Relation

    entity_type = serializers.ChoiceField(choices=sorted(COLLECTIONS))
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
    links = {"self": {"href": f"{path}/{relation_id}"}}
    if entity_type in COLLECTIONS:
        name, collection = COLLECTIONS[entity_type]
        links[f"nter:{name}"] = {"href": f"{api_root}/{collection}/{entity_id}"}
    return {
        "relation_id": relation_id,
        "relation": relation.relation,
        "label": relation.get_relation_display(),
        "direction": INWARD if inward else OUTWARD,
        "created": _text(relation.created),
        "updated": _text(relation.updated),
        "entity": {
            "entity_type": entity_type,
            "entity_id": entity_id,
            "label": str(entity),
            "created": _text(entity.created),
            "updated": _text(entity.updated),
        },
        "_links": links,
    }


def _text(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


class SubjectRepresentation(Representation):
    """What a note is on."""

    model = Note

    entity_type = serializers.ChoiceField(choices=sorted(NOTED), source="subject_type")
    entity_id = serializers.UUIDField(source="subject_id")


class NoteRepresentation(Representation):
    model = Note
    links = {"self": "notes/{pk}", "nter:note-work-order": "work-orders/{work_order}", "nter:note-unit": "units/{unit}"}

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
        return rows.annotate(work_order=_subject_if("WOR"), unit=_subject_if("UNIT"))


def _subject_if(entity_type: str) -> Case:
    return Case(When(subject_type=entity_type, then=IdText("subject_id")))
