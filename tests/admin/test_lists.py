from collections.abc import Callable

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, Cycle
from batches.operations.cycling import start_cycle
from niagara.accounts.models import Role, User
from niagara.directory.models import Customer
from niagara.records.models import Note, Relation
from queues.models import Queue
from tests.admin.helpers import url
from tests.factories import AT, Floor, make_user, relate
from workorders.models import Context, WorkOrder


def test_a_manager_sees_work_orders_queues_and_batches(marias: Client, batch_of_ten: Batch, tom: User) -> None:
    relate(tom, "tech", batch_of_ten)

    batches = marias.get(url(Batch, "changelist")).content.decode()
    work_orders = marias.get(url(WorkOrder, "changelist")).content.decode()
    queues = marias.get(url(Queue, "changelist")).content.decode()

    assert batch_of_ten.label in batches
    assert "Tom Baker" in batches
    assert "0 of 10 done · 10 pending" in batches
    assert "late" in batches
    assert "Provision iPads" in work_orders
    assert "0 of 10" in work_orders
    assert "Fast lane" in queues


def test_a_run_shows_how_it_stands_in_a_word(marias: Client, floor: Floor, batch_of_ten: Batch) -> None:
    cycle = start_cycle(cycle=batch_of_ten.cycles.all()[0], technician=floor.manager, by=floor.by, at=AT)
    assert cycle.context is not None

    pages = [marias.get(url(Context, "changelist")), marias.get(url(Context, "change", cycle.context.pk))]

    for page in pages:
        assert "running</span>" in page.content.decode()
        assert "current_steps" not in page.content.decode()


def test_somebody_who_may_not_use_the_admin_is_sent_away(signed_in: Callable[[User], Client], tom: User) -> None:
    assert signed_in(tom).get(url(Batch, "changelist")).status_code == 302


def test_a_viewer_gets_no_way_to_write(signed_in: Callable[[User], Client], floor: Floor, batch_of_ten: Batch) -> None:
    viewers = signed_in(make_user(floor.organization, "Viewer", is_staff=True))

    page = viewers.get(url(Batch, "change", batch_of_ten.pk))
    work_order = viewers.get(url(WorkOrder, "change", batch_of_ten.work_order_id))

    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert "Break down" not in work_order.content.decode()
    assert viewers.get(url(Batch, "add")).status_code == 403
    assert viewers.get(url(Batch, "delete", batch_of_ten.pk)).status_code == 403
    assert viewers.get(url(WorkOrder, "break_down", batch_of_ten.work_order_id)).status_code == 403


def test_the_progress_bar_shows_segments_with_numbers(marias: Client, batch_of_ten: Batch, floor: Floor) -> None:
    cycle = batch_of_ten.cycles.get(number=1)
    start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)

    page = marias.get(url(Batch, "changelist")).content.decode()

    assert 'class="bar__in-progress" x="0" width="1"' in page
    assert "0 of 10 done · 1 in progress · 9 pending" in page
    assert "In Progress</span>" in page


@pytest.mark.parametrize(("due", "number"), [("late", 1), ("day", 0), ("week", 0)])
def test_what_is_late_can_be_filtered(marias: Client, batch_of_ten: Batch, due: str, number: int) -> None:
    for model in (Batch, WorkOrder):
        assert marias.get(url(model, "changelist"), {"due": due}).context["cl"].result_count == number


def test_batches_are_filtered_by_technician(marias: Client, floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    relate(tom, "tech", batch_of_ten)
    floor.make_batch(5)

    def found(technician: object) -> int:
        page = marias.get(url(Batch, "changelist"), {"technician": technician, "_facets": "True"})
        return int(page.context["cl"].result_count)

    assert (found(tom.pk), found("nobody"), found("rubbish"), found("9" * 400)) == (1, 1, 0, 0)


@pytest.mark.parametrize("model", [Batch, WorkOrder, Queue, Cycle, Role, User, Customer, Relation, Note])
def test_a_page_costs_the_same_for_three_and_for_twenty_five_rows(
    model: type, marias: Client, floor: Floor, tom: User
) -> None:
    _grow(floor, tom, 3)
    marias.get(url(model, "changelist"))  # content types and the like are remembered from now on
    few = _cost(marias, model)
    _grow(floor, tom, 22)

    assert _cost(marias, model) == few


def _cost(client: Client, model: type) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url(model, "changelist")).status_code == 200
    return len(queries)


def _grow(floor: Floor, tom: User, number: int) -> None:
    for _ in range(number):
        batch = floor.make_batch(2, queue=floor.make_queue(), mixing_station=floor.station)
        relate(tom, "tech", batch)
        make_user(floor.organization, "Technician")
        role = Role.objects.create(organization=floor.organization, label=f"Role {Role.objects.count()}")
        role.grants.create(permission="batch:read")
        Customer.objects.create(organization=floor.organization, label="Somebody")
        Note.objects.create(
            organization=floor.organization,
            subject_type="WOR",
            subject_id=batch.work_order_id,
            content="Look",
            author=tom,
        )


def test_every_model_of_the_product_is_in_the_admin() -> None:
    kept = {model._meta.label for model in site._registry}

    assert kept == {
        "accounts.Badge",
        "accounts.HistoryEntry",
        "accounts.Organization",
        "accounts.Role",
        "accounts.SharedDevice",
        "accounts.User",
        "batches.Batch",
        "batches.BatchGroup",
        "batches.Block",
        "batches.Cycle",
        "batches.StepRun",
        "directory.Customer",
        "directory.Location",
        "directory.Program",
        "directory.Project",
        "directory.Reason",
        "directory.Resource",
        "directory.Status",
        "directory.Unit",
        "oauth2_provider.AccessToken",
        "oauth2_provider.Application",
        "queues.Queue",
        "records.Attachment",
        "records.Note",
        "records.Notification",
        "records.Relation",
        "webhooks.Delivery",
        "webhooks.Subscription",
        "workorders.Context",
        "workorders.Workflow",
        "workorders.WorkOrder",
    }
