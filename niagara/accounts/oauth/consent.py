"""What a client asks for, in the words of the consent page."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_THINGS = {
    "batch": "Batches",
    "work-flow": "Workflows",
    "context": "Running workflows",
    "me": "Your own profile",
}
_VERBS = {
    "read": "see",
    "all": "list all",
    "create": "create",
    "update": "edit",
    "delete": "delete",
    "attach": "add relations",
    "detach": "remove relations",
    "step": "close steps",
    "profile": "see",
}
_EXCEPTIONS = {"context:create": "start"}


@dataclass
class Ask:
    """One kind of thing and what the client wants to do with it."""

    things: str
    scopes: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        order = list(_VERBS)
        scopes = sorted(self.scopes, key=lambda scope: order.index(_verb(scope)))
        *first, last = [_EXCEPTIONS.get(scope) or _VERBS[_verb(scope)] for scope in scopes]
        return f"{', '.join(first)} and {last}" if first else last


def asks(scopes: Iterable[str]) -> list[Ask]:
    """The scopes, one line for each kind of thing in the order it was asked for."""
    found: dict[str, Ask] = {}
    for scope in scopes:
        resource = scope.partition(":")[0]
        things = _THINGS.get(resource) or f"{resource.replace('-', ' ').capitalize()}s"
        found.setdefault(resource, Ask(things)).scopes.append(scope)
    return list(found.values())


def _verb(scope: str) -> str:
    return scope.partition(":")[2]
