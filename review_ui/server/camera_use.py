"""Camera use of one recording, or of one incident, as data for its page. States go to the audit's own address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from pipeline.types import Recording
from review_ui import audit_books, blind, policies, stores, use_pages
from review_ui.server.asked import for_person
from review_ui.server.rights import may_write, seen_by
from review_ui.server.sessions import Identity
from review_ui.server.writes import problem

STATES = "/bwc/audit/state"
"""where states are sent"""
BLIND = "Not shown while you review this without seeing what others said."


def _of_recording(request: Request, identity: Identity) -> Any:
    known = stores.opened().recording_of(request.path_params["recording"])
    return problem("no such recording", 404) if known is None else _said([known], identity)


def _of_incident(request: Request, identity: Identity) -> Any:
    store, wanted = stores.opened(), request.path_params["incident"]
    found = next((one for one in store.incidents() if one.id == wanted), None)
    if found is None:
        return problem("no such incident in the store", 404)
    return _said([store.recording(one) for one, _, _ in found.recordings], identity, wanted)


def _said(recordings: Sequence[Recording], identity: Identity, incident: str = "") -> dict[str, Any]:
    """What is said of the calls that asked for these recordings."""
    store, ids = stores.opened(), [one.id for one in recordings]
    subjects = [*ids, *([incident] if incident else [])]
    if any(blind.hides(store, identity.name, subject) for subject in subjects):
        return use_pages.nothing(BLIND)
    period = use_pages.period_of(recordings)
    if period is None:
        return use_pages.without_clock()
    book = audit_books.near(period)
    said = use_pages.document(book, ids, store.use_states(), policies.in_use(), incident)
    said["may_state"] = may_write(identity, STATES)
    if not identity.units:
        return said
    return use_pages.within(said, identity.units, {one.id for one in seen_by(identity, store, store.recordings())})


ROUTES = (
    Route("/bwc/camera-use/recording/{recording}", for_person(_of_recording), methods=["GET"]),
    Route("/bwc/camera-use/incident/{incident}", for_person(_of_incident), methods=["GET"]),
)
