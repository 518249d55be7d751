from typing import Any

import pytest
from django.test import Client

from batches.models import Batch, BatchGroup
from batches.operations.grouping import change_group, create_group
from niagara.accounts.models import User
from tests.admin.helpers import act, change, told, url
from tests.factories import AT, Floor, make_user
from tests.journals import events_of, kinds_of
from tests.rows import all_rows


@pytest.fixture
def group(floor: Floor) -> BatchGroup:
    changes: Any = {"name": "Pallet 1", "tags": ["fragile", "heavy"], "settings": {"layers": 4}}
    return create_group(work_order=floor.make_work_order(), changes=changes, by=floor.by, at=AT)


def test_a_group_is_made_with_all_that_may_be_said_of_it(marias: Client, floor: Floor) -> None:
    said = {
        "name": "Pallet 2",
        "work_order": floor.make_work_order().pk,
        "delivery_status": "ready",
        "words": "fragile\n\n ship first \nfragile",
        "container_type": "pallet",
        "container_label": "P-2",
        "things": [floor.station.pk],
        "settings": '{"layers": 4}',
        "reason": "For the truck",
    }

    response = marias.post(url(BatchGroup, "add"), said)

    assert response.status_code == 302, response.context["adminform"].errors
    group = BatchGroup.objects.get()
    assert (group.name, group.delivery_status, group.tags) == ("Pallet 2", "ready", ["fragile", "ship first"])
    assert (group.container, list(group.equipment.all()), group.settings) == (
        {"container_type": "pallet", "label": "P-2"}, [floor.station], {"layers": 4},
    )  # fmt: skip
    assert {event["metadata"]["reason"] for event in events_of(group)} == {"For the truck"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"container_type": "pallet"}, "container_label"),
        ({"settings": "[1]"}, "settings"),
        ({"settings": "nonsense"}, "settings"),
        ({"words": "x" * 101}, "words"),
        ({"words": "\n".join(map(str, range(51)))}, "words"),
    ],
)
def test_what_can_not_be_is_said_beside_the_field(
    marias: Client, group: BatchGroup, said: dict[str, str], field: str
) -> None:
    before = all_rows()

    page = change(marias, group, **said)

    assert page.context["adminform"].form.errors.keys() == {field}
    assert all_rows() == before


def test_no_settings_are_empty_settings(marias: Client, group: BatchGroup) -> None:
    change(marias, group, settings="")

    group.refresh_from_db()
    assert group.settings == {}


def test_who_saw_an_older_group_changes_nothing(marias: Client, floor: Floor, group: BatchGroup) -> None:
    page = marias.get(url(BatchGroup, "change", group.pk))
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in ("name", "delivery_status", "words", "seen_version")}
    change_group(group=group, changes={"tags": []}, by=floor.by, at=AT)

    refused = marias.post(url(BatchGroup, "change", group.pk), {**sent, "words": "new", "settings": "{}"})

    assert "changed meanwhile" in str(refused.context["adminform"].form.errors)
    group.refresh_from_db()
    assert group.tags == []


def test_a_groups_page_shows_its_batches_and_its_journal(marias: Client, floor: Floor, group: BatchGroup) -> None:
    floor.make_batch(1, group.work_order, batch_group=group, label="Crate of iPads")
    change_group(group=group, changes={"name": "Late"}, by=floor.by, at=AT, reason="<b>rain</b>")

    text = marias.get(url(BatchGroup, "change", group.pk)).content.decode()

    for shown in ("Crate of iPads", "NameChanged", "BatchAdded", "Maria Santos", "&lt;b&gt;rain&lt;/b&gt;"):
        assert shown in text


def test_who_may_only_look_sees_all_and_changes_nothing(signed_in: Any, floor: Floor, group: BatchGroup) -> None:
    change_group(group=group, changes={"equipment": [floor.station]}, by=floor.by, at=AT)
    viewer: User = make_user(floor.organization, "Viewer", is_staff=True)
    client, before = signed_in(viewer), all_rows()

    text = client.get(url(BatchGroup, "change", group.pk)).content.decode()
    client.post(url(BatchGroup, "change", group.pk), {"name": "Mine"})

    assert "fragile, heavy" in text
    assert "Bench 1" in text
    assert before["batches.BatchGroup"] == all_rows()["batches.BatchGroup"]


def test_the_delivery_status_of_many_is_set_at_once(marias: Client, floor: Floor, group: BatchGroup) -> None:
    other = floor.make_batch(1).batch_group

    response = act(marias, [group, other], "deliver", delivery_status="in-transit", reason="The truck left")

    assert told(response) == ["2 batch groups set to in-transit."]
    assert set(BatchGroup.objects.values_list("delivery_status", flat=True)) == {"in-transit"}
    for one in (group, other):
        assert events_of(one)[-1]["metadata"]["reason"] == "The truck left"


def test_all_batches_of_groups_are_moved_at_once(marias: Client, floor: Floor) -> None:
    batches = [floor.make_batch(1) for _ in range(2)]

    act(marias, [batch.batch_group for batch in batches], "move_all", mixing_station=floor.station.pk)

    assert set(Batch.objects.values_list("mixing_station", flat=True)) == {floor.station.pk}


def test_a_group_that_holds_batches_or_is_the_work_orders_own_stays(marias: Client, floor: Floor) -> None:
    batch = floor.make_batch(1)

    response = act(marias, [batch.batch_group], "delete_selected")

    assert "the work order's own group" in told(response)[0]
    assert kinds_of(batch.batch_group) == ["Created", "BatchAdded"]
