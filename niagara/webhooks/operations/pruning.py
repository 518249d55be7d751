"""Forgetting deliveries, with every try of them, when they are old. The events stay: they are a journal."""

from datetime import datetime

from django.db import transaction

from niagara.webhooks.models import Attempt, Delivery

AT_ONCE = 500


@transaction.atomic
def forget_outdated(*, at: datetime) -> bool:
    """Forget a small portion of the deliveries that are outdated. Whether there may be more."""
    outdated = Delivery.objects.outdated(at).order_by()
    # Passes over what somebody sends again at this moment, and what another worker forgets.
    ids = list(outdated.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        Attempt.objects.filter(delivery__in=ids).delete()
        Delivery.objects.filter(pk__in=ids).delete()
    return len(ids) == AT_ONCE
