from niagara.records.models.note import Note
from niagara.records.models.relation import Relation, public_relation_id, read_relation_id

__all__ = ["Note", "Relation", "public_relation_id", "read_relation_id"]
