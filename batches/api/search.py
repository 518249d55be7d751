"""Finding things of several kinds at once."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple
from uuid import UUID

import django_filters
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpResponse
from rest_framework.request import Request

from batches.models import Batch
from batches.models.searching import SEARCHED, holding
from niagara.accounts.models import User
from niagara.api.filters import NiagaraFilterSet
from niagara.api.inputs import uuid_in
from niagara.api.paging import Key
from niagara.api.representations import utc_text
from niagara.api.viewsets import NiagaraViewSet, Page
from niagara.directory.models import Unit
from niagara.records.api.representations import EntityRepresentation, link_to
from queues.models import Queue
from workorders.models import WorkOrder

# In the order of the answer.
KINDS: tuple[Any, ...] = (Batch, Queue, Unit, WorkOrder)


class Found(NamedTuple):
    """Something of any kind that was found."""

    kind: str
    id: UUID
    called: str
    created: datetime
    updated: datetime


class SearchFilterSet(NiagaraFilterSet):
    plain = {"q": django_filters.CharFilter(method="look")}

    def look(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows  # `SearchViewSet` does, among more than these


class SearchViewSet(NiagaraViewSet):
    """Batches, work orders, queues and units, as far as the token and its user may read them."""

    scopes = {"list": None}
    pages = {"list": Page(EntityRepresentation, "nter:entities", SearchFilterSet, (Key("kind"), Key.id()))}
    operation_ids = {"list": "search"}

    def list(self, request: Request) -> HttpResponse:
        """Finds by label, serial number or id what the token has the scope to read; nothing without `q`."""
        _, wanted, keys = self.asked(Batch.objects.none())
        rows = self._found(request.query_params.get("q", "").strip())
        behind = wanted.after(keys)
        if not rows:
            return self.paged([], wanted, keys, total=0, draw=self._draw)
        found = _together([one.filter(behind) for one in rows]).order_by("kind", "id")
        return self.paged(
            [Found(*one) for one in found[: wanted.limit + 1]],
            wanted,
            keys,
            total=_together(rows).count(),
            draw=self._draw,
        )

    def _found(self, text: str) -> Sequence[QuerySet]:
        """The things that match, kind by kind."""
        held = self.request.auth.scope.split()  # type: ignore[union-attr]
        kinds = [model for model in KINDS if f"{model.resource}:read" in held] if text else []
        return [_matching(model, text, self.user) for model in kinds]

    def _draw(self, found: Sequence[Found]) -> Sequence[dict[str, Any]]:
        return [self._draw_one(one) for one in found]

    def _draw_one(self, found: Found) -> dict[str, Any]:
        links = link_to(found.kind, found.id, self.api_root)
        [its_own] = links.values()
        return {
            "entity_type": found.kind,
            "entity_id": found.id,
            "label": found.called,
            "created": utc_text(found.created),
            "updated": utc_text(found.updated),
            "_links": {"self": its_own, **links},
        }


def _matching(model: Any, text: str, user: User) -> QuerySet:
    rows = holding(model, text, user, row_id=uuid_in(text)).order_by()
    return rows.annotate(
        kind=Value(model.entity_type, output_field=CharField()),
        called=reduce(lambda one, other: Concat(one, Value(" "), other), map(F, SEARCHED[model])),  # type: ignore[arg-type, return-value]
    ).values_list("kind", "id", "called", "created", "updated")


def _together(rows: Sequence[QuerySet]) -> QuerySet:
    first, *others = rows
    return first.union(*others, all=True)
