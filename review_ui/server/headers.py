"""The headers that every answer of the screen has: what a browser may do with it, and what it may load and ask for.

Everything comes from this server and goes to it: no picture, script, request or form leads to another machine, whatever
stands in a transcript or a file's name.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
POLICY = "content-security-policy"
UNKNOWN_HOST = 421
"""what the gate answers to a name that is not this server's: nothing is allowed to that name"""
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
_HOST = re.compile(r"[a-z0-9.\-]+|\[[0-9a-f:]+\]", re.IGNORECASE)


def inline_scripts(page: str) -> list[str]:
    """The scripts that stand in a page itself, each as a browser compares it: 'sha256-…'."""
    found = (one["text"] for one in _SCRIPT.finditer(page) if "src=" not in one["attributes"])
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in found]


def _streamlit_page() -> str:
    """The page that Streamlit serves, whatever its version says in it; "" where it has none."""
    spec = find_spec("streamlit")
    place = Path(spec.origin).parent / "static" / "index.html" if spec and spec.origin else None
    return place.read_text(encoding="utf-8") if place and place.is_file() else ""


def policy(host: str, scripts: Sequence[str] = ()) -> str:
    """The Content-Security-Policy of an answer. `host`: name and port that was asked, for browsers in which 'self' does
    not cover the websocket; `scripts`: what stands in Streamlit's own page.

    Components of Streamlit are scripts that it makes on the spot (blob:) and styles that stand in the page.
    """
    sockets = f" ws://{host} wss://{host}" if host else ""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *scripts]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self'{sockets}",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Dressed:
    """ASGI middleware, the outermost: puts the headers on every answer, refusals and troubles included.

    A page that brings a policy of its own (the sign-in form, a manifest) keeps that one: it allows less.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._scripts = inline_scripts(_streamlit_page())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in PLAIN.items():
                    headers.setdefault(name, value)
                host = "" if message["status"] == UNKNOWN_HOST else _asked(Headers(scope=scope))
                headers.setdefault(POLICY, policy(host, self._scripts))
            await send(message)

        try:
            await self._app(scope, receive, dressed)
        except Exception:
            if not begun:  # else whoever serves this says it without the headers
                await PlainTextResponse("this went wrong; the program's output says why", 500)(scope, receive, dressed)
            raise


def _asked(headers: Headers) -> str:
    """Name and port that the request names, where both are nothing else; "" otherwise."""
    host = headers.get("host", "")
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc, parts.port
    except ValueError:
        return ""
    return (f"{name}:{port}" if port else name) if _HOST.fullmatch(name) else ""
