from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from niagara.accounts.models import HistoryEntry, User
from niagara.directory.models import Category, Customer, Location, Resource, Status
from niagara.records.models import Note, Relation
from queues.models import Queue
from tests.admin.helpers import change, filled_in, through_admin, told, url
from tests.factories import AT, Floor, relate
from workorders.models import Workflow, WorkOrder


def test_a_location_is_made_changed_and_removed_with_history(adas: Client) -> None:
    adas.post(url(Location, "add"), {"label": "Annex", "location_type": "facility", "country": "USA"})
    annex = Location.objects.get(label="Annex")
    change(adas, annex, label="North annex")
    adas.post(url(Location, "delete", annex.pk), {"post": "yes"})

    assert through_admin(annex, "created")
    assert through_admin(annex, "changed").changes == {"label": ["Annex", "North annex"]}
    assert through_admin(annex, "removed")


def test_what_is_in_use_is_not_deleted(adas: Client, floor: Floor) -> None:
    response = adas.post(url(Location, "delete", floor.location.pk), {"post": "yes"})

    assert "still used by" in told(response)[0]
    assert Location.objects.filter(pk=floor.location.pk).exists()


def test_a_manager_looks_at_locations_without_changing_them(marias: Client, floor: Floor) -> None:
    assert marias.get(url(Location, "change", floor.location.pk)).status_code == 200
    assert marias.post(url(Location, "change", floor.location.pk), {"label": "Mine"}).status_code == 403


def test_a_fault_only_the_operation_finds_is_shown_on_the_form(adas: Client, floor: Floor) -> None:
    sent = {"status": "Pending", "category": "PENDING", "order": 9}

    page = adas.post(url(Status, "add"), sent)

    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    assert Status.objects.filter(organization=floor.organization, status="Pending").count() == 1


def test_a_customer_allows_statuses(adas: Client, floor: Floor) -> None:
    pending = floor.status(Category.PENDING)

    change(adas, floor.customer, allowed_statuses=[pending.pk])

    assert [one.status for one in floor.customer.allowances.all()] == [pending]
    assert through_admin(floor.customer, "changed").changes == {"allowed_statuses": [[], ["Pending"]]}
    assert filled_in(adas.get(url(Customer, "change", floor.customer.pk)))["allowed_statuses"] == [str(pending.pk)]


def test_who_may_only_look_is_shown_what_a_customer_allows(marias: Client, floor: Floor) -> None:
    floor.customer.allowances.create(status=floor.status(Category.BLOCKED))

    assert "Blocked" in marias.get(url(Customer, "change", floor.customer.pk)).content.decode()


def test_a_queue_goes_behind_the_others(marias: Client, floor: Floor) -> None:
    marias.post(url(Queue, "add"), {"label": "Overflow", "location": floor.location.pk, "is_active": "on"})

    overflow = Queue.objects.get(label="Overflow")
    assert overflow.priority > floor.queue.priority
    assert through_admin(overflow, "created")


def test_choices_that_are_called_the_same_are_told_apart(marias: Client, floor: Floor) -> None:
    asked = {"app_label": "batches", "model_name": "batch", "field_name": "queue"}

    found = marias.get(reverse("admin:autocomplete"), asked).json()["results"]

    assert [one["text"] for one in found] == ["Fast lane (Menands)"]


def test_a_work_order_is_made_and_changed_through_the_operations(marias: Client, floor: Floor) -> None:
    sent = {
        "label": "Repair 4",
        "work_order_type": "device",
        "project": floor.project.pk,
        "location": floor.location.pk,
        "workflow": floor.workflow.pk,
        "needed": 4,
        "begin_date_0": "2026-03-02",
        "begin_date_1": "08:00",
        "due_date_0": "2026-03-09",
        "due_date_1": "16:00",
    }
    response = marias.post(url(WorkOrder, "add"), sent)
    assert response.status_code == 302, response.context["adminform"].errors
    work_order = WorkOrder.objects.get()
    assert work_order.current_status.category == Category.PENDING

    floor.make_batch(3, work_order=work_order)
    page = change(marias, work_order, needed=2)

    assert "3 cycles are in batches or done already" in page.content.decode()
    work_order.refresh_from_db()
    assert work_order.needed == 4
    assert through_admin(work_order, "created")


def test_saving_a_work_order_as_it_is_changes_nothing(marias: Client, floor: Floor) -> None:
    work_order = floor.make_work_order(due_date=AT + timedelta(days=9, milliseconds=123))

    response = change(marias, work_order)

    assert response.status_code == 302, response.context["adminform"].errors
    assert not HistoryEntry.objects.of(work_order).filter(verb="changed").exists()


