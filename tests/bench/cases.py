"""What is measured: case name → a function that makes the ways to give its answer."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import orjson
from django.core.signing import TimestampSigner

from tests.bench.floors import batches
from tests.bench.floors.connecting import connect
from tests.bench.harness import Way
from tests.bench.product import Product, queries_of, request, token_for
from tests.bench.serializers import BatchList

ROOT = "https://testserver/api"


def stop_signing_clock() -> None:
    """An offset holds the second it is signed in; without that, all ways can give the same one."""
    now = TimestampSigner().timestamp()
    TimestampSigner.timestamp = lambda signer: now  # type: ignore[method-assign]


def batches_page(url: str) -> Sequence[Way]:
    stop_signing_clock()
    limit, token = 100, token_for("batch:all")
    path = f"/api/batches?limit={limit}"
    product = Product(path, token)
    answer = orjson.loads(product())
    outside = {"offset": answer["offset"], "next_url": answer["_links"]["next"]["href"]}
    connection = connect(url)
    floor = partial(batches.page, connection, token, ROOT, limit, **outside)
    view = BatchList.as_view(limit=limit, root=ROOT, **outside)

    def serializers() -> bytes:
        return view(request(path, token)).render().content

    return [
        Way("product", product, lambda: queries_of(product)),
        Way("floor", floor, lambda: connection.queries_of(floor)),
        Way("serializers", serializers, lambda: queries_of(serializers)),
    ]


CASES: Mapping[str, Callable[[str], Sequence[Way]]] = {"batches-page": batches_page}
