"""/batches/{batch_id}/relations"""

import base64
from typing import Any

import pytest

from batches.models import Batch
from niagara.accounts.models import User
from niagara.directory.models import Unit
from niagara.records.models import Relation, public_relation_id
from tests.batches.api.bodies import UNKNOWN, Bad, by_field
from tests.clients import Api, ApiFactory, assert_faults, assert_problem
from tests.factories import Floor, make_user, relate
from tests.rows import all_rows

USER = "USER"
BAD = [
    ("relation", None, ".relation", "type"),
    *[("relation", value, ".relation", "enum") for value in ("", "boss", "Tech", 7, [], {})],
    *[("entity", value, ".entity", "type") for value in (None, "USER", 7, [])],
    ("entity", {}, ".entity.entity_id", "required"),
    ("entity", {"entity_id": UNKNOWN}, ".entity.entity_type", "required"),
    *[
        ("entity", {"entity_id": UNKNOWN, "entity_type": value}, ".entity.entity_type", "enum")
        for value in ("", "user", "STAT", "ROLE", "NOTHING", 7, [], {})
    ],
    ("entity", {"entity_id": UNKNOWN, "entity_type": None}, ".entity.entity_type", "type"),
    *[("entity", {"entity_id": value, "entity_type": USER}, ".entity.entity_id", "type") for value in (None, 7, [])],
    *[("entity", {"entity_id": value, "entity_type": USER}, ".entity.entity_id", "enum") for value in ("x", UNKNOWN)],
    ("entity", {"entity_id": "", "entity_type": USER}, ".entity.entity_id", "minLength"),
    ("entity", {"entity_id": "a\x00", "entity_type": USER}, ".entity.entity_id", "format"),
    ("colour", "red", ".colour", "additionalProperties"),
]


@pytest.fixture
def address(batch_of_ten: Batch) -> str:
    return f"batches/{batch_of_ten.pk}/relations"


def to_entity(relation: str, entity: Any) -> dict[str, Any]:
    entity_id = str(entity.user_id if isinstance(entity, User) else entity.pk)
    return {"relation": relation, "entity": {"entity_id": entity_id, "entity_type": entity.entity_type}}


def found(client: Api, address: str, query: str = "") -> list[tuple[str, str, str]]:
    rows = client.get(f"{address}?{query}").json()["_embedded"]["nter:relations"]
    return [(row["relation"], row["direction"], row["entity"]["label"]) for row in rows]


@pytest.mark.parametrize("bad", by_field(BAD).values(), ids=by_field(BAD))
def test_a_wrong_value_is_named_and_nothing_is_made(client: Api, floor: Floor, address: str, bad: Bad) -> None:
    before = all_rows()

    for field, value, path, keyword in bad:
        body = {**to_entity("owner", floor.manager), field: value}
        assert (path, keyword) in assert_faults(client.post(address, body)), value

    assert assert_faults(client.post(address, {})) == {(".relation", "required"), (".entity", "required")}
    assert all_rows() == before


def test_an_entity_of_another_organization_is_unknown(client: Api, address: str, other_floor: Floor) -> None:
    before = all_rows()

    for entity in (other_floor.manager, other_floor.customer, other_floor.queue, other_floor.make_queue()):
        response = client.post(address, to_entity("owner", entity))
        assert assert_faults(response) == {(".entity.entity_id", "enum")}

    assert {table for table, rows in all_rows().items() if rows != before[table]} <= {
        "queues.Queue", "accounts.HistoryEntry",
    }  # fmt: skip


def test_anything_can_be_related_and_leads_there(client: Api, floor: Floor, address: str) -> None:
    unit = Unit.objects.create(
        organization=floor.organization,
        label="iPad",
        serial_number="SN-1",
        customer=floor.customer,
        location=floor.location,
    )
    things = [floor.customer, floor.program, floor.project, floor.location, floor.queue, floor.station, floor.workflow]

    for entity in (*things, unit, floor.manager, floor.make_work_order(), floor.make_batch(1)):
        made = client.post(address, to_entity("contact", entity))
        assert made.status_code == 201, made.content
        [leads_to] = [link["href"] for name, link in made.json()["_links"].items() if name != "self"]
        assert client.get(leads_to).status_code == 200
        assert client.get(made.json()["_links"]["self"]["href"]).json() == made.json()


def test_only_a_user_can_be_a_technician(client: Api, floor: Floor, address: str) -> None:
    response = client.post(address, to_entity("tech", floor.customer))

    assert assert_faults(response) == {(".entity.entity_type", "const")}


def test_a_relation_that_exists_is_a_conflict(client: Api, tom: User, address: str) -> None:
    assert client.post(address, to_entity("tech", tom)).status_code == 201

    assert_problem(client.post(address, to_entity("tech", tom)), 409, "Conflict")
    assert Relation.objects.technicians().filter(relation="tech").count() == 1


