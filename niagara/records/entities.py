"""The kinds of things a relation, a note or a history entry can speak of, by their type code."""

from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model


@cache
def models_by_type() -> dict[str, type[Model]]:
    """Type code ("BAT") → model. Every model that names its `entity_type` is in it."""
    return {code: model for model in apps.get_models() if isinstance(code := getattr(model, "entity_type", None), str)}


def id_field(model: type[Model]) -> str:
    """The field that holds the public id: a user's differs from the primary key."""
    return "user_id" if model._meta.model_name == "user" else "pk"


def find_visible(entity_type: str, entity_id: UUID, user: Any) -> Any | None:
    """The thing with this type and public id, or None if there is none that `user` may know of."""
    model = models_by_type()[entity_type]
    rows: Any = model._default_manager
    return rows.visible_to(user).filter(**{id_field(model): entity_id}).first()


def public_id(row: Any) -> UUID:
    found: UUID = getattr(row, id_field(type(row)))
    return found
