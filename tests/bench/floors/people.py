"""Who asks, and whether they may."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from tests.bench.floors.sql import GRANTS, TOKEN


def asking(connection: Any, token: str, scope: str, grant: str = "") -> int:
    """The organization of the token's user, whose grant brings what the scope names. Raises PermissionError."""
    found = connection.execute(TOKEN, [hashlib.sha256(token.encode()).hexdigest()]).fetchone()
    if found is None:
        raise PermissionError
    scopes, expires, user_id, organization, is_active = found
    grants = dict(connection.execute(GRANTS, [user_id]).fetchall())
    if (
        not is_active
        or expires <= datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        or scope not in scopes.split()
        or (grant or scope) not in grants
    ):
        raise PermissionError
    return organization
