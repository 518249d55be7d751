"""The pages of batch groups."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, BatchGroup
from batches.operations.grouping import change_group, create_group
from batches.operations.tagging import change_tags
from batches.views import group_forms
from niagara.accounts.models import User
from niagara.records.models import Note
from niagara.records.operations.noting import write_note
from niagara.webhooks.models import Subscription
from tests.factories import AT, Floor, grant_only, make_user
from tests.journals import events_of, kinds_of
from tests.webhooks.delivering import deliver_all, subscribe


@pytest.fixture
def group(floor: Floor) -> BatchGroup:
    """Made for a work order of two batches, which are in the work order's own group."""
    batch = floor.make_batch(2, floor.make_work_order(4, label="Provision iPads"))
    floor.make_batch(2, batch.work_order)
    return create_group(work_order=batch.work_order, changes={"name": "Pallet 2"}, by=floor.by, at=AT)


@pytest.fixture
def maria_in(client: Client, maria: User) -> Client:
    client.force_login(maria)
    return client


def address(group: BatchGroup, way: str = "") -> str:
    return f"/batch-groups/{group.pk}" + (f"/{way}" if way else "")


def batches_of(group: BatchGroup) -> list[Batch]:
    return list(Batch.objects.filter(work_order=group.work_order_id).order_by("pk"))


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_list_is_filtered_by_delivery_work_order_tag_and_words(
    maria_in: Client, floor: Floor, group: BatchGroup
) -> None:
    change_group(
        group=group,
        changes={"delivery_status": "ready", "tags": ["rush"], "container": {"container_type": "box", "label": "B-7"}},
        by=floor.by,
        at=AT,
    )
    for query in ("delivery=ready", "tag=rush", "q=pallet", "q=b-7", "work_order=ipads&q=pallet"):
        assert "Pallet 2" in shown(maria_in, f"/batch-groups?{query}"), query
    for query in ("delivery=returned", "tag=rus", "q=crate", "work_order=laptops"):
        page = shown(maria_in, f"/batch-groups?{query}")
        assert "Pallet 2" not in page, query
        assert "No batch group fits these filters." in page


def test_a_group_is_made_for_a_work_order(maria_in: Client, group: BatchGroup) -> None:
    sent = {"work_order": str(group.work_order_id), "name": "Cart 9", "settings": '{"layers": 2}', "reason": "Rush"}

    response = maria_in.post("/batch-groups/new", sent)

    made = BatchGroup.objects.get(name="Cart 9")
    assert response["Location"] == address(made)
    assert made.settings == {"layers": 2}
    assert events_of(made)[0]["metadata"]["reason"] == "Rush"


def test_a_tag_comes_and_goes_with_one_touch(maria_in: Client, group: BatchGroup) -> None:
    assert maria_in.post(address(group, "tags"), {"add": "fragile", "reason": "Glass"}).status_code == 302
    assert maria_in.post(address(group, "tags"), {"remove": "fragile"}).status_code == 302

    assert kinds_of(group)[-2:] == ["TagAdded", "TagRemoved"]
    assert events_of(group)[-2]["metadata"]["reason"] == "Glass"


