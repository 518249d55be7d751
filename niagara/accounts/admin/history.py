from typing import Any

from django.contrib.admin import SimpleListFilter, display, register
from django.http import HttpRequest

from niagara.accounts.models import HistoryEntry, User
from niagara.admin import LookOnlyAdmin, moment
from niagara.admin.entities import link_to, readable_types, type_name
from niagara.admin.history import changes_told


class KindFilter(SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        assert isinstance(request.user, User)
        return sorted(((code, type_name(code)) for code in readable_types(request.user)), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(entity_type=self.value()) if self.value() else queryset


@register(HistoryEntry)
class HistoryEntryAdmin(LookOnlyAdmin):
    """Read only, and only of the kinds of which the reader may see every one."""

    list_display = ("when", "user", "via", "kind", "what", "verb", "told")
    list_filter = (KindFilter, "via", "user")
    list_select_related = ("user",)
    search_fields = ("label", "verb", "reason")
    date_hierarchy = "at"
    fields = ("when", "user", "via", "client", "kind", "what", "verb", "told", "reason")
    readonly_fields = fields

    def visible_rows(self, user: Any) -> Any:
        return HistoryEntry.objects.permitted(user, "user:read").filter(entity_type__in=readable_types(user))

    @display(description="when", ordering="id")
    def when(self, entry: HistoryEntry) -> str:
        return moment(entry.at)

    @display(description="kind", ordering="entity_type")
    def kind(self, entry: HistoryEntry) -> str:
        return type_name(entry.entity_type)

    @display(description="what")
    def what(self, entry: HistoryEntry) -> str:
        return link_to(entry.entity_type, entry.entity_id, entry.label)

    @display(description="change")
    def told(self, entry: HistoryEntry) -> str:
        return "; ".join(f"{name}: {_short(old)} → {_short(new)}" for name, old, new in changes_told(entry))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
