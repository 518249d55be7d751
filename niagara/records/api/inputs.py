from typing import Any, ClassVar

from rest_framework import serializers

from niagara.api.fields import Choice, Flag, Id, Text, fault
from niagara.api.inputs import Input, identifier, keys_of
from niagara.records.api.representations import RELATABLE, NoteRepresentation
from niagara.records.entities import find_visible
from niagara.records.models import Relation
from niagara.records.models.note import MAX_LENGTH


class EntityInput(Input):
    """Names a thing of any kind; its value is the thing itself."""

    ignored: ClassVar[frozenset[str]] = frozenset({"label", "created", "updated"})

    entity_id = Id()
    entity_type = Choice(choices=RELATABLE)

    def validate(self, data: dict[str, Any]) -> Any:
        try:
            entity_id = identifier(data["entity_id"])
            found = find_visible(data["entity_type"], entity_id, self.context["user"])
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"entity_id": error.detail}) from error
        if found is None:
            message = f"There is no {data['entity_type']} with this id that you may see."
            raise serializers.ValidationError({"entity_id": fault("does_not_exist", message).detail})
        return found


class RelationInput(Input):
    ignored: ClassVar[frozenset[str]] = frozenset({"relation_id", "label", "direction", "created", "updated"})

    relation = Choice(choices=Relation.Type.choices)
    entity = EntityInput()


class NoteInput(Input):
    """A note; an issue is open until it `is_closed`."""

    content = Text(max_length=MAX_LENGTH)
    is_issue = Flag(default=False)
    is_closed = Flag(default=False)

    ignored: ClassVar[set[str]] = keys_of(NoteRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["is_closed"] and not data["is_issue"]:
            raise serializers.ValidationError({"is_closed": fault("const", "Only an issue can be closed.").detail})
        return data
