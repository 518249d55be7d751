from django.contrib.admin.models import LogEntry
from django.test import Client

from batches.models import Batch, Cycle
from batches.operations.cycling import start_cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from niagara.records.models import Relation
from tests.admin.helpers import act, change, filled_in, through_admin, told, url
from tests.factories import AT, Floor, relate


def test_a_batch_is_made_through_the_operation(marias: Client, floor: Floor, tom: User) -> None:
    work_order = floor.make_work_order(10)

    response = marias.post(
        url(Batch, "add"),
        {"work_order": work_order.pk, "queue": floor.queue.pk, "number_cycles": 4, "technicians": [tom.pk]},
    )

    batch = Batch.objects.get()
    assert response.status_code == 302, response.context["adminform"].errors
    assert (batch.label, batch.cycles.count()) == ("Provision iPads #1", 4)
    assert through_admin(batch, "created").user == floor.manager
    assert Relation.objects.technicians().get(target_id=batch.pk).source_user == tom


def test_asking_for_more_than_is_left_is_said_beside_the_field(marias: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(10)

    page = marias.post(
        url(Batch, "add"), {"work_order": work_order.pk, "queue": floor.queue.pk, "number_cycles": 11, "label": "Big"}
    )

    assert page.status_code == 200
    assert "Only 10" in page.context["adminform"].form.errors["number_cycles"][0]
    assert page.context["adminform"].form["label"].value() == "Big"
    assert not Batch.objects.exists()


def test_a_batch_is_changed_and_moved_through_the_operation(marias: Client, floor: Floor, tom: User) -> None:
    batch, slow = floor.make_batch(10), floor.make_queue()

    response = change(marias, batch, label="Rush", queue=slow.pk, number_cycles=8, mixing_station=floor.station.pk)

    batch.refresh_from_db()
    assert response.status_code == 302, response.context["adminform"].errors
    assert (batch.label, batch.queue, batch.number_cycles, batch.pending) == ("Rush", slow, 8, 8)
    assert batch.mixing_station == floor.station
    assert {"label", "queue", "number_cycles"} <= set(through_admin(batch, "changed").changes)


def test_a_batch_is_placed_before_and_after_another(marias: Client, floor: Floor) -> None:
    one, two, three = (floor.make_batch(1, label=label) for label in ("one", "two", "three"))

    change(marias, three, place="before", neighbour=one.pk)
    assert _order() == ["three", "one", "two"]
    change(marias, three, place="after", neighbour=one.pk)
    assert _order() == ["one", "three", "two"]
    change(marias, two, place="first")
    assert _order() == ["two", "one", "three"]
    change(marias, two, place="last")
    assert _order() == ["one", "three", "two"]


def _order() -> list[str]:
    return list(Batch.objects.in_processing_order().values_list("label", flat=True))


def test_a_place_beside_nothing_is_refused(marias: Client, batch_of_ten: Batch) -> None:
    page = change(marias, batch_of_ten, place="before")

    assert "Choose the batch" in page.context["adminform"].form.errors["neighbour"][0]


def test_technicians_are_assigned_and_unassigned(marias: Client, batch_of_ten: Batch, tom: User) -> None:
    change(marias, batch_of_ten, technicians=[tom.pk])
    assert through_admin(batch_of_ten, "related").changes == {"tech": [None, "Tom Baker"]}

    change(marias, batch_of_ten, technicians=[])
    assert through_admin(batch_of_ten, "unrelated")
    assert not Relation.objects.technicians().filter(target_id=batch_of_ten.pk).exists()


def test_whom_somebody_else_assigned_meanwhile_stays_assigned(
    marias: Client, batch_of_ten: Batch, tom: User, maria: User
) -> None:
    seen = filled_in(marias.get(url(Batch, "change", batch_of_ten.pk)))
    relate(tom, "tech", batch_of_ten)

    marias.post(url(Batch, "change", batch_of_ten.pk), {**seen, "technicians": [maria.pk]})

    assigned = Relation.objects.technicians().filter(target_id=batch_of_ten.pk)
    assert {relation.source_user for relation in assigned} == {tom, maria}


def test_a_refusal_is_shown_and_nothing_is_changed(marias: Client, floor: Floor) -> None:
    batch = floor.make_batch(3)
    _start_all(batch, floor)

    page = change(marias, batch, number_cycles=1, label="Smaller")

    assert page.status_code == 200
    assert "3 cycles" in page.content.decode()
    assert page.context["adminform"].form["label"].value() == "Smaller"
    batch.refresh_from_db()
    assert (batch.label, batch.number_cycles) == ("Provision iPads #1", 3)


def test_a_second_manager_is_told_that_it_was_changed_meanwhile(marias: Client, batch_of_ten: Batch) -> None:
    seen = filled_in(marias.get(url(Batch, "change", batch_of_ten.pk)))
    change(marias, batch_of_ten, label="First come")

    page = marias.post(url(Batch, "change", batch_of_ten.pk), {**seen, "label": "Second come"})

    assert "was changed meanwhile" in page.content.decode()
    batch_of_ten.refresh_from_db()
    assert batch_of_ten.label == "First come"


def test_a_batch_is_deleted_through_the_operation(marias: Client, batch_of_ten: Batch) -> None:
    asked = marias.get(url(Batch, "delete", batch_of_ten.pk)).content.decode()
    marias.post(url(Batch, "delete", batch_of_ten.pk), {"post": "yes"})

    assert "Pending cycles that go back to Provision iPads: 10." in asked
    assert through_admin(batch_of_ten, "removed")
    assert Cycle.objects.filter(batch=None).count() == 10


def test_a_batch_somebody_works_on_is_not_deleted(marias: Client, floor: Floor) -> None:
    batch = floor.make_batch(2)
    _start_all(batch, floor)

    response = marias.post(url(Batch, "delete", batch.pk), {"post": "yes"})

    assert response.status_code == 302
    assert "2 cycles are in flight" in told(response)[0]
    assert Batch.objects.filter(pk=batch.pk).exists()


def test_batches_are_moved_in_bulk_and_what_is_not_allowed_is_skipped(marias: Client, floor: Floor) -> None:
    one, two, slow = floor.make_batch(1), floor.make_batch(1), floor.make_queue()

    response = act(marias, [one, two], "move", queue=slow.pk)

    assert told(response) == ["2 batches moved to Slow lane."]
    assert Batch.objects.in_queue(slow).count() == 2


def test_technicians_are_assigned_in_bulk(marias: Client, floor: Floor, tom: User) -> None:
    one, two = floor.make_batch(1), floor.make_batch(1)
    relate(tom, "tech", one)

    act(marias, [one, two], "assign", technicians=[tom.pk])

    assert Relation.objects.technicians().filter(source_user=tom, target_type="BAT").count() == 2


def test_deleting_in_bulk_reports_row_by_row(marias: Client, floor: Floor) -> None:
    free, busy = floor.make_batch(1), floor.make_batch(1, label="Busy one")
    _start_all(busy, floor)

    response = act(marias, [free, busy], "delete_selected")

    assert list(Batch.objects.all()) == [busy]
    done, skipped = told(response)
    assert done == "1 batch deleted."
    assert "Busy one" in skipped
    assert "in flight" in skipped


def test_cycles_are_released_and_cancelled_in_bulk(marias: Client, floor: Floor) -> None:
    batch = floor.make_batch(2)
    started, pending = batch.cycles.order_by("number")
    start_cycle(cycle=started, technician=floor.manager, by=floor.by, at=AT)

    released = act(marias, [started, pending], "release")
    cancelled = act(marias, [pending], "cancel", reason="Not needed")

    assert told(released)[0] == "1 cycle released."
    assert told(cancelled)[-1] == "1 cycle cancelled."
    assert through_admin(pending, "cancelled").reason == "Not needed"
    started.refresh_from_db()
    assert started.category == Category.PENDING


def test_the_history_page_shows_ours_and_django_writes_none(marias: Client, batch_of_ten: Batch) -> None:
    change(marias, batch_of_ten, label="Rush")

    page = marias.get(url(Batch, "history", batch_of_ten.pk)).content.decode()

    assert "Rush" in page
    assert "Maria Santos" in page
    assert "admin" in page
    assert not LogEntry.objects.exists()


def _start_all(batch: Batch, floor: Floor) -> None:
    for cycle in batch.cycles.all():
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)
