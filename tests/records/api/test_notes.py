"""/notes, /work-orders/{work_order_id}/notes and /units/{unit_id}/notes"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from niagara.accounts.models import HistoryEntry, User
from niagara.directory.models import Unit
from niagara.records.models import Note
from niagara.records.operations.noting import write_note
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import AT, Floor, grant_only, make_user, relate
from tests.rows import all_rows
from workorders.models import WorkOrder


@pytest.fixture
def work_order(floor: Floor) -> WorkOrder:
    return floor.make_work_order()


@pytest.fixture
def unit(floor: Floor) -> Unit:
    return Unit.objects.create(
        organization=floor.organization,
        label="iPad",
        serial_number="SN-1",
        customer=floor.customer,
        location=floor.location,
    )


def contents(client: Api, address: str) -> list[str]:
    return [row["content"] for row in client.get(address).json()["_embedded"]["nter:notes"]]


def test_a_note_on_a_work_order_says_who_wrote_it_on_what(client: Api, work_order: WorkOrder) -> None:
    response = client.post(f"work-orders/{work_order.pk}/notes", {"content": "Ask for the keys"})

    assert response.status_code == 200
    note = response.json()
    author = client.user
    assert author is not None
    assert note["author"] == {"user_id": str(author.user_id), "name": author.name, "email": author.email}
    assert note["entity"] == {"entity_type": "WOR", "entity_id": str(work_order.pk)}
    assert (note["is_issue"], note["is_closed"], note["closed_at"]) == (False, False, None)
    assert note["_links"] == {
        "self": {"href": f"http://testserver/api/notes/{note['note_id']}"},
        "nter:note-work-order": {"href": f"http://testserver/api/work-orders/{work_order.pk}"},
    }
    assert client.get(note["_links"]["self"]["href"]).json() == note


def test_the_newest_note_comes_first_and_each_stands_with_its_own_subject(
    client: Api, work_order: WorkOrder, unit: Unit
) -> None:
    for address in (f"work-orders/{work_order.pk}/notes", f"units/{unit.pk}/notes"):
        for text in ("First", "Second"):
            client.post(address, {"content": f"{text} on {address[:5]}"})

    assert contents(client, f"work-orders/{work_order.pk}/notes") == ["Second on work-", "First on work-"]
    assert contents(client, f"units/{unit.pk}/notes") == ["Second on units", "First on units"]
    assert len(contents(client, "notes")) == 4
    rows = client.collect("notes?limit=1", "nter:notes")
    assert [row["content"] for row in rows] == contents(client, "notes")
    assert rows[0]["_links"]["nter:note-unit"]["href"].endswith(f"/units/{unit.pk}")


def test_an_issue_is_closed_once_and_can_be_opened_again(client: Api, unit: Unit) -> None:
    issue = {"content": "The hinge is loose", "is_issue": True}
    made = client.post(f"units/{unit.pk}/notes", issue).json()
    address = f"notes/{made['note_id']}"

    closed = client.put(address, {**issue, "is_closed": True}).json()
    again = client.put(address, {**closed, "content": "The hinge was loose"}).json()
    opened = client.put(address, issue).json()

    assert (made["is_closed"], made["closed_at"]) == (False, None)
    assert closed["is_closed"]
    assert closed["closed_at"] == closed["updated"]
    assert (again["closed_at"], again["content"]) == (closed["closed_at"], "The hinge was loose")
    assert (opened["is_closed"], opened["closed_at"]) == (False, None)
    verbs = HistoryEntry.objects.filter(entity_id=made["note_id"]).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["created", "changed", "changed", "changed"]


def test_only_an_issue_is_closed(client: Api, unit: Unit) -> None:
    response = client.post(f"units/{unit.pk}/notes", {"content": "Nice", "is_closed": True})

    assert assert_faults(response) == {(".is_closed", "const")}


def test_a_note_has_1000_characters_at_most(client: Api, unit: Unit) -> None:
    address = f"units/{unit.pk}/notes"

    assert assert_faults(client.post(address, {"content": "x" * 1001})) == {(".content", "maxLength")}
    assert assert_faults(client.post(address, {"content": " "})) == {(".content", "minLength")}
    assert client.post(address, {"content": "x" * 1000}).status_code == 200


def test_the_second_who_changes_a_note_they_both_saw_is_refused(client: Api, unit: Unit) -> None:
    made = client.post(f"units/{unit.pk}/notes", {"content": "Loose"})
    address, seen = f"notes/{made.json()['note_id']}", {"If-Match": made["ETag"]}

    assert client.put(address, {"content": "First"}, headers=seen).status_code == 200
    assert_problem(client.put(address, {"content": "Second"}, headers=seen), 412, "PreconditionFailed")
    assert_problem(client.delete(address, headers=seen), 412, "PreconditionFailed")


def test_a_removed_note_leaves_its_history(client: Api, unit: Unit) -> None:
    address = f"notes/{client.post(f'units/{unit.pk}/notes', {'content': 'Loose'}).json()['note_id']}"

    assert client.delete(address).status_code == 205

    assert_problem(client.get(address), 404, "NotFound")
    assert HistoryEntry.objects.filter(entity_type="NOTE", verb="removed").count() == 1


def test_notes_go_with_what_they_are_on(client: Api, unit: Unit, work_order: WorkOrder) -> None:
    for address in (f"units/{unit.pk}", f"work-orders/{work_order.pk}"):
        client.post(f"{address}/notes", {"content": "Loose"})

    assert client.delete(f"units/{unit.pk}").status_code == 205

    assert list(Note.objects.values_list("subject_type", flat=True)) == ["WOR"]


# Who may


@pytest.fixture
def reader(floor: Floor) -> User:
    """May read every note, and sees the things at the annex."""
    user = make_user(floor.organization, None)
    grant_only(user, "work-order:read", match_location=True)
    [role] = user.roles.all()
    role.grants.create(permission="note:read")
    return user


def test_who_does_not_see_the_subject_does_not_see_the_note(api: ApiFactory, floor: Floor, reader: User) -> None:
    annex = floor.make_location()
    relate(reader, "contact", annex)
    here, there = floor.make_work_order(), floor.make_work_order(location=annex)
    note = write_note(here, "Here", by=floor.by, at=AT)
    write_note(there, "There", by=floor.by, at=AT)

    assert contents(api(reader), "notes") == ["There"]
    assert contents(api(reader), f"work-orders/{there.pk}/notes") == ["There"]
    assert_problem(api(reader).get(f"work-orders/{here.pk}/notes"), 404, "NotFound")
    assert_problem(api(reader).get(f"notes/{note.pk}"), 404, "NotFound")


def test_who_sees_the_subject_but_may_read_no_notes_is_told_so(
    api: ApiFactory, floor: Floor, work_order: WorkOrder
) -> None:
    user = make_user(floor.organization, None)
    grant_only(user, "work-order:read")

    problem = assert_problem(api(user).get(f"work-orders/{work_order.pk}/notes"), 403, "Forbidden")

    assert "the permission note:read" in problem["detail"]


@pytest.mark.parametrize(
    ("scopes", "missing"), [(["note:read"], "work-order:read"), (["work-order:read"], "note:read")]
)
def test_a_token_needs_both_scopes(
    api: ApiFactory, maria: User, work_order: WorkOrder, scopes: list[str], missing: str
) -> None:
    response = api(maria, *scopes).get(f"work-orders/{work_order.pk}/notes")

    assert f"the scope {missing}" in assert_problem(response, 403, "Forbidden")["detail"]


def test_a_permission_for_the_own_locations_counts_for_notes_on_what_is_there(api: ApiFactory, floor: Floor) -> None:
    user = make_user(floor.organization, None)
    grant_only(user, "work-order:read")
    role = user.roles.get()
    role.grants.create(permission="note:create", match_location=True)
    relate(user, "contact", floor.location)
    here, there = floor.make_work_order(), floor.make_work_order(location=floor.make_location())
    write_note(there, "There", by=floor.by, at=AT)
    client = api(user)

    assert client.post(f"work-orders/{here.pk}/notes", {"content": "Here"}).status_code == 200
    assert_problem(client.post(f"work-orders/{there.pk}/notes", {"content": "There"}), 403, "Forbidden")
    assert contents(client, "notes") == ["Here"]


def test_who_may_only_read_notes_writes_none(api: ApiFactory, floor: Floor, work_order: WorkOrder) -> None:
    viewer, note = api(make_user(floor.organization, "Viewer")), write_note(work_order, "Loose", by=floor.by, at=AT)
    before = all_rows()

    for method, address in (
        ("POST", f"work-orders/{work_order.pk}/notes"),
        ("PUT", f"notes/{note.pk}"),
        ("DELETE", f"notes/{note.pk}"),
    ):
        assert_problem(viewer.send(method, address, {"content": "Mine"}), 403, "Forbidden")

    assert contents(viewer, "notes") == ["Loose"]
    assert all_rows() == before


def test_notes_on_batch_groups_are_among_them(client: Api, floor: Floor) -> None:
    group = floor.make_batch(1).batch_group
    note = write_note(group, "Fragile", by=floor.by, at=AT)

    assert contents(client, "notes") == ["Fragile"]
    shown = client.get(f"notes/{note.pk}").json()
    assert shown["entity"] == {"entity_type": "BGR", "entity_id": str(group.pk)}
    assert shown["_links"]["nter:note-batch-group"]["href"] == f"http://testserver/api/batch-groups/{group.pk}"


def test_a_page_of_notes_costs_the_same_for_one_and_for_ten(client: Api, floor: Floor, work_order: WorkOrder) -> None:
    costs: dict[str, list[int]] = {}
    for number in (1, 9):
        for _ in range(number):
            write_note(work_order, "Loose", by=floor.by, at=AT)
        for address in ("notes", f"work-orders/{work_order.pk}/notes"):
            with CaptureQueriesContext(connection) as captured:
                page: Any = client.get(address).json()
            costs.setdefault(address, []).append(len(captured))

    assert page["total_count"] == 10
    assert costs == {"notes": [4, 4], f"work-orders/{work_order.pk}/notes": [5, 5]}
