import pytest

from batches.models import Batch
from batches.operations.changing import Changes, change_batch
from batches.operations.creating import create_batch
from batches.operations.placing import NoRoom, QueueClosed
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import User
from niagara.ranks import MAX_LENGTH
from niagara.refusals import Invalid
from queues.models import Queue
from tests.factories import AT, Floor, grant_only, make_user, relate, via_api
from workorders.models import WorkOrder


def change(batch: Batch, by: User, **changes: object) -> Batch:
    wanted: Changes = changes  # type: ignore[assignment]
    return change_batch(batch=batch, changes=wanted, by=via_api(by), at=AT)


def labels(queue: Queue) -> list[str]:
    return list(Batch.objects.in_queue(queue).in_processing_order().values_list("label", flat=True))


def orders() -> dict:
    return dict(Batch.objects.values_list("label", "order"))


@pytest.fixture
def abc(floor: Floor) -> list[Batch]:
    return [floor.make_batch(1, label=label) for label in "abc"]


def test_a_batch_without_an_order_goes_to_the_end_of_its_queue(floor: Floor, abc: list[Batch]) -> None:
    floor.make_batch(1, label="d")

    assert labels(floor.queue) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("moving", "where", "neighbour", "expected"),
    [
        (2, "before", 0, ["c", "a", "b"]),
        (2, "before", 1, ["a", "c", "b"]),
        (0, "before", 2, ["b", "a", "c"]),
        (0, "after", 2, ["b", "c", "a"]),
        (0, "after", 1, ["b", "a", "c"]),
        (2, "after", 0, ["a", "c", "b"]),
        (1, "after", 0, ["a", "b", "c"]),
        (1, "before", 1, ["a", "b", "c"]),
    ],
)
def test_moving_a_batch_before_or_after_another_writes_one_row(
    floor: Floor, abc: list[Batch], maria: User, moving: int, where: str, neighbour: int, expected: list[str]
) -> None:
    before = orders()

    change(abc[moving], maria, **{where: abc[neighbour]})

    assert labels(floor.queue) == expected
    moved = {label for label, order in orders().items() if before[label] != order}
    assert moved <= {abc[moving].label}


def test_a_neighbour_that_moved_meanwhile_is_found_where_it_is_now(floor: Floor, abc: list[Batch], maria: User) -> None:
    first, second, third = abc
    change(first, maria, after=third)

    change(second, maria, after=first)  # `first` as it was read before it moved

    assert labels(floor.queue) == ["c", "a", "b"]


def test_a_rank_of_ones_own_is_taken_or_the_next_one_behind_it(floor: Floor, abc: list[Batch], maria: User) -> None:
    assert change(abc[2], maria, order="B").order == "B"
    assert labels(floor.queue) == ["c", "a", "b"]

    assert change(abc[1], maria, order="B").order > "B"
    assert labels(floor.queue) == ["c", "b", "a"]

    assert floor.make_batch(1, label="d", order="B").order > "B"
    assert labels(floor.queue) == ["c", "d", "b", "a"]


def test_a_rank_a_batch_has_already_moves_it_nowhere(abc: list[Batch], maria: User) -> None:
    before = orders()

    assert change(abc[1], maria, order=abc[1].order).version == 1

    assert orders() == before


def test_a_new_batch_may_have_a_rank_of_its_own(floor: Floor) -> None:
    floor.make_batch(1, label="late", order="z")
    floor.make_batch(1, label="early", order="b")

    assert labels(floor.queue) == ["early", "late"]
    assert floor.make_batch(1, label="last").order > "z"


def test_moving_to_another_queue_puts_a_batch_at_its_end(floor: Floor, abc: list[Batch], maria: User) -> None:
    slow = floor.make_queue()
    floor.make_batch(1, queue=slow, label="x")

    change(abc[0], maria, queue=slow)
    change(abc[1], maria, queue=slow, before=abc[0])

    assert (labels(floor.queue), labels(slow)) == (["c"], ["x", "b", "a"])


