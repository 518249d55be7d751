"""PATCH /batches/{batch_id}"""

from typing import Any

import pytest

from batches.models import Batch
from batches.operations.cycling import start_cycle
from niagara.directory.models import Category, Status
from tests.batches.api.bodies import UNKNOWN, Bad, bad_references, by_field
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, grant_only, make_user
from tests.rows import all_rows

BAD = [
    *[("number_cycles", value, ".number_cycles", "type") for value in (None, "4", 1.5, True, [], {})],
    *[("number_cycles", value, ".number_cycles", "minimum") for value in (0, -1)],
    *[("number_cycles", value, ".number_cycles", "maximum") for value in (11, 10_001, 1e9)],
    *bad_references("queue", "queue_id"),
    *bad_references("before", "batch_id"),
    *bad_references("after", "batch_id"),
    *bad_references("mixing_station", "resource_id", nullable=True),
    *bad_references("batch_group", "batch_group_id"),
    *[("order", value, ".order", "type") for value in (None, 7, [])],
    ("order", "a0", ".order", "pattern"),
    *[("label", value, ".label", "type") for value in (None, 7, [])],
    ("label", "", ".label", "minLength"),
    ("current_status", "Pending", ".current_status", "type"),
    ("current_status", {"status": "Complete", "category": "COMPLETE"}, ".current_status.status", "enum"),
    ("colour", "red", ".colour", "additionalProperties"),
]


@pytest.fixture
def batch(floor: Floor) -> Batch:
    """A batch of four; its work order has six cycles more."""
    return floor.make_batch(4, floor.make_work_order(10))


def change(client: Api, batch: Batch, body: Any, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(f"batches/{batch.pk}", body, headers=sent, content_type="application/merge-patch+json")


@pytest.mark.parametrize("bad", by_field(BAD).values(), ids=by_field(BAD))
def test_a_wrong_value_is_named_and_nothing_changes(client: Api, batch: Batch, bad: Bad) -> None:
    before = all_rows()

    for field, value, path, keyword in bad:
        assert (path, keyword) in assert_faults(change(client, batch, {"label": "New", field: value})), value

    assert all_rows() == before


def test_before_and_after_are_not_for_one_request(client: Api, floor: Floor, batch: Batch) -> None:
    other = {"batch_id": str(floor.make_batch(1).pk)}

    assert assert_faults(change(client, batch, {"before": other, "after": other})) == {(".after", "oneOf")}


def test_what_is_absent_stays(client: Api, batch: Batch) -> None:
    before = client.get(f"batches/{batch.pk}").json()

    after = change(client, batch, {"label": "Cart 1"}).json()

    assert {key for key in after if after[key] != before[key]} == {"label", "updated"}


def test_an_empty_change_changes_nothing(client: Api, batch: Batch) -> None:
    before = all_rows()

    assert change(client, batch, {}).json()["label"] == batch.label
    assert all_rows() == before


def test_an_answer_sent_back_changes_nothing(client: Api, floor: Floor, batch: Batch) -> None:
    change(client, batch, {"mixing_station": {"resource_id": str(floor.station.pk)}})
    embeds = ",".join(client.get(f"batches/{batch.pk}").json()["_embedded"])
    answer, before = client.get(f"batches/{batch.pk}?embed={embeds}").json(), all_rows()

    for media_type in ("application/merge-patch+json", "application/hal+json", "application/json"):
        response = client.patch(f"batches/{batch.pk}", answer, content_type=media_type)
        assert response.status_code == 200, response.content
    item = client.get("batches").json()["_embedded"]["nter:batches"][0]
    assert change(client, batch, item).status_code == 200

    after = all_rows()
    assert {table for table in after if after[table] != before[table]} <= {"workorders.WorkOrder"}


def test_as_many_cycles_as_there_are_change_nothing(client: Api, batch: Batch) -> None:
    before = all_rows()

    change(client, batch, {"number_cycles": batch.number_cycles})

    assert all_rows() == before


def test_an_answer_can_be_changed_and_sent_back(client: Api, floor: Floor, batch: Batch) -> None:
    slow = floor.make_queue()
    answer = client.get(f"batches/{batch.pk}").json()
    answer |= {"label": "Cart 1", "number_cycles": 6, "queue": client.get(f"queues/{slow.pk}").json()}

    changed = change(client, batch, answer).json()

    assert (changed["label"], changed["number_cycles"], changed["cycles"]["pending"]) == ("Cart 1", 6, 6)
    assert changed["queue"]["queue_id"] == str(slow.pk)


def test_a_batch_moves_before_and_after_another(client: Api, floor: Floor) -> None:
    first, second, third = (floor.make_batch(1) for _ in range(3))

    change(client, third, {"before": {"batch_id": str(second.pk)}})
    change(client, first, {"after": {"batch_id": str(second.pk)}})

    assert list(Batch.objects.in_processing_order()) == [third, second, first]


def test_a_neighbour_in_another_queue_is_refused(client: Api, floor: Floor, batch: Batch) -> None:
    elsewhere = floor.make_batch(1, queue=floor.make_queue())
    neighbour = {"batch_id": str(elsewhere.pk)}

    assert assert_faults(change(client, batch, {"before": neighbour})) == {(".before.batch_id", "enum")}
    assert (
        change(client, batch, {"after": neighbour, "queue": {"queue_id": str(elsewhere.queue_id)}}).status_code == 200
    )


def test_what_belongs_to_another_organization_is_unknown(
    client: Api, floor: Floor, other_floor: Floor, batch: Batch
) -> None:
    theirs, before = other_floor.make_batch(1), all_rows()

    for body in (
        {"queue": {"queue_id": str(other_floor.queue.pk)}},
        {"before": {"batch_id": str(theirs.pk)}},
        {"after": {"batch_id": str(theirs.pk)}},
        {"mixing_station": {"resource_id": str(other_floor.station.pk)}},
        {"batch_group": {"batch_group_id": str(theirs.batch_group_id)}},
    ):
        assert {keyword for _, keyword in assert_faults(change(client, batch, body))} == {"enum"}, body

    assert all_rows() == before


def test_a_group_of_another_work_order_is_refused(client: Api, floor: Floor, batch: Batch) -> None:
    other = {"batch_group_id": str(floor.make_batch(1).batch_group_id)}

    assert assert_faults(change(client, batch, {"batch_group": other})) == {(".batch_group.batch_group_id", "enum")}


def test_a_station_can_be_taken_away(client: Api, floor: Floor) -> None:
    batch = floor.make_batch(1, mixing_station=floor.station)

    assert change(client, batch, {"mixing_station": None}).json()["mixing_station"] is None


def test_fewer_cycles_than_are_done_are_a_conflict(client: Api, floor: Floor, batch: Batch) -> None:
    for cycle in batch.cycles.order_by("number")[:2]:
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)
    complete_cycle(cycle=batch.cycles.order_by("number")[0], by=floor.by, at=AT)
    before = all_rows()

    problem = assert_problem(change(client, batch, {"number_cycles": 1, "label": "New"}), 409, "Conflict")

    assert problem["detail"].startswith("2 cycles")
    assert all_rows() == before
    assert change(client, batch, {"number_cycles": 2}).json()["cycles"] | {"needed": 0} == {
        "needed": 0, "pending": 0, "in_progress": 1, "verifying": 0, "complete": 1,
        "blocked": 0, "cancelled": 2, "active": 1, "in_active": 3,
    }  # fmt: skip


