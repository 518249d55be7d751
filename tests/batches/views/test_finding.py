from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from batches.models import Batch
from batches.operations.cycling import start_cycle
from niagara.accounts.models import User
from tests.factories import AT, Floor, grant_only, make_user

SignIn = Callable[[User], Client]


@pytest.fixture
def client(signed_in: SignIn, floor: Floor) -> Client:
    return signed_in(floor.manager)


def hits(response: Any) -> list[str]:
    return [hit.called for kind in response.context["found"] for hit in kind.hits]


def test_a_label_leads_straight_to_its_page(client: Client, floor: Floor) -> None:
    batch = floor.make_batch(1, label="Crate 7")
    floor.make_batch(1, label="Crate 71")

    assert client.get("/find", {"q": " crate 7 "})["Location"] == f"/batches/{batch.pk}"
    assert client.get("/find", {"q": str(batch.pk)})["Location"] == f"/batches/{batch.pk}"


def test_a_part_of_a_label_that_fits_one_thing_leads_there_too(client: Client, floor: Floor) -> None:
    batch = floor.make_batch(1, label="Crate of kumquats")

    assert client.get("/find", {"q": "kumq"})["Location"] == f"/batches/{batch.pk}"


def test_the_address_in_a_code_leads_to_its_page_here(client: Client, batch_of_ten: Batch) -> None:
    page = f"/batches/{batch_of_ten.pk}"

    assert client.get("/find", {"q": f"https://niagara.example{page}"})["Location"] == page
    for strange in ("https://evil.example//evil.example/x", "https://[", "https://x.example/board"):
        assert client.get("/find", {"q": strange}).status_code == 200


def test_a_batch_group_is_found_by_its_container(client: Client, batch_of_ten: Batch) -> None:
    group = batch_of_ten.batch_group
    group.container_type, group.container_label = "pallet", "PAL-9"
    group.save()

    assert client.get("/find", {"q": "pal-9"})["Location"] == f"/batch-groups/{group.pk}"


def test_a_serial_number_leads_to_the_batch_of_its_cycle(
    client: Client, floor: Floor, batch_of_ten: Batch, tom: User
) -> None:
    unit = floor.make_unit("SN-77")
    spare = floor.make_unit("SN-78")
    cycle = batch_of_ten.cycles.all()[2]
    start_cycle(cycle=cycle, technician=tom, unit=unit, by=floor.by, at=AT)

    led = client.get("/find", {"q": "SN-77"})["Location"]
    assert led == f"/batches/{batch_of_ten.pk}?cycle={cycle.number}#cycle-{cycle.number}"
    assert 'class="is-wanted"' in client.get(led).content.decode()
    assert "in no batch" in client.get("/find", {"q": spare.serial_number}).content.decode()


def test_several_hits_are_listed_by_kind(client: Client, floor: Floor) -> None:
    floor.make_batch(1, floor.make_work_order(1, "Pack kumquats"), label="Kumquat crate")

    response = client.get("/find", {"q": "kumquat"})

    assert set(hits(response)) == {"Kumquat crate", "Pack kumquats"}
    assert [kind.kind for kind in response.context["found"]] == ["batches", "work orders", "batch groups"]


def test_nothing_found_is_said(client: Client) -> None:
    assert "Nothing is called so." in client.get("/find", {"q": "zzz"}).content.decode()


def test_nothing_of_what_a_user_may_not_know_of_is_found(
    signed_in: SignIn, floor: Floor, batch_of_ten: Batch, olga: User
) -> None:
    reader = make_user(floor.organization, None)
    grant_only(reader, "batch:read", match_location=True)

    for user in (olga, reader):
        response = signed_in(user).get("/find", {"q": batch_of_ten.label})
        assert response.status_code == 200
        assert hits(response) == []


def test_the_field_stands_above_every_page_for_those_who_may(signed_in: SignIn, client: Client, floor: Floor) -> None:
    nobody = make_user(floor.organization, None)

    assert 'action="/find"' in client.get("/work-orders").content.decode()
    assert 'action="/find"' not in signed_in(nobody).get("/").content.decode()
