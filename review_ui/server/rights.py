"""What a person may see and do: whose footage, by unit, and which writes, by duty.

A recording belongs to the unit of whoever wore its camera then, as the roster says. Whoever is bound to units sees the
recordings of those units and no others; what the roster places nowhere is seen by people without such a bound only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.accounts import Act
from pipeline.errors import StoreError
from pipeline.roster import Roster
from pipeline.store import Store
from pipeline.types import Recording
from review_ui import stores
from review_ui.server.answers import problem
from review_ui.server.sessions import Identity

NEEDED: Mapping[str, Act | None] = {
    "/bwc/verdict": Act.REVIEW,
    "/bwc/correction": Act.REVIEW,
    "/bwc/answer": Act.REVIEW,
    "/bwc/incident": Act.REVIEW,
    "/bwc/camera-use": Act.AUDIT,
    "/bwc/audit": Act.AUDIT,
    "/bwc/clip": Act.EXPORT,
    "/bwc/redact": Act.EXPORT,
    "/bwc/reel": Act.EXPORT,
    "/bwc/search": None,
    "/bwc/queue": Act.REVIEW,
    "/bwc/withdraw": Act.REVIEW,
    "/bwc/sign-off": Act.REVIEW,
    "/bwc/watched": None,
}
"""Beginnings of the addresses that take writes, and what a person must be allowed for (None: nothing); others, which
nobody has thought about yet: everything"""
WHOLE_AGENCY = ("/bwc/audit", "/bwc/camera-use", "/bwc/activity", "/bwc/exports", "/bwc/reel")
"""Beginnings of the addresses that show figures of all units at once"""

_ID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{20}|[0-9a-f]{16})(?![0-9a-f])")
"""of a recording, a finding, an incident"""


def may_write(identity: Identity, path: str) -> bool:
    """Whether this person's duty covers a write to this address."""
    known = [act for begins, act in NEEDED.items() if path.startswith(begins)]
    if not known:
        return all(map(identity.may, Act))
    return known[0] is None or identity.may(known[0])


def seen_by(identity: Identity, store: Store, recordings: Iterable[Recording]) -> list[Recording]:
    """Those of the recordings that this person may see."""
    if not identity.units:
        return list(recordings)
    roster = store.roster()
    return [r for r in recordings if _unit(roster, r) in identity.units]


def hidden(identity: Identity, store: Store, text: str) -> str | None:
    """The first id in an address or a body that this person may not see; None: there is none.

    A finding stands for its recording, an incident for all of its recordings.
    """
    if not identity.units:
        return None
    roster = store.roster()
    for named in _ID.findall(unquote(text)):
        if any(_unit(roster, recording) not in identity.units for recording in _recordings_of(store, named)):
            return str(named)
    return None


def hidden_page(identity: Identity, store: Store, query: Mapping[str, str]) -> bool:
    """Whether the page that this query asks for is not for this person; a refusal is kept in the log."""
    named = hidden(identity, store, " ".join(query.values()))
    if named is not None:
        refused(identity, named)
    return named is not None


class Bounds:
    """ASGI middleware behind the gate: what a person bound to units may not see is not there for that person."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity = scope.get("state", {}).get("identity")
        if scope["type"] != "http" or identity is None or not identity.units:
            await self._app(scope, receive, send)
            return
        path, asked = scope["path"], str(HTTPConnection(scope).url)
        if path.startswith(WHOLE_AGENCY):
            refused(identity, path)
            await problem("these are figures of all units; your account is for some of them", 403)(scope, receive, send)
        elif (named := hidden(identity, stores.opened(), asked)) is not None:
            refused(identity, named)
            await problem("not found", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def refused(identity: Identity, subject: str) -> None:
    """Keeps in the log that somebody was refused something."""
    stores.opened().log(identity.name, "request.refused", subject)


def _unit(roster: Roster, recording: Recording) -> str | None:
    worn = roster.wearer(recording.device, recording.start_utc)
    return worn.unit if worn else None


def _recordings_of(store: Store, named: str) -> Iterator[Recording]:
    try:
        if len(named) == 64:
            yield store.recording(named)
            return
        subject = store.finding(named).finding.subject if len(named) == 20 else named
        incident = next((i for i in store.incidents() if i.id == subject), None)
        for recording in [r for r, _, _ in incident.recordings] if incident else [subject]:
            yield store.recording(recording)
    except StoreError:
        return
