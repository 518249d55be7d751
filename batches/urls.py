"""The screens. Their names end with `-page`; those of the API do not."""

from django.urls import path

from batches.views import group_changes, order_changes
from batches.views.batch_changes import ChangeBatchPage, DeleteBatchPage, MoveBatchPage
from batches.views.batches import BatchesPage, BatchPage
from batches.views.board import AssignPage, BoardPage, HoldManyPage, MoveManyPage, ReleaseManyPage
from batches.views.break_down import BreakDownPage
from batches.views.cycles import CyclesPage
from batches.views.dashboard import DashboardCsvPage, DashboardNowPage, DashboardPage
from batches.views.files import BatchExportPage, UnitExportPage, WorkOrderExportPage
from batches.views.finding import FindPage
from batches.views.groups import BatchGroupPage, BatchGroupsPage, NewBatchGroupPage
from batches.views.holding import HoldBatchPage, HoldWorkOrderPage, ReleaseBatchPage, ReleaseWorkOrderPage
from batches.views.imports import ImportDraftPage, ImportPage, TemplatePage
from batches.views.papers import BadgeLabelPage, BatchLabelPage, GroupLabelPage, TravellerPage, WorkOrderLabelsPage
from batches.views.technician.batch import BatchWorkPage, StackPage
from batches.views.technician.checks import ChecksPage
from batches.views.technician.cycle import CyclePage
from batches.views.technician.my_work import MyWorkPage
from batches.views.technician.scan import ActionCodesPage, ScanPage
from batches.views.technician.verbs import BlockPage, FailPage, HandOverPage, NotePage, ReleasePage, UnblockPage
from batches.views.units import UnitsPage
from batches.views.work_order import WorkOrderPage
from batches.views.work_orders import WorkOrdersPage

BATCH = "batches/<uuid:batch_id>"
GROUP = "batch-groups/<uuid:batch_group_id>"
ORDER = "work-orders/<uuid:work_order_id>"

