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
_START = {"context:create": "start"}


@dataclass
class Ask:
    """One kind of thing and what the client wants to do with it."""

    things: str
    verbs: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        *first, last = self.verbs
        return f"{', '.join(first)} and {last}" if first else last


def asks(scopes: Iterable[str]) -> list[Ask]:
    """The scopes, one line for each kind of thing, in the order they were asked for."""
    found: dict[str, Ask] = {}
    for scope in scopes:
        resource, _, verb = scope.partition(":")
        things = _THINGS.get(resource) or f"{resource.replace('-', ' ').capitalize()}s"
        ask = found.setdefault(resource, Ask(things))
        ask.verbs.append(_START.get(scope) or _VERBS[verb])
    return list(found.values())
