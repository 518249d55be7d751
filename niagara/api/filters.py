"""Bracketed filters: ``filter[status]=…``. An unknown filter or value is refused, not ignored."""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from niagara.api.fields import MAX_INTEGER
from niagara.api.paging import Key
from niagara.refusals import Fault, Invalid

PAGE_PARAMETERS = frozenset({"limit", "offset"})


class NiagaraFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """Filters of a list, and the sorts it offers (name → keys, without the leading minus)."""

    sorts: dict[str, Sequence[Key]] = {}
    # Those without brackets, of lists that are searched; one that is blank finds nothing.
    plain: dict[str, django_filters.Filter] = {}

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        return {f"filter[{name}]": one for name, one in super().get_filters().items()} | cls.plain

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults: list[Fault] = []

    def refuse(self, name: str, message: str, **params: Any) -> None:
        """For filter methods: note that the value of a filter can't be used."""
        self.faults.append(Fault("enum", (f"filter[{name}]",), message, params))

    def narrowed(self) -> QuerySet:
        """The rows that meet the filters. Raises Invalid naming every filter that can't be used."""
        for name in self.data:
            self._check(name, self.data.getlist(name))
        for name, errors in self.form.errors.get_json_data().items():
            for error in errors:
                self.faults.append(Fault("format", (name,), error["message"], {"format": error["code"]}))
        rows = self.filter_queryset(self.queryset)  # with the filters that are well-formed: all faults at once
        if self.faults:
            raise Invalid(self.faults)
        return rows

    def _check(self, name: str, values: Sequence[str]) -> None:
        known = set(self.filters) | PAGE_PARAMETERS | ({"sort"} if self.sorts else set())
        if name not in known:
            filters = ", ".join(sorted(self.filters)) or "none"
            message = f"There is no parameter “{name[:50]}” here. The filters are: {filters}."
            self.faults.append(Fault("additionalProperties", (name,), message, {"additionalProperty": name}))
        elif len(values) > 1:
            self.faults.append(Fault("maxItems", (name,), "Give this once.", {"limit": 1}))
        elif name in self.filters and not values[0].strip() and not is_text(self.plain.get(name)):
            self.faults.append(Fault("minLength", (name,), "Give a value, or leave the filter out.", {"limit": 1}))

    def sort(self, default: Sequence[Key]) -> Sequence[Key]:
        """The keys to sort by. Raises Invalid for a sort the list does not offer."""
        text = self.data.get("sort")
        if text is None or not self.sorts:  # where there is nothing to choose from, `narrowed` refuses it
            return default
        keys = self.sorts.get(text.removeprefix("-"))
        if keys is None:
            names = ", ".join(self.sorts)
            message = f"Sort by one of: {names}; with a minus ahead of it for descending."
            raise Invalid([Fault("enum", ("sort",), message, {"allowedValues": list(self.sorts)})])
        return [Key(key.column, not key.descending, key.read) for key in keys] if text.startswith("-") else keys


def is_text(one: django_filters.Filter | None) -> bool:
    return isinstance(one, django_filters.CharFilter)


class LabelFilterSet(NiagaraFilterSet):
    label = django_filters.CharFilter(lookup_expr="icontains")


class _TimeField(django_filters.fields.IsoDateTimeField):  # type: ignore[misc]
    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:  # before the year 1 or after 9999 in UTC
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class TimeFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """Compares a time; a time without a zone is in UTC."""

    field_class = _TimeField


class _WholeField(forms.IntegerField):
    def to_python(self, value: Any) -> Any:
        if value and not re.fullmatch("[0-9]{1,10}", value):
            raise ValidationError("Give a whole number.", code="invalid")
        return super().to_python(value)


class WholeFilter(django_filters.Filter):  # type: ignore[misc]
    """Compares a whole number."""

    field_class = _WholeField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_value=MAX_INTEGER, **kwargs)


class VisibleFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """Narrows to rows that refer to one the user may see."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        def choices(request: Any) -> QuerySet:
            rows: QuerySet = model.objects.visible_to(request.user)
            return rows

        kwargs.setdefault("error_messages", {"invalid_choice": "There is none with this id that you may see."})
        super().__init__(queryset=choices, **kwargs)
