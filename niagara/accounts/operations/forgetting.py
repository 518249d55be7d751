"""Forgetting what has run out: nobody can do anything with it any more, and it would pile up."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from oauth2_provider.models import clear_expired

from niagara.accounts.models import IdempotentAnswer


def forget_expired(*, at: datetime) -> None:
    """Forget sessions, and codes and tokens of OAuth2, that expired, and answers kept for requests that come twice.

    A refresh token that was used stays as long as it would have been good, so that using it again still ends all that
    came of it. Counts of requests and of failed tries are forgotten where they are counted.
    """
    clear_expired()
    SessionStore.clear_expired()
    kept = timedelta(seconds=settings.IDEMPOTENCY_SECONDS)
    IdempotentAnswer.objects.filter(created__lt=at - kept).delete()
