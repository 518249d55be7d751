"""Batches, cycles, contexts and groups in the admin, and the work orders they are broken down from."""

from batches.admin import batches, contexts, cycles, groups, work_orders

__all__ = ["batches", "contexts", "cycles", "groups", "work_orders"]
