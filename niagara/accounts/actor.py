from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from niagara.accounts.models import SYSTEM_ID, HistoryEntry, User

if TYPE_CHECKING:
    from django.http import HttpRequest

Via = HistoryEntry.Via


@dataclass(frozen=True)
class Actor:
    """Who does something, and through what. Made once at the edge, handed to every operation."""

    user: User
    via: Via
    client: str = ""

    @classmethod
    def system(cls) -> Self:
        """Nobody in particular: a clock, a worker, an upgrade."""
        return cls(User.objects.get(pk=SYSTEM_ID), Via.SYSTEM)

    @classmethod
    def in_command(cls, user: User, command: str) -> Self:
        return cls(user, Via.COMMAND, command)

    @classmethod
    def in_admin(cls, request: HttpRequest) -> Self:
        return cls(_user_of(request), Via.ADMIN)

    @classmethod
    def on_screen(cls, request: HttpRequest) -> Self:
        return cls(_user_of(request), Via.SCREEN)


def _user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # neither lets anybody else in
    # Django hands out a stand-in that is looked up when used; operations want the user.
    return getattr(request.user, "_wrapped", request.user)
