"""A form that is sent twice is carried out once.

Each form that is shown carries a key of its own. The key, the change and where it led are written
in one transaction, in the table of the API's `Idempotency-Key`. A form that was refused leaves no
key behind: it can be mended and sent again.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction

from niagara import clock
from niagara.accounts.models import IdempotentAnswer, User
from niagara.refusals import Conflict

CLIENT = "screen"
KEY, MAX_KEY = "once", 64


class SentWithOther(Conflict):
    """The form was sent before, with something else in it."""


@dataclass(frozen=True)
class Done:
    """What came of a form: where to go on, the sentence that is told there, and one for each row that was skipped."""

    address: str
    sentence: str = ""
    skipped: Sequence[str] = ()


def came_before(user: User, key: str, sent: object) -> Done | None:
    """What came of the same form before; None if it comes for the first time. Raises SentWithOther."""
    answer = IdempotentAnswer.objects.filter(user=user, client=CLIENT, key=key).first() if key else None
    return None if answer is None else _before(answer, _fingerprint(sent))


@transaction.atomic
def once(user: User, key: str, sent: object, carry_out: Callable[[], Done]) -> Done:
    """What `carry_out` returns, or what it returned when the same form came before. Raises SentWithOther."""
    fingerprint = _fingerprint(sent)
    kept = IdempotentAnswer.objects.filter(user=user, client=CLIENT, key=key)
    kept.filter(created__lt=clock.now() - timedelta(seconds=settings.IDEMPOTENCY_SECONDS)).delete()
    try:
        with transaction.atomic():  # waits while the same form is under way elsewhere
            answer = IdempotentAnswer.objects.create(user=user, client=CLIENT, key=key, fingerprint=fingerprint)
    except IntegrityError:
        return _before(kept.get(), fingerprint)
    done = carry_out()
    answer.body = orjson.dumps({name: value for name, value in asdict(done).items() if value})
    answer.save(update_fields=["body"])
    return done


def _fingerprint(sent: object) -> str:
    return sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _before(answer: IdempotentAnswer, fingerprint: str) -> Done:
    if answer.fingerprint != fingerprint:
        raise SentWithOther("This form was sent before with something else in it. Open it anew to do it again.")
    return Done(**orjson.loads(bytes(answer.body)))
