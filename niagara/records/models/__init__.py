from niagara.records.models.note import Note
from niagara.records.models.notification import Notification
from niagara.records.models.relation import INWARD, OUTWARD, Relation, public_relation_id, read_relation_id

__all__ = ["INWARD", "OUTWARD", "Note", "Notification", "Relation", "public_relation_id", "read_relation_id"]
