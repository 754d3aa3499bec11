"""Passwords, kept as argon2id hashes with the parameters that RFC 9106 recommends (its second choice: 64 MiB)."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from pipeline.errors import AccountError

SHORTEST = 12
"""letters: NIST SP 800-63B asks for 8, its draft revision 4 for 15 where nothing else is asked for"""
LONGEST = 1000
"""letters: more would only keep the hash busy"""


def hashed(password: str) -> str:
    """The hash to keep. Raises AccountError for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountError(f"a password has {SHORTEST} to {LONGEST} letters; three or four words make a good one")
    return _hasher().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. None (nobody of that name) takes as long as a wrong one."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher().verify(kept or _nobody(), password) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password, it is only as long to check")
