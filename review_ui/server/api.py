"""Data for the player as JSON, and the one thing a browser may write: a verdict."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
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
from review_ui.server.rights import seen_by
from review_ui.server.sessions import Identity
from review_ui.server.views import note_view
from review_ui.server.writes import NO_STORE, problem, taken

LONGEST_NOTE = 4000
"""Letters of a note."""


class _Kept:
    """The newest documents, ready to send, by what they show and the state of the store."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._documents: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._lock:
            return self._documents.get(key)

    def put(self, key: Hashable, value: Any) -> bytes:
        body = value if isinstance(value, bytes) else _json(value)
        with self._lock:
            self._documents[key] = body
            while len(self._documents) > self._most:
                self._documents.popitem(last=False)
        return body


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "backslashreplace")


_KEPT = _Kept(most=16)


def kept_document(name: str, subject: str, make: Callable[[str], Mapping[str, Any]]) -> Response:
    """One of the documents that `make` gives by name; all of them are kept until the store changes."""
    state = (stores.path(), stores.opened().data_version(), subject)
    body = _KEPT.get((name, state))
    if body is None:
        made = {said: _KEPT.put((said, state), value) for said, value in make(subject).items()}
        body = made[name]
    kind = "application/octet-stream" if name.endswith("curves") else "application/json"
    return Response(body, media_type=kind, headers=NO_STORE)


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
    """What is drawn, and why it was found: two documents from one reading of the findings."""
    store = stores.opened()
    placed = timeline.placed_findings(store, recording)
    return {
        "events": timeline.document(store, store.recording(recording), placed),
        "why": timeline.reasons(placed),
    }


def _curves(recording: str) -> Mapping[str, Any]:
    store = stores.opened()
    orders = timeline.order_spans(timeline.placed_findings(store, recording))
    return {"curves": curves.of_recording(store, store.recording(recording), orders)}


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
    Route("/bwc/curves/{recording}", _of_recording("curves", _curves), methods=["GET"]),
    Route("/bwc/verdicts/{finding}", verdicts, methods=["GET"]),
    Route("/bwc/verdict", verdict, methods=["POST"]),
)
