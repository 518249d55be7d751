"""Writing events, in the transaction of the change that they tell of."""

from collections.abc import Sequence

from niagara.webhooks.models import Event


def publish(events: Sequence[Event]) -> None:
    """Write the next events of one subject, which the caller holds and whose versions it has given out.

    Whoever subscribed finds them there: nothing else has to be done, and nothing can be lost.
    """
    Event.objects.bulk_create(events)
