"""Signs what is sent, as the Standard Webhooks specification says, with its published library."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(webhook_id: str, name: str, body: str, keys: Iterable[str], at: datetime) -> dict[str, str]:
    """The headers of a delivery: one signature for each secret. `at` is in UTC; the library takes it for that."""
    signatures = [Webhook(key).sign(webhook_id, at, body) for key in keys]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Niagara",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "webhook-event": name,
    }
