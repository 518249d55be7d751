"""Bodies of requests about batches, and what is read from answers."""

from typing import Any

from batches.models import Batch
from queues.models import Queue
from workorders.models import WorkOrder

ABSENT: Any = object()
UNKNOWN = "01a20674-0cbf-7383-bee7-88665e943749"  # the id of nothing


def new_batch(work_order: WorkOrder, queue: Queue, number_cycles: Any = 1, /, **changes: Any) -> dict[str, Any]:
    body = {
        "work_order": {"work_order_id": str(work_order.pk)},
        "queue": {"queue_id": str(queue.pk)},
        "number_cycles": number_cycles,
        **changes,
    }
    return {key: value for key, value in body.items() if value is not ABSENT}


# What is no reference, and how it is refused: (value, the end of its path, keyword).
BAD_REFERENCES = [
    (None, "", "type"),
    ("text", "", "type"),
    (7, "", "type"),
    ([], "", "type"),
    ({}, ".{id}", "required"),
    ({"id": None}, ".{id}", "type"),
    ({"id": 7}, ".{id}", "type"),
    ({"id": ["x"]}, ".{id}", "type"),
    ({"id": ""}, ".{id}", "enum"),
    ({"id": "nonsense"}, ".{id}", "enum"),
    ({"id": "a\x00b"}, ".{id}", "enum"),
    ({"id": UNKNOWN}, ".{id}", "enum"),
]


def bad_references(name: str, id_name: str, *, nullable: bool = False) -> list[tuple[str, Any, str, str]]:
    """(field, value, path of the fault, keyword) for a field that names a row by its id."""
    return [
        (name, _with_id(value, id_name), f".{name}{end.format(id=id_name)}", keyword)
        for value, end, keyword in BAD_REFERENCES
        if not (nullable and value is None)
    ] + [(name, {"colour": 1, id_name: UNKNOWN}, f".{name}.colour", "additionalProperties")]


def _with_id(value: Any, id_name: str) -> Any:
    return {id_name: value["id"]} if isinstance(value, dict) and "id" in value else value


Bad = list[tuple[str, Any, str, str]]


def by_field(bad: Bad) -> dict[str, Bad]:
    """The same, for a test of each field."""
    found: dict[str, Bad] = {}
    for one in bad:
        found.setdefault(one[0], []).append(one)
    return found


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["batch_id"] for row in rows]


def as_ids(*batches: Batch) -> set[str]:
    return {str(batch.pk) for batch in batches}
