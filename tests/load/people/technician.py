"""A technician at a tablet: starts the next cycle, closes step after step, checks what others did, scans stacks."""

import re
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.load.people.person import Browser, fields_of, form_with

_CYCLE = re.compile(r"/cycles/([0-9a-f-]{36})\b")
_BATCH = re.compile(r'href="(/my-work/batches/[0-9a-f-]{36})"')
_RADIO = re.compile(r'type="radio" name="(item_\d+)"|name="(item_\d+)"[^>]*type="radio"')
STACK = 5


@dataclass
class Technician(Browser):
    tags: dict[str, str] = field(default_factory=dict)

    def turn(self) -> None:
        what = self.dice.random()
        if what < 0.25:
            self.check()
        elif what < 0.32:
            self.stack()
        else:
            self.run_cycles()

    def run_cycles(self) -> None:
        page = self.page("my work", "/my-work")
        self.think(1, 4)
        if self.dice.random() < 0.5:  # it is looked at for longer, and follows the floor meanwhile
            self.part("my work, what follows", "/my-work", self.tags)
        form = form_with('name="once"', page.partition('class="card next"')[2])
        answer = self.ask("start next", "POST", "/my-work", data=form) if form else None
        if answer is None or answer.status_code != 302:
            self.think(2, 6)
            return
        address, page = answer.headers["Location"], ""
        for _ in range(self.dice.randrange(4, 12)):  # steps, over several cycles
            page = page or self.page("the step in hand", address)
            self.think(2, 8)
            following = self.close_step(address, page)
            if following is None:
                return
            address, page = following

    def close_step(self, address: str, page: str) -> tuple[str, str] | None:
        """Fill in the step and press Enter. Where that leads, with the page if it came along; None if nowhere."""
        whole = page.partition('<form class="form stepform"')[2].partition("</form>")[0]
        if not whole:
            return None
        form = {**fields_of(whole), "kind": "close", **{one or other: "ok" for one, other in _RADIO.findall(whole)}}
        serial = f"L-{uuid4().hex}" if 'name="field_0"' in whole else ""
        if serial:
            form["field_0"] = serial
        answer = self.ask("close a step", "POST", address, data=form, headers={"HX-Request": "true"})
        if answer.status_code != 200:
            return None
        self.confirm("step closed", (self.email, address, serial))
        if "HX-Redirect" in answer.headers:
            return None
        return answer.headers.get("HX-Replace-Url", address), answer.text

    def check(self) -> None:
        page = self.page("checks", "/checks")
        found = _CYCLE.findall(page.partition('aria-labelledby="own"')[0])
        self.think(1, 4)
        if not found:
            return
        address = f"/cycles/{self.dice.choice(found)}"
        step = self.page("the step in hand", address)
        self.think(2, 6)
        self.close_step(address, step)

    def stack(self) -> None:
        """One scan after the other, with one answer each."""
        batches = _BATCH.findall(self.page("my work", "/my-work"))
        if not batches:
            self.think(2, 5)
            return
        address = self.dice.choice(batches)
        page = self.page("a batch to work on", address)
        if f"{address}/stacks/scan" not in page:
            return
        page = self.page("a stack", f"{address}/stacks/scan")
        form = form_with('name="serial"', page)
        for _ in range(STACK):
            self.think(0.5, 2)
            serial = f"S-{uuid4().hex}"
            answer = self.scan(f"{address}/stacks/scan", {**form, "serial": serial, "once": uuid4().hex})
            if "is done with this step" in answer.text:  # what was refused stands beside it in the same way
                self.confirm("step closed", (self.email, "", serial))
        self.look_over()

    def scan(self, address: str, form: dict[str, str]) -> httpx.Response:
        return self.ask("a scan of a stack", "POST", address, data=form, headers={"HX-Request": "true"})

    def look_over(self) -> None:
        """What was scanned into a stack is finished one by one."""
        page = self.page("my work", "/my-work")
        for cycle in dict.fromkeys(_CYCLE.findall(page.partition('class="strip"')[2].partition("</nav>")[0])):
            address = f"/cycles/{cycle}"
            step = self.page("the step in hand", address)
            self.think(1, 3)
            self.close_step(address, step)
