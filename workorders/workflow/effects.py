"""What the caller has to do after a step, in this order, in the transaction that keeps the context."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class SetEntityProperty:
    """`name` is serial_number, label, part_number or attributes.NAME."""

    name: str
    value: Any


@dataclass(frozen=True)
class SetEntityStatus:
    status: str


@dataclass(frozen=True)
class SetEntityLocation:
    location: str


@dataclass(frozen=True)
class SendToVerification:
    """It waits for another pair of eyes."""


@dataclass(frozen=True)
class PassVerification:
    """The check was passed, and there is more to do."""


@dataclass(frozen=True)
class FailVerification:
    """The check was failed, and the workflow leads back to work instead of to its end."""


@dataclass(frozen=True)
class Complete:
    """The run ended at a `success` step; it may have been in verification until then."""


@dataclass(frozen=True)
class Fail:
    """The run ended at a `fail` step, whose label is the reason."""

    reason: str


@dataclass(frozen=True)
class WakeAt:
    """Call `resume` at this time. The context's `waiting` keeps it as well, over any restart."""

    time: datetime


Effect = (
    SetEntityProperty
    | SetEntityStatus
    | SetEntityLocation
    | SendToVerification
    | PassVerification
    | FailVerification
    | Complete
    | Fail
    | WakeAt
)
