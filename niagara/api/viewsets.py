from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NoReturn

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from niagara import clock
from niagara.accounts import limits
from niagara.accounts.actor import Actor, Via
from niagara.accounts.models import User
from niagara.api import etags, idempotency, inputs
from niagara.api.drawing import Drawing, plan_of
from niagara.api.filters import PAGE_PARAMETERS, NiagaraFilterSet
from niagara.api.media import HalParser, JsonParser
from niagara.api.paging import BY_ID, Key, PageRequest, order
from niagara.api.representations import Representation
from niagara.refusals import Fault, Invalid, Missing
from niagara.statements import Row
from niagara.wording import counted

_VARY = "Accept, Authorization"


class TooManyRequests(APIException):
    """The token sent more than it may."""

    status_code = 429

    def __init__(self, standing: limits.Standing) -> None:
        pause = counted(standing.seconds_left, "second")
        super().__init__(f"One token may send {standing.limit.quota:,} requests a minute; wait {pause}.")


class NothingThere(Missing):
    """There is no such row, or none that the user may know of."""


@dataclass(frozen=True)
class Page:
    """What a list shows: the representation of its rows, their key in `_embedded`, filters and order."""

    representation: type[Representation]
    key: str
    filterset_class: type[NiagaraFilterSet] = NiagaraFilterSet
    sort: Sequence[Key] = BY_ID


