import pytest

from batches.models import Batch
from batches.operations.assigning import spread_technicians
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import User
from niagara.records.models import Notification, Relation
from tests.factories import AT, Floor, make_user, via_api


@pytest.fixture
def ann(floor: Floor) -> User:
    return make_user(floor.organization, "Technician", "Ann Lee")


def test_the_biggest_batches_are_shared_out_first(floor: Floor, tom: User, ann: User) -> None:
    batches = [floor.make_batch(number) for number in (1, 2, 3, 4)]

    shares = spread_technicians(batches, [tom, ann], by=floor.by, at=AT)

    assert {user: [batch.active for batch in share] for user, share in shares.items()} == {tom: [4, 1], ann: [3, 2]}


def test_who_has_work_already_gets_less(floor: Floor, tom: User, ann: User) -> None:
    floor.make_batch(5, technicians=[ann])
    batches = [floor.make_batch(2) for _ in range(3)]

    shares = spread_technicians(batches, [ann, tom], by=floor.by, at=AT)

    assert {user: len(share) for user, share in shares.items()} == {tom: 3}
    assert set(Batch.objects.assigned_to(tom)) == set(batches)
    assert Notification.objects.filter(user=tom).count() == 3


def test_who_may_not_assign_spreads_nobody(floor: Floor, batch_of_ten: Batch, tom: User, ann: User) -> None:
    with pytest.raises(PermissionMissing):
        spread_technicians([batch_of_ten], [tom, ann], by=via_api(tom), at=AT)

    assert not Relation.objects.technicians().exists()
