from niagara.webhooks.models.event import Event

__all__ = ["Event"]
