"""What a query string says about a page."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niagara.api.paging import Key, PageRequest
from niagara.refusals import Invalid

SORT = (Key("order"), Key("number", descending=True, read=int))


def page(path: str = "/batches", **query: str) -> PageRequest:
    return PageRequest.read(path, {name: [value] for name, value in query.items()})


@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("100", 100), ("025", 25)])
def test_a_limit_is_read(text: str, limit: int) -> None:
    assert page(limit=text).limit == limit


def test_without_a_limit_it_is_25() -> None:
    assert page().limit == 25


@given(st.text().filter(lambda text: not text.isascii() or not text.isdigit()))
def test_a_limit_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        page(limit=text)


@given(st.text(), st.integers())
def test_an_offset_continues_behind_the_row_it_was_made_of(order: str, number: int) -> None:
    offset = page().next_offset(SORT, [order, number])

    condition = str(page(offset=offset).after(SORT))

    assert repr(("order__gt", order)) in condition
    assert repr(("number__lt", number)) in condition


@given(st.text())
def test_an_offset_that_was_not_made_here_is_refused(offset: str) -> None:
    with pytest.raises(Invalid):
        page(offset=offset).after(SORT)


@pytest.mark.parametrize(
    ("path", "query", "sort"),
    [
        ("/queues", {}, SORT),
        ("/batches", {"filter[status]": "PENDING"}, SORT),
        ("/batches", {}, (Key("created"), Key("number"))),
        ("/batches", {}, (Key("order"),)),
    ],
)
def test_an_offset_of_another_list_is_refused(path: str, query: dict[str, str], sort: Any) -> None:
    offset = page().next_offset(SORT, ["a", 1])

    with pytest.raises(Invalid):
        page(path, offset=offset, **query).after(sort)


def test_an_offset_of_values_of_another_kind_is_refused() -> None:
    offset = page().next_offset(SORT, ["a", "no number"])

    with pytest.raises(Invalid):
        page(offset=offset).after(SORT)


def test_the_address_of_a_page_keeps_the_rest_of_the_query() -> None:
    first = page(limit="2", **{"filter[status]": "In Progress"})

    assert first.url("next") == "/batches?limit=2&filter%5Bstatus%5D=In+Progress&offset=next"
    this = first.next_offset(SORT, ["a", 1])
    assert page(limit="2", offset=this).url(None) == "/batches?limit=2"
    assert page().url(None) == "/batches"
