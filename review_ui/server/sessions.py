"""Who is at the screen: identities, and the server-side sessions that stand for them.

Every way to sign in ends in `Sessions.open(identity)`; nothing else makes a session.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

IDLE_LIMIT = 12 * 3600.0
"""Seconds without a request after which a session ends: one long shift."""


@dataclass(frozen=True)
class Identity:
    """The person behind a request. `name` is what a verdict is signed with."""

    name: str


@dataclass
class _Session:
    identity: Identity
    seen: float


class Sessions:
    """Open sessions, in memory: all end when the program ends. Only hashes of the tokens are kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def open(self, identity: Identity) -> str:
        """Starts a session; the token goes into the browser's cookie."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_idle()
            self._open[_digest(token)] = _Session(identity, self._clock())
        return token

    def who(self, token: str | None) -> Identity | None:
        """The person whose token this is, None: nobody, ended or too long idle."""
        if not token:
            return None
        with self._lock:
            self._forget_idle()
            session = self._open.get(_digest(token))
            if session is None:
                return None
            session.seen = self._clock()
            return session.identity

    def end(self, token: str) -> None:
        """Ends a session at once."""
        with self._lock:
            self._open.pop(_digest(token), None)

    def _forget_idle(self) -> None:
        oldest = self._clock() - IDLE_LIMIT
        self._open = {key: session for key, session in self._open.items() if session.seen >= oldest}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
