"""The families of refusals an operation may raise.

An operation that refuses raises a class of its own, beside it, that belongs to one of these
families. The API, the admin and the screens each translate the families once. Nothing in here
knows about HTTP.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class Refusal(Exception):
    """Something that may not be done; its text is one sentence for the person who asked."""

    @property
    def sentence(self) -> str:
        return str(self)


class Conflict(Refusal):
    """It can't be done in the state things are in."""


class NotAllowed(Refusal):
    """This user may not do it."""


class Missing(Refusal):
    """It does not exist, as far as this user may know."""


class Outdated(Refusal):
    """Somebody else changed it since the asker last looked."""


class Busy(Refusal):
    """It is being changed at this moment; the same request can be sent again."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was sent.

    `keyword` is the JSON Schema keyword that is not met, `path` leads to the value (names, and
    positions in lists), `params` holds what the keyword asks for, such as ``{"limit": 1}``.
    """

    keyword: str
    path: tuple[str | int, ...]
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Invalid(Refusal):
    """What was sent is wrong; `faults` names everything that is, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        several = f"{len(self.faults)} things are wrong; each is listed."
        super().__init__(self.faults[0].message if len(self.faults) == 1 else several)
