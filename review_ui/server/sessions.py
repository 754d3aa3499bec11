"""Who is at the screen: identities, and the server-side sessions that stand for them.

Every way to sign in ends in `Sessions.open(identity)`; nothing else makes a session. A sign-in through an identity
provider would end there too.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.accounts import Account, Act

IDLE_LIMIT = 12 * 3600.0
"""Seconds without a request after which a session ends: one long shift."""
LONGEST = 24 * 3600.0
"""Seconds after which a session ends in any case."""


@dataclass(frozen=True)
class Identity:
    """The person behind a request. `name` is what a verdict is signed with."""

    name: str
    account: Account | None = None
    """None: single-user mode, where the person at this machine may do everything"""

    def may(self, act: Act) -> bool:
        """Whether this person may do this."""
        return self.account is None or self.account.may(act)

    @property
    def units(self) -> tuple[str, ...]:
        """The units whose footage this person sees; (): all."""
        return self.account.units if self.account else ()


Recheck = Callable[[Identity, datetime], Identity | None]
"""Who an identity is by now, given when its session was opened; None: the session is over."""


@dataclass
class _Session:
    identity: Identity
    opened: float
    opened_utc: datetime
    seen: float


class Sessions:
    """Open sessions, in memory: all end when the program ends. Only hashes of the tokens are kept.

    `recheck` is asked at every request, so that whoever is shut out is out at the next one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, recheck: Recheck | None = None) -> None:
        self._clock = clock
        self._recheck = recheck
        self._open: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def open(self, identity: Identity) -> str:
        """Starts a session; the token goes into the browser's cookie."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._forget_old()
            self._open[_digest(token)] = _Session(identity, now, datetime.now(UTC), now)
        return token

    def who(self, token: str | None) -> Identity | None:
        """The person whose token this is, None: nobody, ended, shut out, too old or too long idle."""
        if not token:
            return None
        with self._lock:
            self._forget_old()
            session = self._open.get(_digest(token))
            if session is None:
                return None
            session.seen = self._clock()
        if self._recheck is None:
            return session.identity
        identity = self._recheck(session.identity, session.opened_utc)
        if identity is None:
            self.end(token)
        return identity

    def end(self, token: str) -> None:
        """Ends a session at once."""
        with self._lock:
            self._open.pop(_digest(token), None)

    def _forget_old(self) -> None:
        now = self._clock()
        self._open = {
            key: session
            for key, session in self._open.items()
            if session.seen >= now - IDLE_LIMIT and session.opened >= now - LONGEST
        }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
