"""Entity tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niagara.api import etags

TAG = etags.tag(3, b"{}")


def test_a_tag_tells_the_version_and_the_answer() -> None:
    assert etags.version_in(TAG) == 3
    assert len({TAG, etags.tag(4, b"{}"), etags.tag(3, b"[]")}) == 3
    assert etags.tag(3, b"{}") == TAG


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"x", {TAG}', f"{TAG},W/{TAG}", "*", f" {TAG} "])
def test_a_client_that_holds_the_answer_is_told_so(header: str) -> None:
    assert etags.is_unchanged(header, TAG)


@pytest.mark.parametrize("header", [None, "", '"x"', TAG.strip('"'), etags.tag(4, b"{}"), etags.tag(3, b"[]")])
def test_a_client_that_holds_another_is_not(header: str | None) -> None:
    assert not etags.is_unchanged(header, TAG)


@pytest.mark.parametrize("header", [None, "*", " * "])
def test_any_version_will_do(header: str | None) -> None:
    assert etags.version_in(header) is None


@given(st.text())
def test_a_tag_that_was_not_made_here_names_no_version(header: str) -> None:
    assert etags.version_in(f"x{header}") == 0
