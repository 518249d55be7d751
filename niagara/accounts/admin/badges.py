"""Badges and the tablets at which they count; both are made on the screens, where their codes are shown."""

from typing import Any

from django.contrib.admin import EmptyFieldListFilter, action, display, register
from django.http import HttpRequest, HttpResponse

from niagara.accounts.models import Badge, SharedDevice
from niagara.accounts.operations import badges, devices
from niagara.admin import LookOnlyAdmin, chip, do_to_each, moment


class RevocableAdmin(LookOnlyAdmin):
    date_hierarchy = "created"
    actions = ["revoke"]

    def has_create_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "create")

    @display(description="state", ordering="revoked")
    def state(self, row: Any) -> str:
        return chip("revoked", "cancelled") if row.revoked else chip("allowed", "good")

    @display(description="since", ordering="created")
    def since(self, row: Any) -> str:
        return moment(row.created)

    @display(description="last used", ordering="last_used")
    def used(self, row: Any) -> str:
        return moment(row.last_used)

    @action(description="Revoke what is selected", permissions=["create"])
    def revoke(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return do_to_each(
            self,
            request,
            queryset,
            self.revoke_row,
            title="Revoke",
            button="Yes, revoke them",
            done="revoked",
        )

    def revoke_row(self, row: Any, **by_at: Any) -> None:
        raise NotImplementedError


@register(SharedDevice)
class SharedDeviceAdmin(RevocableAdmin):
    list_display = ("name", "state", "allowed_by", "since", "used")
    list_filter = (("revoked", EmptyFieldListFilter),)
    list_select_related = ("allowed_by",)
    search_fields = ("name",)
    fields = ("name", "state", "allowed_by", "since", "used")
    readonly_fields = fields

    def revoke_row(self, row: Any, **by_at: Any) -> None:
        devices.revoke_device(row, **by_at)


@register(Badge)
class BadgeAdmin(RevocableAdmin):
    list_display = ("user", "state", "since", "used")
    list_filter = (("revoked", EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    fields = ("user", "state", "since", "used")
    readonly_fields = fields

    def revoke_row(self, row: Any, **by_at: Any) -> None:
        badges.revoke_badge(row, **by_at)
