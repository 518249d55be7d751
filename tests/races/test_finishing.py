"""Who finishes a cycle is given the next one in the answer, which may be one of another batch."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from batches.models import Cycle
from batches.operations.claiming import claim_cycle
from niagara.accounts.models import User
from niagara.directory.models import Category
from tests.factories import AT, Floor, make_user, relate, via_api
from tests.races.together import assert_everything_adds_up, together

TECHNICIANS, ROUNDS = 4, 6


@pytest.fixture
def technicians(floor: Floor) -> list[tuple[User, Client]]:
    made = []
    for number in range(TECHNICIANS):
        technician = make_user(floor.organization, "Technician", f"Technician {number}")
        relate(technician, "allocated", floor.location)
        client = Client()
        client.force_login(technician)
        made.append((technician, client))
    return made


def finish(client: Client, cycle: Any) -> Any:
    return client.post(f"/cycles/{cycle}", {"once": uuid4().hex, "step": "unpack", "kind": "close"})


def test_those_who_go_on_in_each_others_batches_keep_nobody_waiting(
    floor: Floor, technicians: list[tuple[User, Client]]
) -> None:
    """Otherwise one holds, to finish, what the other wants in order to start, and one of them is turned away."""
    work_order = floor.make_work_order(100)
    shared = floor.make_batch(60, work_order)
    for _ in range(ROUNDS):
        alone = floor.make_batch(1, work_order)
        # The first has the only cycle of a batch, so that the next one is of the batch the others work in.
        starts = [(one, alone if one is technicians[0][0] else shared) for one, _ in technicians]
        in_hand = [claim_cycle(batch=batch, technician=one, by=via_api(one), at=AT).pk for one, batch in starts]

        answers = together(
            *(partial(finish, client, cycle) for (_, client), cycle in zip(technicians, in_hand, strict=True))
        )
        assert {answer.status_code for answer in answers} == {302}

    assert Cycle.objects.filter(category=Category.COMPLETE).count() == TECHNICIANS * ROUNDS
    assert_everything_adds_up()
