from typing import Any, ClassVar

from rest_framework import serializers

from batches.api.groups import BatchGroupRepresentation
from batches.api.representations import (
    AssignedUserRepresentation,
    BatchRepresentation,
    CycleRepresentation,
)
from batches.models import FAILED, Batch, BatchGroup, Cycle
from batches.models.batch_group import MAX_TAG_LENGTH, MAX_TAGS
from batches.operations.creating import MAX_CYCLES
from batches.operations.holding import MAX_REASON
from batches.operations.placing import MAX_CHOSEN
from batches.operations.planning import MAX_BATCHES
from niagara.accounts.models import User
from niagara.api.fields import Choice, Flag, Json, Rank, Scalar, Text, Whole, fault
from niagara.api.inputs import Identifier, Input, Items, Reference, References, keys_of
from niagara.directory.api.inputs import StatusReferenceInput
from niagara.directory.api.representations import ResourceRepresentation
from niagara.directory.models import Category, Resource, Unit
from niagara.records.api.inputs import EntityInput
from queues.api.representations import QueueRepresentation
from queues.models import Queue
from workorders.api.representations import WorkOrderRepresentation
from workorders.models import WorkOrder

MAX_EQUIPMENT = 100  # of one batch group


def _queue(**kwargs: Any) -> Reference:
    return Reference("queue_id", Queue, shown_as=QueueRepresentation, **kwargs)


def _work_order() -> Reference:
    return Reference("work_order_id", WorkOrder, shown_as=WorkOrderRepresentation)


def _cycles(**kwargs: Any) -> Whole:
    return Whole(min_value=1, max_value=MAX_CYCLES, **kwargs)


def _station(**kwargs: Any) -> Reference:
    kwargs = {"required": False, "allow_null": True, **kwargs}
    return Reference("resource_id", Resource, shown_as=ResourceRepresentation, **kwargs)


def _group() -> Reference:
    return Reference("batch_group_id", BatchGroup, shown_as=BatchGroupRepresentation, required=False)


def _reason() -> Text:
    return Text(max_length=1000, default="", allow_blank=True)


def _hold_reason() -> Text:
    return Text(max_length=MAX_REASON, required=False, allow_blank=True)


class BatchInput(Input):
    """A new batch."""

    label = Text(max_length=250, required=False)
    order = Rank(max_length=MAX_CHOSEN, required=False)
    current_status = StatusReferenceInput(required=False, allow_null=True)
    work_order = _work_order()
    queue = _queue()
    number_cycles = _cycles()
    mixing_station = _station()
    batch_group = _group()

    ignored: ClassVar[set[str]] = keys_of(BatchRepresentation)


class BatchesInput(Input):
    """New batches of one work order, all alike."""

    total = Whole(min_value=1, max_value=MAX_BATCHES, required=False)
    queue = _queue()
    work_order = _work_order()
    number_cycles = _cycles()
    users = References(
        child=Reference("user_id", User, shown_as=AssignedUserRepresentation, field="user_id"),
        required=False,
        max_length=MAX_BATCHES,
    )
    mixing_station = _station()
    batch_group = _group()


class BatchPatchInput(Input):
    """What changes on a batch, and why: for its history and the journal of its group."""

    label = Text(max_length=250, required=False)
    order = Rank(required=False)
    before = Reference("batch_id", Batch, shown_as=BatchRepresentation, required=False)
    after = Reference("batch_id", Batch, shown_as=BatchRepresentation, required=False)
    current_status = StatusReferenceInput(required=False, allow_null=True)
    queue = _queue(required=False)
    number_cycles = _cycles(required=False)
    mixing_station = _station()
    batch_group = _group()
    hold_reason = _hold_reason()
    reason = _reason()

    ignored: ClassVar[set[str]] = keys_of(BatchRepresentation)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "before" in data and "after" in data:
            raise serializers.ValidationError({"after": fault("oneOf", "Give before or after, not both.").detail})
        return data


