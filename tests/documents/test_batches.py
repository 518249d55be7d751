"""The eleven operations of batches.md over HTTP, each answer key by key as the document has it."""

import base64
import re
from typing import Any

import pytest

from batches.models import Batch
from niagara.records.models import Relation
from tests.clients import ApiFactory
from tests.documents.conftest import Scene
from tests.documents.shapes import differences

HAL = "application/hal+json"

# What our answers show beyond the document.
BEYOND = {
    "batch_group",
    "hold_reason",
    "mixing_station",
    "work_order.closed",
    "work_order.hold_reason",
    "work_order.project.customer.external_platform",
}
SINGLE = {f"beyond the document: {key}" for key in {*BEYOND, "work_order.location.input_filter"}}
PAGE = {f"beyond the document: _embedded.nter:batches[].{key}" for key in BEYOND}
# A context comes with the workflows that run; until then there is none to lead to.
CYCLE = {
    "beyond the document: cycle_id",
    "beyond the document: batch_id",
    "beyond the document: unit_id",
    "beyond the document: reason",
    "beyond the document: comment",
}
EMBEDS = ("queue", "work-order", "customer", "program", "project", "location", "assigned-users")


def inside(prefix: str, found: set[str]) -> set[str]:
    """The same differences, at a place inside another answer."""
    return {re.sub(r": ", f": {prefix}", one, count=1) for one in found}


def test_a_page_of_batches(api: ApiFactory, scene: Scene) -> None:
    response = api(scene.floor.manager, "batch:all").get("batches?limit=1")

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    assert differences("batches", response.json()) == PAGE
    [batch] = response.json()["_embedded"]["nter:batches"]
    assert batch["batch_id"] == str(scene.batch.pk)
    assert batch["current_status"]["status"] == "Reticulating Splines"
    assert batch["total_assigned_users"] == len(batch["assigned_users"]) == 2
    assert batch["cycles"] == {
        "needed": 4, "pending": 3, "in_progress": 1, "verifying": 0, "complete": 0,
        "blocked": 0, "cancelled": 0, "active": 4, "in_active": 0,
    }  # fmt: skip
    assert {key: batch["work_order"]["cycles"][key] for key in ("needed", "pending", "in_progress", "assigned")} == {
        "needed": 20,
        "pending": 7,
        "in_progress": 1,
        "assigned": 8,
    }


def test_a_new_batch(api: ApiFactory, scene: Scene) -> None:
    body = {
        "order": "b",
        "current_status": None,
        "work_order": {"work_order_id": str(scene.work_order.pk)},
        "queue": {"queue_id": str(scene.floor.queue.pk)},
        "number_cycles": 4,
    }

    response = api(scene.floor.manager, "batch:create").post("batches", body)

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    # The work order goes on, so it has no end any more.
    assert differences("batch", response.json()) == {*SINGLE, "not date-time: work_order.end_date = None"}
    batch = Batch.objects.get(pk=response.json()["batch_id"])
    assert (batch.order, batch.number_cycles, batch.work_order, batch.queue) == (
        "b", 4, scene.work_order, scene.floor.queue,
    )  # fmt: skip


@pytest.mark.parametrize("media_type", ["application/multi-batch+json", "application/json"])
def test_many_new_batches(api: ApiFactory, scene: Scene, media_type: str) -> None:
    client = api(scene.floor.manager, "batch:update", "batch-group:read")
    body = {
        "total": 3,
        "queue": {"queue_id": str(scene.floor.queue.pk)},
        "work_order": {"work_order_id": str(scene.work_order.pk)},
        "number_cycles": 4,
        "users": [{"user_id": str(user.user_id)} for user in scene.technicians],
    }

    response = client.patch("batches", body, content_type=media_type, headers={"Accept-Patch": media_type})

    assert response.status_code == 204
    assert response.content == b""
    assert "Content-Type" not in response
    assert client.get(response["Location"]).json()["name"] == scene.work_order.label
    made = Batch.objects.exclude(pk=scene.batch.pk).order_by("-id")[:3]
    assert [batch.number_cycles for batch in made] == [4, 4, 4]
    for batch in made:
        assert set(Relation.objects.technicians().filter(target_id=batch.pk).values_list("source_user", flat=True)) == {
            user.pk for user in scene.technicians
        }


def test_one_batch(api: ApiFactory, scene: Scene) -> None:
    response = api(scene.floor.manager, "batch:read").get(f"batches/{scene.batch.pk}")

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    assert differences("batch", response.json()) == SINGLE
    assert response.json()["_embedded"] == {f"nter:batch-{name}": [] for name in EMBEDS}


def test_one_batch_as_plain_json(api: ApiFactory, scene: Scene) -> None:
    client = api(scene.floor.manager, "batch:read")

    response = client.get(f"batches/{scene.batch.pk}", headers={"Accept": "application/json"})

    assert response["Content-Type"] == "application/json"
    assert differences("batch", response.json()) == SINGLE


