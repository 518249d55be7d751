"""Somebody who works: with a browser, or with a token of the API."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from random import Random
from threading import Event
from time import monotonic
from typing import Any

import httpx

from tests.load.figures import Figures

TIMEOUT = 60  # seconds until a request counts as not answered
AGAIN_AFTER = 0.5  # seconds, where nobody said when

_FORM = re.compile(r"<form\b(.*?)>(.*?)</form>", re.S)
_INPUT = re.compile(r"<input\b(.*?)>", re.S)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class Stopped(Exception):
    """The run is over."""


@dataclass
class Person:
    address: str
    figures: Figures
    over: Event
    dice: Random
    pace: float = 1.0  # of the time people take to think
    headers: dict[str, str] = field(default_factory=dict)
    # What was confirmed, to be found in the database when all is over.
    confirmed: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=self.address,
            timeout=TIMEOUT,
            limits=httpx.Limits(keepalive_expiry=1.0),  # sooner than the server closes it
        )
        self.cookies: dict[str, str] = {}

    def work(self) -> None:
        """Until the run is over, whatever happens; what goes wrong is written down."""
        try:
            self.begin()
            while True:
                self.turn()
        except Stopped:
            pass
        except Exception as error:
            self.figures.wrong(f"{type(self).__name__}: {error!r}")
        finally:
            self.http.close()

    def begin(self) -> None:
        """Before the first turn."""

    def turn(self) -> None:
        raise NotImplementedError

    def think(self, least: float, most: float) -> None:
        if self.over.wait(self.dice.uniform(least, most) * self.pace):
            raise Stopped

    def confirm(self, deed: str, what: Any) -> None:
        self.confirmed.append((deed, what))
        self.figures.did(deed)

    def ask(self, kind: str, method: str, path: str, **sent: Any) -> httpx.Response:
        """The answer. What is not answered, or with 503, is sent again as it was, which counts once; also when
        the run is over, so that nobody leaves without knowing what became of it."""
        headers = {**self.headers, **sent.pop("headers", {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for _ in range(200):
            began = monotonic()
            try:
                answer = self.http.request(method, path, headers=headers, **sent)
            except httpx.TransportError as error:
                self.figures.note(kind, began, None, repr(error))
                Event().wait(AGAIN_AFTER)
                continue
            self.figures.note(kind, began, answer.status_code, answer.text if answer.status_code >= 500 else "")
            self._keep_cookies(answer)
            if answer.status_code != 503:
                return answer
            wait = answer.headers.get("Retry-After")
            if wait is None:
                self.figures.wrong(f"{kind}: a 503 that does not say when to come again")
            Event().wait(float(wait or AGAIN_AFTER))
        raise RuntimeError(f"{method} {path} was never answered.")

    def _keep_cookies(self, answer: httpx.Response) -> None:
        """They are for HTTPS alone; this is what the proxy that speaks it would hand on."""
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


@dataclass
class Browser(Person):
    """Signs in and sends forms, as the pages say."""

    email: str = ""
    password: str = ""

    def begin(self) -> None:
        self.headers |= {"X-Forwarded-Proto": "https", "Origin": self.address.replace("http://", "https://")}
        self.think(0, 5)
        form = form_with("password", self.page("sign-in page", "/sign-in"))
        answer = self.ask(
            "sign in", "POST", "/sign-in", data={**form, "username": self.email, "password": self.password}
        )
        if answer.status_code != 302:
            told = answer.text.partition('role="alert">')[2].partition("<")[0].strip()
            raise RuntimeError(f"{self.email} could not sign in: {answer.status_code} {told}")

    def page(self, kind: str, path: str) -> str:
        answer = self.ask(kind, "GET", path)
        while answer.status_code == 302:
            answer = self.ask(kind, "GET", answer.headers["Location"])
        return answer.text

    def part(self, kind: str, path: str, tags: dict[str, str]) -> httpx.Response:
        """The part of a page that follows the floor, unless it is the one that is shown."""
        headers = {"HX-Request": "true"}
        if path in tags:
            headers["If-None-Match"] = tags[path]
        answer = self.ask(kind, "GET", path, headers=headers)
        if "ETag" in answer.headers:
            tags[path] = answer.headers["ETag"]
        return answer


def form_with(text: str, page: str) -> dict[str, str]:
    """What a form of the page that has this text in it sends of itself; empty if there is none."""
    for _, inside in _FORM.findall(page):
        if text in inside:
            return fields_of(inside)
    return {}


def fields_of(html: str, kinds: Callable[[str], bool] = lambda kind: kind == "hidden") -> dict[str, str]:
    found = {}
    for inside in _INPUT.findall(html):
        attributes = dict(_ATTRIBUTE.findall(inside))
        if kinds(attributes.get("type", "text")) and "name" in attributes:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found
