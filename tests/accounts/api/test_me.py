"""GET /me"""

import pytest

from niagara.accounts.models import User
from tests.clients import Api, ApiFactory, assert_problem
from tests.factories import Floor, make_user

BEGINNINGS = ("nter:me-batches", "nter:me-locations", "nter:me-notifications")


def test_it_is_the_signed_in_user_and_leads_to_what_is_theirs(client: Api, api: ApiFactory, tom: User) -> None:
    toms = api(tom, "me:profile")

    response = toms.get("me")

    assert response.status_code == 200
    me = response.json()
    links = {name: link["href"] for name, link in me.pop("_links").items()}
    shown = client.get(f"users/{tom.user_id}").json()
    assert me == {key: value for key, value in shown.items() if key != "_links"}
    assert links.pop("self") == "http://testserver/api/me"
    assert tuple(links) == BEGINNINGS
    for href in links.values():
        assert toms.get(href).status_code == 200


@pytest.mark.parametrize("path", ["me", "me/batches", "me/locations", "me/notifications"])
def test_a_user_without_any_role_has_a_profile_too(api: ApiFactory, floor: Floor, path: str) -> None:
    user = make_user(floor.organization, None)

    assert api(user, "me:profile").get(path).status_code == 200
    assert "the scope me:profile" in assert_problem(api(user, "user:read").get(path), 403, "Forbidden")["detail"]
