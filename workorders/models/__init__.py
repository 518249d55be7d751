from workorders.models.category import category_of
from workorders.models.context import Context
from workorders.models.holdable import Holdable
from workorders.models.work_order import COUNTED, WorkOrder
from workorders.models.workflow import Workflow
from workorders.models.workflow_version import WorkflowVersion

__all__ = ["COUNTED", "Context", "Holdable", "WorkOrder", "Workflow", "WorkflowVersion", "category_of"]
