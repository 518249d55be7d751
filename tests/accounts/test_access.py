"""Rule 8: a user sees and changes only what role, relation and organization allow."""

import pytest

from batches.models import Batch
from niagara.accounts.access import PermissionMissing, allowed, require
from niagara.accounts.models import Role, User
from niagara.accounts.permissions import ROLES, SCOPES, implied
from niagara.directory.models import Customer, Location
from niagara.refusals import NotAllowed
from queues.models import Queue
from tests.factories import Floor, grant_only, make_user, relate, via_api


def as_next_asked(user: User) -> User:
    """As the next request finds the user: what they hold and where is read once for each."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def nobody(floor: Floor) -> User:
    """Belongs to the organization, and holds no role."""
    return make_user(floor.organization, None)


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root@example.com", "secret")


# Permissions and what comes with them


@pytest.mark.parametrize(
    ("permission", "held"),
    [
        ("batch:create", {"create", "read", "update", "delete", "attach", "detach"}),
        ("batch:attach", {"attach", "detach"}),
        ("batch:all", {"all", "read"}),
        ("batch:update", {"update"}),
        ("batch:detach", {"detach"}),
        ("note:create", {"create", "read", "delete"}),
        ("user:create", {"create", "read", "update", "delete"}),
        ("context:create", {"create", "read"}),
        ("no:such", set()),
    ],
)
def test_a_permission_brings_along_what_it_implies(permission: str, held: set[str]) -> None:
    resource = permission.partition(":")[0]

    assert implied(permission) == {f"{resource}:{verb}" for verb in held}


def test_everybody_holds_their_own_profile_and_no_more(nobody: User) -> None:
    assert nobody.grants == {"me:profile": True}


def test_the_wider_of_two_grants_counts(nobody: User) -> None:
    for match_location in (True, False):
        role = Role.objects.create(organization=nobody.organization, label=f"Own locations: {match_location}")
        role.grants.create(permission="batch:read", match_location=match_location)
        nobody.roles.add(role)

    assert as_next_asked(nobody).grants["batch:read"] is True


def test_an_organization_starts_with_five_roles(floor: Floor) -> None:
    labels = Role.objects.filter(organization=floor.organization).values_list("label", flat=True)

    assert sorted(labels) == ["Administrator", "Integration", "Production manager", "Technician", "Viewer"]
    assert set(ROLES) == set(labels)
    assert as_next_asked(make_user(floor.organization, "Administrator")).grants.keys() == SCOPES.keys()


# One row


def test_without_the_permission_it_is_refused_and_says_which_is_missing(floor: Floor, nobody: User) -> None:
    with pytest.raises(PermissionMissing, match="permission queue:update"):
        require(via_api(nobody), "queue:update", floor.queue)

    assert issubclass(PermissionMissing, NotAllowed)


def test_a_grant_for_ones_own_locations_needs_a_relation_to_the_location(floor: Floor, nobody: User) -> None:
    grant_only(nobody, "queue:update", "batch:update", match_location=True)
    batch = floor.make_batch(1)
    elsewhere = floor.make_queue(location=floor.make_location())
    assert not allowed(nobody, "queue:update", floor.queue)

    relate(nobody, "tech", floor.location)

    nobody = as_next_asked(nobody)
    assert allowed(nobody, "queue:update", floor.queue)
    assert allowed(nobody, "batch:update", batch)
    assert not allowed(nobody, "queue:update", elsewhere)


def test_a_grant_for_ones_own_locations_never_counts_for_what_has_no_place(floor: Floor, nobody: User) -> None:
    grant_only(nobody, "customer:update", match_location=True)
    relate(nobody, "owner", floor.location)

    assert not allowed(as_next_asked(nobody), "customer:update", floor.customer)


def test_a_relation_lets_nobody_change_anything(floor: Floor, nobody: User) -> None:
    for relation in ("owner", "editor", "tech"):
        relate(nobody, relation, floor.queue)

    assert not allowed(as_next_asked(nobody), "queue:update", floor.queue)


@pytest.mark.parametrize("permission", ["batch:read", "batch:update", "batch:delete", "batch:attach"])
def test_no_permission_reaches_into_another_organization(floor: Floor, olga: User, permission: str) -> None:
    batch = floor.make_batch(1)
    relate(olga, "owner", batch)
    relate(olga, "owner", floor.location)

    assert permission in olga.grants
    assert not allowed(as_next_asked(olga), permission, batch)


def test_a_superuser_may_do_everything_everywhere(floor: Floor, other_floor: Floor, superuser: User) -> None:
    assert superuser.grants == dict.fromkeys(SCOPES, True)
    for queue in (floor.queue, other_floor.queue):
        assert allowed(superuser, "queue:delete", queue)
        assert queue.is_open_to(superuser)
    assert Queue.objects.visible_to(superuser).count() == 2


# Lists


def test_without_role_or_relation_nothing_is_seen(floor: Floor, nobody: User) -> None:
    floor.make_batch(1)

    for model in (Batch, Queue, Location, Customer):
        assert not model.objects.visible_to(nobody).exists()
        assert not model.objects.permitted(nobody, f"{model.resource}:read").exists()
    assert set(User.objects.visible_to(nobody)) == {nobody}


@pytest.mark.parametrize("relation", ["tech", "owner", "viewer", "created"])
def test_a_relation_to_a_thing_lets_a_user_see_it_and_nothing_beside_it(
    floor: Floor, nobody: User, relation: str
) -> None:
    batch, _ = floor.make_batch(1), floor.make_batch(1)

    relate(nobody, relation, batch)

    assert Batch.objects.visible_to(nobody).get() == batch
    assert not Batch.objects.permitted(nobody, "batch:read").exists()
    assert not Queue.objects.visible_to(nobody).exists()


def test_a_grant_for_ones_own_locations_shows_what_is_there_and_what_one_is_related_to(
    floor: Floor, nobody: User
) -> None:
    annex = floor.make_queue(location=floor.make_location())
    here, there, related = floor.make_batch(1), floor.make_batch(1, queue=annex), floor.make_batch(1, queue=annex)
    grant_only(nobody, "batch:read", match_location=True)
    relate(nobody, "tech", floor.location)
    relate(nobody, "tech", related)

    nobody = as_next_asked(nobody)
    assert set(Batch.objects.visible_to(nobody)) == {here, related}
    assert set(Batch.objects.permitted(nobody, "batch:read")) == {here}
    assert not allowed(nobody, "batch:read", there)


def test_a_grant_everywhere_shows_everything_of_the_organization_alone(
    floor: Floor, other_floor: Floor, nobody: User
) -> None:
    grant_only(nobody, "queue:all")

    assert Queue.objects.visible_to(nobody).get() == floor.queue
    assert Queue.objects.permitted(nobody, "queue:read").get() == floor.queue
    assert not Queue.objects.permitted(nobody, "queue:update").exists()


def test_even_a_relation_shows_nothing_of_another_organization(floor: Floor, olga: User) -> None:
    relate(olga, "owner", floor.queue)
    relate(olga, "owner", floor.location)

    assert not Queue.objects.visible_to(olga).filter(pk=floor.queue.pk).exists()
    assert not Location.objects.visible_to(olga).filter(pk=floor.location.pk).exists()


def test_a_technician_may_read_for_whom_the_work_is_which_has_no_place(floor: Floor, tom: User) -> None:
    batch = floor.make_batch(1)
    relate(tom, "tech", floor.location)
    tom = as_next_asked(tom)

    for row in (batch, batch.queue, batch.work_order, floor.project, floor.program, floor.customer, floor.workflow):
        assert type(row).objects.visible_to(tom).filter(pk=row.pk).exists(), row
