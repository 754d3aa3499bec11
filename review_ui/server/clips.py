"""Clips of a recording: ordered, followed while they are cut, listed and handed out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.artifacts import media_folder
from pipeline.clips.names import default_name
from pipeline.clips.order import ClipOrder
from pipeline.errors import BwcError
from pipeline.exports.captions import FORMS
from pipeline.media.cut.kind import CutKind
from pipeline.store.exports import ExportRow
from pipeline.types import Recording
from review_ui import clip_jobs, reel_lists, stores
from review_ui.server.answers import refusal
from review_ui.server.media import MediaResponse
from review_ui.server.rights import may_write
from review_ui.server.sessions import Identity
from review_ui.server.writes import NO_STORE, problem, taken

LONGEST_WHY = 500
LONGEST = 4 * 3600.0
"""seconds of a clip"""
SHOWN = 30
LARGEST_MANIFEST = 1 << 20
TYPES = {".mp4": "video/mp4", ".m4a": "audio/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska",
         ".vtt": "text/vtt", ".srt": "application/x-subrip",
         ".json": "application/json", ".html": "text/html"}  # fmt: skip

JOBS = clip_jobs.Jobs()


class _Wrong(BwcError):
    """An order that cannot be meant."""


def folder() -> Path:
    """Where clips of the screen lie: beside the store, never beside a source."""
    return media_folder(stores.path()) / "clips"


def clips(request: Request) -> Response:
    """What is being cut of a recording, and the clips there are, newest first."""
    recording = stores.opened().recording_of(request.path_params["recording"])
    if recording is None:
        return problem("no such recording", 404)
    if not may_write(request.scope["state"]["identity"], "/bwc/clip"):
        return problem("your account is not for exports; ask whoever manages accounts", 403)
    return JSONResponse(_document(recording) | {"lists": _lists(request)}, headers=NO_STORE)


def _lists(request: Request) -> list[str] | None:
    """The lists of debrief reels that a clip can be put into; None: not for this person."""
    if not may_write(request.scope["state"]["identity"], "/bwc/reel"):
        return None
    return reel_lists.names(stores.opened())


async def order(request: Request) -> Response:
    """Orders a clip. Body: recording, start, end, kind, audio_only, captions, names, why."""
    return await taken(request, _keep)


async def stop(request: Request) -> Response:
    """Stops one that is being cut. Body: recording, job."""
    return await taken(request, _stop)


def _keep(body: bytes, reviewer: Identity) -> Response:
    try:
        said = json.loads(body)
        recording = stores.opened().recording_of(str(said["recording"]))
        if recording is None:
            return problem("no such recording", 404)
        wanted = _wanted(recording, said)
        options = _options(said)
        target = _free(default_name(wanted))
        command = clip_jobs.command(
            stores.path(), recording.id, wanted.start, wanted.end, target, reviewer.name, **options
        )
        job = clip_jobs.Job(
            recording.id,
            reviewer.name,
            wanted.start,
            wanted.end,
            "sound" if wanted.audio_only else wanted.kind,
            command,
        )
        JOBS.start(job)
    except clip_jobs.TooMany:
        return problem("many clips are waiting already: try again when some are done", 429)
    except BwcError as error:
        return refusal(error, 409)
    except (ValueError, KeyError, TypeError):
        return problem("this clip cannot be read: it needs a recording, a start and an end", 400)
    return JSONResponse(job.row(), headers=NO_STORE)


def _wanted(recording: Recording, said: Mapping[str, Any]) -> ClipOrder:
    start, end = float(said["start"]), float(said["end"])
    if not (math.isfinite(start) and math.isfinite(end)) or not 0 <= start < end or end - start > LONGEST:
        raise _Wrong("a clip needs an end after its start, and is no longer than four hours")
    if start >= recording.duration:
        raise _Wrong(f"the recording ends at {recording.duration:.1f} s")
    if not recording.path.is_file():
        raise _Wrong(f"{recording.path.name}: the source is not where it was; bring it back, then try again")
    return ClipOrder(
        recording.path, start, end, recording, CutKind(str(said.get("kind", "exact"))), bool(said.get("audio_only"))
    )


def _options(said: Mapping[str, Any]) -> dict[str, Any]:
    captions, why = said.get("captions") or [], str(said.get("why") or "").strip()
    if not isinstance(captions, list) or any(form not in FORMS for form in captions):
        raise ValueError("captions")
    if len(why) > LONGEST_WHY:
        raise _Wrong(f"a reason has at most {LONGEST_WHY} letters")
    return {
        "kind": CutKind(str(said.get("kind", "exact"))).value,
        "audio_only": bool(said.get("audio_only")),
        "captions": captions,
        "names": bool(said.get("names")),
        # a zero byte ends an argument, halves of letters cannot be passed on
        "why": " ".join(why.encode("utf-8", "replace").decode().replace("\0", " ").split()),
    }


def _free(name: str) -> Path:
    """A name in the folder of clips that nothing has yet, nor any clip that is on its way."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    stem, ending = name.rsplit(".", 1)
    for number in range(1, 1000):
        target = place / (f"{stem}.{ending}" if number == 1 else f"{stem}_{number}.{ending}")
        if target in _PROMISED or target.exists() or list(place.glob(f"{target.name}.*")):
            continue
        _PROMISED.add(target)
        return target
    raise _Wrong("there are too many clips of this stretch")


