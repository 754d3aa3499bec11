"""Analyses of the store that run or were stopped: how far they are, and what may be done about them."""

from __future__ import annotations

import json
import math
import shlex
import socket
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline import running
from pipeline.running import RunningAnalysis
from review_ui import analysis_jobs, plain, stores
from review_ui.server.answers import NO_STORE, problem
from review_ui.server.sessions import Identity
from review_ui.server.writes import taken

_STEPS: Mapping[str, str] = {
    "probe": "reading the file",
    "detectors": "what is found",
    "band_flux": "onsets of the sound",
    running.INCIDENTS: "joining the cameras of incidents",
}


def analyses(request: Request) -> Response:
    """What runs and what was stopped, what ended with something to say, and whether this person may stop it."""
    return JSONResponse(_document(request.scope["state"]["identity"]), headers=NO_STORE)


def _document(identity: Identity) -> dict[str, Any]:
    found = running.analyses(stores.path())
    named = not identity.units  # names of files may be of other units
    ended = analysis_jobs.ended() if identity.account is None else []
    return {
        "running": [_running(one, named) for one in found if one.running],
        "stopped": [_stopped(one, named) for one in found if not one.running],
        "ended": [{"number": one.number, "line": one.line} for one in ended],
        "starting": analysis_jobs.starting(),
        "alone": identity.account is None,
    }


def _running(one: RunningAnalysis, named: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "files": one.files,
        "done": one.done,
        "failed": one.failed,
        "share": one.share,
        "left": None if one.seconds_left is None else _about(one.seconds_left),
        "here": one.host == socket.gethostname(),
        "at_work": [
            {"name": work.name if named else "", "step": _step(work.step), "share": work.share} for work in one.at_work
        ],
    }


def _about(seconds: float) -> str:
    """In whole minutes: nobody can say it better."""
    minutes = math.ceil(seconds / 60)
    if seconds < 60:
        return "less than a minute"
    return f"about {minutes} min" if minutes < 60 else f"about {minutes // 60} h {minutes % 60:02d} min"


def _step(name: str) -> str:
    return _STEPS.get(name) or plain.step(name).lower()


def _stopped(one: RunningAnalysis, named: bool) -> dict[str, Any]:
    again = shlex.join(["bwc", "analyze", *one.paths, "--store", str(stores.path())]) if named else ""
    return {"id": one.id, "files": one.files, "done": one.done, "again": again}


Act = Callable[[dict[str, Any], Identity], bool]


def _write(act: Act) -> Callable[[Request], Any]:
    def kept(body: bytes, identity: Identity) -> Response:
        if identity.account is not None:
            return problem("analyses are started and stopped on the machine where the store lies", 403)
        try:
            said = json.loads(body)
            done = act(said, identity)
        except (ValueError, KeyError, TypeError, AttributeError):
            return problem("this is not what this address takes", 400)
        except OSError as error:
            return problem(f"the analysis could not be started ({error.strerror or error})", 503)
        return JSONResponse(_document(identity), headers=NO_STORE) if done else problem("it no longer is there", 404)

    async def route(request: Request) -> Response:
        return await taken(request, kept)

    return route


def _stop(said: dict[str, Any], identity: Identity) -> bool:
    return running.stop(stores.path(), str(said["id"]))


def _again(said: dict[str, Any], identity: Identity) -> bool:
    wanted = [one for one in running.analyses(stores.path()) if one.id == str(said["id"]) and not one.running]
    for one in wanted:
        analysis_jobs.start(one.paths, stores.path())
    return bool(wanted)


def _forget(said: dict[str, Any], identity: Identity) -> bool:
    if "number" in said:
        analysis_jobs.told(int(said["number"]))
        return True
    return running.forget(stores.path(), str(said["id"]))


ROUTES = (
    Route("/bwc/analyses", analyses, methods=["GET"]),
    Route("/bwc/analyses/stop", _write(_stop), methods=["POST"]),
    Route("/bwc/analyses/again", _write(_again), methods=["POST"]),
    Route("/bwc/analyses/forget", _write(_forget), methods=["POST"]),
)
