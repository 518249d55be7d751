from queues.models.queue import Queue

__all__ = ["Queue"]
