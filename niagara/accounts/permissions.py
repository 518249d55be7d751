"""The permissions: their names (which are also the OAuth2 scopes), what implies what, and the
roles an organization starts with. Plain data, so that settings can read it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

_VERBS = {
    "create": "Allows creating {a}",
    "update": "Allows editing {a}",
    "delete": "Allows deleting {a}",
    "read": "Allows access to {a}",
    "attach": "Allows attaching a relation to {a}",
    "detach": "Allows detaching a relation from {a}",
    "all": "Allows reading all {many}",
}

_FULL = tuple(_VERBS)

# resource → ("a resource", "resources", its verbs)
_RESOURCES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "batch": ("a batch", "batches", _FULL),
    "queue": ("a queue", "queues", _FULL),
    "work-order": ("a work order", "work orders", _FULL),
    "work-flow": ("a workflow", "workflows", _FULL),
    "location": ("a location", "locations", _FULL),
    "project": ("a project", "projects", _FULL),
    "program": ("a program", "programs", _FULL),
    "customer": ("a customer", "customers", _FULL),
    "resource": ("a resource", "resources", _FULL),
    "unit": ("a unit", "units", _FULL),
    "user": ("a user", "users", ("create", "update", "delete", "read", "all")),
    "batch-group": ("a batch group", "batch groups", _FULL),
    "webhook": ("a webhook", "webhooks", _FULL),
    "note": ("a note", "notes", ("create", "read", "delete")),
}

SCOPES: dict[str, str] = {
    f"{resource}:{verb}": _VERBS[verb].format(a=a, many=many)
    for resource, (a, many, verbs) in _RESOURCES.items()
    for verb in verbs
} | {
    "context:create": "Allows starting a cycle",
    "context:read": "Allows access to a running workflow",
    "context:step": "Allows closing a step of a running workflow",
    "me:profile": "Allows access to your own profile",
}

EVERYBODY = frozenset({"me:profile"})

_IMPLIED = {"create": ("read", "update", "delete", "attach"), "attach": ("detach",), "all": ("read",)}


@cache
def implied(permission: str) -> frozenset[str]:
    """The permission itself and every one that comes with it, as far as the resource has it."""
    resource, _, verb = permission.partition(":")
    found = frozenset({permission} if permission in SCOPES else ())
    for other in _IMPLIED.get(verb, ()):
        found |= implied(f"{resource}:{other}")
    return found


def _every(resources: Iterable[str], *verbs: str) -> list[str]:
    return [f"{resource}:{verb}" for resource in resources for verb in verbs if f"{resource}:{verb}" in SCOPES]


_DIRECTORY = ("location", "project", "program", "customer", "resource", "unit")
_FLOOR = ("batch", "queue", "work-order", "batch-group")
_CUSTOMERS = ("project", "program", "customer", "work-flow")
_CYCLES = ["context:create", "context:read", "context:step"]

# role → (what it grants everywhere, what it grants only at the user's own locations)
ROLES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "Administrator": (tuple(SCOPES), ()),
    "Production manager": (
        (
            *_every((*_FLOOR, "work-flow", "unit", "resource", "webhook"), "create", "all"),
            *_every(("location", "project", "program", "customer", "user"), "read", "all"),
            *_CYCLES,
            "note:create",
        ),
        (),
    ),
    "Technician": (
        (*_every((*_CUSTOMERS, "user"), "read"), "note:create"),
        (*_every((*_FLOOR, "location", "resource", "unit"), "read"), "unit:update", *_CYCLES),
    ),
    "Viewer": (
        (*_every((*_FLOOR, "work-flow", *_DIRECTORY, "user"), "read", "all"), "context:read", "note:read"),
        (),
    ),
    "Integration": (
        (
            *_every((*_FLOOR, "work-flow", *_DIRECTORY, "webhook"), "create", "all"),
            *_every(("user",), "read", "all"),
            *_CYCLES,
            "note:create",
        ),
        (),
    ),
}

# The roles that work in the browser's admin.
STAFF_ROLES = frozenset({"Administrator", "Production manager", "Viewer"})
