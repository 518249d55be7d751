"""Another system: it makes and changes batches, and reads lists and journals."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.load.people.person import Person


@dataclass
class Client(Person):
    token: str = ""
    stranger: str = ""  # the token of somebody who may know of nothing here
    order: Any = None
    queues: list[Any] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=dict)  # how far each was read

    def begin(self) -> None:
        self.headers |= {"Authorization": f"Bearer {self.token}", "X-Forwarded-Proto": "https"}
        self.read_list()
        groups = self.call("GET /batch-groups", "GET", "batch-groups?limit=20").json()["_embedded"]["nter:batch-groups"]
        self.groups = {one["batch_group_id"]: 0 for one in groups}

    def turn(self) -> None:
        self.think(0.5, 2.5)
        doings = [self.make_batch, self.rename, self.rename, self.resize, self.read_list, self.read_journal]
        self.dice.choice([*doings, self.be_a_stranger, self.read_queues])()

    def call(self, kind: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """With `Idempotency-Key`; now and then twice, as by a client that lost its memory."""
        sent: dict[str, Any] = {"headers": headers}
        if body is not None:
            sent["json"] = body
            if method in ("POST", "PATCH"):
                headers["Idempotency-Key"] = str(uuid4())
        answer = self.ask(kind, method, f"/api/{path}", **sent)
        if "Idempotency-Key" in headers and answer.is_success and self.dice.random() < 0.1:
            again = self.ask(kind, method, f"/api/{path}", **sent)
            if again.content != answer.content:
                self.figures.wrong(f"{kind}: the same key gave another answer")
        return answer

    def make_batch(self) -> None:
        body = {
            "work_order": {"work_order_id": str(self.order)},
            "queue": {"queue_id": str(self.dice.choice(self.queues))},
            "number_cycles": 4,
        }
        answer = self.call("POST /batches", "POST", "batches", body)
        if answer.is_success:
            made = answer.json()
            self.confirm("batch made", made["batch_id"])
            self.known.append(made["batch_id"])

    def change(self, kind: str, body: dict[str, Any], deed: str) -> None:
        if not self.known:
            return
        path = f"batches/{self.dice.choice(self.known)}"
        shown = self.call("GET /batches/{id}", "GET", path)
        if shown.status_code != 200:
            return
        answer = self.call(kind, "PATCH", path, body, **{"If-Match": shown.headers["ETag"]})
        if answer.status_code == 200:
            self.confirm(deed, (path.removeprefix("batches/"), body))

    def rename(self) -> None:
        self.change("PATCH /batches/{id} label", {"label": f"Renamed {uuid4().hex}"}, "batch renamed")

    def resize(self) -> None:
        size = {"number_cycles": self.dice.randint(4, 8)}
        self.change("PATCH /batches/{id} number_cycles", size, "batch resized")

    def read_list(self) -> None:
        page = self.call("GET /batches", "GET", "batches?limit=100").json()
        for _ in range(self.dice.randrange(3)):
            self.known = [one["batch_id"] for one in page["_embedded"]["nter:batches"]][:50] or self.known
            if "next" not in page["_links"]:
                break
            address = httpx.URL(page["_links"]["next"]["href"]).raw_path.decode().removeprefix("/api/")
            page = self.call("GET /batches, next page", "GET", address).json()

    def read_queues(self) -> None:
        self.call("GET /queues", "GET", "queues?limit=100")
        self.call("GET /work-orders", "GET", "work-orders?limit=20")

    def read_journal(self) -> None:
        """From where it was left, without a gap."""
        if not self.groups:
            return
        group = self.dice.choice([*self.groups])
        seen = self.groups[group]
        answer = self.call("GET the journal", "GET", f"batch-groups/{group}/events?after_version={seen}&limit=100")
        if answer.status_code != 200:
            self.figures.wrong(f"The journal: {answer.status_code} {answer.text[:200]}")
            return
        for event in answer.json()["_embedded"]["nter:events"]:
            seen += 1
            if event["metadata"]["version"] != seen:
                self.figures.wrong(f"After version {seen - 1} of {group} came {event['metadata']['version']}")
        self.groups[group] = seen

    def be_a_stranger(self) -> None:
        if self.known:
            answer = self.call(
                "GET what is somebody else's", "GET", f"batches/{self.dice.choice(self.known)}",
                Authorization=f"Bearer {self.stranger}",
            )  # fmt: skip
            if answer.status_code != 404:
                self.figures.wrong(f"A stranger was answered with {answer.status_code}")
