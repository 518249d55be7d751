from datetime import timedelta

import pytest

from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.accounts.operations.saving import ChangedMeanwhile, StillInUse, change_row, create_row, remove_row
from niagara.directory.models import Location, Resource, Unit
from niagara.refusals import Conflict, Invalid, Outdated
from queues.models import Queue
from tests.factories import AT, Floor, relate, via_api

LATER = AT + timedelta(hours=1)


def history(row: object) -> list[tuple]:
    return list(HistoryEntry.objects.of(row).values_list("verb", "changes"))  # type: ignore[arg-type]


@pytest.fixture
def unit(floor: Floor) -> Unit:
    unit = Unit(
        organization=floor.organization,
        label="iPad",
        serial_number="C02X7",
        customer=floor.customer,
        location=floor.location,
    )
    create_row(unit, by=floor.by, at=AT)
    return unit


def test_a_new_row_is_written_and_told(floor: Floor, unit: Unit) -> None:
    unit.refresh_from_db()

    assert (unit.created, unit.updated, unit.version) == (AT, AT, 1)
    assert history(unit) == [("created", {})]


def test_everything_wrong_with_a_new_row_is_told_at_once(floor: Floor, other_floor: Floor) -> None:
    unit = Unit(
        organization=floor.organization, serial_number="C02X8", customer=other_floor.customer, location=floor.location
    )

    with pytest.raises(Invalid) as caught:
        create_row(unit, by=floor.by, at=AT)

    assert {fault.path for fault in caught.value.faults} == {("label",), ("customer",)}
    unit.label = "x" * 201
    with pytest.raises(Invalid) as caught:
        create_row(unit, by=floor.by, at=AT)
    assert {"limit": 200} in [fault.params for fault in caught.value.faults]
    assert not Unit.objects.exists()


def test_what_exists_already_is_refused(floor: Floor, unit: Unit) -> None:
    again = Unit(
        organization=floor.organization,
        label="Another",
        serial_number=unit.serial_number,
        customer=floor.customer,
        location=floor.location,
    )

    with pytest.raises(Invalid) as caught:
        create_row(again, by=floor.by, at=AT)

    [fault] = caught.value.faults
    assert (fault.path, fault.message) == (("serial_number",), "The unit “iPad” has this serial number already.")


def test_a_change_is_told_from_old_to_new(floor: Floor, unit: Unit) -> None:
    annex = floor.make_location("Annex")
    unit.label, unit.location = "iPad mini", annex

    change_row(unit, by=floor.by, at=LATER)

    unit.refresh_from_db()
    assert (unit.label, unit.created, unit.updated, unit.version) == ("iPad mini", AT, LATER, 2)
    entry = HistoryEntry.objects.of(unit).first()
    assert entry.changes == {"label": ["iPad", "iPad mini"], "location": ["Menands", "Annex"]}
    assert (entry.user, entry.via, entry.client, entry.at) == (floor.manager, "api", "tests", LATER)


def test_changing_nothing_leaves_no_trace(floor: Floor, unit: Unit) -> None:
    change_row(unit, by=floor.by, at=LATER)

    unit.refresh_from_db()
    assert (unit.updated, unit.version, len(history(unit))) == (AT, 1, 1)


def test_the_second_who_changes_the_same_version_is_refused(floor: Floor, unit: Unit) -> None:
    first, second = Unit.objects.get(), Unit.objects.get()
    first.label, second.label = "iPad mini", "iPad Pro"

    change_row(first, by=floor.by, at=LATER, if_version=1)
    with pytest.raises(ChangedMeanwhile, match="was changed meanwhile"):
        change_row(second, by=floor.by, at=LATER, if_version=1)
    with pytest.raises(ChangedMeanwhile):
        remove_row(second, by=floor.by, at=LATER, if_version=1)

    assert issubclass(ChangedMeanwhile, Outdated)
    assert Unit.objects.get().label == "iPad mini"


def test_permissions_are_asked_of_the_row_as_it_is_stored(floor: Floor, tom: User, unit: Unit) -> None:
    """Otherwise who may change things at one location could pull all others over to it."""
    annex = floor.make_location()
    relate(tom, "tech", annex)
    unit.location = annex

    with pytest.raises(PermissionMissing, match="unit:update"):
        change_row(unit, by=via_api(User.objects.get(pk=tom.pk)), at=LATER)


def test_permissions_are_asked_of_the_row_as_it_will_be_too(floor: Floor, tom: User, unit: Unit) -> None:
    """Otherwise who may change things at one location could push them to any other."""
    relate(tom, "tech", floor.location)
    toms = via_api(User.objects.get(pk=tom.pk))
    annex = floor.make_location()

    unit.location = annex
    with pytest.raises(PermissionMissing, match="unit:update"):
        change_row(unit, by=toms, at=LATER)
    assert Unit.objects.get().location == floor.location

    relate(tom, "tech", annex)
    change_row(unit, by=via_api(User.objects.get(pk=tom.pk)), at=LATER)
    assert Unit.objects.get().location == annex


def test_nobody_of_another_organization_writes(floor: Floor, olga: User, unit: Unit) -> None:
    unit.label = "Mine"

    for operation in (create_row, change_row, remove_row):
        with pytest.raises(PermissionMissing):
            operation(unit, by=via_api(olga), at=LATER)


def test_a_removed_row_leaves_its_history(floor: Floor, unit: Unit) -> None:
    pk = unit.pk

    remove_row(unit, by=floor.by, at=LATER)

    assert not Unit.objects.exists()
    assert [entry.verb for entry in HistoryEntry.objects.filter(entity_id=str(pk))] == ["removed", "created"]


def test_what_is_still_used_stays_and_says_by_what(floor: Floor) -> None:
    floor.make_batch(1)

    with pytest.raises(StillInUse, match="Fast lane is still used by batches"):
        remove_row(Queue.objects.get(), by=floor.by, at=LATER)

    assert issubclass(StillInUse, Conflict)
    assert history(floor.queue) == [("created", {})]


def test_what_was_removed_meanwhile_is_gone(floor: Floor, unit: Unit) -> None:
    seen, again = Unit.objects.get(), Unit.objects.get()
    remove_row(unit, by=floor.by, at=LATER)

    seen.label = "iPad mini"
    with pytest.raises(RemovedMeanwhile, match="This unit was removed meanwhile"):
        change_row(seen, by=floor.by, at=LATER)
    with pytest.raises(RemovedMeanwhile):
        remove_row(again, by=floor.by, at=LATER)


def test_a_reference_to_another_organization_is_refused(floor: Floor, other_floor: Floor) -> None:
    station = Resource.objects.get(pk=floor.station.pk)
    station.location = Location.objects.get(pk=other_floor.location.pk)

    with pytest.raises(Invalid, match="same organization"):
        change_row(station, by=floor.by, at=LATER)
