"""What a browser may write: small JSON bodies, from the review screen's own pages only."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from review_ui import stores
from review_ui.server.answers import NO_STORE, problem
from review_ui.server.gate import own_origin
from review_ui.server.rights import hidden, may_write, refused
from review_ui.server.sessions import Identity

LARGEST_BODY = 64 * 1024
"""Bytes of a request that writes."""
WRITE_HEADER = "x-bwc-write"
"""A header of our own: a form or a link of another page cannot set it."""

__all__ = ["LARGEST_BODY", "NO_STORE", "WRITE_HEADER", "problem", "taken"]


async def taken(request: Request, keep: Callable[[bytes, Identity], Response], largest: int = LARGEST_BODY) -> Response:
    """What `keep` makes of the body (so many bytes at most) for the person behind the session, on a worker thread."""
    if request.headers.get(WRITE_HEADER) != "1" or not own_origin(request.headers):
        return problem("answers are taken from the review screen only", 403)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            return problem("this is too long to be kept at once", 413)
    return await run_in_threadpool(_allowed, request, bytes(body), keep)


def _allowed(request: Request, body: bytes, keep: Callable[[bytes, Identity], Response]) -> Response:
    """What `keep` makes of the body, for a person whose duty covers it and who may see what it names."""
    identity: Identity = request.scope["state"]["identity"]
    if not may_write(identity, request.url.path):
        refused(identity, request.url.path)
        return problem("your account is not for this; ask whoever manages accounts", 403)
    if (named := hidden(identity, stores.opened(), body.decode("utf-8", "replace"))) is not None:
        refused(identity, named)
        return problem("not found", 404)
    return keep(body, identity)
