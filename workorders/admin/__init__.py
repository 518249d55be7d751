"""Workflows, what their steps show, and work orders in the admin."""

from workorders.admin.attachments import AttachmentAdmin
from workorders.admin.work_orders import DueFilter, WorkOrderAdmin
from workorders.admin.workflows import WorkflowAdmin

__all__ = ["AttachmentAdmin", "DueFilter", "WorkOrderAdmin", "WorkflowAdmin"]
