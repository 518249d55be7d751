import pytest

from niagara.accounts.models import Role, User
from niagara.accounts.operations.people import MoreThanYours, change_user, set_grants
from tests.factories import AT, Floor, grant_only, make_user, via_api


@pytest.fixture
def clerk(floor: Floor) -> User:
    """Somebody who keeps the users and may look at batches at the own locations."""
    clerk = make_user(floor.organization, None)
    grant_only(clerk, "user:create")
    role = Role.objects.create(organization=floor.organization, label="Looks at batches here")
    role.grants.create(permission="batch:read", match_location=True)
    clerk.roles.add(role)
    return User.objects.get(pk=clerk.pk)


def test_nobody_gives_a_role_that_allows_more_than_they_hold(floor: Floor, clerk: User, tom: User) -> None:
    administrator = Role.objects.get(organization=floor.organization, label="Administrator")

    with pytest.raises(MoreThanYours, match="which you don't hold yourself"):
        change_user(tom, roles=[administrator], by=via_api(clerk), at=AT)

    assert [role.label for role in tom.roles.all()] == ["Technician"]


def test_a_role_somebody_has_already_is_left_to_them(clerk: User, tom: User) -> None:
    tom.name = "Thomas Baker"

    change_user(tom, roles=list(tom.roles.all()), by=via_api(clerk), at=AT)

    assert User.objects.get(pk=tom.pk).name == "Thomas Baker"


def test_nobody_widens_a_role_beyond_what_they_hold(floor: Floor, clerk: User) -> None:
    role = Role.objects.create(organization=floor.organization, label="Helper")

    set_grants(role, {"batch:read": True}, by=via_api(clerk), at=AT)
    with pytest.raises(MoreThanYours):
        set_grants(role, {"batch:read": False}, by=via_api(clerk), at=AT)

    assert list(role.grants.values_list("permission", "match_location")) == [("batch:read", True)]
