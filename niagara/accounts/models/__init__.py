from niagara.accounts.models.badge import Badge
from niagara.accounts.models.history_entry import HistoryEntry
from niagara.accounts.models.idempotent_answer import IdempotentAnswer
from niagara.accounts.models.organization import Organization
from niagara.accounts.models.role import Grant, Role
from niagara.accounts.models.row import Row, time_ordered_id
from niagara.accounts.models.shared_device import SharedDevice
from niagara.accounts.models.sign_in_tries import SignInTries
from niagara.accounts.models.user import SYSTEM_ID, User

__all__ = [
    "SYSTEM_ID",
    "Badge",
    "Grant",
    "HistoryEntry",
    "IdempotentAnswer",
    "Organization",
    "Role",
    "Row",
    "SharedDevice",
    "SignInTries",
    "User",
    "time_ordered_id",
]
