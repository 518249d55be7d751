import pytest

from niagara.accounts.access import PermissionMissing
from niagara.accounts.actor import Actor
from niagara.accounts.models import Badge, HistoryEntry, SharedDevice, User
from niagara.accounts.operations.badges import (
    BadgeRevoked,
    MoreThanYours,
    PasswordOnly,
    PinTooEasy,
    issue_badge,
    revoke_badge,
    set_pin,
)
from niagara.accounts.operations.devices import allow_device, revoke_device
from niagara.accounts.operations.people import remove_user
from niagara.refusals import Invalid
from tests.factories import AT, Floor, grant_only, make_user, via_api
from tests.walks.conftest import become_administrator

PIN = "4711"


def badge_of(user: User) -> Badge:
    return Badge.objects.valid().get(user=user)


def told_of(user: User) -> list[str]:
    return list(HistoryEntry.objects.of(user).order_by("id").values_list("verb", flat=True))


def test_a_second_badge_takes_the_place_of_the_first(floor: Floor, tom: User) -> None:
    first = issue_badge(tom, pin=PIN, by=floor.by, at=AT)
    second = issue_badge(tom, pin=PIN, by=floor.by, at=AT)

    assert first != second
    assert Badge.objects.filter(user=tom).count() == 2
    assert badge_of(tom).revoked is None
    assert told_of(tom) == ["given a badge", "given a badge"]
    assert first not in str(list(HistoryEntry.objects.values()))


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "١٢٣٤", "4444", "1234", "7890", "9876", "45678"])
def test_a_pin_is_four_to_eight_digits_and_no_row_of_them(floor: Floor, tom: User, pin: str) -> None:
    with pytest.raises(PinTooEasy, match="Choose"):
        issue_badge(tom, pin=pin, by=floor.by, at=AT)

    assert not Badge.objects.exists()


def test_who_uses_the_admin_or_keeps_the_users_has_no_badge(floor: Floor, maria: User) -> None:
    clerk = make_user(floor.organization, None)
    grant_only(clerk, "user:create")  # which brings user:update
    become_administrator(maria)

    for person in (maria, clerk, make_user(floor.organization, None, is_superuser=True)):
        with pytest.raises(PasswordOnly, match="signs in with a password"):
            issue_badge(person, pin=PIN, by=via_api(maria), at=AT)
        assert person not in User.objects.who_may_have_badges()


def test_those_who_may_have_badges_are_listed(tom: User) -> None:
    assert list(User.objects.who_may_have_badges()) == [tom]


def test_nobody_makes_a_way_in_that_allows_more_than_they_may_do(floor: Floor, tom: User) -> None:
    machine = make_user(floor.organization, "Integration")
    issue_badge(machine, pin=PIN, by=Actor.system(), at=AT)

    for act in (issue_badge, lambda user, **more: set_pin(badge_of(user), **more)):
        with pytest.raises(MoreThanYours):
            act(machine, pin=PIN, by=floor.by, at=AT)


def test_badges_are_the_business_of_those_who_set_up_the_floor(floor: Floor, tom: User, olga: User) -> None:
    issue_badge(tom, pin=PIN, by=floor.by, at=AT)
    tina = make_user(floor.organization, "Technician")

    for stranger in (tina, olga):
        by = via_api(stranger)
        with pytest.raises(PermissionMissing):
            issue_badge(tom, pin=PIN, by=by, at=AT)
        with pytest.raises(PermissionMissing):
            set_pin(badge_of(tom), PIN, by=by, at=AT)
        with pytest.raises(PermissionMissing):
            revoke_badge(badge_of(tom), by=by, at=AT)


def test_everybody_may_change_their_own_pin_until_the_badge_is_revoked(floor: Floor, tom: User) -> None:
    issue_badge(tom, pin=PIN, by=floor.by, at=AT)
    badge = badge_of(tom)

    set_pin(badge, "90210", by=via_api(tom), at=AT)
    assert revoke_badge(badge, by=floor.by, at=AT)

    assert not revoke_badge(badge, by=floor.by, at=AT)
    with pytest.raises(BadgeRevoked):
        set_pin(badge, "1357", by=via_api(tom), at=AT)
    assert told_of(tom) == ["given a badge", "given a new PIN", "badge revoked"]


def test_a_tablet_is_allowed_once_under_a_name_and_revoked_once(floor: Floor, tom: User) -> None:
    device = SharedDevice(organization=floor.organization, name="Bench 3")
    secret = allow_device(device, by=floor.by, at=AT)
    assert SharedDevice.objects.that_keeps(secret) == device

    with pytest.raises(Invalid, match="Another tablet has this name"):
        allow_device(SharedDevice(organization=floor.organization, name="Bench 3"), by=floor.by, at=AT)
    with pytest.raises(PermissionMissing):
        allow_device(SharedDevice(organization=floor.organization, name="Bench 4"), by=via_api(tom), at=AT)
    with pytest.raises(PermissionMissing):
        revoke_device(device, by=via_api(tom), at=AT)

    assert revoke_device(device, by=floor.by, at=AT)
    assert not revoke_device(device, by=floor.by, at=AT)
    assert SharedDevice.objects.that_keeps(secret) is None
    allow_device(SharedDevice(organization=floor.organization, name="Bench 3"), by=floor.by, at=AT)


def test_a_person_is_removed_with_their_badge(floor: Floor, tom: User) -> None:
    issue_badge(tom, pin=PIN, by=floor.by, at=AT)

    remove_user(tom, by=Actor.system(), at=AT)

    assert not Badge.objects.exists()
