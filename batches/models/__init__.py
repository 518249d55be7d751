from batches.models.batch import Batch
from batches.models.batch_group import BatchGroup
from batches.models.counts import COLUMN, category_of
from batches.models.cycle import Cycle

__all__ = ["COLUMN", "Batch", "BatchGroup", "Cycle", "category_of"]
