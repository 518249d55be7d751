"""All ways have to give the same answer, or there is nothing to compare."""

from collections.abc import Callable, Sequence

import orjson


def check(ways: Sequence[Callable[[], bytes]]) -> None:
    """End the run unless the second, the floor, is the first, the product, byte for byte, and every other as parsed
    JSON."""
    product, floor, *others = (answer() for answer in ways)
    if floor != product:
        raise SystemExit(f"The floor gives another answer: {difference(product, floor)}")
    if any(orjson.loads(answer) != orjson.loads(product) for answer in others):
        raise SystemExit("The serializers give another answer.")


def difference(one: bytes, other: bytes) -> str:
    """Where two answers part, with some of what stands around."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"at byte {at}: {one[at - 80 : at + 80]!r} is {other[at - 80 : at + 80]!r}"
