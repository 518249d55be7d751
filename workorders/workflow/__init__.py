"""Checks workflows. Plain Python: no framework, no database, no clock."""

from workorders.workflow.checker import BadWorkflow, check, read_definition
from workorders.workflow.steps import Definition

__all__ = ["BadWorkflow", "Definition", "check", "read_definition"]
