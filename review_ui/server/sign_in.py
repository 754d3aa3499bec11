"""Signing in with a local account, and out again.

An identity provider would take the place of `_checked`: it turns a person into an `Identity`, and `Sessions.open` makes
the session of it.
"""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.errors import AccountError
from review_ui import stores, who
from review_ui.server.gate import SIGN_IN, own_origin
from review_ui.server.sessions import Identity

LARGEST_FORM = 8 * 1024
FREE_TRIES = 5
"""wrong passwords for one name before the next try has to wait"""
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""seconds; doubled with each further wrong one"""
FORGOTTEN = 3600.0
"""seconds after which wrong tries are forgotten"""

_PAGE = (Path(__file__).parents[1] / "player" / "js" / "sign_in.html").read_text(encoding="utf-8")
_AT_ONCE = threading.Semaphore(2)
"""a password check takes 64 MiB: many at once must not fill the memory"""


class Tries:
    """Wrong passwords by name, so that guessing becomes slow. In memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str) -> float:
        """Seconds until this name may be tried again."""
        with self._lock:
            count, last = self._wrong.get(name, (0, 0.0))
        if count < FREE_TRIES:
            return 0.0
        pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (count - FREE_TRIES))
        return max(0.0, last + pause - self._clock())

    def wrong(self, name: str) -> None:
        """One more wrong password for this name."""
        with self._lock:
            now = self._clock()
            self._wrong = {key: kept for key, kept in self._wrong.items() if kept[1] >= now - FORGOTTEN}
            self._wrong[name] = (self._wrong.get(name, (0, 0.0))[0] + 1, now)

    def right(self, name: str) -> None:
        """The right password: what went before is forgotten."""
        with self._lock:
            self._wrong.pop(name, None)


TRIES = Tries()


def still(identity: Identity, opened_utc: datetime) -> Identity | None:
    """Who an identity is by now: its account as it stands, None where that was shut out or its sessions were ended.

    The one person of single-user mode is that person until accounts are made.
    """
    if identity.account is None:
        return None if stores.has_accounts() else identity
    try:
        account = stores.opened().account(identity.name)
    except AccountError:
        return None
    over = account.sessions_from is not None and opened_utc < account.sessions_from
    return None if account.disabled or over else Identity(account.name, account)


def form(request: Request) -> Response:
    """The page to sign in."""
    return _page(request.query_params.get("next", ""))


async def sign_in(request: Request) -> Response:
    """Takes name and password; a session and the page that was wanted, or the form again with what is wrong."""
    if not own_origin(request.headers):
        return _page("", "please sign in from this page", 403)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            return _page("", "that is too long for a name and a password", 413)
    said = {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}
    name, password, wanted = (said.get(key, "") for key in ("name", "password", "next"))
    return await run_in_threadpool(_answer, name.strip(), password, wanted)


def _answer(name: str, password: str, wanted: str) -> Response:
    if (seconds := TRIES.wait(name)) > 0:
        return _page(wanted, f"too many wrong passwords for this name; try again in {seconds:.0f} s", 429)
    identity = _checked(name, password)
    if identity is None:
        TRIES.wrong(name)
        return _page(wanted, "this name and password do not go together", 401)
    TRIES.right(name)
    door = who.door()
    response = RedirectResponse(_local(wanted), 303)
    response.headers.append("Set-Cookie", door.cookie.header(door.sessions.open(identity)))
    return response


def _checked(name: str, password: str) -> Identity | None:
    store = stores.opened()
    with _AT_ONCE:
        account = store.signed_in(name, password)
    store.log(name[:64], "sign_in" if account else "sign_in.refused", "review screen")
    return Identity(account.name, account) if account else None


def _local(wanted: str) -> str:
    """The page that was wanted, if it is one of this screen's own; else the first one."""
    parts = urlsplit(wanted)
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\", SIGN_IN)) and not parts.scheme
    return wanted if own and not parts.netloc and wanted.isprintable() else "/"


def _page(wanted: str, wrong: str = "", status: int = 200) -> Response:
    shown = f'<p class="wrong" role="alert">{html.escape(wrong)}</p>' if wrong else ""
    page = _PAGE.replace("{{wrong}}", shown).replace("{{next}}", html.escape(_local(wanted), quote=True))
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "same-origin",  # without one, a browser says of the form that it comes from nowhere
    }
    return HTMLResponse(page, status, headers=headers)


ROUTES = (
    Route(SIGN_IN, form, methods=["GET"]),
    Route(SIGN_IN, sign_in, methods=["POST"]),
)
