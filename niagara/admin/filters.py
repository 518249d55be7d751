from collections.abc import Iterable
from typing import Any

from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest


class ScopedRelatedFilter(RelatedFieldListFilter):
    """Offers what the user's own rows lead to, and nothing the user may not know of."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        used = model_admin.get_queryset(request).order_by().values(f"{self.field_path}__pk")
        known = rows_for(field.remote_field.model, request, model_admin.admin_site)
        related: Any = model_admin.admin_site.get_model_admin(field.remote_field.model)
        return [(row.pk, related.choice_label(row)) for row in known.filter(pk__in=used)]


def rows_for(model: type[Model], request: HttpRequest, admin_site: Any) -> Any:
    """The rows of a model the user may choose from; none if the admin does not keep that model."""
    if not admin_site.is_registered(model):
        return model._default_manager.none()
    return admin_site.get_model_admin(model).get_queryset(request)


class LabelledAutocompleteView(AutocompleteJsonView):
    """Names what is offered as the related admin names it: two queues may both be called "Rework"."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        answer: dict[str, str] = super().serialize_result(obj, to_field_name)
        admin: Any = self.model_admin
        return {**answer, "text": admin.choice_label(obj)}


def scope_filters(model: type[Model], filters: Iterable[Any]) -> list[Any]:
    """The filters, with Django's own for relations, which offers every row, replaced."""
    return [(one, ScopedRelatedFilter) if isinstance(one, str) and _is_relation(model, one) else one for one in filters]


def _is_relation(model: type[Model], path: str) -> bool:
    field: Any = None
    for name in path.split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        model = field.related_model or model
    return field.is_relation