@pytest.mark.parametrize("name", EMBEDS)
def test_what_embed_names_is_embedded(api: ApiFactory, scene: Scene, name: str) -> None:
    client = api(scene.floor.manager, "batch:read")

    embedded = client.get(f"batches/{scene.batch.pk}?embed=nter:batch-{name}").json()["_embedded"]

    assert {key for key, rows in embedded.items() if rows} == {f"nter:batch-{name}"}
    expected = 2 if name == "assigned-users" else 1
    assert len(embedded[f"nter:batch-{name}"]) == expected
    assert all("self" in row["_links"] for row in embedded[f"nter:batch-{name}"])


def test_a_deleted_batch(api: ApiFactory, scene: Scene) -> None:
    other = Batch.objects.exclude(pk=scene.batch.pk).get()

    response = api(scene.floor.manager, "batch:delete").delete(f"batches/{other.pk}")

    assert response.status_code == 205
    assert response.content == b""
    assert "Content-Type" not in response
    assert not Batch.objects.filter(pk=other.pk).exists()


def test_the_cycles_of_a_batch(api: ApiFactory, scene: Scene) -> None:
    response = api(scene.floor.manager, "batch:read").get(f"batches/{scene.batch.pk}/cycles?limit=1")

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    # The document shows no links of this page; ours continues like every other.
    assert differences("cycles", response.json()) == {
        "beyond the document: _links",
        *inside("_embedded.nter:work-order-cycles[].", CYCLE),
    }
    [cycle] = response.json()["_embedded"]["nter:work-order-cycles"]
    assert cycle["label"] == "Cycle 1 for work order: Provision iPads"
    assert cycle["action_id"] == cycle["cycle_id"] == str(scene.cycle.pk)
    assert cycle["assigned_user"] == str(scene.technicians[0].user_id)


def test_the_relations_of_a_batch(api: ApiFactory, scene: Scene) -> None:
    response = api(scene.floor.manager, "batch:read").get(f"batches/{scene.batch.pk}/relations?limit=1")

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    assert differences("relations", response.json()) == set()
    [relation] = response.json()["_embedded"]["nter:relations"]
    assert (relation["relation"], relation["label"], relation["direction"]) == ("created", "Created By", "INWARD")
    assert decoded(relation["relation_id"]) == f"USER#rel:created#{Relation.objects.order_by('id')[0].pk}"


def test_the_documented_relation_id_decodes_as_ours_do() -> None:
    documented = "VVNFUiNyZWw6Y3JlYXRlZCM3ZTg4OTMyMS0yZWNmLTQzMjctODYyOS0yMzNhNzU1NmRmMmI"

    assert decoded(documented) == "USER#rel:created#7e889321-2ecf-4327-8629-233a7556df2b"


def test_a_new_relation(api: ApiFactory, scene: Scene) -> None:
    response = attach_owner(api, scene)

    assert response.status_code == 201
    assert response["Content-Type"] == HAL
    assert differences("relation", response.json()) == set()
    assert response.json()["label"] == "Owner Of"
    assert response.json()["entity"]["label"] == "Tom Baker"
    assert Relation.objects.filter(target_id=scene.batch.pk, relation="owner").count() == 1


def test_a_deleted_relation(api: ApiFactory, scene: Scene) -> None:
    made = attach_owner(api, scene).json()

    response = api(scene.floor.manager, "batch:detach").delete(made["_links"]["self"]["href"])

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    assert response.json() == made
    assert not Relation.objects.filter(target_id=scene.batch.pk, relation="owner").exists()


def test_the_technicians_of_a_batch(api: ApiFactory, scene: Scene) -> None:
    response = api(scene.floor.manager, "batch:read").get(f"batches/{scene.batch.pk}/techs?limit=1")

    assert response.status_code == 200
    assert response["Content-Type"] == HAL
    assert differences("techs", response.json()) == set()
    [user] = response.json()["_embedded"]["nter:users"]
    assert user["name"] == "Tom Baker"


def test_a_removed_technician(api: ApiFactory, scene: Scene) -> None:
    tina = scene.technicians[1]

    response = api(scene.floor.manager, "batch:detach").delete(f"batches/{scene.batch.pk}/techs/{tina.user_id}")

    assert response.status_code == 205
    assert response.content == b""
    assert not tina.relations.filter(target_id=scene.batch.pk).exists()


def attach_owner(api: ApiFactory, scene: Scene) -> Any:
    body = {
        "relation": "owner",
        "entity": {"entity_id": str(scene.technicians[0].user_id), "entity_type": "USER"},
    }
    return api(scene.floor.manager, "batch:attach").post(f"batches/{scene.batch.pk}/relations", body)


def decoded(relation_id: str) -> str:
    return base64.urlsafe_b64decode(relation_id + "=" * (-len(relation_id) % 4)).decode()
