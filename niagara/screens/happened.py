"""Whether anything happened since a part of a page was shown."""

from datetime import datetime
from hashlib import blake2b

from niagara.accounts.models import HistoryEntry, User

# Not only the last: what was begun earlier may be committed later.
LOOKED_AT = 50


def tag_of(user: User, address: str, at: datetime) -> str:
    """The ETag of what a user sees at an address; another one after each change that history tells of.

    With each minute it is another one as well, for what changes by itself: what is late, an age, a pace.
    """
    entries = HistoryEntry.objects.filter(organization=user.organization_id)
    newest = entries.order_by("-id").values_list("id", flat=True)[:LOOKED_AT]
    seen = (user.pk, address, int(at.timestamp()) // 60, *newest)
    return f'"{blake2b(repr(seen).encode(), digest_size=16).hexdigest()}"'
