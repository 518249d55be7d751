"""Relations are seen from one of their ends, so they are drawn by hand instead of from columns."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers

from niagara.api.representations import Representation, utc_text
from niagara.records.entities import id_field, models_by_type
from niagara.records.models import INWARD, OUTWARD, Relation, public_relation_id

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
