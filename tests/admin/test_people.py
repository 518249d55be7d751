from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from niagara.accounts.models import HistoryEntry, Organization, Role, User
from tests.admin.helpers import change, filled_in, through_admin, told, url
from tests.factories import Floor

PASSWORD = "correct horse battery"


def sent(**said: object) -> dict[str, object]:
    return {
        "name": "Nina New",
        "email": "Nina@example.com",
        "time_zone": "America/New_York",
        "attributes": "[]",
        "is_active": "on",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **said,
    }


def test_an_administrator_makes_a_user_with_a_role(adas: Client, floor: Floor) -> None:
    role = Role.objects.get(organization=floor.organization, label="Technician")

    response = adas.post(url(User, "add"), sent(roles=[role.pk]))

    assert response.status_code == 302, response.context["adminform"].errors
    nina = User.objects.get(email="nina@example.com")
    assert (nina.organization, list(nina.roles.all())) == (floor.organization, [role])
    assert nina.check_password(PASSWORD)
    assert through_admin(nina, "changed").changes == {"roles": [[], ["Technician"]]}


def test_a_manager_may_look_at_users_but_not_make_them(marias: Client, tom: User) -> None:
    assert marias.get(url(User, "changelist")).status_code == 200
    assert marias.get(url(User, "add")).status_code == 403
    assert marias.post(url(User, "change", tom.pk), {"name": "Other"}).status_code == 403
    assert marias.get(url(User, "password", tom.pk)).status_code == 403


def test_nobody_makes_a_superuser_or_changes_the_organization(
    adas: Client, floor: Floor, other_floor: Floor, tom: User
) -> None:
    adas.post(url(User, "add"), sent(is_superuser="on", organization=other_floor.organization.pk))
    change(adas, tom, is_superuser="on", organization=other_floor.organization.pk, name="Tom")

    assert not User.objects.filter(is_superuser=True).exclude(pk=1).exists()
    assert {user.organization for user in User.objects.filter(name__in=["Nina New", "Tom"])} == {floor.organization}


def test_a_superuser_of_the_organization_is_out_of_reach(adas: Client, floor: Floor) -> None:
    boss = User.objects.create_superuser("boss@example.com", "secret", organization=floor.organization)

    assert adas.post(url(User, "change", boss.pk), {"name": "Mine"}).status_code == 403
    assert adas.get(url(User, "password", boss.pk)).status_code == 403
    assert adas.post(url(User, "delete", boss.pk), {"post": "yes"}).status_code == 403


def test_a_role_of_another_organization_can_not_be_given(adas: Client, tom: User, other_floor: Floor) -> None:
    theirs = Role.objects.get(organization=other_floor.organization, label="Administrator")

    page = change(adas, tom, roles=[theirs.pk])

    assert "roles" in page.context["adminform"].form.errors
    assert theirs not in tom.roles.all()


