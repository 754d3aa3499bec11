"""What a person may see and do: which pages, addresses and writes, by duty, and whose footage, by unit.

A recording belongs to the unit of whoever wore its camera then, as the roster says. Whoever is bound to units sees the
recordings of those units and no others; what the roster places nowhere is seen by people without such a bound only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.accounts import Act
from pipeline.errors import StoreError
from pipeline.roster import Roster
from pipeline.store import Store
from pipeline.types import Recording
from review_ui import stores
from review_ui.server.answers import problem
from review_ui.server.sessions import Identity


@dataclass(frozen=True)
class Room:
    """A part of the screen: its pages by their key, the beginnings of its addresses, and who may do what there."""

    pages: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    see: Act | None = None
    """what a person must be allowed for to see it; None: everybody may look"""
    write: Act | None = None
    """and to write there; None: everybody may"""
    whole_agency: bool = False
    """it shows or changes what is of all units at once: not for people who are bound to some"""

    def is_for(self, person: Identity) -> bool:
        """Whether this person sees it at all."""
        return (self.see is None or person.may(self.see)) and not (self.whole_agency and person.units)

    def holds(self, path: str) -> bool:
        """Whether an address is one of it."""
        return any(path == begins or path.startswith(f"{begins}/") for begins in self.routes)


ROOMS = (
    Room(
        pages=("", "r", "c", "i"),
        routes=(
            "/bwc/recordings", "/bwc/events", "/bwc/why", "/bwc/transcript", "/bwc/verdicts", "/bwc/verdict",
            "/bwc/speakers", "/bwc/correction", "/bwc/answer", "/bwc/incident", "/bwc/inbox", "/bwc/work", "/bwc/queue",
            "/bwc/withdraw", "/bwc/sign-off", "/bwc/media", "/bwc/curves",
        ),
        write=Act.REVIEW,
    ),
    Room(routes=("/bwc/watched", "/bwc/assets")),
    Room(routes=("/bwc/analyses",), write=Act.MANAGE),
    Room(pages=("s",), routes=("/bwc/search", "/bwc/searches")),
    Room(pages=("a",), routes=("/bwc/audit",), write=Act.AUDIT, whole_agency=True),
    Room(routes=("/bwc/camera-use",)),
    Room(pages=("reports",), routes=("/bwc/reports",), write=Act.AUDIT),
    Room(routes=("/bwc/public-report",), write=Act.AUDIT, whole_agency=True),
    Room(routes=("/bwc/clip", "/bwc/clips", "/bwc/redact"), write=Act.EXPORT),
    Room(pages=("x",), see=Act.EXPORT, write=Act.EXPORT),
    Room(pages=("clips",), routes=("/bwc/exports", "/bwc/reel"), see=Act.EXPORT, write=Act.EXPORT, whole_agency=True),
    Room(pages=("log",), routes=("/bwc/activity",), see=Act.READ_LOG, write=Act.MANAGE, whole_agency=True),
    Room(pages=("settings",), routes=("/bwc/settings",), write=Act.MANAGE),
    Room(routes=("/bwc/manage",), see=Act.MANAGE, write=Act.MANAGE, whole_agency=True),
)  # fmt: skip
"""The one list of who may do what; a test compares it with the pages and the addresses that there are."""

_ID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{20}|[0-9a-f]{16})(?![0-9a-f])")
"""of a recording, a finding, an incident"""


def room_of(path: str) -> Room | None:
    """The room of an address; None: nobody has thought about it yet."""
    return next((room for room in ROOMS if room.holds(path)), None)


def room_of_page(key: str) -> Room:
    """The room of a page. Raises KeyError for a page that no room has."""
    found = next((room for room in ROOMS if key in room.pages), None)
    if found is None:
        raise KeyError(key)
    return found


def may_write(identity: Identity, path: str) -> bool:
    """Whether this person's duty covers a write to this address; an unknown one is for those who may do everything."""
    room = room_of(path)
    if room is None:
        return all(map(identity.may, Act))
    return room.is_for(identity) and (room.write is None or identity.may(room.write))


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
    """ASGI middleware behind the gate: what is not for a person is not there for that person."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        identity = scope.get("state", {}).get("identity")
        refusal = None if scope["type"] != "http" or identity is None else _refusal(identity, scope)
        await (refusal or self._app)(scope, receive, send)


def _refusal(identity: Identity, scope: Scope) -> Response | None:
    """The answer to a person who asks for what is not for that person, kept in the log."""
    path = scope["path"]
    room = room_of(path)
    if room is not None and not room.is_for(identity):
        refused(identity, path)
        if room.see is None or identity.may(room.see):
            return problem("this is of all units; your account is for some of them", 403)
        return problem("your account is not for this; ask whoever manages accounts", 403)
    if not identity.units:
        return None
    named = hidden(identity, stores.opened(), str(HTTPConnection(scope).url))
    if named is None:
        return None
    refused(identity, named)
    return problem("not found", 404)


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