class NiagaraViewSet(ViewSetMixin, APIView):
    """What every part of the API does alike: who asks, which row, a page, a single answer."""

    # Operation → scope of the token, which is also the permission the user needs; None: any token.
    # Several are separated by a space, as a token has them; that of the row in the address is first.
    scopes: ClassVar[Mapping[str, str | None]] = {}
    # Operation → what its body has to be.
    inputs: ClassVar[Mapping[str, type[inputs.Input]]] = {}
    # Operation → the page it answers with.
    pages: ClassVar[Mapping[str, Page]] = {}
    # Operation → status and schema of its answer, where that is not 200 and the representation.
    answers: ClassVar[Mapping[str, tuple[int, Any]]] = {}
    # Operation → its id in the OpenAPI document, where it has a published one.
    operation_ids: ClassVar[Mapping[str, str]] = {}
    # Operations whose answer tells a secret, which is nowhere kept as it is.
    tells_a_secret: ClassVar[Collection[str]] = ()
    # Operations that wait for somebody else's machine; no transaction is open meanwhile.
    waits_for_others: ClassVar[Collection[str]] = ()
    # Of a single answer.
    representation: ClassVar[type[Representation]]
    # The name of the row's id in the address.
    id_name: ClassVar[str] = ""
    # Operation → the parser of a media type of its own, beside JSON and HAL.
    parsers: ClassVar[Mapping[str, type[JsonParser]]] = {}
    # Of the token, once the request was counted.
    standing: limits.Standing | None = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.now = clock.now()
        self._count(request)  # first of all, so that what is refused counts as well
        super().initial(request, *args, **kwargs)
        method = str(request.method)
        if self.action and method in idempotency.METHODS and idempotency.HEADER in request.headers:
            handler = getattr(self, method.lower())
            setattr(self, method.lower(), partial(self._once, handler))

    def _count(self, request: Request) -> None:
        """Raises TooManyRequests. Who has no token that is valid is told that sooner than it could be counted."""
        token: Any = request.auth
        if token is None:
            return
        self.standing = limits.count(limits.of_a_token(), token.token_checksum, at=self.now)
        if self.standing and self.standing.is_exceeded:
            raise TooManyRequests(self.standing)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.standing:
            self.standing.tell(response)
        return response

    def _once(self, handler: Any, request: Request, **kwargs: Any) -> HttpResponse:
        once = idempotency.once_apart if self.action in self.waits_for_others else idempotency.once
        kept_as = idempotency.SEALED if self.action in self.tells_a_secret else idempotency.PLAIN
        return once(request, self.user, self.actor.client, handler, kept_as, **kwargs)

    @classmethod
    def scopes_of(cls, action: str) -> list[str]:
        return (cls.scopes[action] or "").split()

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)  # nobody else passes `TokenHasScope`
        return self.request.user

    @property
    def actor(self) -> Actor:
        application = getattr(self.request.auth, "application", None)
        return Actor(self.user, Via.API, str(application or ""))

    @property
    def if_version(self) -> int | None:
        """The version of the row that the client wants to change; None if any will do."""
        return etags.version_in(self.request.headers.get("If-Match"))

    def get_parsers(self) -> list[BaseParser]:
        method = self.request.method if self.request else ""  # drawing the schema has no request
        action = self.action_map.get(str(method).lower(), "")
        return [parser() for parser in self.parsers_for(action)]

    @classmethod
    def parsers_for(cls, action: str) -> list[type[JsonParser]]:
        own = [cls.parsers[action]] if action in cls.parsers else []
        return [*own, JsonParser, HalParser]

    # Reading what was sent

    def read(self) -> dict[str, Any]:
        """The valid values of the body. Raises Invalid with every fault, also of what the answer is to embed."""
        values, _ = inputs.together(
            lambda: inputs.read(self.inputs[self.action], self.request.data, self.user),
            lambda: self._embed(self.representation),
        )
        read: dict[str, Any] = values
        return read

    def get_row(self, model: Any = None, id_name: str | None = None) -> Any:
        """The row the address names, among those the user may know of. Raises NothingThere, PermissionDenied."""
        model = model or self.representation.model
        row = self._named(model, id_name).first()
        if row is None:
            self._refuse(model)
        return row

    def _named(self, model: Any, id_name: str | None = None) -> QuerySet:
        row_id = inputs.uuid_in(self.kwargs[id_name or self.id_name])
        return self.rows(model).filter(**{self.id_field(model): row_id}) if row_id else model.objects.none()

    def _refuse(self, model: Any) -> NoReturn:
        """There is no such row; say so, or that the user may see none."""
        for scope in self.scopes_of(self.action):
            if scope not in self.user.grants:
                raise PermissionDenied(f"You need the permission {scope} for this. Ask your administrator for it.")
        raise NothingThere(f"There is no {model._meta.verbose_name} with this id that you may see.")

    def rows(self, model: Any) -> Any:
        """Those that an address can name."""
        return model.objects.visible_to(self.user)

    @staticmethod
    def id_field(model: Any) -> str:
        return "user_id" if model._meta.model_name == "user" else "pk"

    # Answering

    @property
    def api_root(self) -> str:
        base = settings.API_BASE_URL or f"{self.request.scheme}://{self.request.get_host()}"
        return f"{base.rstrip('/')}/api"

    def page(
        self,
        rows: QuerySet,
        draw: Callable[[Sequence[Any]], Sequence[dict[str, Any]]] | None = None,
    ) -> HttpResponse:
        """A page of `rows`, which start from `visible_to`; `draw` draws model instances instead of
        a representation."""
        narrowed, wanted, keys = self.asked(rows)
        after = order(narrowed.filter(wanted.after(keys)), keys)[: wanted.limit + 1]
        total = self.total_of(rows) if narrowed is rows else narrowed.count()
        if draw is not None:
            return self.paged(list(after), wanted, keys, total=total, draw=draw)
        shown = self.pages[self.action].representation
        return self.paged(
            plan_of(shown).statement(sort=keys).read_queried(after.values("pk")),
            wanted,
            keys,
            total=total,
            draw=partial(Drawing(self.api_root).items, shown),
            position=lambda row: row[-len(keys) :],
        )

    def total_of(self, rows: QuerySet) -> int:
        """How many rows the list has that no filter narrows."""
        return rows.count()

    def asked(self, rows: QuerySet) -> tuple[QuerySet, PageRequest, Sequence[Key]]:
        """What the query string asks for: the rows that meet its filters, the page and the order."""
        page = self.pages[self.action]
        query = {name: self.request.query_params.getlist(name) for name in self.request.query_params}
        path = f"{self.api_root.removesuffix('/api')}{self.request.path}"
        if query.keys() <= PAGE_PARAMETERS:  # to set up the filters costs more than to count
            return rows, PageRequest.read(path, query), page.sort
        filters = page.filterset_class(data=self.request.query_params, queryset=rows, request=self.request)
        rows, wanted, keys = inputs.together(
            filters.narrowed, lambda: PageRequest.read(path, query), lambda: filters.sort(page.sort)
        )
        return rows, wanted, keys

    def paged(self, found: Sequence[Any], wanted: PageRequest, keys: Sequence[Key], **shown: Any) -> HttpResponse:
        """A page of what was found; see `PageRequest.page_of`."""
        return self.respond(wanted.page_of(found, keys, name=self.pages[self.action].key, **shown))

    def answer(self, row: Any, *, status: int = 200, shown: type[Representation] | None = None) -> HttpResponse:
        """A single answer, as the row is now; `shown` is how, if not as the view shows its rows."""
        shown = shown or self.representation
        found = plan_of(shown).statement("version").read(ids=[row.pk])
        if not found:
            raise NothingThere(f"This {shown.model._meta.verbose_name} was removed just now.")
        return self._drawn(shown, found[0], status)

    def show(self) -> HttpResponse:
        """The row the address names, read once. Raises NothingThere, PermissionDenied."""
        shown = self.representation
        found = plan_of(shown).statement("version").read_queried(self._named(shown.model).values("pk"))
        if not found:
            self._refuse(shown.model)
        return self._drawn(shown, found[0])

    def _drawn(self, shown: type[Representation], row: Row, status: int = 200) -> HttpResponse:
        *columns, version = row
        drawn = Drawing(self.api_root).single(shown, tuple(columns), self._embed(shown))
        return self.single(version, drawn, status=status)

    def single(self, version: int, drawn: Any, *, status: int = 200) -> HttpResponse:
        """A single answer with its entity tag, or 304 to a client that holds it already."""
        body = orjson.dumps(drawn)
        etag = etags.tag(version, body)
        if self.request.method in ("GET", "HEAD") and etags.is_unchanged(
            self.request.headers.get("If-None-Match"), etag
        ):
            return self.nothing(304, ETag=etag, Vary=_VARY)
        return self.respond(body, status=status, headers={"ETag": etag})

    def respond(self, body: Any, *, status: int = 200, headers: Mapping[str, str] = {}) -> HttpResponse:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        media_type = self.request.accepted_renderer.media_type
        return HttpResponse(content, status=status, content_type=media_type, headers={**headers, "Vary": _VARY})

    def nothing(self, status: int, **headers: str) -> HttpResponse:
        response = HttpResponse(status=status, headers=headers)
        del response["Content-Type"]
        return response

    def _embed(self, shown: type[Representation]) -> set[str]:
        names = {name for text in self.request.query_params.getlist("embed") for name in text.split(",") if name}
        unknown = names - shown.embeds.keys()
        if unknown:
            known = ", ".join(shown.embeds) or "nothing"
            message = f"Nothing can be embedded as {', '.join(sorted(unknown))}. Choose from: {known}."
            raise Invalid([Fault("enum", ("embed",), message, {"allowedValues": list(shown.embeds)})])
        return names


class ReadViewSet(NiagaraViewSet):
    """A list and its single rows, to be read."""

    def list(self, request: Request) -> HttpResponse:
        """Fetches a page."""
        rows: Any = self.representation.model._default_manager
        return self.page(rows.permitted(self.user, self.scopes["list"]))

    def retrieve(self, request: Request, **ids: str) -> HttpResponse:
        """Fetches one."""
        return self.show()
