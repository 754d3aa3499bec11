"""Search over all transcripts and findings that a person may see, and the searches that people keep."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import SearchError, StoreError
from pipeline.rows import utc_text
from pipeline.search import Hit, Hits, PutRightBy, parsed
from pipeline.store import Store
from review_ui import plain, stores
from review_ui.server.answers import NO_STORE, problem, refusal
from review_ui.server.rights import seen_by
from review_ui.server.sessions import Identity
from review_ui.server.writes import taken

PAGE = 60
"""hits at a time"""


def search(request: Request) -> Response:
    """Hits of the words in `q`, from number `skip` on."""
    identity: Identity = request.scope["state"]["identity"]
    skip = request.query_params.get("skip", "0")
    store = stores.opened()
    only = [r.id for r in seen_by(identity, store, store.recordings())] if identity.units else None
    try:
        query = parsed(request.query_params.get("q", ""))
        found = store.find(query, only=only, limit=PAGE, skip=int(skip) if skip.isdigit() else 0)
    except SearchError as error:
        return refusal(error, 400)
    return JSONResponse(_document(store, found), headers=NO_STORE)


def searches(request: Request) -> Response:
    """The searches that people keep."""
    return JSONResponse(_kept(stores.opened()), headers=NO_STORE)


async def keep(request: Request) -> Response:
    """Keeps a search. Body: name, text."""
    return await taken(request, _keep)


async def remove(request: Request) -> Response:
    """Takes a kept search off the list. Body: number."""
    return await taken(request, _remove)


def _keep(body: bytes, identity: Identity) -> Response:
    try:
        said = json.loads(body)
        name, text = str(said.get("name", "")), str(said["text"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return problem("a search has a name and a text", 400)
    try:
        parsed(text)
        stores.opened().save_search(_stored(name), _stored(text), identity.name)
    except (SearchError, StoreError) as error:
        return refusal(error, 400)
    return JSONResponse(_kept(stores.opened()), headers=NO_STORE)


def _remove(body: bytes, identity: Identity) -> Response:
    try:
        number = int(json.loads(body)["number"])
    except (ValueError, KeyError, TypeError):
        return problem("say which search", 400)
    stores.opened().remove_search(number, identity.name)
    return JSONResponse(_kept(stores.opened()), headers=NO_STORE)


def _stored(text: str) -> str:
    """As a database takes it: halves of letters replaced."""
    return text.encode("utf-8", "replace").decode()


def _kept(store: Store) -> list[dict[str, Any]]:
    return [
        {"number": s.id, "name": s.name, "text": s.text, "who": s.who, "at_utc": utc_text(s.at_utc)}
        for s in store.saved_searches()
    ]


def _document(store: Store, found: Hits) -> dict[str, Any]:
    names = {hit.subject: store.recording_of(hit.subject) for hit in found.hits}
    incidents = {i.id: i for i in store.incidents()} if None in names.values() else {}

    def row(hit: Hit) -> dict[str, Any]:
        recording, incident = names[hit.subject], incidents.get(hit.subject)
        return {
            "kind": hit.kind,
            "subject": hit.subject,
            "incident": incident is not None,
            "name": recording.path.name if recording else incident.name if incident else hit.subject,
            "when": utc_text(recording.start_utc) if recording and recording.start_utc else None,
            "start": hit.start,
            "end": hit.end,
            "parts": list(hit.parts),
            "role": hit.role.value if hit.role else None,
            "title": plain.kind(hit.label).title if hit.label else "",
            "finding": hit.finding,
            "speaker": plain.voice(hit.speaker) if hit.speaker else "",
            "put_right": _put_right(hit.put_right) if hit.put_right else None,
        }

    return {"hits": [row(hit) for hit in found.hits], "count": found.count, "more": found.more}


def _put_right(by: PutRightBy) -> dict[str, Any]:
    return {"who": list(by.who), "at_utc": utc_text(by.at_utc), "what": list(by.what), "heard": list(by.heard)}


ROUTES = (
    Route("/bwc/search", search, methods=["GET"]),
    Route("/bwc/searches", searches, methods=["GET"]),
    Route("/bwc/search/keep", keep, methods=["POST"]),
    Route("/bwc/search/remove", remove, methods=["POST"]),
)
