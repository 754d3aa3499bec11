"""Covered copies from the screen: the plan and its versions, what is found by programs, a look before, and the copy."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.contract import Availability, ModelError
from pipeline.artifacts import media_folder
from pipeline.errors import BwcError
from pipeline.redaction.plan import Plan, RedactionError, SoundCover, plan_text, read_plan
from pipeline.redaction.versions import saved
from pipeline.store import PlanMoved, Store
from pipeline.store.exports import ExportRow
from pipeline.types import Recording
from review_ui import clip_jobs, covering_plans, policies, stores
from review_ui.server.answers import refusal
from review_ui.server.media import MediaResponse
from review_ui.server.rights import may_write
from review_ui.server.sessions import Identity
from review_ui.server.writes import NO_STORE, problem, taken

LONGEST_WHY = 500
LARGEST_PLAN = 8 << 20
"""bytes of a plan that is sent: a face followed for an hour at ten places a second takes 3 MB"""
SHOWN = 20
"""covered copies that are listed"""
JOBS = clip_jobs.Jobs()
_Act = Callable[[Recording, Mapping[str, Any], Identity], None]


def redaction(request: Request) -> Response:
    """The plan that is kept for a recording, what can be found in it, and the covered copies that there are."""
    recording = stores.opened().recording_of(request.path_params["recording"])
    if recording is None:
        return problem("no such recording", 404)
    if not may_write(request.scope["state"]["identity"], "/bwc/redact"):
        return problem("your account is not for exports; ask whoever manages accounts", 403)
    try:
        return _answer(recording)
    except BwcError as error:
        return refusal(error, 409)


def preview(request: Request) -> Response:
    """A sheet of covered pictures, by the plan that is kept."""
    recording = stores.opened().recording_of(request.path_params["recording"])
    if recording is None or not may_write(request.scope["state"]["identity"], "/bwc/redact"):
        return problem("no such recording", 404)
    from pipeline.media.probe import probe  # here, since these load the decoders
    from pipeline.redaction.preview import write_sheet

    try:
        plan = _kept(recording).within(recording.span)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "sheet.png"
            write_sheet(recording.path, probe(recording.path, recording.id), recording.span, plan, out)
            return Response(out.read_bytes(), media_type="image/png", headers=NO_STORE)
    except BwcError as error:
        return refusal(error, 409)


def copy(request: Request) -> Response:
    """A covered copy as a download, by the number of its row in the log; every one is logged."""
    identity: Identity = request.scope["state"]["identity"]
    store = stores.opened()
    recording = store.recording_of(request.path_params["recording"])
    row = store.export_of(request.path_params["number"]) if recording else None
    known = recording is not None and row is not None and _is_copy_of(row, recording.id)
    if not known or row is None or not row.path.is_file() or not may_write(identity, "/bwc/redact"):
        return problem("no such copy, or it is not there any more", 404)
    if request.headers.get("range", "bytes=0-").startswith("bytes=0-") and request.method == "GET":
        detail = {"file": row.path.name, "export": row.activity}
        store.log(identity.name, "export.download", request.path_params["recording"], detail)
    return MediaResponse(row.path, media_type="video/mp4", filename=row.path.name, headers=dict(NO_STORE))


async def keep(request: Request) -> Response:
    """Saves a plan. Body: recording, after (the version that it comes after), plan (see `covering_plans.plan_of`)."""
    return await taken(request, partial(_acted, _keep), LARGEST_PLAN)


async def find(request: Request) -> Response:
    """Adds what is found in the transcript to the plan. Body: recording, names, numbers, voice, cover."""
    return await taken(request, partial(_acted, _find))


async def faces(request: Request) -> Response:
    """Looks for faces and adds them to the plan, in a process of its own. Body: recording."""
    return await taken(request, partial(_acted, _faces))


async def restore(request: Request) -> Response:
    """Makes an older version the newest one again. Body: recording, after, version."""
    return await taken(request, partial(_acted, _restore))


async def order(request: Request) -> Response:
    """Orders a covered copy by the plan that is kept. Body: recording, watermark, why."""
    return await taken(request, partial(_acted, _order))


async def stop(request: Request) -> Response:
    """Stops one that is being made. Body: recording, job."""
    return await taken(request, partial(_acted, _stop))


def _keep(recording: Recording, said: Mapping[str, Any], who: Identity) -> None:
    store = stores.opened()
    plan = covering_plans.plan_of(store, recording, said["plan"])
    covering_plans.keep(store, recording, plan, who.name, int(said["after"]))


def _find(recording: Recording, said: Mapping[str, Any], who: Identity) -> None:
    from pipeline.redaction.gather import Asked, gathered  # loads the decoders

    voice, store = str(said.get("voice") or ""), stores.opened()
    asked = Asked(
        names=said.get("names") is True, numbers=said.get("numbers") is True, voices=(voice,) if voice else (),
        sound_cover=SoundCover(said.get("cover") or SoundCover.TONE),
    )  # fmt: skip
    policy = policies.in_use()
    before = covering_plans.newest(store, recording)
    found = gathered(store, recording, asked, policy, Plan(recording.id, remarks=before.plan.remarks))
    plan = covering_plans.without_doubles(found, before.plan)
    kept = Plan(recording.id, before.plan.regions, plan.sound, plan.remarks)
    covering_plans.keep(store, recording, kept, who.name, before.number)


def _faces(recording: Recording, said: Mapping[str, Any], who: Identity) -> None:
    _there(recording)
    detector = _face_detector()
    if not detector.available:
        raise RedactionError(detector.reason)
    if any(job.kind == "faces" for job in JOBS.of(recording.id) if job.state in ("waiting", "cutting")):
        raise RedactionError("faces are being looked for already")
    out = _target(recording).with_suffix(".toml")
    command = [sys.executable, "-m", "pipeline.cli", "redact", recording.id, "--json", f"--store={stores.path()}"]
    then = partial(_take_faces, stores.path(), recording, who.name, out)
    command += ["--faces", f"--save-plan={out}"]
    JOBS.start(clip_jobs.Job(recording.id, who.name, 0.0, recording.duration, "faces", command, then=then))


def _take_faces(place: Path, recording: Recording, who: str, found: Path, made: bool) -> None:
    """Takes the faces that were found into the plan, whatever was saved in the meantime."""
    try:
        while made:
            with Store(place, create=False) as store:
                before = covering_plans.newest(store, recording)
                plan = covering_plans.with_found(before.plan, read_plan(found))
                said = f"faces looked for by a program: {sum(r.what == 'face' for r in plan.regions)} places in all"
                try:
                    covering_plans.keep(store, recording, plan, who, before.number, said)
                    return
                except PlanMoved:
                    continue
    finally:
        found.unlink(missing_ok=True)


def _restore(recording: Recording, said: Mapping[str, Any], who: Identity) -> None:
    number = int(said["version"])
    plan = saved(stores.opened(), recording.id, number).plan
    told = f"version {number} taken up again"
    covering_plans.keep(stores.opened(), recording, plan, who.name, int(said["after"]), told)


def _order(recording: Recording, said: Mapping[str, Any], who: Identity) -> None:
    why, plan = str(said.get("why") or "").strip()[:LONGEST_WHY], _kept(recording)
    _there(recording)
    if plan.empty:
        raise RedactionError("there is nothing to cover yet: draw a place on the picture, or name a stretch of sound")
    target = _target(recording)
    frozen = target.with_suffix(".plan.toml")
    _freeze(frozen, plan)
    command = [sys.executable, "-m", "pipeline.cli", "redact", recording.id, "--json", f"--store={stores.path()}"]
    command += [f"--out={target}", f"--who={who.name}", f"--plan={frozen}"]
    command += [f"--why={why}"] if why else []
    command += ["--watermark"] if said.get("watermark") is True else []
    then = lambda _: frozen.unlink(missing_ok=True)  # noqa: E731
    try:
        JOBS.start(clip_jobs.Job(recording.id, who.name, 0.0, recording.duration, "covered", command, then=then))
    except clip_jobs.TooMany:
        frozen.unlink(missing_ok=True)
        raise


def _freeze(place: Path, plan: Plan) -> None:
    """What is changed from now on goes into the next copy. Raises RedactionError."""
    try:
        place.write_text(plan_text(plan), encoding="utf-8")
    except OSError as error:
        raise RedactionError(f"the plan could not be written beside the copy ({error.strerror})") from error


def _stop(recording: Recording, said: Mapping[str, Any], _: Identity) -> None:
    if not JOBS.stop(str(said["job"]), recording.id):
        raise RedactionError("this is not being made any more")


def _acted(act: _Act, body: bytes, who: Identity) -> Response:
    try:
        said = json.loads(body)
        recording = stores.opened().recording_of(str(said["recording"]))
        if recording is None:
            return problem("no such recording", 404)
        act(recording, said, who)
    except clip_jobs.TooMany:
        return problem("many copies are waiting already: try again when some are done", 429)
    except (BwcError, ModelError) as error:
        return refusal(error, 412 if isinstance(error, PlanMoved) else 409)
    except (ValueError, KeyError, TypeError, AttributeError):
        return problem("this cannot be read", 400)
    return _answer(recording)


def _answer(recording: Recording) -> Response:
    store, detector = stores.opened(), _face_detector()
    kept, voices = covering_plans.newest(store, recording), covering_plans.voices_of(store, recording.id)
    video = recording.stream("video")
    return JSONResponse(
        {
            "plan": covering_plans.shown(kept),
            "version": kept.number,
            "versions": covering_plans.versions(store, recording),
            "duration": recording.duration,
            "frame_rate": video.rate_hz if video else None,
            "faces": detector.available,
            "faces_why": "" if detector.available else detector.reason,
            "words": any(turn.text for turn in store.turns(recording.id)),
            "voices": voices,
            "picture": video is not None,
            "sound": recording.stream("audio") is not None,
            "jobs": [job.row() for job in JOBS.of(recording.id)],
            "copies": _copies(store, recording),
        },
        headers=NO_STORE,
    )


def _is_copy_of(row: ExportRow, recording: str) -> bool:
    return row.kind == "redacted" and any(s["recording"] == recording for s in row.sources)


def _copies(store: Store, recording: Recording) -> list[dict[str, Any]]:
    made = [row for row in store.exports() if _is_copy_of(row, recording.id)]
    return [
        {"number": e.activity, "file": str(e.path), "there": e.path.is_file(), "size": e.size_bytes}
        for e in reversed(made[-SHOWN:])
    ]


def _there(recording: Recording) -> None:
    if not recording.path.is_file():
        raise RedactionError(f"{recording.path.name}: the source is not where it was; bring it back, then try again")


def _kept(recording: Recording) -> Plan:
    return covering_plans.newest(stores.opened(), recording).plan


def _target(recording: Recording) -> Path:
    """A new name beside the store, made of the recording's id: nothing of the source's own name."""
    folder = media_folder(stores.path()) / "covered"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"covered-{recording.id[:10]}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.mp4"


def _face_detector() -> Availability:
    """What there is to find faces with."""
    from models.face_detector import probe  # loads what pictures are worked on with

    return probe()


ROUTES = (
    Route("/bwc/redact/plan", keep, methods=["POST"]),
    Route("/bwc/redact/find", find, methods=["POST"]),
    Route("/bwc/redact/faces", faces, methods=["POST"]),
    Route("/bwc/redact/restore", restore, methods=["POST"]),
    Route("/bwc/redact/stop", stop, methods=["POST"]),
    Route("/bwc/redact", order, methods=["POST"]),
    Route("/bwc/redact/{recording}", redaction, methods=["GET"]),
    Route("/bwc/redact/{recording}/preview", preview, methods=["GET"]),
    Route("/bwc/redact/{recording}/copy/{number:int}", copy, methods=["GET", "HEAD"]),
)
