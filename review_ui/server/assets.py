"""The player's modules under the hash of their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent.parent / "player" / "js"

_FILES: Mapping[str, bytes] = MappingProxyType({file.name: file.read_bytes() for file in sorted(FOLDER.glob("*.js"))})


def _digest() -> str:
    said = hashlib.sha256()
    for name, content in _FILES.items():
        said.update(name.encode() + b"\0" + content + b"\0")
    return said.hexdigest()[:20]


DIGEST = _digest()


def address(name: str) -> str:
    """Where a module is served. Raises KeyError for an unknown one."""
    _FILES[name]
    return f"/bwc/assets/{DIGEST}/{name}"


def asset(request: Request) -> Response:
    """One module."""
    content = _FILES.get(request.path_params["name"])
    if content is None or request.path_params["digest"] != DIGEST:
        return PlainTextResponse("not found", 404)
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(content, media_type="text/javascript", headers=headers)


ROUTES = (Route("/bwc/assets/{digest}/{name}", asset, methods=["GET"]),)