_PROMISED: set[Path] = set()


def _stop(body: bytes, _: Identity) -> Response:
    try:
        said = json.loads(body)
        stopped = JOBS.stop(str(said["job"]), str(said["recording"]))
    except (ValueError, KeyError, TypeError):
        return problem("which clip?", 400)
    return JSONResponse({"stopped": stopped}, headers=NO_STORE)


def _document(recording: Recording) -> dict[str, Any]:
    rows = [row for row in reversed(stores.opened().exports()) if _is_clip_of(row, recording.id)]
    return {"jobs": [job.row() for job in JOBS.of(recording.id)], "clips": [_shown(row) for row in rows[:SHOWN]]}


def _is_clip_of(row: ExportRow, recording: str) -> bool:
    """Whether an export is a clip of this recording that the screen cut."""
    ours = row.kind == "clip" and row.path.parent == folder().resolve()
    return ours and any(source.get("recording") == recording for source in row.sources) and row.path.is_file()


def _shown(row: ExportRow) -> dict[str, Any]:
    """What the list says of a clip; in, out and remarks stand in its manifest."""
    manifest = _manifest(row.path)
    source = (manifest.get("sources") or [{}])[0]
    return {
        "number": row.activity,
        "name": row.path.name,
        "size_bytes": row.size_bytes,
        "kind": manifest.get("how", {}).get("kind"),
        "audio_only": manifest.get("how", {}).get("audio_only"),
        "start": source.get("true", {}).get("start"),
        "end": source.get("true", {}).get("end"),
        "asked": source.get("asked", {}),
        "remarks": manifest.get("remarks", []),
        "who": manifest.get("who"),
        "why": manifest.get("why"),
        "at_utc": manifest.get("at_utc"),
        "beside": [path.name for path in _beside(row.path)],
    }


def _manifest(clip: Path) -> dict[str, Any]:
    path = clip.with_name(f"{clip.name}.manifest.json")
    try:
        document = json.loads(path.read_bytes()) if path.stat().st_size <= LARGEST_MANIFEST else {}
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _beside(clip: Path) -> list[Path]:
    """Captions, the manifest and its page, as far as they are there."""
    names = [*(clip.with_suffix(f".{form}") for form in FORMS)]
    names += [clip.with_name(f"{clip.name}.manifest.{ending}") for ending in ("html", "json")]
    return [path for path in names if path.is_file()]


def file(request: Request) -> Response:
    """A clip or what lies beside it, as a download, by the number of its row in the log; every one is logged."""
    identity: Identity = request.scope["state"]["identity"]
    store = stores.opened()
    recording = store.recording_of(request.path_params["recording"])
    row = store.export_of(request.path_params["number"]) if recording else None
    if recording is None or row is None or not _is_clip_of(row, recording.id):
        return problem("no such clip", 404)
    if not may_write(identity, "/bwc/clip"):
        return problem("your account is not for exports; ask whoever manages accounts", 403)
    wanted = next((p for p in (row.path, *_beside(row.path)) if p.name == request.path_params["name"]), None)
    if wanted is None:
        return problem("no such file", 404)
    if request.headers.get("range", "bytes=0-").startswith("bytes=0-") and request.method == "GET":
        store.log(identity.name, "export.download", recording.id, {"file": wanted.name, "export": row.activity})
    media_type = TYPES.get(wanted.suffix.lower(), "application/octet-stream")
    return MediaResponse(wanted, media_type=media_type, filename=wanted.name, headers=dict(NO_STORE))


ROUTES = (
    Route("/bwc/clips/{recording}", clips, methods=["GET"]),
    Route("/bwc/clips/{recording}/{number:int}/{name}", file, methods=["GET"]),
    Route("/bwc/clip", order, methods=["POST"]),
    Route("/bwc/clip/stop", stop, methods=["POST"]),
)