class WorkOrderPatchInput(Input):
    """How a work order is to stand, and why: for its history."""

    hold_reason = _hold_reason()
    closed = Flag(required=False)
    reason = _reason()

    ignored: ClassVar[set[str]] = keys_of(WorkOrderRepresentation)


class ContainerInput(Input):
    """What the batches of a group stand in."""

    container_type = Text(max_length=60)
    label = Text(max_length=200)


class BatchGroupInput(Input):
    """A batch group, and why it is made or changed: for its journal and its history."""

    name = Text(max_length=200)
    tags = Items(child=Text(max_length=MAX_TAG_LENGTH), default=list, max_length=MAX_TAGS)
    settings = Json(default=dict)
    equipment = References(child=_station(allow_null=False), default=list, max_length=MAX_EQUIPMENT)
    container = ContainerInput(default=None, allow_null=True)
    delivery_status = Choice(choices=BatchGroup.DeliveryStatus.values, default=BatchGroup.DeliveryStatus.NOT_READY)
    reason = _reason()

    ignored: ClassVar[set[str]] = keys_of(BatchGroupRepresentation)

    def validate_tags(self, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tags))


class NewBatchGroupInput(BatchGroupInput):
    """A new batch group of a work order, for batches to be put into."""

    work_order = _work_order()


class AllStationsInput(Input):
    """The station that all batches of a group move to; null: away from theirs."""

    mixing_station = _station(required=True)
    reason = _reason()


class ClaimInput(Input):
    """Where the caller works, if that is to be known."""

    resource_id = Identifier(Resource, required=False)


class StartContextInput(Input):
    """What a workflow is to be run on, and where."""

    entity = EntityInput()
    resource_id = Identifier(Resource, required=False)

    def validate_entity(self, entity: Any) -> Any:
        if not isinstance(entity, Unit):
            message = "A workflow is run on a unit: give UNIT."
            raise serializers.ValidationError({"entity_type": fault("const", message).detail})
        return entity


class StartCycleInput(StartContextInput):
    using = Identifier(Cycle, required=False)


# The states a client may lead a cycle to, by the words it is shown with.
_STATES = {"Pending": Category.PENDING, "In Progress": Category.IN_PROGRESS, "Blocked": Category.BLOCKED}
_STATES[FAILED] = Category.CANCELLED


class CycleStatusInput(Input):
    status = Choice(choices=list(_STATES))
    category = Choice(choices=sorted(set(_STATES.values())), required=False)

    def validate(self, data: dict[str, Any]) -> Any:
        category = _STATES[data["status"]]
        if data.get("category", category) != category:
            message = f"{data['status']} is of the category {category}."
            raise serializers.ValidationError({"category": fault("const", message).detail})
        return category


class CyclePatchInput(Input):
    """Where a cycle goes; a block and a failure have a reason, out of the organization's list."""

    current_status = CycleStatusInput(source="category")
    reason = Text(max_length=100, default="", allow_blank=True)
    comment = Text(max_length=1000, default="", allow_blank=True)

    ignored: ClassVar[set[str]] = keys_of(CycleRepresentation)


class ItemAnswerInput(Input):
    slug = Text(max_length=200)
    value = Choice(choices=["ok", "na", "bad"], allow_null=True)


class FieldValueInput(Input):
    """Names a field by its label, by its entity_field or by both."""

    label = Text(max_length=200, required=False)
    entity_field = Text(max_length=200, required=False)
    value = Scalar()


class StepAnswersInput(Input):
    step = Text(max_length=100, required=False)
    type = Choice(choices=["close", "fail"], default="close")
    items = ItemAnswerInput(many=True, required=False, allow_null=True, default=None)
    fields = FieldValueInput(many=True, required=False, allow_null=True, default=None)


class CloseStepInput(Input):
    close_step = StepAnswersInput()
