"""Every route of the API, as the URL resolver has it; no list to keep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

# Not operations of the API: the description of it, and what answers where there is nothing.
OPEN = {"api/schema", "api/docs", "api/<path:path>"}


@dataclass(frozen=True)
class Operation:
    """One method at one address, such as ``GET api/batches/<slug:batch_id>``."""

    method: str
    template: str
    action: str
    view: Any

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def scopes(self) -> list[str]:
        scopes: list[str] = self.view.scopes_of(self.action)
        return scopes

    @property
    def collection(self) -> str:
        """The first part of the address: "queues"."""
        return self.template.removeprefix("api/").split("/")[0]

    @property
    def id_names(self) -> list[str]:
        return re.findall(r"<\w+:(\w+)>", self.template)

    @property
    def is_of_one_row(self) -> bool:
        return bool(self.id_names)

    def address(self, ids: dict[str, str]) -> str:
        """Raises KeyError for an id that the scene of these tests does not have yet."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: ids[found[1]], self.template)


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (resolver or get_resolver()).url_patterns:
        template = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, template)
        else:
            yield template, one


def api_patterns() -> list[tuple[str, URLPattern]]:
    return [(template, one) for template, one in patterns() if re.match(r"api(/|$)", template)]


def operations() -> list[Operation]:
    return [
        Operation(method.upper(), template, action, one.callback.cls)
        for template, one in api_patterns()
        for method, action in getattr(one.callback, "actions", {}).items()
        if method != "head"
    ]
