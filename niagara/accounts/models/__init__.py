from niagara.accounts.models.history_entry import HistoryEntry
from niagara.accounts.models.idempotent_answer import IdempotentAnswer
from niagara.accounts.models.organization import Organization
from niagara.accounts.models.role import Grant, Role
from niagara.accounts.models.row import Row, time_ordered_id
from niagara.accounts.models.user import SYSTEM_ID, User

__all__ = [
    "SYSTEM_ID",
    "Grant",
    "HistoryEntry",
    "IdempotentAnswer",
    "Organization",
    "Role",
    "Row",
    "User",
    "time_ordered_id",
]
