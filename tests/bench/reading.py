"""The ways to give one answer from a database: the product, its floor, and what else there is."""

from collections.abc import Callable
from typing import Any

import orjson
from django.core.signing import TimestampSigner

from tests.bench.agreeing import check
from tests.bench.database import Databases
from tests.bench.harness import Way
from tests.bench.product import Product, queries_of, request, token_for
from tests.bench.vendors import vendor

ROOT = "https://testserver/api"


def stop_signing_clock() -> None:
    """An offset holds the second it is signed in; without that, all ways can give the same one."""
    now = TimestampSigner().timestamp()
    TimestampSigner.timestamp = lambda signer: now  # type: ignore[method-assign]


class Reading:
    """One answer from the database of one size; `floor` takes a connection, a token, the root and `told`."""

    def __init__(self, databases: Databases, size: str, path: str, scope: str) -> None:
        self.databases, self.size = databases, size
        databases.use(size)
        self.token = token_for(scope)
        self.path = path
        self.product = Product(path, self.token)

    def outside(self) -> dict[str, Any]:
        """What of the answer of a list can only come from the product."""
        answer = orjson.loads(self.product())
        following = answer["_links"].get("next", {"href": None})
        return {"offset": answer["offset"], "next_url": following["href"]}

    def ways(self, floor: Callable[..., bytes], view: Any = None, **told: Any) -> list[Way]:
        """Checked to give the same answer, byte for byte; `view` is one of Django REST framework."""
        connection = vendor.connect(self.databases.url(self.size))
        beside = f"floor, {self.size}"

        def straight() -> bytes:
            return floor(connection, self.token, ROOT, **told)

        def serializers() -> bytes:
            content: bytes = view(request(self.path, self.token)).render().content
            return content

        ways = [
            self._way("product", self.product, beside),
            Way(beside, straight, lambda: connection.queries_of(straight), beside),
        ]
        if view:
            ways.append(self._way("serializers", serializers, beside))
        check([way.answer for way in ways])
        return ways

    def _way(self, name: str, answer: Callable[[], bytes], beside: str) -> Way:
        def here() -> bytes:
            self.databases.use(self.size)
            return answer()

        return Way(f"{name}, {self.size}", here, lambda: self.queries(answer), beside)

    def queries(self, answer: Callable[[], bytes]) -> int:
        self.databases.use(self.size)
        return queries_of(answer)
