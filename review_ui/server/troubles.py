"""What any route answers when the store cannot be read or written: one clear line, and never a stack trace.

The one place for it, outside the gate and all routes: whoever has no session is not told where the store lies. What a
route says of its own to a person whose writing failed goes by the same words (`answers.refusal`).
"""

from __future__ import annotations

import logging
import sqlite3

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import StoreError
from review_ui import states, stores
from review_ui.server.answers import problem
from review_ui.server.gate import is_page_load

log = logging.getLogger(__name__)


class Troubles:
    """ASGI middleware, outside the gate; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] != "websocket.close"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except (StoreError, sqlite3.Error) as error:
            if begun or scope["type"] not in ("http", "websocket"):
                raise
            found = states.as_store_error(error, stores.path())
            log.warning("%s %s", scope["path"], found)
            if states.is_of_the_store(found):
                stores.open_again()
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1013})
            else:
                await _answer(scope, found)(scope, receive, send)


def _answer(scope: Scope, error: StoreError) -> Response:
    """A line for a page that stands already, or a page of its own for somebody who loads one."""
    state = states.of(error)
    known = scope.get("state", {}).get("identity") is not None
    if not is_page_load(HTTPConnection(scope).headers):
        line = state.line if known or states.is_of_the_store(error) else "the store cannot be read"
        return problem(line, 503)
    page = states.whole_page(state, str(stores.path()) if known else "")
    return HTMLResponse(page, 503, headers={"Cache-Control": "no-store"})
