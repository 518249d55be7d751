"""All ways have to give the same answer, or there is nothing to compare."""

from collections.abc import Sequence

import orjson

from tests.bench.harness import Way


def check(ways: Sequence[Way]) -> None:
    """End the run unless the floor is the product byte for byte, and every other way as parsed JSON."""
    answers = {way.name: way.answer() for way in ways}
    if answers["floor"] != answers["product"]:
        raise SystemExit(f"The floor gives another answer: {difference(answers['product'], answers['floor'])}")
    expected = orjson.loads(answers["product"])
    for name, answer in answers.items():
        if orjson.loads(answer) != expected:
            raise SystemExit(f"{name} gives another answer.")


def difference(one: bytes, other: bytes) -> str:
    """Where two answers part, with some of what stands around."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"at byte {at}: {one[at - 80 : at + 80]!r} is {other[at - 80 : at + 80]!r}"