def test_a_relation_can_be_sent_back(client: Api, tom: User, address: str) -> None:
    made = client.post(address, to_entity("owner", tom)).json()
    client.delete(made["_links"]["self"]["href"])

    again = client.post(address, made)

    assert again.status_code == 201
    assert again.json()["relation_id"] != made["relation_id"]


def test_a_relation_is_seen_from_both_ends(client: Api, floor: Floor, batch_of_ten: Batch, address: str) -> None:
    other = floor.make_batch(1)
    client.post(address, to_entity("backup", other))

    assert ("backup", "INWARD", other.label) in found(client, address)
    assert ("backup", "OUTWARD", batch_of_ten.label) in found(client, f"batches/{other.pk}/relations")


def test_each_filter_narrows(client: Api, floor: Floor, tom: User, batch_of_ten: Batch, address: str) -> None:
    other = floor.make_batch(1)
    relate(tom, "tech", batch_of_ten)
    client.post(f"batches/{other.pk}/relations", to_entity("backup", batch_of_ten))
    client.post(address, to_entity("contact", floor.customer))
    created, tech, backup, contact = [
        ("created", "INWARD", "Maria Santos"),
        ("tech", "INWARD", "Tom Baker"),
        ("backup", "OUTWARD", other.label),
        ("contact", "INWARD", "Lexington Public Schools"),
    ]

    assert found(client, address) == [created, tech, backup, contact]
    assert found(client, address, "filter[entity_type]=USER") == [created, tech]
    assert found(client, address, "filter[entity_type]=BAT") == [backup]
    assert found(client, address, "filter[relation]=tech") == [tech]
    assert found(client, address, "filter[direction]=OUTWARD") == [backup]
    assert found(client, address, "filter[direction]=INWARD&filter[entity_type]=CUS") == [contact]
    assert found(client, address, "filter[entity_type]=QUE") == []


def test_a_filter_with_a_wrong_value_is_refused(client: Api, address: str) -> None:
    for name in ("entity_type", "relation", "direction"):
        for value in ("", "nothing", "user", "inward"):
            [(path, _)] = assert_faults(client.get(f"{address}?filter[{name}]={value}"))
            assert path == f".filter[{name}]"


def test_following_next_shows_each_relation_once(client: Api, floor: Floor, batch_of_ten: Batch, address: str) -> None:
    for _ in range(6):
        relate(make_user(floor.organization, None), "viewer", batch_of_ten)

    rows = client.collect(f"{address}?limit=2", "nter:relations")

    assert len({row["relation_id"] for row in rows}) == len(rows) == 7


def test_a_relation_of_another_batch_is_not_here(client: Api, floor: Floor, tom: User, address: str) -> None:
    elsewhere = relate(tom, "tech", floor.make_batch(1))
    relation_id = public_relation_id("USER", "tech", elsewhere.pk)

    assert_problem(client.get(f"{address}/{relation_id}"), 404, "NotFound")
    assert_problem(client.delete(f"{address}/{relation_id}"), 404, "NotFound")
    assert Relation.objects.filter(pk=elsewhere.pk).exists()


def test_an_id_that_was_not_made_here_is_404(client: Api, address: str) -> None:
    for text in ("", "USER", "USER#rel:tech#", "USER#rel:tech#x", "a#b#" + "9" * 36, f"a#b#{UNKNOWN}", "#", "\x00"):
        relation_id = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") or "_"
        assert_problem(client.delete(f"{address}/{relation_id}"), 404, "NotFound")


def test_a_relation_to_what_is_gone_is_gone(client: Api, floor: Floor, batch_of_ten: Batch, address: str) -> None:
    client.post(address, to_entity("contact", floor.make_location()))
    relation = Relation.objects.get(relation="contact")
    Relation.objects.filter(pk=relation.pk).update(source_id=UNKNOWN)
    relation_id = public_relation_id("LOC", "contact", relation.pk)

    assert found(client, address) == [("created", "INWARD", "Maria Santos")]
    assert_problem(client.get(f"{address}/{relation_id}"), 404, "NotFound")


def test_a_page_of_relations_costs_the_same_for_one_and_for_ten(
    client: Api, floor: Floor, batch_of_ten: Batch, address: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20) as one:
        client.get(address)
    for _ in range(9):
        relate(make_user(floor.organization, None), "viewer", batch_of_ten)
    with django_assert_max_num_queries(20) as ten:
        assert len(found(client, address)) == 10

    assert len(one) == len(ten) <= 8


def test_a_technician_reads_the_relations_but_does_not_attach(
    api: ApiFactory, tom: User, batch_of_ten: Batch, address: str
) -> None:
    made = relate(tom, "tech", batch_of_ten)
    client, before = api(tom), all_rows()

    assert ("tech", "INWARD", "Tom Baker") in found(client, address)
    assert_problem(client.post(address, to_entity("owner", tom)), 403, "Forbidden")
    relation_id = public_relation_id("USER", "tech", made.pk)
    assert_problem(client.delete(f"{address}/{relation_id}"), 403, "Forbidden")
    assert all_rows() == before