def test_a_tag_that_somebody_else_adds_meanwhile_stays(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    shown(maria_in, address(group))
    change_tags(group=group, add=["heavy"], by=floor.by, at=AT)

    maria_in.post(address(group, "tags"), {"add": "fragile"})

    group.refresh_from_db()
    assert group.tags == ["heavy", "fragile"]


def test_the_delivery_status_is_set_with_one_touch(maria_in: Client, group: BatchGroup) -> None:
    sent = {"delivery_status": "in-transit", "reason": "Picked up early", "seen_version": group.version}

    assert maria_in.post(address(group, "delivery"), sent)["Location"] == address(group)

    group.refresh_from_db()
    assert group.delivery_status == "in-transit"
    assert "Delivery: in transit." in shown(maria_in, address(group))
    assert "Picked up early" in shown(maria_in, address(group))


def test_who_saw_an_older_group_is_told_what_changed_and_overwrites_nothing(
    maria_in: Client, floor: Floor, group: BatchGroup
) -> None:
    seen = group.version
    other = make_user(floor.organization, "Production manager", "Pia Berg")
    by: Any = type(floor.by)(other, floor.by.via)
    change_group(group=group, changes={"name": "Pallet 3"}, by=by, at=AT)
    sent = {"name": "Crate 1", "settings": "{}", "seen_version": seen}

    response = maria_in.post(address(group, "change"), sent)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Pia Berg" in page
    assert "<strong>Pallet 3</strong> (it was Pallet 2)" in page
    assert 'value="Crate 1"' in page
    group.refresh_from_db()
    assert group.name == "Pallet 3"

    sent["seen_version"] = group.version
    assert f'name="seen_version" value="{group.version}"' in page
    assert maria_in.post(address(group, "change"), sent).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("settings", "{", "This is no JSON"),
        ("settings", "[1]", "Give an object"),
        ("settings", '{"a": 1e400}', "This is no JSON"),
        ("settings", '{"a": "\\u0000"}', "null characters"),
        ("settings", '{"a":' * 30 + "1" + "}" * 30, "Nest 20 levels at most."),
        ("container_type", "pallet", "both a type and a label"),
        ("name", "", "This field is required."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    maria_in: Client, group: BatchGroup, field: str, value: str, sentence: str
) -> None:
    response = maria_in.post(address(group, "change"), {"name": "Pallet 2", "settings": "{}", field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_container_equipment_and_settings_are_said_together(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    sent = {
        "name": "Pallet 2",
        "container_type": "pallet",
        "container_label": "P-7",
        "equipment": [str(floor.station.pk)],
        "settings": '{"layers": 2}',
    }

    maria_in.post(address(group, "change"), sent)

    assert kinds_of(group)[1:] == ["SettingsChanged", "ContainerChanged", "EquipmentChanged"]
    page = shown(maria_in, address(group))
    for said in ("stand in the pallet P-7", "equipment is now: Bench 1", "settings are now: layers = 2"):
        assert said in page


def test_batches_are_taken_in_and_moved_out(maria_in: Client, group: BatchGroup) -> None:
    first, second = batches_of(group)
    maria_in.post(address(group, "take-in"), {"batches": [first.pk, second.pk], "reason": "One pallet"})
    assert kinds_of(group)[-2:] == ["BatchAdded", "BatchAdded"]
    assert events_of(group)[-1]["metadata"]["reason"] == "One pallet"

    own = BatchGroup.objects.get(work_order=group.work_order_id, is_default=True)
    maria_in.post(address(group, "move-out"), {"batches": [first.pk], "into": own.pk})

    assert [batch.batch_group_id for batch in batches_of(group)] == [own.pk, group.pk]
    assert kinds_of(group)[-1] == "BatchRemoved"


def test_batches_of_another_work_order_are_not_taken_in(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    stranger = floor.make_batch(1)

    response = maria_in.post(address(group, "take-in"), {"batches": [stranger.pk]})

    assert response.status_code == 422
    stranger.refresh_from_db()
    assert stranger.batch_group_id != group.pk


def test_any_of_many_batches_is_found_by_its_label_and_what_is_ticked_stays(
    maria_in: Client, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_forms, "LISTED", 3)
    work_order = floor.make_work_order(10)
    batches = [floor.make_batch(1, work_order, label=f"Box {number}") for number in range(8)]
    page = address(batches[0].batch_group, "move-out")

    first = maria_in.get(page).content.decode()
    found = maria_in.post(
        page, {"find": "x 7", "batches": [batches[0].pk]}, headers={"HX-Request": "true"}
    ).content.decode()

    assert "These are the first 3." in first
    assert [f"Box {number}<" in first for number in range(8)] == [True] * 3 + [False] * 5
    assert re.findall(r'value="(\S+)"[^>]* checked', found) == [str(batches[0].pk)]
    assert [f"Box {number}<" in found for number in range(8)] == [True] + [False] * 6 + [True]
    assert "No batch is called so." in maria_in.get(page, {"find": "nowhere"}).content.decode()
    assert batches_of(batches[0].batch_group) == batches


def test_one_batch_or_all_move_to_a_station(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    own = BatchGroup.objects.get(work_order=group.work_order_id, is_default=True)
    first, second = batches_of(group)
    one = address(own, f"batches/{first.pk}/station")
    maria_in.post(one, {"mixing_station": floor.station.pk, "reason": "Free", "seen_version": first.version})
    assert events_of(own)[-1]["metadata"]["reason"] == "Free"

    maria_in.post(address(own, "stations"), {"mixing_station": ""})
    maria_in.post(address(own, "stations"), {"mixing_station": floor.station.pk})

    assert kinds_of(own)[-3:] == ["BatchMixingStationChanged", "AllMixingStationsChanged", "AllMixingStationsChanged"]
    second.refresh_from_db()
    assert second.mixing_station == floor.station
    assert "All batches moved away from their station." in shown(maria_in, address(own))


def test_an_issue_is_written_closed_and_removed(maria_in: Client, group: BatchGroup) -> None:
    sent = {"content": "The wrap is torn", "is_issue": "on", "once": "note-1"}
    for _ in range(2):  # a form that is sent twice
        maria_in.post(address(group, "notes"), sent)
    note = Note.objects.get()
    assert "open issue" in shown(maria_in, address(group))

    maria_in.post(address(group, f"notes/{note.pk}/closed"), {"is_closed": "on"})
    assert "closed issue" in shown(maria_in, address(group))

    maria_in.post(address(group, f"notes/{note.pk}/remove"))
    assert kinds_of(group)[-2:] == ["NoteAdded", "NoteRemoved"]


def test_a_group_that_holds_batches_stays_and_says_why(maria_in: Client, group: BatchGroup) -> None:
    maria_in.post(address(group, "take-in"), {"batches": [batches_of(group)[0].pk]})

    response = maria_in.post(address(group, "delete"))

    assert response.status_code == 409
    assert "it holds a batch. Put them into another group first." in response.content.decode()


def test_an_empty_group_is_deleted(maria_in: Client, group: BatchGroup) -> None:
    assert maria_in.post(address(group, "delete"), {"reason": "Not needed"})["Location"] == "/batch-groups"

    assert not BatchGroup.objects.filter(pk=group.pk).exists()


def test_the_journal_goes_back_page_by_page(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    change_tags(group=group, add=[f"tag {number}" for number in range(30)], by=floor.by, at=AT)

    newest = shown(maria_in, address(group))
    assert "?before=7#journal" in newest
    assert "The group was made" not in newest
    oldest = shown(maria_in, address(group) + "?before=7")
    assert "The group was made as “Pallet 2”." in oldest
    assert "newest first" in oldest


def test_each_event_shows_what_became_of_it_elsewhere(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    webhook, _ = subscribe(floor, "http://127.0.0.1:9/hook", description="Store system")
    change_tags(group=group, add=["rush"], by=floor.by, at=AT)
    deliver_all(AT)

    page = shown(maria_in, address(group))

    assert f"/webhooks/{webhook.pk}/deliveries/" in page
    assert "to Store system</a>, 1 try" in page


def test_who_may_only_look_is_offered_nothing_and_refused(client: Client, floor: Floor, group: BatchGroup) -> None:
    looker = make_user(floor.organization, None)
    grant_only(looker, "batch-group:read")
    subscribe(floor, "http://127.0.0.1:9/hook", description="Store system")
    change_tags(group=group, add=["rush"], by=floor.by, at=AT)
    deliver_all(AT)
    client.force_login(looker)

    page = shown(client, address(group))

    assert "rush" in page
    assert "Store system" not in page
    assert f'action="{address(group)}' not in page
    assert f'href="{address(group)}/change' not in page
    assert client.post(address(group, "tags"), {"add": "mine"}).status_code == 403


def test_who_may_change_groups_elsewhere_alone_is_refused_by_the_operation(
    client: Client, floor: Floor, group: BatchGroup
) -> None:
    visitor = make_user(floor.organization, None)
    grant_only(visitor, "batch-group:read")
    role = visitor.roles.get()
    role.grants.create(permission="batch-group:update", match_location=True)
    client.force_login(User.objects.get(pk=visitor.pk))

    response = client.post(address(group, "tags"), {"add": "mine"})

    assert response.status_code == 403
    assert "You need the permission batch-group:update" in response.content.decode()


def test_another_organization_finds_no_group(client: Client, olga: User, group: BatchGroup) -> None:
    client.force_login(olga)

    for way in ("", "change", "tags", "delivery", "stations", "take-in", "move-out", "delete", "notes", "label"):
        assert client.get(address(group, way)).status_code == 404
    assert "Pallet 2" not in shown(client, "/batch-groups")


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_the_pages_cost_the_same_for_few_rows_and_for_many(maria_in: Client, floor: Floor, group: BatchGroup) -> None:
    subscribe(floor, "http://127.0.0.1:9/hook")
    own = BatchGroup.objects.get(work_order=group.work_order_id, is_default=True)
    change_tags(group=own, add=["rush"], by=floor.by, at=AT)
    write_note(own, "First", by=floor.by, at=AT)
    change_group(group=own, changes={"equipment": [floor.station]}, by=floor.by, at=AT)
    deliver_all(AT)
    few = [queries_of(maria_in, path) for path in ("/batch-groups", address(own))]

    work_order = own.work_order
    work_order.needed = 40
    work_order.save()
    subscribe(floor, "http://127.0.0.1:9/other")
    for number in range(8):
        floor.make_batch(2, work_order)
        write_note(own, f"Note {number}", by=floor.by, at=AT)
        create_group(work_order=work_order, changes={"name": f"Pallet {number}"}, by=floor.by, at=AT)
        change_tags(group=own, add=[f"tag {number}"], by=floor.by, at=AT)
    deliver_all(AT)
    many = [queries_of(maria_in, path) for path in ("/batch-groups", address(own))]

    assert many == few == [7, 13]
    assert Subscription.objects.count() == 2
