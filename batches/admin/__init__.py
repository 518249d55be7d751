"""Batches, cycles and groups in the admin, and the work orders they are broken down from."""

from batches.admin import batches, cycles, groups, work_orders

__all__ = ["batches", "cycles", "groups", "work_orders"]
