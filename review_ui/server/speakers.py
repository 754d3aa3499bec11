"""Who speaks in a recording, and what people correct about it: the detectors run again on what is stored, at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.config import load_settings
from pipeline.corrections import (
    Correction,
    assign,
    merge,
    rename,
    reword_part,
    reword_turn,
    set_role,
    speakers_of,
    split,
)
from pipeline.errors import BwcError
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.types import Recording, Role, Span, Turn
from review_ui import plain, stores
from review_ui.server.answers import refusal
from review_ui.server.sessions import Identity
from review_ui.server.writes import NO_STORE, problem, taken


def speakers(request: Request) -> Response:
    """The voices of a recording as they stand, and every correction with who made it."""
    store = stores.opened()
    recording = store.recording_of(request.path_params["recording"])
    if recording is None:
        return problem("no such recording", 404)
    return JSONResponse(_document(store, recording), headers=NO_STORE)


async def correction(request: Request) -> Response:
    """Adds or takes back a correction. Body: recording, kind, and what that kind needs; see `_made`."""
    return await taken(request, _keep)


def _keep(body: bytes, reviewer: Identity) -> Response:
    try:
        said = json.loads(body)
        wanted = str(said["recording"])
    except (ValueError, KeyError, TypeError):
        return problem("a correction says its recording and its kind", 400)
    store = stores.opened()
    recording = store.recording_of(wanted)
    if recording is None:
        return problem("no such recording", 404)
    try:
        if said.get("kind") == "undo":
            store.undo_correction(recording.id, int(said["number"]), reviewer.name)
        else:
            store.add_correction(_made(recording.id, store.turns(recording.id), said, reviewer.name))
        # as large as the rest of the screen: loaded with the first correction
        from pipeline.assemble import assemble_detectors
        from pipeline.run import detect_again

        detect_again(recording, store, assemble_detectors(load_settings(None)))
    except (ValueError, KeyError, TypeError):
        return problem("this correction cannot be read", 400)
    except BwcError as error:
        return refusal(error, 409)
    return JSONResponse(_document(store, recording), headers=NO_STORE)


def _made(recording: str, turns: Sequence[Turn], said: Mapping[str, Any], who: str) -> Correction:
    kind = said["kind"]
    if kind == "text":
        return _reworded(recording, turns, said, who)
    voice = str(said["voice"])
    if kind == "name":
        return rename(recording, turns, voice, str(said["name"]), who)
    if kind == "role":
        return set_role(recording, turns, voice, Role(said["role"]), who)
    if kind == "merge":
        return merge(recording, turns, voice, str(said["into"]), who)
    if kind == "split":
        return split(recording, turns, voice, float(said["at"]), str(said["name"]), who)
    if kind == "assign":
        return assign(recording, turns, [Span(float(said["start"]), float(said["end"]))], voice, who)
    raise ValueError(kind)


def _reworded(recording: str, turns: Sequence[Turn], said: Mapping[str, Any], who: str) -> Correction:
    """The words of a turn (start), or of the part of a turn that an incident page shows (start, end, voice)."""
    start, text = float(said["start"]), str(said["text"])
    if "end" not in said:
        return reword_turn(recording, turns, start, text, who)
    whose = None if said["voice"] is None else str(said["voice"])
    return reword_part(recording, turns, Span(start, float(said["end"])), whose, text, who)


def _document(store: Store, recording: Recording) -> dict[str, Any]:
    return {
        "speakers": [
            {
                "voice": s.voice,
                "who": plain.voice(s.voice),
                "role": s.role.value if s.role else None,
                "why": s.role_reason,
                "seconds": s.seconds,
                "sample": s.sample,
            }
            for s in speakers_of(store.turns(recording.id))
        ],
        "corrections": [
            {
                "number": stored.correction.id,
                "said": stored.correction.said,
                "who": stored.correction.who,
                "at_utc": utc_text(stored.correction.at_utc),
                "undone_by": stored.undone_by,
            }
            for stored in store.all_corrections(recording.id)
        ],
    }


ROUTES = (
    Route("/bwc/speakers/{recording}", speakers, methods=["GET"]),
    Route("/bwc/correction", correction, methods=["POST"]),
)
