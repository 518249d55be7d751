from workorders.models.category import category_of
from workorders.models.work_order import COUNTED, WorkOrder
from workorders.models.workflow import Workflow

__all__ = ["COUNTED", "WorkOrder", "Workflow", "category_of"]
