"""POST /batches"""

import pytest

from batches.models import Batch, BatchGroup
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.batches.api.bodies import ABSENT, UNKNOWN, Bad, bad_references, by_field, new_batch
from tests.clients import ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, grant_only, make_user, relate
from tests.rows import all_rows

BAD = [
    ("number_cycles", ABSENT, ".number_cycles", "required"),
    *[("number_cycles", value, ".number_cycles", "type") for value in (None, "4", 1.5, True, [], {}, 1e30, "")],
    *[("number_cycles", value, ".number_cycles", "minimum") for value in (0, -1, -1e9)],
    *[("number_cycles", value, ".number_cycles", "maximum") for value in (11, 10_001, 1e9, 2**31, 2**53)],
    ("work_order", ABSENT, ".work_order", "required"),
    *bad_references("work_order", "work_order_id"),
    ("queue", ABSENT, ".queue", "required"),
    *bad_references("queue", "queue_id"),
    *bad_references("mixing_station", "resource_id", nullable=True),
    *bad_references("batch_group", "batch_group_id"),
    *[("order", value, ".order", "type") for value in (None, 7, True, [], {})],
    *[("order", value, ".order", "minLength") for value in ("", "  ")],
    *[("order", value, ".order", "pattern") for value in ("a0", "0", "ü", "a b", "a/b", "💥")],
    ("order", "a\x00", ".order", "format"),
    ("order", "a" * 201, ".order", "maxLength"),
    *[("label", value, ".label", "type") for value in (None, 7, True, [], {})],
    ("label", "", ".label", "minLength"),
    ("label", "x" * 251, ".label", "maxLength"),
    ("label", "a\x00b", ".label", "format"),
    *[("current_status", value, ".current_status", "type") for value in ("Pending", 7, True, [])],
    ("current_status", {"status": "Pending"}, ".current_status.category", "required"),
    ("current_status", {"category": "PENDING"}, ".current_status.status", "required"),
    ("current_status", {"status": "Pending", "category": "Pending"}, ".current_status.category", "enum"),
    ("current_status", {"status": "Pending", "category": None}, ".current_status.category", "type"),
    ("current_status", {"status": "Pending", "category": 7}, ".current_status.category", "enum"),
    ("current_status", {"status": "Nowhere", "category": "PENDING"}, ".current_status.status", "enum"),
    ("current_status", {"status": "Pending", "category": "COMPLETE"}, ".current_status.status", "enum"),
    ("current_status", {"status": "Complete", "category": "COMPLETE"}, ".current_status.status", "enum"),
    ("current_status", {"status": 7, "category": "PENDING"}, ".current_status.status", "type"),
    ("colour", "red", ".colour", "additionalProperties"),
    ("", 1, ".", "additionalProperties"),
    ("a\x00b", 1, ".a\x00b", "additionalProperties"),
]


@pytest.mark.parametrize("bad", by_field(BAD).values(), ids=by_field(BAD))
def test_a_wrong_value_is_named_and_nothing_is_made(api: ApiFactory, floor: Floor, bad: Bad) -> None:
    client, work_order = api(floor.manager), floor.make_work_order(10)
    before = all_rows()

    for field, value, path, keyword in bad:
        body = new_batch(work_order, floor.queue, **{field: value})
        assert (path, keyword) in assert_faults(client.post("batches", body)), value

    assert all_rows() == before


@pytest.mark.parametrize("name", ["description", "order"])
def test_what_else_a_status_says_has_to_be_of_its_type(api: ApiFactory, floor: Floor, name: str) -> None:
    status = {"status": "Pending", "category": "PENDING", name: {"description": 7, "order": "3"}[name]}
    body = new_batch(floor.make_work_order(10), floor.queue, current_status=status)

    assert assert_faults(api(floor.manager).post("batches", body)) == {(f".current_status.{name}", "type")}


def test_every_fault_is_named_at_once(api: ApiFactory, floor: Floor) -> None:
    body = {"colour": 1, "order": 7, "queue": {}, "number_cycles": 0, "current_status": {"category": "x"}}

    response = api(floor.manager).post("batches", body)

    assert assert_faults(response) == {
        (".colour", "additionalProperties"),
        (".order", "type"),
        (".queue.queue_id", "required"),
        (".number_cycles", "minimum"),
        (".current_status.status", "required"),
        (".current_status.category", "enum"),
        (".work_order", "required"),
    }
    assert response.json()["detail"] == "7 things are wrong; each is listed."


def test_a_message_has_the_form_of_a_json_schema_validator(api: ApiFactory, floor: Floor) -> None:
    body = new_batch(floor.make_work_order(10), floor.queue, queue={})

    assert api(floor.manager).post("batches", body).json()["validation_messages"] == [
        {
            "keyword": "required",
            "dataPath": ".queue.queue_id",
            "schemaPath": "#/properties/queue/properties/queue_id/required",
            "params": {"missingProperty": "queue_id"},
            "message": "This is required.",
        }
    ]


@pytest.mark.parametrize("part", ["work_order", "queue", "mixing_station", "batch_group", "current_status"])
def test_what_belongs_to_another_organization_is_unknown(
    api: ApiFactory, floor: Floor, other_floor: Floor, part: str
) -> None:
    theirs = other_floor.make_batch(2)
    own = other_floor.status(Category.PENDING)
    own.status = "Theirs alone"
    own.save()
    foreign = {
        "work_order": {"work_order_id": str(theirs.work_order_id)},
        "queue": {"queue_id": str(other_floor.queue.pk)},
        "mixing_station": {"resource_id": str(other_floor.station.pk)},
        "batch_group": {"batch_group_id": str(theirs.batch_group_id)},
        "current_status": {"status": "Theirs alone", "category": "PENDING"},
    }
    body = new_batch(floor.make_work_order(10), floor.queue)
    before = all_rows()

    [(path, keyword)] = assert_faults(api(floor.manager).post("batches", {**body, part: foreign[part]}))

    assert path.startswith(f".{part}.")
    assert keyword == "enum"
    assert all_rows() == before


