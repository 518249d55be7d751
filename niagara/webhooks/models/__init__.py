from niagara.webhooks.models.delivery import KEPT_OF_AN_ANSWER, Attempt, Delivery
from niagara.webhooks.models.event import Event
from niagara.webhooks.models.lane import Lane
from niagara.webhooks.models.subscription import EVENTS, EVERY_EVENT, Subscription

__all__ = ["EVENTS", "EVERY_EVENT", "KEPT_OF_AN_ANSWER", "Attempt", "Delivery", "Event", "Lane", "Subscription"]
