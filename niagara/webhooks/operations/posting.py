"""Sending something to a subscription once, signed."""

from datetime import datetime

from cryptography.fernet import InvalidToken

from niagara.webhooks import sending, signing
from niagara.webhooks.models import Subscription


def post(subscription: Subscription, webhook_id: str, name: str, body: str, *, at: datetime) -> sending.Answer:
    """Send a body under a name and an id, and tell what came of it. It takes as long as the receiver does."""
    try:
        keys = subscription.secrets_at(at)
    except InvalidToken:
        return sending.Answer(error="Its secret was kept under another SECRET_KEY; make a new one.")
    return sending.post(subscription.url, body.encode(), signing.headers(webhook_id, name, body, keys, at))
