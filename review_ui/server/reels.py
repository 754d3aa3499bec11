"""Debrief reels from the screen: lists that are begun, added to, ordered and saved, and the films made of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import BwcError
from pipeline.reels.reel import Reel, ReelError
from pipeline.reels.suggest import suggested
from review_ui import clip_jobs, policies, reel_lists, stores
from review_ui.server.answers import refusal
from review_ui.server.rights import may_write
from review_ui.server.sessions import Identity
from review_ui.server.writes import NO_STORE, problem, taken

JOBS = clip_jobs.Jobs()
LARGEST_LIST = 4 << 20
"""bytes of a list that is sent: 200 clips with four texts of 4,000 letters"""
SHOWN = 20
"""films of a list that are shown"""
_Answer = dict[str, Any]


def overview(request: Request) -> Response:
    """The lists there are, the recordings clips can be taken from, and what was confirmed."""
    return _read(request, lambda _: _overview())


def one(request: Request) -> Response:
    """One list, what is being made of it, and the films there are."""
    return _read(request, lambda name: _document(reel_lists.read(stores.opened(), name)))


async def begin(request: Request) -> Response:
    """Begins a list. Body: name; label (of confirmed findings) and beside, or like (another list), or nothing."""
    return await taken(request, partial(_acted, _begin))


async def add(request: Request) -> Response:
    """Adds a clip at the end. Body: name (a new one begins a list); finding, or recording, start, end, title."""
    return await taken(request, partial(_acted, _add))


async def save(request: Request) -> Response:
    """Saves a list. Body: name, sha256 (as it was read), reel."""
    return await taken(request, partial(_acted, _save), LARGEST_LIST)


async def earlier(request: Request) -> Response:
    """Takes up a version of a list again. Body: name, sha256 (as it was read), version."""
    return await taken(request, partial(_acted, _earlier))


async def make(request: Request) -> Response:
    """Makes reel and debrief page of a list as it is saved. Body: name, inside (the reel in the page), why."""
    return await taken(request, partial(_acted, _make))


async def stop(request: Request) -> Response:
    """Stops one that is being made. Body: name, job."""
    return await taken(request, partial(_acted, _stop))


def _begin(said: Mapping[str, Any], who: Identity) -> _Answer:
    store, name = stores.opened(), str(said["name"])
    if said.get("like"):
        reel = reel_lists.read(store, str(said["like"])).reel
    elif said.get("label"):
        reel = suggested(store, policies.in_use(), str(said["label"]), most=200, beside=said.get("beside") is True)
    else:
        reel = Reel(title=reel_lists.simple(name))
    return _document(reel_lists.write(store, name, reel, who.name))


def _add(said: Mapping[str, Any], who: Identity) -> _Answer:
    store, name = stores.opened(), reel_lists.simple(str(said["name"]))
    clip = reel_lists.clip_of(store, policies.in_use(), said)
    there = name in reel_lists.names(store)
    before = reel_lists.read(store, name) if there else None
    reel = before.reel if before else Reel(title=name)
    reel = replace(reel, clips=(*reel.clips, clip))
    return _document(reel_lists.write(store, name, reel, who.name, before.sha256 if before else ""))


def _save(said: Mapping[str, Any], who: Identity) -> _Answer:
    store = stores.opened()
    reel = reel_lists.reel_of(store, said["reel"])
    return _document(reel_lists.write(store, str(said["name"]), reel, who.name, str(said["sha256"])))


def _earlier(said: Mapping[str, Any], who: Identity) -> _Answer:
    name, number = str(said["name"]), int(said["version"])
    return _document(reel_lists.earlier(stores.opened(), name, number, who.name, str(said["sha256"])))


def _make(said: Mapping[str, Any], who: Identity) -> _Answer:
    listed = reel_lists.read(stores.opened(), str(said["name"]))
    if not listed.reel.clips:
        raise ReelError("there is no clip in this list yet")
    target = listed.path.with_name(f"{listed.name} {datetime.now(UTC):%Y%m%d-%H%M%S-%f}.mp4")
    command = [sys.executable, "-m", "pipeline.cli", "reel", str(listed.path), "--json", f"--store={stores.path()}"]
    command += [f"--out={target}", f"--page={target.with_suffix('.html')}", f"--who={who.name}"]
    command += ["--inside"] if said.get("inside") is True else []
    why = " ".join(str(said.get("why") or "").split())[:500]
    command += [f"--why={why}"] if why else []
    JOBS.start(clip_jobs.Job(listed.name, who.name, 0.0, 0.0, "reel", command))
    return _document(listed)


def _stop(said: Mapping[str, Any], _: Identity) -> _Answer:
    name = str(said["name"])
    if not JOBS.stop(str(said["job"]), name):
        raise ReelError("this reel is not being made any more")
    return _document(reel_lists.read(stores.opened(), name))


def _acted(act: Callable[[Mapping[str, Any], Identity], _Answer], body: bytes, who: Identity) -> Response:
    try:
        return JSONResponse(act(json.loads(body), who), headers=NO_STORE)
    except clip_jobs.TooMany:
        return problem("many reels are waiting already: try again when some are done", 429)
    except reel_lists.ListMoved as error:
        return refusal(error, 412)
    except BwcError as error:
        return refusal(error, 409)
    except (ValueError, KeyError, TypeError, AttributeError):
        return problem("this cannot be read", 400)


def _read(request: Request, answer: Callable[[str], _Answer]) -> Response:
    if not may_write(request.scope["state"]["identity"], "/bwc/reel"):
        return problem("your account is not for exports; ask whoever manages accounts", 403)
    try:
        return JSONResponse(answer(request.path_params.get("name", "")), headers=NO_STORE)
    except BwcError as error:
        return refusal(error, 404)


def _overview() -> _Answer:
    store = stores.opened()
    return {
        "lists": reel_lists.names(store),
        "confirmed": reel_lists.confirmed(store, policies.in_use()),
        "recordings": [
            {"id": r.id, "name": r.path.name, "duration": r.duration} for r in store.recordings() if r.streams
        ],
    }


def _document(listed: reel_lists.Listed) -> _Answer:
    store = stores.opened()
    jobs = [job.row() for job in JOBS.of(listed.name)]
    return reel_lists.shown(store, listed) | {"jobs": jobs, "films": _films(listed)}


def _films(listed: reel_lists.Listed) -> list[_Answer]:
    """What was made of a list, newest first: the film, and its page."""
    made = [
        {"number": e.activity, "kind": e.kind, "file": e.path.name, "size": e.size_bytes}
        for e in stores.opened().exports()
        if e.kind in ("reel", "debrief") and e.path.parent == listed.path.parent.resolve()
        and e.path.stem.rpartition(" ")[0] == listed.name and e.path.is_file()
    ]  # fmt: skip
    return made[::-1][:SHOWN]


ROUTES = (
    Route("/bwc/reel", overview, methods=["GET"]),
    Route("/bwc/reel/list/{name}", one, methods=["GET"]),
    Route("/bwc/reel/begin", begin, methods=["POST"]),
    Route("/bwc/reel/add", add, methods=["POST"]),
    Route("/bwc/reel/save", save, methods=["POST"]),
    Route("/bwc/reel/earlier", earlier, methods=["POST"]),
    Route("/bwc/reel/make", make, methods=["POST"]),
    Route("/bwc/reel/stop", stop, methods=["POST"]),
)