urlpatterns = [
    path("board", BoardPage.as_view(), name="board-page"),
    path("board/assign", AssignPage.as_view(), name="assign-page"),
    path("board/move", MoveManyPage.as_view(), name="move-batches-page"),
    path("board/hold", HoldManyPage.as_view(), name="hold-batches-page"),
    path("board/release", ReleaseManyPage.as_view(), name="release-batches-page"),
    path("find", FindPage.as_view(), name="find-page"),
    path("batches", BatchesPage.as_view(), name="batches-page"),
    path(BATCH, BatchPage.as_view(), name="batch-page"),
    path(f"{BATCH}/change", ChangeBatchPage.as_view(), name="change-batch-page"),
    path(f"{BATCH}/move", MoveBatchPage.as_view(), name="move-batch-page"),
    path(f"{BATCH}/hold", HoldBatchPage.as_view(), name="hold-batch-page"),
    path(f"{BATCH}/release", ReleaseBatchPage.as_view(), name="release-batch-page"),
    path(f"{BATCH}/delete", DeleteBatchPage.as_view(), name="delete-batch-page"),
    path("cycles", CyclesPage.as_view(), name="cycles-page"),
    path("dashboard", DashboardPage.as_view(), name="dashboard-page"),
    path("dashboard/now", DashboardNowPage.as_view(), name="dashboard-now-page"),
    path("dashboard.csv", DashboardCsvPage.as_view(), name="dashboard-csv-page"),
    path("work-orders", WorkOrdersPage.as_view(), name="work-orders-page"),
    path("work-orders/new", order_changes.NewWorkOrderPage.as_view(), name="new-work-order-page"),
    path(ORDER, WorkOrderPage.as_view(), name="work-order-page"),
    path(f"{ORDER}/break-down", BreakDownPage.as_view(), name="break-down-page"),
    path(f"{ORDER}/change", order_changes.ChangeWorkOrderPage.as_view(), name="change-work-order-page"),
    path(f"{ORDER}/hold", HoldWorkOrderPage.as_view(), name="hold-work-order-page"),
    path(f"{ORDER}/release", ReleaseWorkOrderPage.as_view(), name="release-work-order-page"),
    path(f"{ORDER}/cancel", order_changes.CancelRestPage.as_view(), name="cancel-rest-page"),
    path(f"{ORDER}/close", order_changes.CloseWorkOrderPage.as_view(), name="close-work-order-page"),
    path(f"{ORDER}/reopen", order_changes.ReopenWorkOrderPage.as_view(), name="reopen-work-order-page"),
    path(f"{ORDER}/notes", order_changes.WriteNotePage.as_view(), name="write-order-note-page"),
    path(
        f"{ORDER}/notes/<uuid:order_note_id>/closed",
        order_changes.CloseIssuePage.as_view(),
        name="close-order-issue-page",
    ),
    path("my-work", MyWorkPage.as_view(), name="my-work-page"),
    path("my-work/batches/<uuid:batch_id>", BatchWorkPage.as_view(), name="batch-work-page"),
    path("my-work/batches/<uuid:batch_id>/stacks/<slug:stack_step>", StackPage.as_view(), name="stack-page"),
    path("cycles/<uuid:cycle_id>", CyclePage.as_view(), name="cycle-page"),
    path("cycles/<uuid:cycle_id>/block", BlockPage.as_view(), name="block-cycle-page"),
    path("cycles/<uuid:cycle_id>/fail", FailPage.as_view(), name="fail-cycle-page"),
    path("cycles/<uuid:cycle_id>/unblock", UnblockPage.as_view(), name="unblock-cycle-page"),
    path("cycles/<uuid:cycle_id>/release", ReleasePage.as_view(), name="release-cycle-page"),
    path("cycles/<uuid:cycle_id>/hand-over", HandOverPage.as_view(), name="hand-over-cycle-page"),
    path("cycles/<uuid:cycle_id>/note", NotePage.as_view(), name="note-on-cycle-page"),
    path("checks", ChecksPage.as_view(), name="checks-page"),
    path("action-codes", ActionCodesPage.as_view(), name="action-codes-page"),
    path("scan", ScanPage.as_view(), name="scan-page"),
    path("work-orders/<uuid:work_order_id>/labels", WorkOrderLabelsPage.as_view(), name="work-order-labels-page"),
    path("batches/<uuid:batch_id>/label", BatchLabelPage.as_view(), name="batch-label-page"),
    path("batches/<uuid:batch_id>/traveller", TravellerPage.as_view(), name="traveller-page"),
    path("shared-tablets/badges/<uuid:user_id>/label", BadgeLabelPage.as_view(), name="badge-label-page"),
    path("batch-groups", BatchGroupsPage.as_view(), name="batch-groups-page"),
    path("batch-groups/new", NewBatchGroupPage.as_view(), name="new-batch-group-page"),
    path(GROUP, BatchGroupPage.as_view(), name="batch-group-page"),
    path(f"{GROUP}/change", group_changes.ChangeGroupPage.as_view(), name="change-batch-group-page"),
    path(f"{GROUP}/delivery", group_changes.DeliverGroupPage.as_view(), name="deliver-batch-group-page"),
    path(f"{GROUP}/tags", group_changes.TagGroupPage.as_view(), name="tag-batch-group-page"),
    path(f"{GROUP}/stations", group_changes.MoveStationsPage.as_view(), name="move-stations-page"),
    path(f"{GROUP}/take-in", group_changes.TakeInPage.as_view(), name="take-in-page"),
    path(f"{GROUP}/move-out", group_changes.MoveOutPage.as_view(), name="move-out-page"),
    path(f"{GROUP}/delete", group_changes.DeleteGroupPage.as_view(), name="delete-batch-group-page"),
    path(f"{GROUP}/label", GroupLabelPage.as_view(), name="batch-group-label-page"),
    path(
        f"{GROUP}/batches/<uuid:batch_id>/station",
        group_changes.MoveStationPage.as_view(),
        name="move-station-page",
    ),
    path(f"{GROUP}/notes", group_changes.WriteNotePage.as_view(), name="write-group-note-page"),
    path(f"{GROUP}/notes/<uuid:group_note_id>/closed", group_changes.CloseIssuePage.as_view(), name="close-issue-page"),
    path(f"{GROUP}/notes/<uuid:group_note_id>/remove", group_changes.RemoveNotePage.as_view(), name="remove-note-page"),
    path("work-orders/export", WorkOrderExportPage.as_view(), name="work-orders-export-page"),
    path("batches/export", BatchExportPage.as_view(), name="batches-export-page"),
    path("units", UnitsPage.as_view(), name="units-page"),
    path("units/export", UnitExportPage.as_view(), name="units-export-page"),
    path("import", ImportPage.as_view(), name="import-page"),
    path("import/template", TemplatePage.as_view(), name="import-template-page"),
    path("import/<uuid:draft_id>", ImportDraftPage.as_view(), name="import-draft-page"),
]
