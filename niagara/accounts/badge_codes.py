"""What stands on a badge: a code to scan, which can also be typed."""

import secrets
from hashlib import sha256

PREFIX = "NIAGARA:BADGE:"  # so that a scanner's text is known for what it is, wherever it lands
LENGTH = 16  # of 32 letters: 80 bits
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none that is taken for another
_MISREAD = str.maketrans("OIL", "011", "- ")


def new_code() -> str:
    return PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))


def readable(code: str) -> str:
    """The part that tells badges apart, in fours: 7K3M-9QXW-2B5D-HT8N."""
    letters = code.removeprefix(PREFIX)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def digest_of(typed: str) -> str:
    """What is stored of a code, however it was typed. A code is random and long, so that a fast hash will do, and
    no key has to be kept for it."""
    letters = typed.strip().upper().removeprefix(PREFIX).translate(_MISREAD)
    return sha256(letters.encode(errors="replace")).hexdigest()
