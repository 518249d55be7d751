from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch, Cycle
from batches.operations.cycling import block_cycle, start_cycle
from niagara.accounts.models import User
from niagara.directory.models import Reason
from niagara.records.models import Relation
from tests.factories import AT, Floor, make_user

SignIn = Callable[[User], Client]


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def start(floor: Floor, batch: Batch, technician: User, **found: Any) -> Cycle:
    cycle = batch.cycles.filter(category="PENDING").first()
    assert cycle is not None
    return start_cycle(cycle=cycle, technician=technician, by=floor.by, at=AT, **found)


def test_the_page_of_a_batch_shows_where_its_cycles_are(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch, tom: User
) -> None:
    unit = floor.make_unit("SN-77")
    start(floor, batch_of_ten, tom, unit=unit)
    blocked = start(floor, batch_of_ten, tom)
    reason = Reason.objects.filter(organization=floor.organization).first()
    assert reason is not None
    block_cycle(cycle=blocked, reason=str(reason), comment="no chargers", by=floor.by, at=AT + timedelta(hours=1))

    page = signed_in(floor.manager).get(f"/batches/{batch_of_ten.pk}").content.decode()

    for shown in ("SN-77", "Tom Baker", "Unpack", str(reason), "no chargers", "Blocked because", "1 blocked"):
        assert shown in page, shown
    assert f"/batch-groups/{batch_of_ten.batch_group_id}" in page


def test_one_goes_from_the_page_of_a_batch_to_working_on_it_and_back(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch
) -> None:
    about, work = f"/batches/{batch_of_ten.pk}", f"/my-work/batches/{batch_of_ten.pk}"
    cycle = start(floor, batch_of_ten, floor.manager)

    client = signed_in(floor.manager)
    assert f'href="/cycles/{cycle.pk}"' in client.get(about).content.decode()
    assert f'href="{work}"' in client.get(about).content.decode()
    assert f'href="{about}"' in client.get(work).content.decode()
    viewer = signed_in(make_user(floor.organization, "Viewer"))
    assert f'href="{work}"' not in viewer.get(about).content.decode()


def test_the_page_of_a_batch_costs_the_same_for_few_and_for_many(signed_in: SignIn, floor: Floor, tom: User) -> None:
    client = signed_in(floor.manager)
    few, many = floor.make_batch(2), floor.make_batch(20, technicians=[tom, floor.manager])
    start(floor, few, tom)
    for _ in range(8):
        start(floor, many, tom, unit=floor.make_unit())

    assert cost(client, f"/batches/{many.pk}") == cost(client, f"/batches/{few.pk}") <= 14


def test_the_list_costs_the_same_for_few_and_for_many(signed_in: SignIn, floor: Floor, tom: User) -> None:
    client = signed_in(floor.manager)
    floor.make_batch(2, technicians=[tom])
    few = cost(client, "/batches")
    for _ in range(5):
        floor.make_batch(2, queue=floor.make_queue(), technicians=[tom, floor.manager])

    assert cost(client, "/batches") == few <= 14


def change(client: Client, batch: Batch, **sent: object) -> Any:
    page = client.get(f"/batches/{batch.pk}/change")
    form = page.context["form"]
    said = {name: value for name, value in form.initial.items() if value is not None}
    said["initial-technicians"] = form.initial["technicians"]
    return client.post(f"/batches/{batch.pk}/change", {**said, **sent})


def test_a_batch_is_changed(signed_in: SignIn, floor: Floor, batch_of_ten: Batch, tom: User) -> None:
    ann = make_user(floor.organization, "Technician", "Ann Lee")
    client = signed_in(floor.manager)
    change(client, batch_of_ten, technicians=[ann.pk])

    sent = {"label": "Box", "number_cycles": 8, "mixing_station": floor.station.pk, "technicians": [tom.pk]}
    assert change(client, batch_of_ten, **sent).status_code == 302

    batch = Batch.objects.get()
    assert (batch.label, batch.number_cycles, batch.pending, batch.mixing_station) == ("Box", 8, 8, floor.station)
    assert [relation.source_user for relation in Relation.objects.technicians()] == [tom]


def test_what_a_batch_can_not_be_is_said_and_what_was_typed_stays(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch
) -> None:
    refused = change(signed_in(floor.manager), batch_of_ten, label="Box", number_cycles=11)

    assert refused.status_code == 422
    assert "ask for that many at most" in refused.content.decode()
    assert 'value="Box"' in refused.content.decode()
    assert Batch.objects.get().number_cycles == 10


def test_the_second_to_change_a_batch_overwrites_nothing(signed_in: SignIn, floor: Floor, batch_of_ten: Batch) -> None:
    client = signed_in(floor.manager)
    change(client, batch_of_ten, label="First")

    refused = change(client, batch_of_ten, label="Second", seen_version=1)

    assert refused.status_code == 409
    assert "label is now <strong>First</strong>" in refused.content.decode()
    assert Batch.objects.get().label == "First"


def test_a_batch_is_moved_beside_another(signed_in: SignIn, floor: Floor) -> None:
    one, two = (floor.make_batch(1, label=label) for label in ("One", "Two"))
    client = signed_in(floor.manager)

    sent = {"queue": floor.queue.pk, "place": "before", "neighbour": one.pk, "seen_version": 1}
    assert client.post(f"/batches/{two.pk}/move", sent).status_code == 302
    assert list(Batch.objects.in_queue(floor.queue).in_processing_order()) == [two, one]

    nowhere = client.post(f"/batches/{two.pk}/move", {"queue": floor.queue.pk, "place": "after"})
    assert "Choose the batch it should stand beside." in nowhere.content.decode()


def test_a_batch_is_deleted_unless_somebody_works_on_it(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch, tom: User
) -> None:
    client = signed_in(floor.manager)
    started = start(floor, batch_of_ten, tom)

    refused = client.post(f"/batches/{batch_of_ten.pk}/delete", {"seen_version": 1})
    assert refused.status_code == 409
    assert "1 cycle is in flight" in refused.content.decode()

    spare = floor.make_batch(2)
    assert client.post(f"/batches/{spare.pk}/delete", {"seen_version": 1}).status_code == 302
    assert list(Batch.objects.all()) == [started.batch]


def test_who_may_only_look_is_offered_and_allowed_nothing_else(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch
) -> None:
    client = signed_in(make_user(floor.organization, "Viewer"))

    page = client.get(f"/batches/{batch_of_ten.pk}").content.decode()

    for what in ("change", "move", "delete"):
        assert f"/batches/{batch_of_ten.pk}/{what}" not in page
        assert client.get(f"/batches/{batch_of_ten.pk}/{what}").status_code == 403
        assert client.post(f"/batches/{batch_of_ten.pk}/{what}", {"label": "Mine"}).status_code == 403
    assert Batch.objects.get().label == batch_of_ten.label
