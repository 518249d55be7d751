"""Every operation of the OpenAPI document, as it allows and as it does not, at a server started as in production: no
answer is a defect, a page or a trace, and none is one the document does not tell of."""

from typing import Any

import httpx

from niagara import clock
from niagara.accounts.operations.tokens import issue_token
from niagara.accounts.permissions import SCOPES
from tests.factories import make_floor, make_user
from tests.load.stage import PATIENCE, Stage, set_up
from tests.walks.conftest import World, make_world
from tests.walks.drawing import call_all, name_of, operations_of
from tests.walks.grounding import Grounding
from tests.walks.routes import operations
from tests.walks.tally import Tally

BEHIND_A_PROXY = {"X-Forwarded-Proto": "https"}


def run(port: int) -> int:
    """0 if each answer was as it has to be."""
    with set_up(port) as stage:
        stage.worker.kill()  # the scenes play the worker themselves
        drawn = httpx.get(f"{stage.address}/api/schema", headers=BEHIND_A_PROXY, timeout=PATIENCE).json()
        described = operations_of(drawn)
        tallies: dict[str, Tally] = {}
        errors = []
        for number, operation in enumerate(operations()):
            try:
                # A scene of its own for each: what is called here stays changed.
                tallies[str(operation)] = _call(stage, described[name_of(operation)], _scene(number), operation)
            except Exception as error:  # of whichever kind: a check tells what is wrong by raising
                errors.append(f"{operation}: {error!r} {'; '.join(map(str, getattr(error, 'exceptions', ())))}")
        return _tell(stage, tallies, errors)


def _scene(number: int) -> World:
    floor = make_floor(f"Works {number}", email=f"manager{number}@drawn.example")
    return make_world(floor, make_user(floor.organization, "Technician", "Tom Baker"))


def _call(stage: Stage, described: Any, world: World, operation: Any) -> Tally:
    token = issue_token(world.floor.manager, SCOPES, at=clock.now(), hours=4)
    headers = {**BEHIND_A_PROXY, "Authorization": f"Bearer {token}"}
    return call_all(described, Grounding(world, operation), headers=headers, base_url=stage.address)


def _tell(stage: Stage, tallies: dict[str, Tally], errors: list[str]) -> int:
    total = Tally()
    for name, one in tallies.items():
        total.allowed += one.allowed
        total.wrong += one.wrong
        if min(one.all) >= 400:
            errors.append(f"{name}: no call was let through: {one}")
    print(f"{len(tallies)} operations, {total.turned_away:.1%} turned away:{total}")
    for told in errors:
        print(f"ERROR   {told}")
    log = stage.log.read_text(errors="replace")
    defects = log.count("A defect at")
    print(f"{len(errors)} errors; the log tells of {defects} defects.")
    return int(bool(errors or defects))
