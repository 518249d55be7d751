"""Operations ready to be called, for the walks over all of them: name → what prepares the call on a floor."""

from collections.abc import Callable
from functools import partial
from typing import Any

from niagara.accounts.actor import Actor
from niagara.accounts.models import User
from tests.factories import AT, Floor, make_user

Case = Callable[[Floor], partial[Any]]
CASES: dict[str, Case] = {}


def case(prepare: Case) -> Case:
    CASES[prepare.__name__] = prepare
    return prepare


def call(operation: Callable[..., Any], *args: Any, **kwargs: Any) -> partial[Any]:
    return partial(operation, *args, by=Actor.system(), at=AT, **kwargs)


def tom_of(floor: Floor) -> User:
    return make_user(floor.organization, "Technician", "Tom Baker")
