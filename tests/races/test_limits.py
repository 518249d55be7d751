"""Many requests with one token at once: exactly the limit comes through, whoever else waits for a lock."""

from collections import Counter
from functools import partial
from itertools import chain
from secrets import token_hex
from typing import Any

from django.db.models.signals import post_save

from niagara.accounts.models import User
from queues.models import Queue
from tests.clients import Api, make_token
from tests.factories import Floor
from tests.races.together import together

QUOTA = 20


def test_of_many_at_once_exactly_the_limit_comes_through(maria: User, settings: Any) -> None:
    settings.API_RATE_LIMIT = QUOTA
    token = {"Authorization": f"Bearer {make_token(maria, ('me:profile',), raw=token_hex())}"}

    def several() -> list[int]:
        return [Api(None).get("me", headers=token).status_code for _ in range(5)]

    outcomes = together(*[several] * 8)

    assert Counter(chain(*outcomes)) == {200: QUOTA, 429: 40 - QUOTA}


def test_who_counts_waits_for_nobody_s_transaction(floor: Floor, maria: User, settings: Any) -> None:
    """While one request is in the middle of its transaction, the same token sends another."""
    settings.API_RATE_LIMIT = QUOTA
    client, meanwhile = Api(maria), []

    def ask_meanwhile(sender: Any, **kwargs: Any) -> None:
        meanwhile.extend(together(partial(client.get, "me")))

    post_save.connect(ask_meanwhile, sender=Queue)
    try:
        made = client.post(
            "queues",
            {"label": "Packing", "location": {"location_id": str(floor.location.pk)}},
            headers={"Idempotency-Key": token_hex()},
        )
    finally:
        post_save.disconnect(ask_meanwhile, sender=Queue)

    assert [answer["RateLimit"].split(";")[1] for answer in (made, *meanwhile)] == ["r=19", "r=18"]
    assert [answer.status_code for answer in (made, *meanwhile)] == [200, 200]
