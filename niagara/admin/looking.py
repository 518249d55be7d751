from typing import Any

from django.http import HttpRequest

from niagara.admin.base import NiagaraAdmin


class LookOnlyAdmin(NiagaraAdmin):
    """Of rows that are looked at here, and written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
