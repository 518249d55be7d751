from batches.models.batch import Batch
from batches.models.batch_group import BatchGroup, GroupEquipment
from batches.models.counts import COLUMN
from batches.models.cycle import FAILED, Cycle
from workorders.models import category_of

__all__ = ["COLUMN", "FAILED", "Batch", "BatchGroup", "Cycle", "GroupEquipment", "category_of"]
