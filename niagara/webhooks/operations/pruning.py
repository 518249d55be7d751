"""Forgetting deliveries, with every try of them, when they are old or their subscription was removed. The events stay:
they are a journal."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from niagara.webhooks.models import Attempt, Delivery, Lane, Subscription

AT_ONCE = 500


def forget_outdated(*, at: datetime) -> bool:
    """Forget a small portion of the deliveries that are outdated. Whether there may be more."""
    return _forget(Delivery.objects.outdated(at))


def forget_left_over() -> bool:
    """Forget a small portion of what each subscription left behind that was removed. Whether there may be more."""
    return any(
        [
            *[_forget(Delivery.objects.filter(subscription=one)) for one in _removed(Delivery)],
            *[_forget(Lane.objects.filter(subscription=one)) for one in _removed(Lane)],
        ]
    )


@transaction.atomic
def _forget(rows: models.QuerySet) -> bool:
    # Passes over what somebody sends again at this moment, and what another worker forgets.
    ids = list(rows.order_by().select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        if rows.model is Delivery:
            Attempt.objects.filter(delivery__in=ids).delete()
        rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids) == AT_ONCE


def _removed(model: type[Delivery] | type[Lane]) -> Iterator[UUID]:
    """The subscriptions that are gone and have rows here: from one to the next by the index, however many rows."""
    rows = model._default_manager.order_by("subscription_id").values_list("subscription_id", flat=True)
    found = rows.first()
    while found is not None:
        if not Subscription.objects.filter(pk=found).exists():
            yield found
        found = rows.filter(subscription_id__gt=found).first()
