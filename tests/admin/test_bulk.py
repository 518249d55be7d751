"""What the admin does to many rows: shown first, row by row, what is not allowed skipped and told of."""

from datetime import UTC, datetime, timedelta

import tablib
from django.test import Client

from batches.models import Batch, BatchGroup
from batches.models.batch_group import MAX_TAGS
from niagara.directory.models import Unit
from tests.admin.helpers import act, told, url
from tests.factories import AT, Floor
from workorders.models import WorkOrder


def test_due_dates_are_changed_and_what_would_end_before_it_begins_is_skipped(marias: Client, floor: Floor) -> None:
    one, late = floor.make_work_order(label="One"), floor.make_work_order(label="Late starter")
    WorkOrder.objects.filter(pk=late.pk).update(begin_date=AT + timedelta(days=400), due_date=AT + timedelta(days=500))

    done, skipped = told(act(marias, [one, late], "change_due_date", due_date_0="2026-12-24", due_date_1="12:00"))

    one.refresh_from_db()
    assert one.due_date == datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert done == "1 work order due 24 Dec 2026, 12:00."
    assert skipped.startswith("Late starter: ")


def test_groups_are_tagged_and_one_that_has_all_it_may_have_is_skipped(
    marias: Client, floor: Floor, batch_of_ten: Batch
) -> None:
    full = floor.make_batch(1, floor.make_work_order(1, "Full")).batch_group
    BatchGroup.objects.filter(pk=full.pk).update(tags=[f"tag {number}" for number in range(MAX_TAGS)])
    group = batch_of_ten.batch_group

    done, skipped = told(act(marias, [group, full], "tag", tag="urgent"))

    group.refresh_from_db()
    assert group.tags == ["urgent"]
    assert done == "1 batch group tagged urgent."
    assert skipped.startswith("Full: ")


def test_what_is_selected_is_exported(marias: Client, floor: Floor) -> None:
    one, _ = floor.make_unit("A1"), floor.make_unit("A2")
    for model, row in ((Unit, one), (WorkOrder, floor.make_work_order()), (Batch, floor.make_batch(1))):
        sent = {"action": "export_csv", "_selected_action": [str(row.pk)]}
        file = marias.post(url(model, "changelist"), sent).content.decode("utf-8-sig")
        assert tablib.Dataset().load(file, format="csv")["id"] == [str(row.pk)]
        sent["action"] = "export_xlsx"
        assert marias.post(url(model, "changelist"), sent).content.startswith(b"PK")
        assert "/import?kind=" in marias.get(url(model, "changelist")).content.decode()


def test_the_list_of_lists_stands_in_the_order_of_the_work(marias: Client) -> None:
    groups = marias.get("/admin/").context["app_list"]

    assert [group["name"] for group in groups][:3] == ["Work", "Ways of working", "Directory"]
    assert [model["name"] for model in groups[0]["models"]][:3] == ["Work orders", "Batches", "Batch groups"]


def test_a_work_order_of_which_nothing_is_left_is_not_broken_down(marias: Client, batch_of_ten: Batch) -> None:
    page = marias.get(url(WorkOrder, "change", batch_of_ten.work_order_id)).content.decode()

    assert "Break down into batches" not in page
    assert "Break down into batches" in marias.get(url(WorkOrder, "change", floor_left(batch_of_ten))).content.decode()


def floor_left(batch: Batch) -> object:
    WorkOrder.objects.filter(pk=batch.work_order_id).update(needed=20)
    return batch.work_order_id
