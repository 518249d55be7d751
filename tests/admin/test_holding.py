"""Holding, closing and regrouping many rows in the admin, and looking at what happened to cycles."""

from collections.abc import Callable

from django.test import Client

from batches.models import Batch, Block, Cycle, StepRun
from batches.operations.cycling import block_cycle, start_cycle
from batches.operations.grouping import create_group
from batches.operations.holding import hold_batch, hold_work_order
from niagara.accounts.models import User
from tests.admin.helpers import act, change, through_admin, told, url
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, make_user
from workorders.models import WorkOrder
from workorders.operations.closing import close_work_order


def listed(client: Client, model: type, **query: str) -> list[str]:
    return [str(row) for row in client.get(url(model, "changelist"), query).context["cl"].result_list]


def test_batches_are_held_and_released_for_a_reason_and_what_is_not_allowed_is_skipped(
    marias: Client, floor: Floor
) -> None:
    one, two = floor.make_batch(2, label="Cart 1"), floor.make_batch(2, label="Cart 2")
    hold_batch(batch=two, reason="No chargers", by=floor.by, at=AT)

    done, skipped = told(act(marias, [one, two], "hold", reason="Wrong image"))

    assert (done, through_admin(one, "held").reason) == ("1 batch on hold.", "Wrong image")
    assert skipped == "Cart 2 is on hold already: No chargers. Release it first."
    assert told(act(marias, [one, two], "release", reason="It is here")) == ["2 batches released."]
    assert through_admin(two, "released").reason == "It is here"
    assert not Batch.objects.on_hold().exists()


def test_a_hold_without_a_reason_asks_again_and_the_page_says_how_each_stands(marias: Client, floor: Floor) -> None:
    batch = hold_batch(batch=floor.make_batch(2), reason="No chargers", by=floor.by, at=AT)
    sent = {"action": "hold", "_selected_action": [str(batch.pk)], "post": "yes", "reason": " "}

    page = marias.post(url(Batch, "changelist"), sent).content.decode()

    assert "This field is required" in page
    assert "on hold already: No chargers" in page


def test_work_orders_are_held_closed_and_reopened(marias: Client, floor: Floor) -> None:
    busy, idle = floor.make_batch(2, floor.make_work_order(2, "Busy")).work_order, floor.make_work_order(label="Idle")
    closed = floor.make_work_order(label="Closed")
    close_work_order(work_order=closed, by=floor.by, at=AT)

    done, skipped = told(act(marias, [busy, closed], "hold", reason="Not paid"))
    assert (done, skipped) == ("1 work order on hold.", "Closed is closed. Reopen it first.")
    assert (
        "it stays open: 2 cycles are active"
        in marias.post(
            url(WorkOrder, "changelist"), {"action": "close", "_selected_action": [str(busy.pk)]}
        ).content.decode()
    )
    done, skipped = told(act(marias, [busy, idle], "close", reason="Enough"))
    assert (done, through_admin(idle, "closed").reason) == ("1 work order closed.", "Enough")
    assert skipped.startswith("Busy can't be closed: 2 cycles are active.")
    done, skipped = told(act(marias, [closed, busy], "reopen", reason="More came"))
    assert (done, skipped) == ("1 work order open again.", "Busy is not closed.")
    assert told(act(marias, [busy], "release")) == ["1 work order released."]


