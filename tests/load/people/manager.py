"""A production manager: the board all day, moving batches, breaking down, looking at the dashboard."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.load.people.person import Browser, form_with

_CARD = re.compile(r'data-batch="([0-9a-f-]{36})" data-version="(\d+)"')
_LANE = re.compile(r'data-queue="([^"]+)" data-label')
_MADE = re.compile(r"(\d+) batch(?: is|es are) made")
_TOKEN = re.compile(r'"X-CSRFToken": ?"([^"]+)"|name="csrfmiddlewaretoken" value="([^"]+)"')
_MARK = re.compile(r'name="mark" value="([^"]*)"')


@dataclass
class Manager(Browser):
    order: Any = None  # the id of the work order to break down
    tags: dict[str, str] = field(default_factory=dict)
    board: str = ""

    def turn(self) -> None:
        self.board = self.page("the board", "/board")
        for _ in range(self.dice.randrange(3, 8)):
            self.think(3, 5)
            answer = self.part("the board, what follows", "/board", self.tags)
            if answer.status_code == 200:
                self.board = self.board.partition('<section class="board"')[0] + answer.text
            if self.dice.random() < 0.6:
                self.move()
        self.dice.choice([self.move_many, self.break_down, self.look_at_dashboard, self.look_at_order])()

    @property
    def token(self) -> str:
        [one, other] = _TOKEN.search(self.board).groups()  # type: ignore[union-attr]
        return one or other

    def move(self) -> None:
        """Drag one card in front of another, perhaps in another queue."""
        lanes = self.board.split('class="lane__cards"')[1:]
        filled = [lane for lane in lanes if _CARD.search(lane)]
        if not filled:
            return
        batch, version = self.dice.choice(_CARD.findall(self.dice.choice(filled)))
        there = self.dice.choice(filled)
        neighbour, _ = self.dice.choice(_CARD.findall(there))
        if neighbour == batch:
            return
        sent = {"queue": _LANE.search(there), "place": "before", "neighbour": neighbour, "seen_version": version}
        sent["queue"] = sent["queue"].group(1)  # type: ignore[union-attr]
        headers = {"Accept": "application/json", "X-CSRFToken": self.token}
        answer = self.ask(
            "move a batch", "POST", f"/batches/{batch}/move", data={**sent, "once": uuid4().hex}, headers=headers
        )
        if answer.status_code == 200:
            self.confirm("batch moved", batch)

    def move_many(self) -> None:
        cards, queues = _CARD.findall(self.board), _LANE.findall(self.board)
        if len(cards) < 3 or not queues:
            return
        batches = [batch for batch, _ in self.dice.sample(cards, 3)]
        sent = {
            "batch": batches, "to": self.dice.choice(queues), "place": "last", "once": uuid4().hex,
            "csrfmiddlewaretoken": self.token,
        }  # fmt: skip
        answer = self.ask("move three batches", "POST", "/board/move", data=sent)
        if answer.status_code == 302:
            self.confirm("three batches moved", batches)

    def break_down(self) -> None:
        """Look at what would be made, then make it."""
        address = f"/work-orders/{self.order}/break-down"
        page = self.page("break down", address)
        form = form_with('name="number_cycles"', page)
        [queue, *_] = self.dice.sample(_LANE.findall(self.board), 1)
        form |= {"number_cycles": "10", "total": "3", "queue": queue, "share": "all"}
        preview = self.ask("break down, preview", "POST", address, data=form, headers={"HX-Request": "true"})
        self.think(1, 3)
        found = _MARK.search(preview.text)
        if preview.status_code != 200 or found is None:
            return
        answer = self.ask("break down, done", "POST", address, data={**form, "mark": found.group(1)})
        if answer.status_code == 302:
            self.confirm("batches made", (self.order, 3))
            self.page("a work order", answer.headers["Location"])

    def look_at_dashboard(self) -> None:
        self.page("the dashboard", "/dashboard")
        self.think(3, 8)
        self.part("the dashboard, what follows", "/dashboard/now", self.tags)

    def look_at_order(self) -> None:
        self.page("work orders", "/work-orders")
        self.think(1, 3)
        self.page("a work order", f"/work-orders/{self.order}")
