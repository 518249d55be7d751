"""Holding back a batch or a work order, and releasing it."""

from typing import Any

from django import forms

from batches.operations.holding import (
    MAX_REASON,
    hold_batch,
    hold_work_order,
    release_batch,
    release_work_order,
)
from batches.views.batch_changes import BatchFormPage
from batches.views.order_changes import OrderFormPage
from niagara.accounts.models import User
from niagara.screens.forms import ScreenForm
from niagara.screens.once import Done
from niagara.wording import counted


class AboutHolding(ScreenForm):
    """A form about a batch or a work order."""

    def __init__(self, row: Any, user: User, data: Any = None) -> None:
        super().__init__(data)


class HoldForm(AboutHolding):
    button = "Hold it"
    reason = forms.CharField(max_length=MAX_REASON, help_text="It is shown wherever this is, to technicians too.")


class ReleaseForm(AboutHolding):
    button = "Release it"
    reason = forms.CharField(max_length=1000, required=False, help_text="For the history.")


def _nothing_started(pending: int) -> str:
    return f"Nothing of it can be started, {counted(pending, 'pending cycle')} in all; what is in flight goes on."


def _why(row: Any) -> str:
    return f"It is on hold: {row.hold_reason}" if row.is_on_hold else "It is not on hold."


class HoldBatchPage(BatchFormPage):
    heading = "Hold the batch"
    form_class = HoldForm

    @property
    def about(self) -> str:  # type: ignore[override]
        return _nothing_started(self.found.pending)

    def carry_out(self, form: Any) -> Done:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen_version"]
        hold_batch(batch=self.found, reason=reason, if_version=seen, by=self.by, at=self.at)
        return Done(self.address, f"{self.found} is on hold.")


class ReleaseBatchPage(BatchFormPage):
    heading = "Release the batch"
    form_class = ReleaseForm

    @property
    def about(self) -> str:  # type: ignore[override]
        return f"{_why(self.found)} {self._still}".strip()

    def carry_out(self, form: Any) -> Done:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen_version"]
        release_batch(batch=self.found, reason=reason, if_version=seen, by=self.by, at=self.at)
        return Done(self.address, f"{self.found} is released. {self._still}".strip())

    @property
    def _still(self) -> str:
        whole = self.found.work_order
        return f"{whole} is on hold as a whole: release that to go on." if whole.is_on_hold else ""


class HoldWorkOrderPage(OrderFormPage):
    heading = "Hold the work order"
    form_class = HoldForm

    @property
    def about(self) -> str:
        return _nothing_started(self.found.all_pending)

    def carry_out(self, form: Any) -> Done:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen_version"]
        hold_work_order(work_order=self.found, reason=reason, if_version=seen, by=self.by, at=self.at)
        return self.done(f"{self.found} is on hold.")


class ReleaseWorkOrderPage(OrderFormPage):
    heading = "Release the work order"
    form_class = ReleaseForm

    @property
    def about(self) -> str:
        return _why(self.found)

    def carry_out(self, form: Any) -> Done:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen_version"]
        release_work_order(work_order=self.found, reason=reason, if_version=seen, by=self.by, at=self.at)
        return self.done(f"{self.found} goes on.")
