from batches.models.batch import Batch
from batches.models.batch_group import BatchGroup, GroupEquipment
from batches.models.batch_total import BatchTotal, number_of_batches
from batches.models.block import Block
from batches.models.counts import COLUMN
from batches.models.cycle import FAILED, Cycle
from batches.models.step_run import StepRun
from batches.models.technicians import fetch_technicians, technicians_of
from workorders.models import category_of

__all__ = [
    "COLUMN",
    "FAILED",
    "Batch",
    "BatchGroup",
    "BatchTotal",
    "Block",
    "Cycle",
    "GroupEquipment",
    "StepRun",
    "category_of",
    "fetch_technicians",
    "number_of_batches",
    "technicians_of",
]
