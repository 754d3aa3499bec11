"""Data for the player as JSON, and the one thing a browser may write: a verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import StoreError
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.types import Review, Verdict
from review_ui import blind, curves, library, speech, stores, timeline
from review_ui.server.answers import refusal
from review_ui.server.kept import kept_document
from review_ui.server.rights import seen_by
from review_ui.server.sessions import Identity
from review_ui.server.views import note_view
from review_ui.server.writes import NO_STORE, problem, taken

LONGEST_NOTE = 4000
"""Letters of a note."""


def _of_recording(name: str, make: Callable[[str], Mapping[str, Any]]) -> Callable[[Request], Response]:
    def route(request: Request) -> Response:
        wanted = request.path_params["recording"]
        if stores.opened().recording_of(wanted) is None:
            return problem("no such recording", 404)
        try:
            note_view(request.scope["state"]["identity"], wanted)
            return _for_person(request.scope["state"]["identity"], name, wanted, make)
        except StoreError as error:
            return refusal(error, 503)

    return route


def _for_person(identity: Identity, name: str, recording: str, make: Callable[[str], Mapping[str, Any]]) -> Response:
    """The document; without the verdicts of others for a person who reviews the recording blind."""
    if name != "events" or not blind.hides(stores.opened(), identity.name, recording):
        return kept_document(name, recording, make)
    made = dict(make(recording)[name])
    made["findings"] = blind.own_verdicts(stores.opened(), identity.name, made["findings"])
    return JSONResponse(made, headers=NO_STORE)


def _page(recording: str) -> Mapping[str, Any]:
    """What is drawn, why it was found, and the curves: three documents from one reading of the findings."""
    store = stores.opened()
    placed, known = timeline.placed_findings(store, recording), store.recording(recording)
    return {
        "events": timeline.document(store, known, placed),
        "why": timeline.reasons(placed),
        "curves": curves.of_recording(store, known, timeline.order_spans(placed)),
    }


def _transcript(recording: str) -> Mapping[str, Any]:
    return {"transcript": speech.transcript(stores.opened(), recording)}


def recordings(request: Request) -> Response:
    """The list of recordings and incidents that this person may see."""
    identity: Identity = request.scope["state"]["identity"]

    def listed(_: str) -> Mapping[str, Any]:
        store = stores.opened()
        seen = {r.id for r in seen_by(identity, store, store.recordings())} if identity.units else None
        return {"recordings": library.document(store, seen)}

    return kept_document("recordings", "+".join(identity.units), listed)


def verdicts(request: Request) -> Response:
    """All verdicts on one finding, and what was taken back of them, oldest first."""
    store, finding = stores.opened(), request.path_params["finding"]
    said = [_said(r) for r in store.reviews(finding)]
    said += [_taken_back(row) for row in store.withdrawn(finding)]
    name = request.scope["state"]["identity"].name
    if said and blind.hides(store, name, store.finding(finding).finding.subject):
        said = [one for one in said if one["reviewer"] == name]
    return JSONResponse(sorted(said, key=lambda one: one["at_utc"]), headers=NO_STORE)


async def verdict(request: Request) -> Response:
    """Adds a verdict of the person behind the session. Body: finding, recording, verdict, note."""
    return await taken(request, _keep)


def _keep(body: bytes, reviewer: Identity) -> Response:
    try:
        said = json.loads(body)
        finding, note, value = str(said["finding"]), str(said.get("note", "")).strip(), Verdict(said["verdict"])
    except (ValueError, KeyError, TypeError):
        return problem("a verdict is confirmed, dismissed or unsure, on one finding", 400)
    if len(note) > LONGEST_NOTE:
        return problem(f"a note has at most {LONGEST_NOTE} letters", 400)
    store = stores.opened()
    if not _is_known(store, finding):
        return problem("no such finding in the store", 404)
    try:
        # a note may hold halves of letters that no database takes
        text, right = note.encode("utf-8", "replace").decode(), said.get("speaker") is True
        alone = blind.hides(store, reviewer.name, store.finding(finding).finding.subject)
        review = store.add_review(finding, value, reviewer.name, text, speaker_right=right, blind=alone)
    except StoreError as error:
        return refusal(error, 503)
    return JSONResponse(_said(review) | {"speaker": right}, headers=NO_STORE)


def _is_known(store: Store, finding: str) -> bool:
    try:
        return store.finding(finding).id == finding  # the store also takes first letters
    except StoreError:
        return False


def _taken_back(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"finding": row["finding"], "verdict": "taken back", "reviewer": row["reviewer"], "note": "",
            "at_utc": row["at_utc"]}  # fmt: skip


def _said(review: Review) -> dict[str, Any]:
    return {
        "finding": review.finding,
        "verdict": review.verdict.value,
        "reviewer": review.reviewer,
        "note": review.note,
        "at_utc": utc_text(review.at_utc),
    }


ROUTES = (
    Route("/bwc/recordings", recordings, methods=["GET"]),
    Route("/bwc/events/{recording}", _of_recording("events", _page), methods=["GET"]),
    Route("/bwc/why/{recording}", _of_recording("why", _page), methods=["GET"]),
    Route("/bwc/transcript/{recording}", _of_recording("transcript", _transcript), methods=["GET"]),
    Route("/bwc/curves/{recording}", _of_recording("curves", _page), methods=["GET"]),
    Route("/bwc/verdicts/{finding}", verdicts, methods=["GET"]),
    Route("/bwc/verdict", verdict, methods=["POST"]),
)
