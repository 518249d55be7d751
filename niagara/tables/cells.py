"""What a cell says. Each function reads the text of one, and raises CellFault if it says nothing of the kind."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

Reader = Callable[[str], Any]

_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")


class CellFault(Exception):
    """What is wrong with a cell, in one sentence that says what to put there."""


def text(cell: str) -> str:
    return cell.strip()


def label(most: int) -> Reader:
    def read(cell: str) -> str:
        if len(cell.strip()) > most:
            raise CellFault(f"Use {most} characters at most.")
        return cell.strip()

    return read


def uuid(cell: str) -> UUID:
    try:
        return UUID(cell.strip())
    except ValueError:
        raise CellFault("This is no id. Keep the ids of an export, and leave the cell empty for a new row.") from None


def whole(least: int, most: int) -> Reader:
    def read(cell: str) -> int:
        digits = cell.strip()
        if not re.fullmatch(r"[0-9]{1,9}", digits) or not least <= int(digits) <= most:
            raise CellFault(f"Give a whole number from {least} to {most:,}.")
        return int(digits)

    return read


def json_object(cell: str) -> dict[str, Any]:
    if not cell.strip():
        return {}
    try:
        found = json.loads(cell)
        told = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()  # what no database keeps, fails here
    except (ValueError, RecursionError):
        found, told = None, b""
    if not isinstance(found, dict) or b"\\u0000" in told:
        raise CellFault('Give a JSON object such as {"colour": "red"}, or leave the cell empty.')
    return found


def show_json(value: Any) -> str:
    """An object as `json_object` reads it; nothing for an empty one."""
    return json.dumps(value, ensure_ascii=False) if value else ""


def moment(time_zone: str, *, day_ends: bool = False) -> Reader:
    """A time, in this time zone unless it says its own. A day alone is its beginning, or its end."""

    def read(cell: str) -> datetime:
        said = _DOTTED.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", cell.strip())
        if day_ends and _DAY.fullmatch(said):
            said += " 23:59"
        try:
            at = datetime.fromisoformat(said)
            at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(time_zone))
            if not 1900 < at.astimezone(UTC).year < 3000:
                raise ValueError
        except (ValueError, OverflowError):
            raise CellFault(f"Write the time as 2026-12-31 17:00; it is taken as that of {time_zone}.") from None
        return at

    return read


def show_moment(at: datetime | None, time_zone: str) -> str:
    """A time as `moment` reads it: whoever reads it, wherever they are, it is the same."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(time_zone))
    exact = "auto" if local.second or local.microsecond else "minutes"
    return local.isoformat(" ", exact)
