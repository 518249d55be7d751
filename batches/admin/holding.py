"""Holding back and releasing many rows at once, and the list of those on hold."""

from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter, action
from django.http import HttpRequest, HttpResponse

from batches.operations.holding import MAX_REASON
from niagara.admin import WhyForm, do_to_each


class HoldForm(WhyForm):
    reason = forms.CharField(max_length=MAX_REASON, help_text="It is shown wherever they are, to technicians too.")


class HoldFilter(SimpleListFilter):
    title = "hold"
    parameter_name = "hold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "On hold"), ("no", "Not on hold")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        held = queryset.on_hold()
        return held if self.value() == "yes" else queryset.exclude(pk__in=held.order_by().values("pk"))


class Holding:
    """For the admin of rows that can be held back; it names the operations."""

    opts: Any

    def hold_row(self, row: Any, **how: Any) -> object:
        raise NotImplementedError

    def release_row(self, row: Any, **how: Any) -> object:
        raise NotImplementedError

    @action(description="Hold, so that nothing is started", permissions=["change"])
    def hold(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            self.hold_row,
            title=f"Hold {self.opts.verbose_name_plural}",
            button="Hold them",
            done="on hold",
            form=HoldForm,
            note=lambda row: f"on hold already: {row.hold_reason}" if row.is_on_hold else "",
        )

    @action(description="Release from hold", permissions=["change"])
    def release(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            self.release_row,
            title=f"Release {self.opts.verbose_name_plural}",
            button="Release them",
            done="released",
            form=WhyForm,
            note=lambda row: row.hold_reason or "not on hold",
        )
