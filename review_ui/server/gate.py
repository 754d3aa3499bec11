"""The gate in front of everything: pages, websocket, media, data, assets and Streamlit's own routes.

A request passes when it names this server as its host, comes from this server's own pages, and carries the cookie of an
open session. In single-user mode a page load typed or clicked by the person at this machine opens the session by
itself; media, data and the websocket never do, nor does another account of this machine, where the system tells them
apart. A page of another site, or of another port of this machine, can neither
read through the gate (the cookie is SameSite=Strict, and the browser's Sec-Fetch-Site and Origin are checked) nor reach
it under a name of its own (the Host header is checked).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review_ui.server.neighbours import account_of
from review_ui.server.sessions import Identity, Sessions

SIGN_IN = "/auth/signin"
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

# an empty link leads to the very address of the page, now as a click of the person here
_CONTINUE = """<!doctype html><meta charset="utf-8"><title>Review screen</title>
<body style="font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em">
<p>A link on another page led here.</p><p><a href="">Open the review screen</a></p></body>"""


@dataclass(frozen=True)
class SingleUser:
    """Single-user mode: whoever opens a page on this machine, from the same account, is this person."""

    identity: Identity
    account_of: Callable[[tuple[str, int]], int | None] = account_of
    over: Callable[[], bool] = lambda: False
    """whether accounts were made since: then this mode has ended, and people sign in"""

    def admits(self, client: tuple[str, int] | None) -> bool:
        """Whether a connection may come from this person: not when it is known to come from another account."""
        account = self.account_of(client) if client else None
        return account in (None, 0, os.getuid())


@dataclass(frozen=True)
class Cookie:
    """The cookie of a session. Its name should hold the port, since cookies do not know ports."""

    name: str
    secure: bool = False
    """only over TLS: set where a host name is served"""

    def header(self, token: str) -> str:
        """The Set-Cookie header that starts a session."""
        return f"{self.name}={token}; HttpOnly; SameSite=Strict; Path=/" + ("; Secure" if self.secure else "")

    @property
    def gone(self) -> str:
        """The Set-Cookie header that takes it away."""
        return f"{self.header('')}; Max-Age=0"


class Gate:
    """ASGI middleware; see the module.

    Without `single_user` people sign in: a page load without a session is led to SIGN_IN, the only address that is
    open. `hosts` are names other than this machine's under which the screen is served (behind a proxy with TLS).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: Sessions,
        cookie: Cookie | str,
        single_user: SingleUser | None,
        hosts: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._cookie = Cookie(cookie) if isinstance(cookie, str) else cookie
        self._single_user = single_user
        self._hosts = frozenset(name.lower() for name in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = _foreign(connection.headers, scope, self._hosts)
        identity = None if refusal else self._sessions.who(connection.cookies.get(self._cookie.name))
        fresh: str | None = None
        single = self._single()
        signing_in = single is None and scope["type"] == "http" and scope["path"] == SIGN_IN
        if refusal is None and identity is None and not signing_in:
            refusal, fresh = self._arrive(connection, scope, single)
            identity = self._sessions.who(fresh)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
            return
        scope.setdefault("state", {})["identity"] = identity
        await self._app(scope, receive, self._dressed(send, fresh))

    def _single(self) -> SingleUser | None:
        return None if self._single_user is None or self._single_user.over() else self._single_user

    def _arrive(
        self, connection: HTTPConnection, scope: Scope, single: SingleUser | None
    ) -> tuple[Response | None, str | None]:
        """A refusal, or the token of a session that this page load opened."""
        headers = connection.headers
        page_load = scope["type"] == "http" and scope["method"] == "GET" and is_page_load(headers)
        if single is None and page_load:
            return RedirectResponse(f"{SIGN_IN}?next={quote(_address(scope), safe='')}", 303), None
        if single is None or not page_load:
            return PlainTextResponse("sign in: open the review screen in this browser first", 401), None
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return HTMLResponse(_CONTINUE), None
        if not single.admits(scope.get("client")):
            return PlainTextResponse("this review screen was started by another account of this machine", 403), None
        return None, self._sessions.open(single.identity)

    def _dressed(self, send: Send, fresh: str | None) -> Send:
        """`send` that adds the session cookie."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start" and fresh is not None:
                MutableHeaders(scope=message).append("Set-Cookie", self._cookie.header(fresh))
            await send(message)

        return dressed


def own_origin(headers: Headers) -> bool:
    """Whether the Origin header names the host that was asked."""
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "")


def _address(scope: Scope) -> str:
    """Path and query of a request, as the browser asked for it."""
    query = scope.get("query_string", b"").decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


def _foreign(headers: Headers, scope: Scope, hosts: frozenset[str]) -> Response | None:
    """A refusal for a request that another site, or another name for this machine, brought here."""
    if not _is_own_host(headers.get("host", ""), scope, hosts):
        return PlainTextResponse("unknown host name: open the address that the program printed", 421)
    if "origin" in headers and not own_origin(headers):
        return PlainTextResponse("requests of other sites are refused", 403)
    foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if foreign and not is_page_load(headers):
        return PlainTextResponse("requests of other sites are refused", 403)
    return None


def _is_own_host(host: str, scope: Scope, hosts: frozenset[str]) -> bool:
    try:
        parts = urlsplit(f"//{host}")
        named, port = parts.hostname, parts.port
    except ValueError:
        return False
    if named in hosts:
        return True  # the port is the proxy's
    server = scope.get("server")
    return named in LOOPBACK_NAMES and (server is None or server[1] is None or (port or 80) == server[1])


def is_page_load(headers: Headers) -> bool:
    """A page in a tab of its own, as against a picture, a script, a fetch or a frame. Old browsers say only Accept."""
    if "sec-fetch-mode" in headers:
        return headers["sec-fetch-mode"] == "navigate" and headers.get("sec-fetch-dest", "") == "document"
    return "text/html" in headers.get("accept", "")


async def _refuse(refusal: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4401})
        return
    refusal.headers["Cache-Control"] = "no-store"
    await refusal(scope, receive, send)
