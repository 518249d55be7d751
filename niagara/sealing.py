"""Secrets that have to be read again, as they stand in the database: encrypted."""

import base64
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str) -> str:
    return _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises InvalidToken for what was sealed under a SECRET_KEY that nobody knows any more."""
    return _fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed.encode()).decode()


@cache
def _fernet(*secret_keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(one)) for one in secret_keys])


def _key(secret_key: str) -> bytes:
    """A key of its own for this purpose; SECRET_KEY itself signs other things."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"niagara.sealing").derive(secret_key.encode())
    return base64.urlsafe_b64encode(derived)
