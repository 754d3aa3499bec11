"""Review copies and what goes with them, by recording id: a path never comes from the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.artifacts import recording_folder
from review_ui import stores
from review_ui.server.views import note_view

VARIANTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "review": (("review.mp4", "video/mp4"), ("review.m4a", "audio/mp4")),
    "silent": (("silent.mp4", "video/mp4"),),
    "peaks": (("peaks.dat", "application/octet-stream"),),
    "thumbnails": (("thumbnails.jpg", "image/jpeg"),),
    "thumbnail-index": (("thumbnails.json", "application/json"),),
}
"""What can be asked for -> the files that may hold it, best first, with their types."""

WATCHED = ("review", "silent")
"""Variants that somebody watches or hears: that is a view of the recording, which is logged."""


class MediaResponse(FileResponse):
    """A file with byte ranges, in pieces of 1 MiB: larger pieces hand the interpreter lock over less often."""

    chunk_size = 1 << 20


def available(recording: str) -> dict[str, str]:
    """Variant -> media type of what there is for a recording."""
    found = {variant: _find(recording, variant) for variant in VARIANTS}
    return {variant: hit[1] for variant, hit in found.items() if hit}


def _find(recording: str, variant: str) -> tuple[Path, str] | None:
    folder = recording_folder(stores.path(), recording)
    for name, media_type in VARIANTS.get(variant, ()):
        if (folder / name).is_file():
            return folder / name, media_type
    return None


def media(request: Request) -> Response:
    """One variant of one recording; 404 for an unknown recording, variant or a file that was not made."""
    wanted = request.path_params["recording"]
    known = stores.opened().recording_of(wanted)
    hit = _find(wanted, request.path_params["variant"]) if known else None
    if hit is None:
        return PlainTextResponse("not found", 404)
    if request.path_params["variant"] in WATCHED:
        note_view(request.scope["state"]["identity"], wanted)
    return MediaResponse(hit[0], media_type=hit[1], headers={"Cache-Control": "private, no-store"})


ROUTES = (Route("/bwc/media/{recording}/{variant}", media, methods=["GET", "HEAD"]),)
