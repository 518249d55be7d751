from workorders.models.work_order import COUNTED, WorkOrder
from workorders.models.workflow import Workflow

__all__ = ["COUNTED", "WorkOrder", "Workflow"]
