"""What a browser may write: small JSON bodies, from the review screen's own pages only."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from review_ui.server.gate import own_origin
from review_ui.server.sessions import Identity

LARGEST_BODY = 64 * 1024
"""Bytes of a request that writes."""
WRITE_HEADER = "x-bwc-write"
"""A header of our own: a form or a link of another page cannot set it."""
NO_STORE = {"Cache-Control": "private, no-store"}


def problem(reason: str, status: int) -> Response:
    """A refusal that the screen shows as it is."""
    return JSONResponse({"problem": reason}, status, headers=NO_STORE)


async def taken(request: Request, keep: Callable[[bytes, Identity], Response]) -> Response:
    """What `keep` makes of the body for the person behind the session, on a worker thread."""
    if request.headers.get(WRITE_HEADER) != "1" or not own_origin(request.headers):
        return problem("answers are taken from the review screen only", 403)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            return problem("the note is too long", 413)
    return await run_in_threadpool(keep, bytes(body), request.scope["state"]["identity"])
