"""`Idempotency-Key`: a request that is sent twice is carried out once.

The key, the change and the answer are written in one transaction. A request that was refused
leaves no key behind and can be mended and sent again.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from niagara import clock, sealing
from niagara.accounts.models import IdempotentAnswer, User
from niagara.refusals import Conflict, Fault, Invalid

HEADER = "Idempotency-Key"
METHODS = frozenset({"POST", "PATCH"})
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Vary")
MAX_LENGTH = 255


class KeyUsed(Conflict):
    """The key came with another request before."""


# How an answer is kept. One that tells a secret is sealed; no answer of ours begins like that.
PLAIN, SEALED = b"", b"sealed:"


def once(
    request: Request, user: User, client: str, handler: Callable[..., HttpResponse], kept_as: bytes, **kwargs: Any
) -> HttpResponse:
    """The handler's answer, or the one it gave to the same request before. Raises KeyUsed, Invalid."""
    key, fingerprint = _key(request), _fingerprint(request)
    kept = IdempotentAnswer.objects.filter(user=user, client=client, key=key)
    with transaction.atomic():
        _forget_old(kept)
        try:
            with transaction.atomic():  # waits while the same key is under way elsewhere
                answer = IdempotentAnswer.objects.create(user=user, client=client, key=key, fingerprint=fingerprint)
        except IntegrityError:
            return _replay(kept.get(), fingerprint)
        response = handler(request, **kwargs)
        _put(response, into=answer, kept_as=kept_as)
        answer.save(update_fields=["status", "headers", "body"])
    return response


def once_apart(
    request: Request, user: User, client: str, handler: Callable[..., HttpResponse], kept_as: bytes, **kwargs: Any
) -> HttpResponse:
    """The same for a handler that waits for somebody else's machine: the answer is kept when it is there. Two
    that come at once are both carried out, and both get the first answer."""
    key, fingerprint = _key(request), _fingerprint(request)
    kept = IdempotentAnswer.objects.filter(user=user, client=client, key=key)
    _forget_old(kept)
    if (found := kept.first()) is not None:
        return _replay(found, fingerprint)
    response = handler(request, **kwargs)
    answer = IdempotentAnswer(user=user, client=client, key=key, fingerprint=fingerprint)
    _put(response, into=answer, kept_as=kept_as)
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:
        return _replay(kept.get(), fingerprint)
    return response


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not key or len(key) > MAX_LENGTH or not key.isprintable():
        message = f"Give an {HEADER} of 1 to {MAX_LENGTH} printable characters."
        raise Invalid([Fault("maxLength", (HEADER,), message, {"limit": MAX_LENGTH})])
    return key


def _forget_old(kept: QuerySet) -> None:
    kept.filter(created__lt=clock.now() - timedelta(seconds=settings.IDEMPOTENCY_SECONDS)).delete()


def _put(response: HttpResponse, *, into: IdempotentAnswer, kept_as: bytes) -> None:
    into.status = response.status_code
    into.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    into.body = SEALED + sealing.seal(response.content.decode()).encode() if kept_as == SEALED else response.content


def _fingerprint(request: Request) -> str:
    try:
        seen = orjson.dumps([request.method, request.get_full_path(), request.data], option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:  # it reads deeper nesting than it writes
        raise ParseError("The body is nested too deeply.") from error
    return sha256(seen).hexdigest()


def _replay(kept: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise KeyUsed(f"This {HEADER} came with another request before; use a new one.")
    body = bytes(kept.body)
    if body.startswith(SEALED):
        body = sealing.unseal(body.removeprefix(SEALED).decode()).encode()
    response = HttpResponse(body, status=kept.status, headers=kept.headers)
    if "Content-Type" not in kept.headers:
        del response["Content-Type"]  # Django's, for an answer that had no body
    return response