def test_what_the_answer_can_not_embed_is_refused_before_anything_is_made(api: ApiFactory, floor: Floor) -> None:
    client, body = api(floor.manager), new_batch(floor.make_work_order(10), floor.queue)

    assert assert_faults(client.post("batches?embed=nonsense", body)) == {(".embed", "enum")}
    assert assert_faults(client.post("batches?embed=nonsense", {**body, "order": 7})) == {
        (".embed", "enum"),
        (".order", "type"),
    }
    assert Batch.objects.count() == 0
    assert len(client.post("batches?embed=nter:batch-queue", body).json()["_embedded"]["nter:batch-queue"]) == 1


def test_a_batch_beyond_what_is_left_names_what_is_left(api: ApiFactory, floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    floor.make_batch(7, work_order)

    response = api(floor.manager).post("batches", new_batch(work_order, floor.queue, 4))

    assert assert_faults(response) == {(".number_cycles", "maximum")}
    assert response.json()["validation_messages"][0]["params"] == {"limit": 3}


def test_everything_a_client_may_wish_is_granted(api: ApiFactory, floor: Floor) -> None:
    work_order = floor.make_work_order(10)
    group = BatchGroup.objects.create(organization=floor.organization, name="First pallet", work_order=work_order)
    body = new_batch(
        work_order,
        floor.queue,
        3,
        label="Cart 1",
        order="m",
        current_status={"status": "Pending", "category": "PENDING", "description": None, "order": 3.5},
        mixing_station={"resource_id": str(floor.station.pk), "label": "any"},
        batch_group={"batch_group_id": str(group.pk)},
    )

    batch = api(floor.manager).post("batches", body).json()

    assert (batch["label"], batch["order"], batch["number_cycles"]) == ("Cart 1", "m", 3)
    assert batch["mixing_station"] == {"resource_id": str(floor.station.pk), "label": "Bench 1"}
    assert batch["batch_group"] == {"batch_group_id": str(group.pk), "name": "First pallet"}
    assert batch["cycles"]["pending"] == 3


def test_without_wishes_a_batch_has_a_label_and_goes_to_the_end(api: ApiFactory, floor: Floor) -> None:
    work_order, client = floor.make_work_order(10), api(floor.manager)

    first, second = (client.post("batches", new_batch(work_order, floor.queue, 4.0)).json() for _ in range(2))

    assert [first["label"], second["label"]] == ["Provision iPads #1", "Provision iPads #2"]
    assert first["order"] < second["order"]
    assert second["work_order"]["cycles"]["assigned"] == 8


def test_an_answer_can_be_sent_again_to_make_another(api: ApiFactory, floor: Floor) -> None:
    client = api(floor.manager)
    first = client.post("batches", new_batch(floor.make_work_order(10), floor.queue, 4)).json()

    second = client.post("batches", first)

    assert second.status_code == 200
    assert second.json()["batch_id"] != first["batch_id"]
    assert second.json()["order"] > first["order"]  # its place was taken
    assert Batch.objects.count() == 2


def test_a_queue_the_user_has_no_access_to_is_refused(api: ApiFactory, floor: Floor) -> None:
    clerk = make_user(floor.organization, None)
    grant_only(clerk, "batch:create", "queue:read", "work-order:read")
    body = new_batch(floor.make_work_order(10), floor.queue)

    assert_problem(api(clerk).post("batches", body), 403, "Forbidden")
    assert Batch.objects.count() == 0

    relate(clerk, "editor", floor.queue)
    assert api(clerk).post("batches", body).status_code == 200


def test_a_reference_to_what_the_user_may_not_see_is_unknown(api: ApiFactory, floor: Floor, tom: User) -> None:
    grant_only(tom, "batch:create")
    body = new_batch(floor.make_work_order(10), floor.queue)

    hidden = assert_faults(api(tom).post("batches", body))

    assert hidden == {(".work_order.work_order_id", "enum"), (".queue.queue_id", "enum")}
    body["queue"]["queue_id"] = body["work_order"]["work_order_id"] = UNKNOWN
    assert assert_faults(api(tom).post("batches", body)) == hidden


def test_the_longest_order_leaves_room_behind_it(api: ApiFactory, floor: Floor) -> None:
    client, work_order = api(floor.manager), floor.make_work_order(10)
    longest = client.post("batches", new_batch(work_order, floor.queue, order="z" * 100)).json()["order"]

    behind = [client.post("batches", new_batch(work_order, floor.queue)).json()["order"] for _ in range(3)]

    assert longest < behind[0] < behind[1] < behind[2]


def test_an_order_without_room_behind_it_is_refused(api: ApiFactory, floor: Floor) -> None:
    work_order = floor.make_work_order(10)

    response = api(floor.manager).post("batches", new_batch(work_order, floor.queue, order="z" * 101))

    assert assert_faults(response) == {(".order", "maxLength")}


def test_a_full_end_of_a_queue_is_a_conflict(api: ApiFactory, floor: Floor) -> None:
    Batch.objects.filter(pk=floor.make_batch(1).pk).update(order="z" * 200)

    response = api(floor.manager).post("batches", new_batch(floor.make_work_order(1), floor.queue))

    assert_problem(response, 409, "Conflict")
