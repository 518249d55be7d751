from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from batches.models import Batch
from batches.operations.cycling import start_cycle
from batches.views import board_reading
from niagara.accounts.models import HistoryEntry, User
from niagara.clock import now
from niagara.records.models import Relation
from niagara.refusals import Invalid
from queues.operations.queueing import change_queue
from tests.cycles import complete_cycle
from tests.factories import AT, Floor, grant_only, make_user, relate

SignIn = Callable[[User], Client]


def labels(response: Any) -> dict[str, list[str]]:
    return {column.queue.label: [card.label for card in column.cards] for column in response.context["columns"]}


def due_in(floor: Floor, number: int, needed: int = 4, begin_date: datetime = AT, **due: float) -> Batch:
    work_order = floor.make_work_order(needed, begin_date=begin_date, due_date=now() + timedelta(**due))
    return floor.make_batch(needed, work_order, label=f"Box {number}")


def test_queues_stand_in_order_of_priority_and_batches_in_processing_order(signed_in: SignIn, floor: Floor) -> None:
    slow = floor.make_queue("Slow lane")
    for label, queue in [("One", floor.queue), ("Two", floor.queue), ("Three", slow)]:
        floor.make_batch(2, queue=queue, label=label)

    shown = labels(signed_in(floor.manager).get("/board"))

    assert list(shown.items()) == [("Fast lane", ["One", "Two"]), ("Slow lane", ["Three"])]


def test_a_manager_starts_at_their_own_location_and_else_where_most_work_is(signed_in: SignIn, floor: Floor) -> None:
    floor.make_batch(2)
    annex = floor.make_location("Annex")
    floor.make_batch(9, queue=floor.make_queue("Annex lane", annex))
    client = signed_in(floor.manager)

    assert client.get("/board").context["location"] == annex
    relate(floor.manager, "owner", floor.location)
    assert client.get("/board").context["location"] == floor.location
    assert client.get("/board", {"location": str(annex.pk)}).context["location"] == annex


def test_what_is_late_and_what_is_at_risk_is_said_with_a_word(signed_in: SignIn, floor: Floor) -> None:
    due_in(floor, 1, hours=-1)
    due_in(floor, 2, hours=5)
    due_in(floor, 3, days=30, begin_date=now() - timedelta(days=20))

    page = signed_in(floor.manager).get("/board").content.decode()

    late, at_risk, calm = (page[page.index(f"Choose Box {number}") :][:1500] for number in (1, 2, 3))
    assert "Late</span>" in late.split("</li>")[0]
    assert "At risk</span>" in at_risk.split("</li>")[0]
    assert not {"Late</span>", "At risk</span>"} & set(calm.split("</li>")[0].split(">"))
    assert page.count("Late</span>") == page.count("At risk</span>") == 1


def test_at_risk_follows_the_pace_of_the_queue(signed_in: SignIn, floor: Floor, tom: User) -> None:
    done = floor.make_batch(14)
    for cycle in done.cycles.all():
        started = start_cycle(cycle=cycle, technician=tom, by=floor.by, at=now() - timedelta(days=1))
        complete_cycle(cycle=started, by=floor.by, at=now() - timedelta(hours=3))
    due_in(floor, 1, needed=3, days=4)  # 3 days at one a day
    due_in(floor, 2, needed=3, days=4)  # its turn ends after 6

    [column] = signed_in(floor.manager).get("/board").context["columns"]

    assert (column.pace, column.days) == (1, 6)
    assert [card.at_risk for card in column.cards] == [False, True]


def test_work_left_is_told_against_what_the_queue_can_do_where_that_is_known(signed_in: SignIn, floor: Floor) -> None:
    floor.make_batch(12)
    unknown = floor.make_queue("Slow lane")
    floor.make_batch(3, queue=unknown)
    client = signed_in(floor.manager)
    assert "Capacity" not in client.get("/board").content.decode()

    floor.queue.capacity = 5
    change_queue(floor.queue, by=floor.by, at=AT)
    page = client.get("/board").content.decode()
    assert "12 cycles left" in page
    assert page.count("Capacity 5 a day: about 2 days") == page.count("Capacity") == 1

    floor.queue.capacity = 13
    change_queue(floor.queue, by=floor.by, at=AT)
    assert "Capacity 13 a day: less than a day" in client.get("/board").content.decode()
    floor.queue.capacity = 0
    with pytest.raises(Invalid, match="greater than or equal to 1"):
        change_queue(floor.queue, by=floor.by, at=AT)


