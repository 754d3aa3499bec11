"""Data of one incident for the player, and where a person says that a recording lies on its clock."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.config import load_settings
from pipeline.errors import BwcError, StoreError
from pipeline.run_incidents import place_by_hand
from pipeline.store import Store
from pipeline.store.review_work import share
from review_ui import blind, stores, together
from review_ui.server.answers import refusal
from review_ui.server.kept import kept_document
from review_ui.server.sessions import Identity
from review_ui.server.views import note_view
from review_ui.server.writes import NO_STORE, problem, taken
from review_ui.work_lines import work_lines


def _of_incident(name: str) -> Callable[[Request], Response]:
    def route(request: Request) -> Response:
        wanted = request.path_params["incident"]
        if not _known(wanted):
            return problem("no such incident in the store", 404)
        try:
            identity: Identity = request.scope["state"]["identity"]
            note_view(identity, wanted)
            if name == "events" and _blind(identity, wanted):
                return _own_answers_only(identity, wanted)
            return kept_document(f"incident {name}", wanted, _documents)
        except StoreError as error:
            return refusal(error, 503)

    return route


def _known(wanted: str) -> bool:
    return any(incident.id == wanted for incident in stores.opened().incidents())


def _subjects(wanted: str) -> list[str]:
    """The incident and its recordings: where its findings are."""
    return [wanted, *(recording for recording, _, _ in stores.opened().incident(wanted).recordings)]


def _blind(identity: Identity, wanted: str) -> bool:
    """Whether this person reviews the incident, or a recording of it, without seeing what others said."""
    return any(blind.hides(stores.opened(), identity.name, subject) for subject in _subjects(wanted))


def _own_answers_only(identity: Identity, wanted: str) -> Response:
    made = dict(_documents(wanted)["incident events"])
    made["findings"] = blind.own_verdicts(stores.opened(), identity.name, made["findings"])
    return JSONResponse(made, headers=NO_STORE)


def work_on(request: Request) -> Response:
    """Of one incident: whose queue it is in, its sign-offs, which findings need the speaker confirmed, and how much of
    all its cameras this person has played."""
    wanted = request.path_params["incident"]
    if not _known(wanted):
        return problem("no such incident in the store", 404)
    store, identity = stores.opened(), request.scope["state"]["identity"]
    recordings = _subjects(wanted)[1:]
    said = work_lines(store, identity, wanted, recordings)
    return JSONResponse(said | {"share": _played(store, identity, recordings)}, headers=NO_STORE)


def _played(store: Store, identity: Identity, recordings: list[str]) -> float:
    """Share of all cameras that this person has played, 0 to 1."""
    watched = store.watched(recordings)
    mine = [span for people in watched.values() for span in people.get(identity.name, ())]
    whole = sum(store.recording(one).duration for one in recordings)
    return round(share(mine, whole), 4)


def _documents(incident: str) -> Mapping[str, Any]:
    """What is drawn, why it was found and what was said: three documents from one joining of the cameras."""
    store = stores.opened()
    found = together.scene(store, incident)
    return {
        "incident events": together.document(store, found),
        "incident why": together.reasons(found),
        "incident transcript": together.transcript(store, found),
        "incident curves": together.order_curve(found),
    }


async def place(request: Request) -> Response:
    """Moves a recording on the incident's clock. Body: incident, recording, by (seconds; null: back as measured)."""
    return await taken(request, _keep)


def _keep(body: bytes, reviewer: Identity) -> Response:
    try:
        said = json.loads(body)
        incident, recording = str(said["incident"]), str(said["recording"])
        by = None if said["by"] is None else float(said["by"])
    except (ValueError, KeyError, TypeError):
        return problem("to place a recording takes its incident, its id and seconds", 400)
    if by is not None and not math.isfinite(by):
        return problem("to place a recording takes its incident, its id and seconds", 400)
    if not _known(incident):
        return problem("no such incident in the store", 404)
    try:
        from pipeline.assemble import assemble_detectors  # as large as the rest of the screen

        plan = assemble_detectors(load_settings(None))
        found = place_by_hand(stores.opened(), plan, incident, recording, by, reviewer.name)
    except BwcError as error:
        return refusal(error, 409)
    rows = [{"recording": r, "start": offset, "offset_source": source} for r, offset, source in found.recordings]
    return JSONResponse({"recordings": rows}, headers=NO_STORE)


ROUTES = (
    Route("/bwc/incident/place", place, methods=["POST"]),
    Route("/bwc/incident/{incident}", _of_incident("events"), methods=["GET"]),
    Route("/bwc/incident/{incident}/why", _of_incident("why"), methods=["GET"]),
    Route("/bwc/incident/{incident}/curves", _of_incident("curves"), methods=["GET"]),
    Route("/bwc/incident/{incident}/work", work_on, methods=["GET"]),
    Route("/bwc/incident/{incident}/transcript", _of_incident("transcript"), methods=["GET"]),
)
