from niagara.records.models.attachment import Attachment
from niagara.records.models.draft import Draft
from niagara.records.models.note import Note
from niagara.records.models.notification import Notification
from niagara.records.models.relation import INWARD, OUTWARD, Relation, public_relation_id, read_relation_id

__all__ = [
    "INWARD",
    "OUTWARD",
    "Attachment",
    "Draft",
    "Note",
    "Notification",
    "Relation",
    "public_relation_id",
    "read_relation_id",
]
