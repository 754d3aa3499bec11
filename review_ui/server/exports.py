"""What left the store, handed to the person at the screen: the file, and its manifest as a page."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.custody.manifest import page_path
from review_ui import stores
from review_ui.server.media import MediaResponse
from review_ui.server.rights import may_write
from review_ui.server.writes import problem

HEADERS = {"Cache-Control": "private, no-store"}
# a page that somebody has changed on the disk can run nothing and read nothing
PAGE_HEADERS = HEADERS | {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
}
LARGEST_PAGE = 1 << 22
"""bytes of a manifest's page"""


def export(request: Request) -> Response:
    """The file of an export, by its row in the log: a path never comes from the address. Every download is logged."""
    place = _place(request)
    if place is None:
        return problem("no such export, or its file is not there any more", 404)
    if request.headers.get("range", "bytes=0-").startswith("bytes=0-") and request.method == "GET":
        detail = {"file": place.name, "export": request.path_params["activity"]}
        stores.opened().log(request.scope["state"]["identity"].name, "export.download", place.name, detail)
    return MediaResponse(place, media_type="application/octet-stream", filename=place.name, headers=HEADERS)


def manifest(request: Request) -> Response:
    """The manifest of an export, as the page for people."""
    place = _place(request)
    page = page_path(place) if place else None
    if page is None or not page.is_file() or page.stat().st_size > LARGEST_PAGE:
        return problem("no such manifest, or it is not there any more", 404)
    return Response(page.read_bytes(), media_type="text/html; charset=utf-8", headers=PAGE_HEADERS)


def _place(request: Request) -> Path | None:
    """The file of the export that the address names, where this person may have it and it is there."""
    if not may_write(request.scope["state"]["identity"], "/bwc/clip"):
        return None
    row = stores.opened().export_of(request.path_params["activity"])
    return row.path if row is not None and row.path.is_file() else None


ROUTES = (
    Route("/bwc/exports/{activity:int}/file", export, methods=["GET", "HEAD"]),
    Route("/bwc/exports/{activity:int}/manifest", manifest, methods=["GET"]),
)