def test_a_person_chooses_the_label_and_null_takes_the_choice_back(client: Api, floor: Floor, batch: Batch) -> None:
    Status.objects.create(
        organization=floor.organization, status="Waiting for carts", category=Category.PENDING, order=9
    )
    chosen = {"status": "Waiting for carts", "category": "PENDING"}

    assert change(client, batch, {"current_status": chosen}).json()["current_status"]["status"] == "Waiting for carts"
    assert change(client, batch, {"current_status": None}).json()["current_status"]["status"] == "Pending"


def test_who_looked_at_an_older_version_is_told(client: Api, batch: Batch) -> None:
    seen = client.get(f"batches/{batch.pk}")["ETag"]
    assert change(client, batch, {"label": "First"}, If_Match=seen)["ETag"] != seen
    before = all_rows()

    for tag in (seen, "nonsense", '"0.0"', f"W/{seen}"):
        assert_problem(change(client, batch, {"label": "Second"}, If_Match=tag), 412, "PreconditionFailed")

    assert all_rows() == before
    assert change(client, batch, {"label": "Third"}, If_Match="*").status_code == 200


def test_the_answer_to_a_change_has_the_tag_for_the_next(client: Api, batch: Batch) -> None:
    first = change(client, batch, {"label": "First"})

    assert change(client, batch, {"label": "Second"}, If_Match=first["ETag"]).json()["label"] == "Second"


def test_work_on_a_batch_is_no_change_by_somebody_else(client: Api, floor: Floor, batch: Batch) -> None:
    seen = client.get(f"batches/{batch.pk}")["ETag"]
    start_cycle(cycle=batch.cycles.all()[0], technician=floor.manager, by=floor.by, at=AT)

    assert client.get(f"batches/{batch.pk}", headers={"If-None-Match": seen}).status_code == 200
    assert change(client, batch, {"label": "Cart 1"}, If_Match=seen).status_code == 200


def test_a_permission_at_ones_own_locations_does_not_reach_others(api: ApiFactory, floor: Floor, batch: Batch) -> None:
    helper = make_user(floor.organization, None)
    grant_only(helper, "batch:update", "batch:read", match_location=True)

    assert_problem(change(api(helper), batch, {"label": "Mine"}), 404, "NotFound")


@pytest.mark.parametrize("batch_id", [UNKNOWN, "nonsense"])
def test_an_unknown_batch_is_404(client: Api, floor: Floor, batch_id: str) -> None:
    assert_problem(client.patch(f"batches/{batch_id}", {"label": "New"}), 404, "NotFound")