def test_the_filters_narrow_and_the_board_says_so(signed_in: SignIn, floor: Floor, tom: User) -> None:
    floor.make_batch(2, floor.make_work_order(2, "Carts"), label="Carts box", technicians=[tom])
    late = due_in(floor, 1, hours=-1)
    client = signed_in(floor.manager)

    def shown(**asked: object) -> list[str]:
        return labels(client.get("/board", asked))["Fast lane"]

    assert shown(work_order="cart") == ["Carts box"]
    assert shown(technician=tom.pk) == ["Carts box"]
    assert late.label in shown(late="on")
    assert shown(status="BLOCKED") == []
    assert len(shown(customer=floor.customer.pk)) == 2
    assert (
        "2 of their open batches fit the filters"
        in client.get("/board", {"customer": floor.customer.pk}).content.decode()
    )


def test_a_long_queue_leads_on_to_the_list(signed_in: SignIn, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_reading, "MOST", 2)
    monkeypatch.setattr(board_reading, "LEAST", 2)
    for number in range(5):
        floor.make_batch(1, label=f"Box {number}")
    client = signed_in(floor.manager)

    response = client.get("/board")

    assert labels(response) == {"Fast lane": ["Box 0", "Box 1"]}
    assert "and 3 more" in response.content.decode()
    listed = client.get("/batches", {"queue": str(floor.queue.pk)})
    assert [batch.label for batch in listed.context["page"]] == [f"Box {number}" for number in range(5)]


def test_the_board_costs_the_same_for_few_and_for_many(signed_in: SignIn, floor: Floor, tom: User) -> None:
    client = signed_in(floor.manager)

    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert client.get("/board").status_code == 200
        return len(made)

    floor.make_batch(1, technicians=[tom])
    few = cost()
    for number in range(4):
        floor.make_batch(2, queue=floor.make_queue(f"Lane {number}"), technicians=[tom, floor.manager])
    assert cost() == few
    assert few <= 17


def test_another_organization_sees_nothing_of_it(signed_in: SignIn, batch_of_ten: Batch, olga: User) -> None:
    response = signed_in(olga).get("/board", {"location": str(batch_of_ten.queue.location_id)})

    assert batch_of_ten.label not in response.content.decode()


def test_who_may_only_look_is_offered_nothing_else(signed_in: SignIn, floor: Floor, batch_of_ten: Batch) -> None:
    looker = make_user(floor.organization, "Viewer")

    page = signed_in(looker).get("/board").content.decode()

    assert batch_of_ten.label in page
    assert "data-move" not in page
    assert 'id="selection"' not in page


def test_technicians_are_assigned_to_many_at_once(signed_in: SignIn, floor: Floor, tom: User) -> None:
    people = [tom, make_user(floor.organization, "Technician", "Ann Lee")]
    batches = [floor.make_batch(2) for _ in range(4)]
    sent = {"batch": [str(batch.pk) for batch in batches], "technicians": [user.pk for user in people]}
    client = signed_in(floor.manager)

    assert client.post("/board/assign", {**sent, "way": "all"}).status_code == 302

    assert Relation.objects.technicians().count() == 8
    assert "4 batches assigned to Tom Baker, Ann Lee." in client.get("/board").content.decode().replace(
        "Ann Lee, Tom Baker", "Tom Baker, Ann Lee"
    )


def test_technicians_are_spread_over_batches(signed_in: SignIn, floor: Floor, tom: User) -> None:
    ann = make_user(floor.organization, "Technician", "Ann Lee")
    floor.make_batch(4, technicians=[ann])  # she has something to do already
    batches = [floor.make_batch(2) for _ in range(4)]
    sent = {"batch": [str(batch.pk) for batch in batches], "technicians": [tom.pk, ann.pk], "way": "spread"}

    assert signed_in(floor.manager).post("/board/assign", sent).status_code == 302

    assert [Batch.objects.assigned_to(user).filter(pk__in=[b.pk for b in batches]).count() for user in (tom, ann)] == [
        3,
        1,
    ]


