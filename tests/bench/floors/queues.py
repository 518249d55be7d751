"""The least work that gives a page of queues."""

from typing import Any

import orjson

from tests.bench.floors.people import asking
from tests.bench.floors.sql import COUNT_QUEUES, QUEUES_IN_ORDER
from tests.bench.floors.work import locations, queue


def page(connection: Any, token: str, root: str, limit: int, offset: str | None, next_url: str | None) -> bytes:
    """`GET /api/queues?limit=…`; the offset and the address made of it hold the time, so they come from outside."""
    organization = asking(connection, token, "queue:all")
    rows = connection.execute(QUEUES_IN_ORDER, [organization, limit + 1]).fetchall()[:limit]
    [(total,)] = connection.execute(COUNT_QUEUES, [organization])
    places = locations(connection, list({row[4] for row in rows}))
    shown = []
    for row in rows:
        address = f"{root}/queues/{row[0]}"
        links = {
            "self": {"href": address},
            "nter:queue-location": {"href": f"{root}/locations/{row[4]}"},
            "nter:queue-batches": {"href": f"{address}/batches"},
        }
        shown.append({**queue(row, places), "_links": links})
    links = {"self": {"href": f"{root}/queues?limit={limit}"}}
    if next_url is not None:
        links["next"] = {"href": next_url}
    return orjson.dumps(
        {
            "total_count": total,
            "limit": limit,
            "offset": offset,
            "_embedded": {"nter:queues": shown},
            "_links": links,
        }
    )
