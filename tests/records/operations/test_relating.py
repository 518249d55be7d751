from uuid import UUID

import pytest

from batches.models import Batch
from batches.operations.deleting import delete_batch
from niagara.accounts.access import PermissionMissing
from niagara.accounts.models import HistoryEntry, User
from niagara.accounts.operations.locking import RemovedMeanwhile
from niagara.records.models import INWARD, OUTWARD, Relation, public_relation_id, read_relation_id
from niagara.records.operations.relating import (
    AlreadyRelated,
    OfAnotherOrganization,
    attach,
    attach_technicians,
    detach,
)
from niagara.refusals import Conflict, Invalid
from tests.factories import AT, Floor, grant_only, relate, via_api


def test_attaching_relates_and_tells_whom(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    made = attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)

    made.refresh_from_db()
    assert (made.source_type, made.source_id, made.source_user) == ("USER", tom.user_id, tom)
    assert (made.target_type, made.target_id, made.relation) == ("BAT", batch_of_ten.pk, "tech")
    entry = HistoryEntry.objects.of(batch_of_ten).first()
    assert (entry.verb, entry.changes) == ("related", {"tech": [None, "Tom Baker"]})


def test_things_that_are_no_users_can_be_related_too(floor: Floor, batch_of_ten: Batch) -> None:
    made = attach(batch_of_ten, "allocated", floor.station, by=floor.by, at=AT)

    assert (made.source_type, made.source_id, made.source_user) == ("RES", floor.station.pk, None)


def test_only_a_user_can_be_a_technician(floor: Floor, batch_of_ten: Batch) -> None:
    with pytest.raises(Invalid, match="Only a USER can be a technician"):
        attach(batch_of_ten, "tech", floor.station, by=floor.by, at=AT)


def test_nobody_is_related_in_the_same_way_twice(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)

    with pytest.raises(AlreadyRelated, match="Tom Baker is already technician for Provision iPads #1"):
        attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)

    assert issubclass(AlreadyRelated, Conflict)
    assert attach(batch_of_ten, "owner", tom, by=floor.by, at=AT).relation == "owner"


def test_nothing_is_related_across_organizations(floor: Floor, batch_of_ten: Batch, olga: User) -> None:
    with pytest.raises(OfAnotherOrganization):
        attach(batch_of_ten, "viewer", olga, by=floor.by, at=AT)
    with pytest.raises(OfAnotherOrganization):
        attach_technicians([batch_of_ten], [olga], by=floor.by, at=AT)
    with pytest.raises(PermissionMissing):
        attach(batch_of_ten, "viewer", olga, by=via_api(olga), at=AT)

    assert not Relation.objects.filter(source_user=olga).exists()


def test_the_permission_to_attach_covers_detaching(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    grant_only(tom, "batch:read")
    with pytest.raises(PermissionMissing, match="batch:attach"):
        attach(batch_of_ten, "viewer", tom, by=via_api(tom), at=AT)

    grant_only(tom, "batch:attach")
    made = attach(batch_of_ten, "viewer", tom, by=via_api(tom), at=AT)
    detach(batch_of_ten, made, by=via_api(tom), at=AT)

    assert not Relation.objects.filter(relation="viewer").exists()


def test_the_permission_to_detach_does_not_cover_attaching(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    made = attach(batch_of_ten, "viewer", tom, by=floor.by, at=AT)
    grant_only(tom, "batch:detach")

    detach(batch_of_ten, made, by=via_api(tom), at=AT)

    with pytest.raises(PermissionMissing, match="batch:attach"):
        attach(batch_of_ten, "viewer", tom, by=via_api(tom), at=AT)


def test_detaching_tells_who_was_related_and_happens_once(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    made = attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)
    again = Relation.objects.get(pk=made.pk)

    detach(batch_of_ten, made, by=floor.by, at=AT)
    with pytest.raises(RemovedMeanwhile, match="This relation was removed meanwhile"):
        detach(batch_of_ten, again, by=floor.by, at=AT)

    entries = HistoryEntry.objects.of(batch_of_ten).filter(verb="unrelated")
    assert entries.get().changes == {"tech": [str(tom.user_id), None]}


def test_who_is_a_technician_already_stays_one(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    other = floor.make_batch(1)
    attach(batch_of_ten, "tech", tom, by=floor.by, at=AT)

    attach_technicians([batch_of_ten, other], [tom, floor.manager], by=floor.by, at=AT)
    attach_technicians([batch_of_ten, other], [tom, floor.manager], by=floor.by, at=AT)

    assert set(Relation.objects.technicians().values_list("target_id", "source_user")) == {
        (batch.pk, user.pk) for batch in (batch_of_ten, other) for user in (tom, floor.manager)
    }
    assert HistoryEntry.objects.filter(verb="related").count() == 4


def test_nobody_is_related_to_what_was_removed_meanwhile(floor: Floor, tom: User) -> None:
    batch, other = floor.make_batch(1), floor.make_batch(1)
    seen = Batch.objects.get(pk=batch.pk)
    delete_batch(batch=batch, by=floor.by, at=AT)

    with pytest.raises(RemovedMeanwhile, match="This batch was removed meanwhile"):
        attach(seen, "viewer", tom, by=floor.by, at=AT)
    with pytest.raises(RemovedMeanwhile, match="One of these batches was removed meanwhile"):
        attach_technicians([other, seen], [tom], by=floor.by, at=AT)

    assert not Relation.objects.filter(source_user=tom).exists()


def test_a_relation_is_seen_from_both_ends(floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    relate(tom, "tech", batch_of_ten)

    inward = Relation.objects.seen_from(batch_of_ten.pk).get(relation="tech")
    outward = Relation.objects.seen_from(tom.user_id).get()

    assert (inward.direction, inward.other_type) == (INWARD, "USER")
    assert (outward.direction, outward.other_type) == (OUTWARD, "BAT")


def test_a_relation_s_id_is_the_one_of_the_document() -> None:
    relation_id = UUID("7e889321-2ecf-4327-8629-233a7556df2b")

    public = public_relation_id("USER", "created", relation_id)

    assert public == "VVNFUiNyZWw6Y3JlYXRlZCM3ZTg4OTMyMS0yZWNmLTQzMjctODYyOS0yMzNhNzU1NmRmMmI"
    assert read_relation_id(public) == relation_id


@pytest.mark.parametrize("public", ["", "VVNFUg", "not base64!", "VVNFUiNyZWw6dGVjaCNub3QtYW4taWQ", "é"])
def test_any_other_text_is_no_relation_s_id(public: str) -> None:
    assert read_relation_id(public) is None


def test_nothing_is_related_to_itself(floor: Floor) -> None:
    batch = floor.make_batch(1)

    with pytest.raises(Invalid, match="related to itself"):
        attach(batch, "contact", batch, by=floor.by, at=AT)

    assert not Relation.objects.filter(relation="contact").exists()