def test_many_are_moved_at_once_in_their_order(signed_in: SignIn, floor: Floor) -> None:
    slow = floor.make_queue("Slow lane")
    there = floor.make_batch(1, queue=slow, label="There")
    batches = [floor.make_batch(1, label=f"Box {number}") for number in range(3)]
    sent = {"batch": [str(batch.pk) for batch in batches], "to": str(slow.pk)}
    client = signed_in(floor.manager)

    assert client.post("/board/move", {**sent, "place": "first"}).status_code == 302
    assert labels(client.get("/board"))["Slow lane"] == ["Box 0", "Box 1", "Box 2", there.label]
    client.post("/board/move", {"batch": sent["batch"][:1], "to": sent["to"], "place": "last"})
    assert labels(client.get("/board"))["Slow lane"] == ["Box 1", "Box 2", there.label, "Box 0"]


def test_all_are_moved_or_none(signed_in: SignIn, floor: Floor, olga: User) -> None:
    batches = [floor.make_batch(1) for _ in range(2)]
    annex = floor.make_queue("Annex lane", floor.make_location())
    planner = make_user(floor.organization, None)
    grant_only(planner, "batch:read", "batch:update", "queue:read")
    sent = {"batch": [str(batch.pk) for batch in batches], "to": str(annex.pk), "place": "last"}

    refused = signed_in(planner).post("/board/move", sent)

    assert refused.status_code == 403
    assert "You have no access to the queue" in refused.content.decode()
    assert not annex.batches.exists()
    assert signed_in(olga).post("/board/move", sent).status_code == 422


def test_no_batch_and_no_technician_is_said_beside_the_field(signed_in: SignIn, floor: Floor) -> None:
    page = signed_in(floor.manager).post("/board/assign", {"way": "all"}).content.decode()

    assert "Choose batches on the board first." in page
    assert "Choose at least one technician." in page


def move(client: Client, batch: Batch, **sent: object) -> Any:
    return client.post(f"/batches/{batch.pk}/move", sent, headers={"accept": "application/json"})


def test_a_card_is_moved_with_one_request(signed_in: SignIn, floor: Floor) -> None:
    one, two, three = (floor.make_batch(1, label=label) for label in ("One", "Two", "Three"))
    client = signed_in(floor.manager)

    answer = move(client, three, queue=floor.queue.pk, place="after", neighbour=one.pk, seen_version=1)

    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    assert labels(client.get("/board"))["Fast lane"] == ["One", "Three", "Two"]
    assert [Batch.objects.get(pk=batch.pk).version for batch in (one, two)] == [1, 1]


def test_the_second_of_two_managers_is_told_who_was_first(signed_in: SignIn, floor: Floor) -> None:
    slow = floor.make_queue("Slow lane")
    batch = floor.make_batch(1, label="Box")
    other = make_user(floor.organization, "Production manager", "Nora Field")
    move(signed_in(other), batch, queue=slow.pk, place="last", seen_version=1)

    answer = move(signed_in(floor.manager), batch, queue=floor.queue.pk, place="last", seen_version=1)

    assert answer.status_code == 409
    assert answer.json()["sentence"].startswith("Nora Field changed Box meanwhile; it is in Slow lane")
    assert Batch.objects.get().queue == slow
    assert HistoryEntry.objects.of(batch).filter(verb="changed").count() == 1


def test_a_neighbour_that_left_the_queue_is_told(signed_in: SignIn, floor: Floor) -> None:
    one, two = (floor.make_batch(1) for _ in range(2))
    Batch.objects.filter(pk=one.pk).update(queue=floor.make_queue())

    answer = move(signed_in(floor.manager), two, queue=floor.queue.pk, place="after", neighbour=one.pk, seen_version=1)

    assert answer.status_code == 422
    assert "Choose a batch that stands in the queue" in answer.json()["sentence"]
