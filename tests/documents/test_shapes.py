"""The comparer itself: what it must not let pass."""

import pytest

from tests.documents.shapes import differences

USER = {
    "user_id": "a1",
    "created": "2026-03-02T08:30:00.000Z",
    "updated": "2026-03-02T08:30:00.000Z",
    "name": "Tom",
    "email": "tom@example.com",
    "profile": "",
    "picture": "",
    "_links": {"self": {"href": "http://testserver/api/users/a1"}},
}


def test_an_answer_of_the_documented_shape_passes() -> None:
    assert differences("user", USER) == set()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"created": "2026-03-02T08:30:00Z"}, "not date-time: created = '2026-03-02T08:30:00Z'"),
        ({"name": None}, "not string: name = None"),
        ({"is_staff": True}, "beyond the document: is_staff"),
        ({"_links": {}}, "missing: _links.self"),
        ({"_links": []}, "not an object: _links = []"),
        ({"user_id": "a b"}, "not id: user_id = 'a b'"),
    ],
)
def test_what_differs_is_named(change: dict[str, object], found: str) -> None:
    assert differences("user", {**USER, **change}) == {found}


def test_lists_and_what_is_in_them_are_compared() -> None:
    page = {"total_count": True, "limit": 1, "offset": "x", "_embedded": {"nter:users": [{}, USER]}, "_links": []}

    found = differences("techs", page)

    assert "not integer: total_count = True" in found
    assert "missing: _embedded.nter:users[].name" in found
    assert "not an object: _links = []" in found


def test_a_key_that_may_be_absent_is_compared_when_it_is_there() -> None:
    user = {"entity_id": "a1", "entity_type": "USER", "email": "tom@example.com"}

    assert differences("assigned-user", user) == set()
    assert differences("assigned-user", {**user, "slug": 1}) == {"not string: slug = 1"}
