"""Batches, cycles, contexts, groups and what happened in the admin, and the work orders they are broken down from."""

from batches.admin import batches, contexts, cycles, groups, traces, work_orders

__all__ = ["batches", "contexts", "cycles", "groups", "traces", "work_orders"]
