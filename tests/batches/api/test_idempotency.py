"""`Idempotency-Key`: what is sent twice is carried out once."""

from datetime import timedelta
from typing import Any

import pytest

from batches.models import Batch
from niagara.accounts.models import IdempotentAnswer, User
from tests.batches.api.bodies import new_batch
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, make_user

KEY = {"Idempotency-Key": "f3b1"}


@pytest.fixture
def body(floor: Floor) -> dict[str, Any]:
    return new_batch(floor.make_work_order(10), floor.queue, 2)


def test_the_same_request_twice_is_one_batch_and_one_answer(client: Api, body: dict[str, Any]) -> None:
    first = client.post("batches", body, headers=KEY)
    Batch.objects.update(label="Changed meanwhile")

    again = client.post("batches", dict(reversed(body.items())), headers=KEY)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert {name: again[name] for name in ("Content-Type", "ETag")} == {
        name: first[name] for name in ("Content-Type", "ETag")
    }
    assert Batch.objects.count() == 1


def test_an_answer_without_a_body_is_repeated_too(client: Api, body: dict[str, Any]) -> None:
    first, again = (client.patch("batches", body, headers=KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (204, 204)
    assert again["Location"] == first["Location"]
    assert "Content-Type" not in again
    assert Batch.objects.count() == 5


def test_the_key_with_another_body_is_a_conflict(client: Api, body: dict[str, Any]) -> None:
    client.post("batches", body, headers=KEY)

    assert_problem(client.post("batches", {**body, "number_cycles": 3}, headers=KEY), 409, "Conflict")
    assert_problem(client.patch("batches", body, headers=KEY), 409, "Conflict")
    assert Batch.objects.count() == 1


def test_a_request_that_was_refused_can_be_mended_and_sent_again(client: Api, body: dict[str, Any]) -> None:
    assert client.post("batches", {**body, "number_cycles": 11}, headers=KEY).status_code == 400
    assert IdempotentAnswer.objects.count() == 0

    assert client.post("batches", body, headers=KEY).status_code == 200


def test_everybody_has_keys_of_their_own(client: Api, api: ApiFactory, floor: Floor, body: dict[str, Any]) -> None:
    other = api(make_user(floor.organization, "Production manager"))

    mine, theirs = (one.post("batches", body, headers=KEY).json() for one in (client, other))

    assert mine != theirs
    assert Batch.objects.count() == 2
    assert client.post("batches", body, headers=KEY).json() == mine
    assert other.post("batches", body, headers=KEY).json() == theirs


def test_a_change_is_carried_out_once(client: Api, floor: Floor) -> None:
    batch = floor.make_batch(2)
    tag = {"If-Match": client.get(f"batches/{batch.pk}")["ETag"], **KEY}

    first, again = (client.patch(f"batches/{batch.pk}", {"label": "Cart 1"}, headers=tag) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)  # and not 412 for the second
    assert again.content == first.content
    batch.refresh_from_db()
    assert batch.version == 2


def test_a_relation_is_made_once(client: Api, floor: Floor, tom: User) -> None:
    address = f"batches/{floor.make_batch(2).pk}/relations"
    body = {"relation": "tech", "entity": {"entity_id": str(tom.user_id), "entity_type": "USER"}}

    first, again = (client.post(address, body, headers=KEY) for _ in range(2))

    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)


def test_a_key_is_forgotten_after_a_day(client: Api, body: dict[str, Any]) -> None:
    client.post("batches", body, headers=KEY)
    answer = IdempotentAnswer.objects.get()
    IdempotentAnswer.objects.update(created=answer.created - timedelta(hours=25))

    assert client.post("batches", body, headers=KEY).status_code == 200
    assert Batch.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(client: Api, body: dict[str, Any], key: str) -> None:
    response = client.post("batches", body, headers={"Idempotency-Key": key})

    assert assert_faults(response) == {(".Idempotency-Key", "maxLength")}
    assert Batch.objects.count() == 0
