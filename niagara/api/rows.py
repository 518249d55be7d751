"""Rows with a list and single answers, made, replaced and removed by an operation each."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from niagara.accounts.operations import saving
from niagara.api.faults import KEYWORDS
from niagara.api.viewsets import ReadViewSet
from niagara.refusals import Invalid

# What validation of a model calls invalid is the wrong choice; the types were checked before.
_KEYWORDS = {**KEYWORDS, "invalid": "enum"}

LIST: dict[str, Any] = {"get": "list", "post": "create"}
SINGLE: dict[str, Any] = {"get": "retrieve", "put": "update", "delete": "destroy"}


def whole(resource: str) -> dict[str, str]:
    """The scopes of a `RowViewSet`: those of the resource's name."""
    return {
        "list": f"{resource}:all",
        "create": f"{resource}:create",
        "retrieve": f"{resource}:read",
        "update": f"{resource}:update",
        "destroy": f"{resource}:delete",
    }


class RowViewSet(ReadViewSet):
    """A list and its rows, to be read, made, replaced and removed.

    `inputs` names the body for `create` and `update`: its values are the row's own fields. The
    operations are those of every plain row, unless a subclass names others.
    """

    answers = {"destroy": (205, None)}
    # Field of the row → where a body holds it, where that is another place.
    places: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # What a body holds beside the row's own fields; the operations take it by the same name.
    parts: ClassVar[Collection[str]] = ()
    create_row: ClassVar[Callable[..., None]] = staticmethod(saving.create_row)
    change_row: ClassVar[Callable[..., None]] = staticmethod(saving.change_row)
    remove_row: ClassVar[Callable[..., None]] = staticmethod(saving.remove_row)

    def create(self, request: Request) -> HttpResponse:
        """Creates one."""
        model: Any = self.representation.model
        fields, parts = self._fields_and_parts()
        row = model(organization_id=self.user.organization_id, **fields)
        with self._said_of_the_body():
            self.create_row(row, **parts, by=self.actor, at=self.now)
        return self.answer(row)

    def update(self, request: Request, **ids: str) -> HttpResponse:
        """Replaces one: what is left out takes its default, if it has one."""
        row = self.get_row()
        fields, parts = self._fields_and_parts()
        for name, value in fields.items():
            setattr(row, name, value)
        with self._said_of_the_body():
            self.change_row(row, **parts, by=self.actor, at=self.now, if_version=self.if_version)
        return self.answer(row)

    def destroy(self, request: Request, **ids: str) -> HttpResponse:
        """Deletes one."""
        self.remove_row(self.get_row(), by=self.actor, at=self.now, if_version=self.if_version)
        return self.nothing(205)

    def _fields_and_parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        fields = self.read()
        return fields, {name: fields.pop(name) for name in self.parts if name in fields}

    @contextmanager
    def _said_of_the_body(self) -> Iterator[None]:
        """Let what is wrong with a row be told by the body's names and in the words of JSON Schema."""
        try:
            yield
        except Invalid as error:
            raise Invalid(
                replace(
                    fault,
                    keyword=_KEYWORDS.get(fault.keyword, fault.keyword),
                    path=(*self.places.get(str(fault.path[0]), fault.path[:1]), *fault.path[1:]) if fault.path else (),
                )
                for fault in error.faults
            ) from error
