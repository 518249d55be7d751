import pytest

from niagara.directory.models import Category, Status
from niagara.directory.operations.statuses import KeepsItsCategory, LastOfItsCategory, change_status, remove_status
from tests.factories import AT, Floor


def test_a_status_may_get_another_label(floor: Floor) -> None:
    status = floor.status(Category.IN_PROGRESS)
    status.status = "Reticulating Splines"

    change_status(status, by=floor.by, at=AT)

    assert floor.status(Category.IN_PROGRESS).status == "Reticulating Splines"


def test_a_status_keeps_its_category(floor: Floor) -> None:
    status = floor.status(Category.BLOCKED)
    status.category = Category.PENDING

    with pytest.raises(KeepsItsCategory, match="Add another status instead"):
        change_status(status, by=floor.by, at=AT)

    assert floor.status(Category.BLOCKED) == status


def test_the_last_status_of_a_category_stays(floor: Floor) -> None:
    with pytest.raises(LastOfItsCategory, match="Add another one first"):
        remove_status(floor.status(Category.VERIFYING), by=floor.by, at=AT)

    assert Status.objects.filter(organization=floor.organization).count() == len(Category)


def test_one_of_two_may_go(floor: Floor) -> None:
    parked = Status.objects.create(organization=floor.organization, status="Parked", category=Category.BLOCKED)

    remove_status(parked, by=floor.by, at=AT)

    assert floor.status(Category.BLOCKED).status == "Blocked"