def test_a_password_is_set_and_never_told(adas: Client, tom: User) -> None:
    weak = adas.post(url(User, "password", tom.pk), {"password1": "12345", "password2": "12345"})
    assert weak.status_code == 200

    assert adas.post(url(User, "password", tom.pk), {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302

    tom.refresh_from_db()
    assert tom.check_password(PASSWORD)
    assert through_admin(tom, "given a new password").changes == {}
    assert "password" not in adas.get(url(User, "change", tom.pk)).context["adminform"].form.fields


def test_everybody_changes_their_own_password(marias: Client, maria: User) -> None:
    maria.set_password("secret")
    maria.save()
    marias.force_login(maria)
    said = {"old_password": "secret", "new_password1": PASSWORD, "new_password2": PASSWORD}

    wrong = marias.post(reverse("admin:password_change"), {**said, "old_password": "wrong"})
    right = marias.post(reverse("admin:password_change"), said, follow=True)

    assert wrong.context["form"].errors
    assert right.status_code == 200
    maria.refresh_from_db()
    assert maria.check_password(PASSWORD)
    assert through_admin(maria, "given a new password")
    assert marias.get(url(Role, "changelist")).status_code == 200


def test_the_admin_has_no_door_of_its_own(client: Client) -> None:
    response = client.get(url(User, "changelist"), follow=True)

    assert response.redirect_chain[-1][0] == "/sign-in?next=/admin/accounts/user/"


def test_the_history_of_a_user_holds_no_password(adas: Client, tom: User) -> None:
    change(adas, tom, name="Thomas")

    assert set(through_admin(tom, "changed").changes) == {"name"}


def test_the_grants_of_a_role_are_changed_with_history(adas: Client, floor: Floor) -> None:
    role = Role.objects.get(organization=floor.organization, label="Viewer")
    form = filled_in(adas.get(url(Role, "change", role.pk)))
    number = int(form["grants-TOTAL_FORMS"])
    added = {
        "grants-TOTAL_FORMS": number + 1,
        f"grants-{number}-permission": "batch:update",
        f"grants-{number}-match_location": "on",
        "grants-0-DELETE": "on",
    }

    response = adas.post(url(Role, "change", role.pk), {**form, **added})

    assert response.status_code == 302, response.context["errors"]
    assert role.grants.get(permission="batch:update").match_location
    assert role.grants.count() == number
    before, after = through_admin(role, "changed").changes["grants"]
    assert "batch:update (own locations)" in set(after) - set(before)


def test_a_permission_that_does_not_exist_is_refused(adas: Client, floor: Floor) -> None:
    role = Role.objects.get(organization=floor.organization, label="Viewer")
    form = filled_in(adas.get(url(Role, "change", role.pk)))

    page = adas.post(url(Role, "change", role.pk), {**form, "grants-0-permission": "batch:everything"})

    assert page.status_code == 200
    assert not role.grants.filter(permission="batch:everything").exists()


def test_a_role_that_is_saved_unchanged_leaves_no_history(adas: Client, floor: Floor) -> None:
    role = Role.objects.get(organization=floor.organization, label="Viewer")
    change(adas, role)

    assert not HistoryEntry.objects.of(role).exists()


@pytest.fixture
def roots(signed_in: Callable[[User], Client]) -> Client:
    return signed_in(User.objects.create_superuser("root@example.com", "secret"))


def test_a_superuser_founds_and_renames_organizations(roots: Client) -> None:
    roots.post(url(Organization, "add"), {"name": "New Works"})
    made = Organization.objects.get(name="New Works")
    assert Role.objects.filter(organization=made).count() == 5

    change(roots, made, name="Newer Works")
    made.refresh_from_db()
    assert made.name == "Newer Works"
    assert HistoryEntry.objects.get(entity_type="ORG").changes == {"name": ["New Works", "Newer Works"]}
    assert not LogEntry.objects.exists()


def test_nobody_else_sees_organizations(adas: Client, floor: Floor) -> None:
    assert adas.get(url(Organization, "changelist")).status_code == 403
    assert adas.post(url(Organization, "add"), {"name": "Mine"}).status_code == 403


def test_a_superuser_says_which_organization_a_new_row_is_for(roots: Client, floor: Floor) -> None:
    from niagara.directory.models import Customer

    sent = {"label": "Somebody", "external_platform": "{}", "organization": floor.organization.pk}
    response = roots.post(url(Customer, "add"), sent)

    assert response.status_code == 302, response.context["adminform"].errors
    assert Customer.objects.get(label="Somebody").organization == floor.organization


def test_a_role_in_use_can_be_deleted_and_says_who_loses_it(adas: Client, floor: Floor, tom: User) -> None:
    role = tom.roles.get()

    assert "1 user loses this role" in adas.get(url(Role, "delete", role.pk)).content.decode()


def test_a_user_with_a_history_stays(adas: Client, floor: Floor) -> None:
    floor.make_batch(1)

    response = adas.post(url(User, "delete", floor.manager.pk), {"post": "yes"})

    assert "has a history, which stays" in told(response)[0]
    assert User.objects.filter(pk=floor.manager.pk).exists()
