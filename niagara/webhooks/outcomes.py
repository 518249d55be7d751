"""What came of a try, in words for people."""

from typing import Any


def sentence_of(attempt: Any) -> str:
    """What the receiver did. `attempt` may be the answer to a ping."""
    if attempt.status is None:
        return str(attempt.error)
    if 200 <= attempt.status < 300:
        return "It was taken."
    if attempt.status == 410:
        return "The receiver wants no more."
    if 300 <= attempt.status < 400:
        return "The receiver points elsewhere, which is not followed. Give its own address."
    return "The receiver refused it." if attempt.status < 500 else "The receiver failed."
