"""Drawn calls are about nothing; grounded, they are about the scene.

An id that is drawn at random is that of nothing, so that every call would end with a 404 or a 400
before it came to anything. What is wrong on purpose stays wrong: an id is put only where a
well-formed one stands.
"""

import re
from typing import Any

from niagara.api.inputs import uuid_in
from niagara.webhooks.models import Subscription
from tests.walks.bodies import PENDING
from tests.walks.conftest import World
from tests.walks.routes import Operation

MAX_URL = Subscription._meta.get_field("url").max_length
# Every so many calls are left as they were drawn.
_LEFT_ALONE = 8


class Grounding:
    """Puts one operation's calls on the ground of the scene, one after the other."""

    def __init__(self, world: World, operation: Operation) -> None:
        self.ids = world.ids_of(operation)
        self.body = world.body(operation)
        self.number = 0

    def ground(self, case: Any) -> None:
        self.number += 1
        if self.number % _LEFT_ALONE == 0:
            return
        for name, value in case.path_parameters.items():
            if re.fullmatch(r"[0-9a-zA-Z-_]+", str(value)):
                case.path_parameters[name] = self.ids[name]
        case.query = {name: self._queried(name, value) for name, value in case.query.items() if name != "offset"}
        if "If-Match" in case.headers:
            case.headers["If-Match"] = "*"
        if isinstance(case.body, dict):
            case.body = self._sent(case.body, self.body)
            if self.number % 2 and case.body and case.meta.generation.mode.is_positive:
                case.body = self._all_but_one(case.body)

    def _queried(self, name: str, value: Any) -> Any:
        filtered = name.removeprefix("filter[").removesuffix("]")
        if filtered == "status" and isinstance(value, str) and value.strip():
            return PENDING["category"]
        return self.ids.get(filtered, value) if uuid_in(str(value)) else value

    def _sent(self, drawn: Any, good: Any) -> Any:
        """What was drawn, with the ids and the status of what is right, or of the scene."""
        if isinstance(drawn, list):
            first = good[0] if isinstance(good, list) and good else None
            return [self._sent(one, first) for one in drawn]
        if not isinstance(drawn, dict):
            return drawn
        good = good if isinstance(good, dict) else {}
        if {"status", "category"} <= drawn.keys() and isinstance(drawn["status"], str):
            return {**drawn, **PENDING}
        if {"entity_id", "entity_type"} <= drawn.keys() & good.keys() and uuid_in(str(drawn["entity_id"])):
            return {**drawn, "entity_id": good["entity_id"], "entity_type": good["entity_type"]}
        return {
            name: self._url(name, value, good) or self._id(name, value, good) or self._sent(value, good.get(name))
            for name, value in drawn.items()
        }

    def _url(self, name: str, value: Any, good: dict[str, Any]) -> str | None:
        """That of the scene: nothing may be sent to what is drawn."""
        well_formed = name == "url" and isinstance(value, str) and value.strip() and len(value) <= MAX_URL
        return good.get(name) if well_formed else None

    def _id(self, name: str, value: Any, good: dict[str, Any]) -> str | None:
        return good.get(name, self.ids.get(name)) if isinstance(value, str) and uuid_in(value) else None

    def _all_but_one(self, drawn: dict[str, Any]) -> dict[str, Any]:
        """A body that is right, but for one key as it was drawn, each in its turn."""
        names = sorted(drawn)
        name = names[self.number // 2 % len(names)]
        return {**self.body, name: drawn[name]}
