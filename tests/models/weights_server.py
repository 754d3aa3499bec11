"""A hub on 127.0.0.1 that serves made-up weights and misbehaves on request: real sockets, real HTTP."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer. The default answers rightly."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    break_after: int | None = None
    """bytes of body before the connection is cut"""
    hang_up: bool = False
    """no answer at all"""
    claim: int = 0
    """added to the Content-Length that is announced"""
    wrong: bool = False
    """bytes of the same number, but others"""
    extra: int = 0
    """further bytes after the file, with no length announced"""
    ignore_range: bool = False
    no_length: bool = False
    shift: int = 0
    """added to the offset that Content-Range announces and that is served"""
    etag: str | None = None
    location: str | None = None
    body: bytes | None = None
    packed: bool = False


@dataclass
class Asked:
    """A request as it arrived, noted before the answer goes out, and how many bytes of body the answer has."""

    method: str
    path: str
    headers: dict[str, str]
    served: int = 0


class Hub:
    """The server. `faults[path]` is used up answer by answer; `always[path]` holds for every one."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.repositories: dict[str, dict[str, bytes]] = {}
        self.small: set[str] = set()
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.always: dict[str, Fault] = {}
        self.asked: list[Asked] = []
        self.required_token: str | None = None
        self.listing: dict[str, Any] | None = None
        self.commit = COMMIT
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def add(self, repository: str, files: dict[str, bytes], small: tuple[str, ...] = ()) -> None:
        """Serve a repository. `small` files are kept by git itself, so the listing has no sha256 for them."""
        self.repositories[repository] = files
        self.small |= set(small)
        for path, content in files.items():
            self.files[f"/{repository}/resolve/{self.commit}/{path}"] = content

    def place(self, repository: str, path: str) -> str:
        return f"/{repository}/resolve/{self.commit}/{path}"

    def list_of(self, repository: str) -> dict[str, Any]:
        if self.listing is not None:
            return self.listing
        rows = [self._row(path, content) for path, content in self.repositories[repository].items()]
        return {"id": repository, "sha": self.commit, "siblings": rows}

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)

    def served(self, ending: str = "") -> int:
        """Bytes of body sent for paths that end so."""
        return sum(a.served for a in self.asked if a.path.endswith(ending))

    def _row(self, path: str, content: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": git_id(content)}
        if path not in self.small:
            row["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
        return row


def git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            self.close_connection = True
            path = self.path.split("?")[0]
            waiting = hub.faults[path]
            fault = waiting.popleft() if waiting else hub.always.get(path, Fault())
            self.asked = Asked(self.command, path, dict(self.headers))
            hub.note(self.asked)
            if not fault.hang_up:
                self.respond(path, fault)

        def respond(self, path: str, fault: Fault) -> None:
            if hub.required_token and self.headers.get("Authorization") != f"Bearer {hub.required_token}":
                fault = Fault(status=401)
            if fault.location is not None:
                return self.send(302, {"Location": fault.location}, b"", fault)
            if fault.status is not None:
                return self.send(fault.status, fault.headers, b"refused\n", fault)
            if fault.body is not None:
                return self.send(200, {}, fault.body, fault)
            if path.startswith("/api/models/"):
                repository = path.removeprefix("/api/models/").split("/revision/")[0]
                return self.send(200, {}, json.dumps(hub.list_of(repository)).encode(), fault)
            if path not in hub.files:
                return self.send(404, {}, b"no such file\n", fault)
            return self.send_file(hub.files[path], fault)

        def send_file(self, content: bytes, fault: Fault) -> None:
            etag = fault.etag or f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            if fault.wrong:
                content = bytes(255 - b for b in content)
            offset = self.offset(etag, fault)
            if offset is None:
                return self.send(200, {"ETag": etag}, content + bytes(fault.extra), fault)
            if offset >= len(content):
                return self.send(416, {"Content-Range": f"bytes */{len(content)}"}, b"", fault)
            offset += fault.shift
            span = f"bytes {offset}-{len(content) - 1}/{len(content)}"
            return self.send(206, {"ETag": etag, "Content-Range": span}, content[offset:], fault)

        def offset(self, etag: str, fault: Fault) -> int | None:
            wanted = self.headers.get("Range")
            if wanted is None or fault.ignore_range or self.headers.get("If-Range", etag) != etag:
                return None
            return int(wanted.removeprefix("bytes=").rstrip("-"))

        def send(self, status: int, headers: dict[str, str], body: bytes, fault: Fault) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if fault.packed:
                self.send_header("Content-Encoding", "gzip")
            if not (fault.no_length or fault.extra):
                self.send_header("Content-Length", str(len(body) + fault.claim))
            self.send_header("Connection", "close")
            self.end_headers()
            part = body if fault.break_after is None else body[: fault.break_after]
            self.asked.served = len(part)
            with suppress(OSError):
                self.wfile.write(part)

    return Handler
