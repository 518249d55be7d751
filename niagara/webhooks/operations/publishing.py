"""Writing events, in the transaction of the change that they tell of."""

from collections.abc import Sequence

from niagara.statements import Instances, Is
from niagara.webhooks.models import Event, Lane, Subscription

# In the order of their ids, so that two who publish lock the lanes of a subject alike.
_SUBSCRIPTIONS = Instances(Subscription.objects.filter(Is("organization_id")).order_by("pk").only("events"))


def publish(events: Sequence[Event]) -> None:
    """Write the next events of one subject, which the caller holds and whose versions it has given out.

    Whoever subscribed finds them there: nothing else has to be done, and nothing can be lost. It costs
    three statements, however many events and subscriptions there are. One that is made later begins
    with the next event; in the lanes of one that is paused they wait.
    """
    if not events:
        return
    Event.objects.bulk_create(events)
    lanes = []
    for subscription in _SUBSCRIPTIONS.read(id=events[0].organization_id):
        versions = [event.version for event in events if subscription.wants(event.name)]
        if versions:
            lanes.append(
                Lane(
                    subscription=subscription,
                    subject_id=events[0].subject_id,
                    last_version=versions[-1],
                    sent_version=versions[0] - 1,
                    next_at=events[-1].created,
                )
            )
    if lanes:
        Lane.objects.bulk_create(
            lanes,
            update_conflicts=True,
            unique_fields=["subscription", "subject_id"],
            update_fields=["last_version"],
        )
