from typing import Any

from django.contrib.admin import site
from django.http import HttpRequest

from niagara.admin.filters import rows_for
from niagara.admin.theme import TabularInline


class ScopedChoices:
    """Foreign keys and many-to-many fields offer, and take, only what the user may see."""

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        return rows_for(db_field.remote_field.model, request, self.admin_site)  # type: ignore[attr-defined]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        return name_choices(field)


def name_choices(field: Any) -> Any:
    """Let a field call its choices what the admin of their model calls them."""
    model = field.queryset.model
    if site.is_registered(model):
        related: Any = site.get_model_admin(model)
        field.label_from_instance = related.choice_label
    return field


class NiagaraInline(ScopedChoices, TabularInline):  # type: ignore[misc]
    """Rows that are parts of another: who may change that one may change them."""

    extra = 0

    def _may(self, request: HttpRequest, verb: str, whole: Any) -> bool:
        of_whole = self.admin_site.get_model_admin(self.parent_model)
        answer: bool = getattr(of_whole, f"has_{verb}_permission")(request, whole)
        return answer

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model._default_manager.all()  # the formset takes those of the whole, which is visible

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
