"""DELETE /batches/{batch_id}"""

from batches.models import Batch, Cycle
from batches.operations.cycling import start_cycle
from niagara.records.models import Relation
from tests.clients import ApiFactory, assert_problem
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, make_user
from tests.rows import all_rows


def test_a_batch_in_flight_stays(api: ApiFactory, floor: Floor) -> None:
    batch = floor.make_batch(3)
    start_cycle(cycle=batch.cycles.all()[0], technician=floor.manager, by=floor.by, at=AT)
    before = all_rows()

    problem = assert_problem(api(floor.manager).delete(f"batches/{batch.pk}"), 409, "Conflict")

    assert "1 cycle is in flight" in problem["detail"]
    assert all_rows() == before


def test_a_deleted_batch_leaves_its_cycles_to_the_work_order(api: ApiFactory, floor: Floor) -> None:
    batch, client = floor.make_batch(3), api(floor.manager)
    done = batch.cycles.order_by("number")[0]
    start_cycle(cycle=done, technician=floor.manager, by=floor.by, at=AT)
    complete_cycle(cycle=done, by=floor.by, at=AT)

    assert client.delete(f"batches/{batch.pk}").status_code == 205

    cycles = client.get(f"work-orders/{batch.work_order_id}").json()["cycles"]
    assert (cycles["assigned"], cycles["pending"], cycles["complete"]) == (0, 2, 1)
    assert Cycle.objects.filter(batch=None).count() == 3
    assert client.get(f"actions/{done.pk}").json()["batch_id"] is None


def test_what_is_deleted_is_gone(api: ApiFactory, floor: Floor) -> None:
    tom = make_user(floor.organization, "Technician")
    batch, client = floor.make_batch(3, technicians=[tom]), api(floor.manager)

    client.delete(f"batches/{batch.pk}")

    assert_problem(client.get(f"batches/{batch.pk}"), 404, "NotFound")
    assert_problem(client.delete(f"batches/{batch.pk}"), 404, "NotFound")
    assert not Relation.objects.of(batch.pk).exists()


def test_who_looked_at_an_older_version_is_told(api: ApiFactory, floor: Floor) -> None:
    batch, client = floor.make_batch(3), api(floor.manager)
    seen = client.get(f"batches/{batch.pk}")["ETag"]
    client.patch(f"batches/{batch.pk}", {"label": "New"})

    response = client.delete(f"batches/{batch.pk}", headers={"If-Match": seen})

    assert_problem(response, 412, "PreconditionFailed")
    assert Batch.objects.filter(pk=batch.pk).exists()
