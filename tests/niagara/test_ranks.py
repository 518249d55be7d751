"""Ranks: between any two there is always another."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from niagara import ranks

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Whatever a person or a client may choose: any digits, but not 0 at the end.
chosen = st.text(DIGITS, max_size=12).flatmap(lambda text: st.sampled_from(DIGITS[1:]).map(lambda last: text + last))


@given(chosen, chosen)
def test_a_rank_lies_strictly_between_its_neighbours(one: str, other: str) -> None:
    assume(one != other)
    before, after = sorted((one, other))

    rank = ranks.between(before, after)

    assert before < rank < after
    ranks.validate_rank(rank)


@given(chosen)
def test_a_rank_at_the_end_lies_behind_the_last(last: str) -> None:
    rank = ranks.between(last, None)

    assert last < rank
    ranks.validate_rank(rank)


@given(chosen)
def test_a_rank_at_the_beginning_lies_ahead_of_the_first(first: str) -> None:
    rank = ranks.between(None, first)

    assert "" < rank < first
    ranks.validate_rank(rank)


@given(st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=150))
def test_whatever_is_moved_where_the_order_stays_the_one_wished(places: list[int]) -> None:
    row: list[str] = []
    for place in places:
        at = place % (len(row) + 1)
        before = row[at - 1] if at else None
        after = row[at] if at < len(row) else None
        row.insert(at, ranks.between(before, after))

    assert row == sorted(set(row))


def test_a_long_row_of_ranks_stays_short() -> None:
    last = ranks.first()
    for _ in range(10_000):
        last = ranks.between(last, None)

    assert len(last) <= 8


@pytest.mark.parametrize(("before", "after"), [("b", "a"), ("a", "a"), ("ab", "a")])
def test_nothing_lies_between_ranks_in_the_wrong_order(before: str, after: str) -> None:
    with pytest.raises(ValueError, match=before):
        ranks.between(before, after)
