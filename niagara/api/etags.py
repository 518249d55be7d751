"""Entity tags, RFC 9110: what a client saw, and whether it is still so.

A tag holds the version of the row and a digest of the answer. `If-None-Match` compares both: the
answer is the same to the last byte. `If-Match` compares the version alone: a batch can be changed
even though a cycle of its work order was completed since it was fetched.
"""

import re
from hashlib import blake2b

_TAG = re.compile(r'"(\d+)\.[0-9a-f]+"')


def tag(version: int, body: bytes) -> str:
    return f'"{version}.{blake2b(body, digest_size=8).hexdigest()}"'


def is_unchanged(if_none_match: str | None, current: str) -> bool:
    """Whether the client holds the current answer already."""
    if if_none_match is None:
        return False
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in tags or current in tags


def version_in(if_match: str | None) -> int | None:
    """The version of the row that the client wants to change, or None if any will do.

    A tag that was not made here names version 0, which no row has.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    return int(found[1]) if found else 0
