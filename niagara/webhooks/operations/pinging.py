"""Trying a subscription out."""

from datetime import datetime

import orjson

from niagara.accounts import access
from niagara.accounts.actor import Actor
from niagara.accounts.models import time_ordered_id
from niagara.accounts.operations import history
from niagara.webhooks.models import Subscription
from niagara.webhooks.operations.posting import post
from niagara.webhooks.sending import Answer

NAME = "Ping"


def ping(subscription: Subscription, *, by: Actor, at: datetime) -> Answer:
    """Send a signed event of no other meaning at once, also while it is paused, and tell what came of it.

    It is called outside of any transaction, for it takes as long as the receiver does. Raises
    PermissionMissing.
    """
    access.require(by, "webhook:update", subscription)
    history.record(subscription, "pinged", by=by, at=at)
    webhook_id = str(time_ordered_id())
    told = {"event": NAME, "webhookId": str(subscription.pk), "dateTime": at.isoformat()}
    body = orjson.dumps(told).decode()
    return post(subscription, webhook_id, NAME, body, at=at)