def test_a_neighbour_in_another_queue_is_refused(floor: Floor, abc: list[Batch], maria: User) -> None:
    elsewhere = floor.make_batch(1, queue=floor.make_queue())

    for where in ("before", "after"):
        with pytest.raises(Invalid, match="stands in the queue Fast lane"):
            change(abc[0], maria, **{where: elsewhere})


def test_where_no_rank_fits_any_more_the_move_is_refused(floor: Floor, abc: list[Batch], maria: User) -> None:
    first, second, third = abc
    for batch, last in ((first, "1"), (second, "2")):
        Batch.objects.filter(pk=batch.pk).update(order="a" * (MAX_LENGTH - 1) + last)
        batch.refresh_from_db()

    with pytest.raises(NoRoom):
        change(third, maria, before=second)


# To create or move a batch into a queue, one needs access to it


@pytest.fixture
def planner(floor: Floor) -> User:
    """May create batches, but has no access to any queue yet."""
    user = make_user(floor.organization, None)
    grant_only(user, "batch:create")
    return user


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    return floor.make_work_order(10)


def create(work_order: WorkOrder, queue: Queue, user: User) -> Batch:
    by = via_api(User.objects.get(pk=user.pk))  # as in the next request
    return create_batch(work_order=work_order, queue=queue, number_cycles=1, by=by, at=AT)


def test_without_access_to_the_queue_nobody_places_a_batch_in_it(
    floor: Floor, work_order: WorkOrder, planner: User
) -> None:
    batch = floor.make_batch(1, work_order, floor.make_queue())

    with pytest.raises(QueueClosed, match="no access to the queue Fast lane"):
        create(work_order, floor.queue, planner)
    with pytest.raises(QueueClosed):
        change(batch, planner, queue=floor.queue)


@pytest.mark.parametrize("relation", ["tech", "owner", "viewer"])
def test_a_relation_to_the_queue_or_its_location_opens_it(
    floor: Floor, work_order: WorkOrder, planner: User, relation: str
) -> None:
    another = make_user(floor.organization, None)
    grant_only(another, "batch:create")

    relate(planner, relation, floor.queue)
    relate(another, relation, floor.location)

    for user in (planner, another):
        assert create(work_order, floor.queue, user).queue == floor.queue


def test_the_permission_for_all_queues_opens_them(floor: Floor, work_order: WorkOrder, planner: User) -> None:
    grant_only(planner, "batch:create", "queue:all")

    assert create(work_order, floor.queue, planner).queue == floor.queue


def test_a_grant_for_ones_own_locations_counts_only_there(floor: Floor, work_order: WorkOrder, planner: User) -> None:
    annex = floor.make_queue(location=floor.make_location())
    grant_only(planner, "batch:create", match_location=True)
    relate(planner, "owner", floor.queue)  # access to the queue alone is not enough
    with pytest.raises(PermissionMissing, match="batch:create"):
        create(work_order, floor.queue, planner)

    relate(planner, "tech", floor.location)
    relate(planner, "owner", annex)

    batch = create(work_order, floor.queue, planner)
    with pytest.raises(PermissionMissing, match="batch:create"):
        create(work_order, annex, planner)
    with pytest.raises(PermissionMissing, match="batch:update"):
        change(batch, User.objects.get(pk=planner.pk), queue=annex)


def test_access_to_the_queue_alone_lets_nobody_create(floor: Floor, work_order: WorkOrder, tom: User) -> None:
    relate(tom, "tech", floor.queue)

    with pytest.raises(PermissionMissing, match="batch:create"):
        create(work_order, floor.queue, tom)


def test_nobody_places_batches_in_a_queue_of_another_organization(
    floor: Floor, work_order: WorkOrder, olga: User
) -> None:
    batch = floor.make_batch(1, work_order)

    with pytest.raises(PermissionMissing):
        create(work_order, floor.queue, olga)
    with pytest.raises(PermissionMissing):
        change(batch, olga, label="Mine")
