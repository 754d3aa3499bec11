"""Documents that are made once for each state of the store, kept packed, and sent to everybody until it changes.

An hour with 20,000 findings is a document of 4 MB: made again for each viewer it would hold up everybody's video, kept
as it is it would be most of the screen's memory. Packed it is a tenth of it, and browsers take it as it is.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from review_ui import memory, stores
from review_ui.server.answers import NO_STORE

MOST_BYTES = 16_000_000
"""of packed documents that are kept: some twenty hours with 20,000 findings each"""
LARGE = 1_000_000
"""Bytes of a document from which what its making took is given back to the system at once."""
_LEVEL = 4
"""of gzip; measured on 4 MB of findings: 60 ms, and level 9 gains a twentieth in ten times the time"""


class Packed(Response):
    """A document that is packed already; unpacked for the rare client that cannot."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            await super().__call__(scope, receive, send)
            return
        plain = Response(gzip.decompress(self.body), media_type=self.media_type, headers=NO_STORE)
        await plain(scope, receive, send)


class Kept:
    """The documents asked for last, as many as fit. Safe for threads; a document that is being made is waited for."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._documents: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def body(self, name: str, state: Hashable, work: str, make: Callable[[], Mapping[str, Any]]) -> bytes:
        """One of the documents that `make` gives by name for a state, packed. `work`: what that making is called."""
        found = self._get((name, state))
        if found is not None:
            return found
        with self._lock:
            making = self._making.setdefault((work, state), threading.Lock())
        try:
            with making:
                found = self._get((name, state))
                return found if found is not None else self._made(state, make())[name]
        finally:
            with self._lock:
                self._making.pop((work, state), None)

    def _get(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._documents:
                self._documents.move_to_end(key)
            return self._documents.get(key)

    def _made(self, state: Hashable, documents: Mapping[str, Any]) -> dict[str, bytes]:
        packed, size = {}, 0
        for name, value in documents.items():
            text = value if isinstance(value, bytes) else as_json(value)
            size += len(text)
            packed[name] = gzip.compress(text, _LEVEL, mtime=0)
        with self._lock:
            self._documents |= {(name, state): body for name, body in packed.items()}
            while sum(map(len, self._documents.values())) > self._most and len(self._documents) > len(packed):
                self._documents.popitem(last=False)
        if size > LARGE:
            del documents
            memory.give_back()
        return packed


def as_json(value: Any) -> bytes:
    """JSON in few bytes; halves of letters stay readable."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "backslashreplace")


_KEPT = Kept(MOST_BYTES)


def kept_document(name: str, subject: str, make: Callable[[str], Mapping[str, Any]]) -> Response:
    """One of the documents that `make` gives by name; all of them are kept until the store changes."""
    state = (*stores.version(), subject)
    body = _KEPT.body(name, state, make.__qualname__, lambda: make(subject))
    kind = "application/octet-stream" if name.endswith("curves") else "application/json"
    headers = NO_STORE | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Packed(body, media_type=kind, headers=headers)