def test_lists_say_what_is_on_hold_or_closed_and_are_filtered_by_it(marias: Client, floor: Floor) -> None:
    by_itself, with_order = floor.make_batch(2, label="Cart 1"), floor.make_batch(2, label="Cart 2")
    floor.make_batch(2, label="Cart 3")
    hold_batch(batch=by_itself, reason="Wrong image", by=floor.by, at=AT)
    hold_work_order(work_order=with_order.work_order, reason="Not paid", by=floor.by, at=AT)
    close_work_order(work_order=floor.make_work_order(label="Idle"), by=floor.by, at=AT)

    page = marias.get(url(Batch, "changelist")).content.decode()
    assert 'On hold</span><span class="why-held">Wrong image' in page
    assert 'On hold</span><span class="why-held">Not paid' in page
    assert "Closed</span>" in marias.get(url(WorkOrder, "changelist")).content.decode()
    for model, row in ((Batch, with_order), (WorkOrder, with_order.work_order)):
        assert "Not paid" in marias.get(url(model, "change", row.pk)).content.decode()
    assert sorted(listed(marias, Batch, hold="yes")) == ["Cart 1", "Cart 2"]
    assert listed(marias, Batch, hold="no") == ["Cart 3"]
    assert listed(marias, WorkOrder, hold="yes") == [str(with_order.work_order)]
    assert listed(marias, WorkOrder, closed="yes") == ["Idle"]
    assert len(listed(marias, WorkOrder, closed="no")) == 3


def test_a_hold_lasts_while_the_form_of_the_row_is_saved(marias: Client, floor: Floor) -> None:
    batch = hold_batch(batch=floor.make_batch(2), reason="Wrong image", by=floor.by, at=AT)
    work_order = hold_work_order(work_order=floor.make_work_order(), reason="Not paid", by=floor.by, at=AT)

    assert change(marias, batch, label="Cart 9").status_code == 302
    assert change(marias, work_order, label="Carts").status_code == 302

    batch.refresh_from_db()
    work_order.refresh_from_db()
    assert (batch.label, batch.hold_reason) == ("Cart 9", "Wrong image")
    assert (work_order.label, work_order.hold_reason) == ("Carts", "Not paid")


def test_batches_are_put_into_a_group_and_those_of_another_work_order_are_skipped(marias: Client, floor: Floor) -> None:
    batch, other = floor.make_batch(2, label="Cart 1"), floor.make_batch(2, label="Cart 2")
    group = create_group(work_order=batch.work_order, changes={"name": "Pallet"}, by=floor.by, at=AT)

    done, skipped = told(act(marias, [batch, other], "regroup", batch_group=str(group.pk), reason="One truck"))

    batch.refresh_from_db()
    assert (batch.batch_group, done) == (group, "1 batch put into Pallet.")
    assert skipped == "Cart 2 belongs to another work order than the group Pallet."


def test_a_viewer_is_offered_none_of_it(signed_in: Callable[[User], Client], floor: Floor, batch_of_ten: Batch) -> None:
    viewers = signed_in(make_user(floor.organization, "Viewer", is_staff=True))

    for model in (Batch, WorkOrder):
        actions = viewers.get(url(model, "changelist")).context["action_form"]
        assert not {"hold", "release", "close", "reopen", "regroup"} & {
            name for name, _ in actions.fields["action"].choices
        }


def test_what_happened_to_a_cycle_is_looked_at_from_its_page(marias: Client, floor: Floor) -> None:
    done, blocked = (
        start_cycle(cycle=cycle, technician=floor.manager, by=floor.by, at=AT)
        for cycle in floor.make_batch(2).cycles.order_by("number")
    )
    complete_cycle(cycle=done, by=floor.by, at=AT)
    block_cycle(cycle=blocked, reason="Damaged", by=floor.by, at=AT)

    page = marias.get(url(Cycle, "change", done.pk)).content.decode()
    assert f"{url(StepRun, 'changelist')}?cycle__id__exact={done.pk}" in page
    assert f"{url(Block, 'changelist')}?cycle__id__exact={done.pk}" in page
    runs = marias.get(url(StepRun, "changelist"), {"cycle__id__exact": str(done.pk)})
    assert [run.cycle for run in runs.context["cl"].result_list] == [done]
    assert "Unpack" in runs.content.decode()
    [block] = marias.get(url(Block, "changelist"), {"reason": "Damaged"}).context["cl"].result_list
    shown = marias.get(url(Block, "change", block.pk)).content.decode()
    assert "Damaged" in shown
    assert 'name="_save"' not in shown
    assert marias.get(url(StepRun, "add")).status_code == 403