def test_a_changed_workflow_is_its_next_version(marias: Client, floor: Floor) -> None:
    page = change(marias, floor.workflow, starts_at="nowhere")
    assert "there is no such step" in page.content.decode()

    change(marias, floor.workflow, label="Set up a tablet")

    floor.workflow.refresh_from_db()
    assert floor.workflow.workflow_version == 2
    assert through_admin(floor.workflow, "changed")


def test_json_that_is_none_is_refused(marias: Client, floor: Floor) -> None:
    page = change(marias, floor.workflow, steps="{not json")

    assert "steps" in page.context["adminform"].form.errors
    assert "{not json" in page.content.decode()
    assert Workflow.objects.get().workflow_version == 1


def test_somebody_is_attached_and_detached(marias: Client, floor: Floor, tom: User) -> None:
    page = marias.get(url(Queue, "change", floor.queue.pk)).content.decode()
    assert f"target_type=QUE&amp;target_id={floor.queue.pk}" in page
    sent = {"relation": "owner", "source_user": tom.pk, "target_type": "QUE", "target_id": floor.queue.pk}

    marias.post(url(Relation, "add"), sent)
    relation = Relation.objects.get()
    assert (relation.relation, relation.source_user, relation.target_id) == ("owner", tom, floor.queue.pk)
    again = marias.post(url(Relation, "add"), sent)
    assert "already" in again.content.decode()

    marias.post(url(Relation, "delete", relation.pk), {"post": "yes"})
    assert not Relation.objects.exists()
    assert through_admin(floor.queue, "unrelated")


def test_nobody_is_attached_to_what_one_can_not_see(
    marias: Client, floor: Floor, other_floor: Floor, tom: User
) -> None:
    sent = {"relation": "owner", "source_user": tom.pk, "target_type": "QUE", "target_id": other_floor.queue.pk}

    page = marias.post(url(Relation, "add"), sent)

    assert "There is no queue with this id" in page.content.decode()
    assert not Relation.objects.exists()


def test_the_relations_of_one_thing_are_a_list(marias: Client, floor: Floor, tom: User) -> None:
    relate(tom, "tech", floor.queue)
    relate(tom, "owner", floor.location)

    page = marias.get(url(Relation, "changelist"), {"of": floor.queue.pk})

    assert page.context["cl"].result_count == 1
    assert marias.get(url(Relation, "changelist"), {"of": "rubbish"}).context["cl"].result_count == 0


def test_a_note_is_written_on_a_work_order(marias: Client, floor: Floor, maria: User) -> None:
    work_order = floor.make_work_order()
    sent = {"subject_type": "WOR", "subject_id": work_order.pk, "content": "Two are cracked", "is_issue": "on"}

    response = marias.post(url(Note, "add"), sent)

    assert response.status_code == 302, response.context["adminform"].errors
    note = Note.objects.get()
    assert (note.author, note.is_issue) == (maria, True)
    assert "open" in marias.get(url(Note, "changelist")).content.decode()


@pytest.mark.parametrize("asked", ["?q=%00", "?location__id__exact=rubbish", "?p=9999", "?o=9.9", "?nothing=1"])
def test_nothing_in_an_address_breaks_a_list(asked: str, marias: Client, floor: Floor) -> None:
    assert marias.get(url(Queue, "changelist") + asked).status_code in (200, 302)
    assert marias.get(url(Resource, "changelist") + asked).status_code in (200, 302)


@pytest.mark.parametrize(
    "asked",
    [
        "/admin/workorders/workorder/?due_date__year=abc",
        "/admin/workorders/workorder/?due_date__year=99999",
        "/admin/workorders/workorder/?_facets=True&project__id__exact=x",
        "/admin/batches/batch/?_to_field=secret",
        "/admin/batches/batch/rubbish/change/",
        "/admin/batches/batch/rubbish/history/?p=x",
        "/admin/accounts/user/rubbish/password/",
        "/admin/accounts/user/99999999999999999999999/change/",
        "/admin/workorders/workorder/rubbish/break-down/",
        "/admin/autocomplete/?app_label=batches&model_name=batch&field_name=queue&term=%00&page=x",
        "/admin/autocomplete/?app_label=x&model_name=y&field_name=z",
        "/admin/records/relation/add/?target_type=NO&target_id=rubbish",
        "/admin/search/?s=bat&page=x",
        "/admin/search/?s=bat&page=99",
        "/admin/nothing/",
    ],
)
def test_no_address_is_a_server_error(asked: str, adas: Client, floor: Floor) -> None:
    assert adas.get(asked).status_code < 500
