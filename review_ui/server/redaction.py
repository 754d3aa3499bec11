"""Covered copies from the screen: the plan of a recording, what is found in its words, a look before, and the copy."""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.contract import ModelError
from models.face_detector import probe as face_detector
from pipeline.artifacts import media_folder, recording_folder
from pipeline.config import load_settings
from pipeline.errors import BwcError
from pipeline.media.probe import probe
from pipeline.policy import load_policy
from pipeline.redaction.gather import Asked, gathered
from pipeline.redaction.plan import Plan, RedactionError, plan_from, plan_text, read_plan
from pipeline.redaction.preview import write_sheet
from pipeline.store import Store
from pipeline.types import Recording
from review_ui import clip_jobs, stores
from review_ui.server.rights import may_write
from review_ui.server.sessions import Identity
from review_ui.server.writes import NO_STORE, problem, taken

PLAN = "redaction.toml"
LONGEST_WHY = 500
SHOWN = 20
"""covered copies that are listed"""
JOBS = clip_jobs.Jobs()


def redaction(request: Request) -> Response:
    """The plan that is kept for a recording, what can be found in it, and the covered copies that there are."""
    recording = stores.opened().recording_of(request.path_params["recording"])
    if recording is None:
        return problem("no such recording", 404)
    if not may_write(request.scope["state"]["identity"], "/bwc/redact"):
        return problem("your account is not for exports; ask whoever manages accounts", 403)
    return _answer(recording)


def preview(request: Request) -> Response:
    """A sheet of covered pictures, by the plan that is kept."""
    recording = stores.opened().recording_of(request.path_params["recording"])
    if recording is None or not may_write(request.scope["state"]["identity"], "/bwc/redact"):
        return problem("no such recording", 404)
    try:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "sheet.png"
            write_sheet(recording.path, probe(recording.path, recording.id), recording.span, _kept(recording), out)
            return Response(out.read_bytes(), media_type="image/png", headers=NO_STORE)
    except BwcError as error:
        return problem(str(error), 409)


async def keep(request: Request) -> Response:
    """Keeps a plan. Body: recording, plan (as `plan_from` takes it)."""
    return await taken(request, _keep)


async def find(request: Request) -> Response:
    """Adds what is found in the transcript to the plan. Body: recording, names, numbers, voice."""
    return await taken(request, _find)


async def order(request: Request) -> Response:
    """Orders a covered copy by the plan that is kept. Body: recording, faces, watermark, why."""
    return await taken(request, _order)


async def stop(request: Request) -> Response:
    """Stops one that is being made. Body: recording, job."""
    return await taken(request, _stop)


def _keep(body: bytes, who: Identity) -> Response:
    def act(recording: Recording, said: Mapping[str, Any]) -> None:
        _save(recording, plan_from({**said["plan"], "recording": recording.id}, "this plan"))

    return _acted(body, act)


def _find(body: bytes, who: Identity) -> Response:
    def act(recording: Recording, said: Mapping[str, Any]) -> None:
        voice = str(said.get("voice") or "")
        asked = Asked(
            names=said.get("names") is True, numbers=said.get("numbers") is True, voices=(voice,) if voice else ()
        )
        policy = load_policy(load_settings().policy)
        _save(recording, gathered(stores.opened(), recording, asked, policy, _kept(recording)))

    return _acted(body, act)


def _order(body: bytes, who: Identity) -> Response:
    def act(recording: Recording, said: Mapping[str, Any]) -> None:
        faces, why = said.get("faces") is True, str(said.get("why") or "").strip()[:LONGEST_WHY]
        if not recording.path.is_file():
            raise RedactionError(
                f"{recording.path.name}: the source is not where it was; bring it back, then try again"
            )
        if _kept(recording).empty and not faces:
            raise RedactionError(
                "there is nothing to cover yet: draw a place on the picture, or name a stretch of sound"
            )
        if faces and not face_detector().available:
            raise RedactionError(face_detector().reason)
        target = _target(recording)
        command = [sys.executable, "-m", "pipeline.cli", "redact", recording.id, "--json", f"--store={stores.path()}"]
        command += [f"--out={target}", f"--who={who.name}", f"--plan={_place(recording)}"]
        command += [f"--why={why}"] if why else []
        command += ["--faces"] if faces else []
        command += ["--watermark"] if said.get("watermark") is True else []
        JOBS.start(clip_jobs.Job(recording.id, who.name, 0.0, recording.duration, "covered", command))

    return _acted(body, act)


def _stop(body: bytes, who: Identity) -> Response:
    def act(recording: Recording, said: Mapping[str, Any]) -> None:
        if not JOBS.stop(str(said["job"]), recording.id):
            raise RedactionError("this copy is not being made any more")

    return _acted(body, act)


def _acted(body: bytes, act: Any) -> Response:
    try:
        said = json.loads(body)
        recording = stores.opened().recording_of(str(said["recording"]))
        if recording is None:
            return problem("no such recording", 404)
        act(recording, said)
    except clip_jobs.TooMany:
        return problem("many copies are waiting already: try again when some are done", 429)
    except (BwcError, ModelError) as error:
        return problem(str(error), 409)
    except (ValueError, KeyError, TypeError):
        return problem("this cannot be read", 400)
    return _answer(recording)


def _answer(recording: Recording) -> Response:
    store, faces = stores.opened(), face_detector()
    turns = store.turns(recording.id)
    return JSONResponse(
        {
            "plan": tomllib.loads(plan_text(_kept(recording))),
            "faces": faces.available,
            "faces_why": "" if faces.available else faces.reason,
            "words": any(turn.text for turn in turns),
            "voices": sorted({turn.voice for turn in turns if turn.voice}),
            "picture": recording.stream("video") is not None,
            "jobs": [job.row() for job in JOBS.of(recording.id)],
            "copies": _copies(store, recording),
        },
        headers=NO_STORE,
    )


def _copies(store: Store, recording: Recording) -> list[dict[str, Any]]:
    made = [
        e for e in store.exports() if e.kind == "redacted" and any(s["recording"] == recording.id for s in e.sources)
    ]
    return [{"file": str(e.path), "there": e.path.is_file(), "size": e.size_bytes} for e in reversed(made[-SHOWN:])]


def _kept(recording: Recording) -> Plan:
    place = _place(recording)
    return read_plan(place) if place.is_file() else Plan(recording.id)


def _save(recording: Recording, plan: Plan) -> None:
    place = _place(recording)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        part.write_text(plan_text(plan), encoding="utf-8")
        part.replace(place)
    except OSError as error:
        raise RedactionError(f"the plan could not be kept ({error.strerror})") from error


def _place(recording: Recording) -> Path:
    return recording_folder(stores.path(), recording.id) / PLAN


def _target(recording: Recording) -> Path:
    """A new name beside the store, made of the recording's id: nothing of the source's own name."""
    folder = media_folder(stores.path()) / "covered"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"covered-{recording.id[:10]}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.mp4"


ROUTES = (
    Route("/bwc/redact/plan", keep, methods=["POST"]),
    Route("/bwc/redact/find", find, methods=["POST"]),
    Route("/bwc/redact/stop", stop, methods=["POST"]),
    Route("/bwc/redact", order, methods=["POST"]),
    Route("/bwc/redact/{recording}", redaction, methods=["GET"]),
    Route("/bwc/redact/{recording}/preview", preview, methods=["GET"]),
)
