"""The inbox: what is to be reviewed and why, and the work on it - assigned, drawn, taken back, watched, signed off."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import BwcError, StoreError
from pipeline.review_work.agreement import Agreement, agreements, pairs
from pipeline.review_work.draws import drawn_alike
from pipeline.review_work.priority import Priority
from pipeline.review_work.standing import Standing, standing
from pipeline.review_work.work import Order, Subject, draw_work
from pipeline.rows import utc_text
from pipeline.store import Assignment, Draw, Store
from pipeline.store.review_kinds import queue_order
from pipeline.store.review_work import share
from pipeline.types import Span
from review_ui import plain, stores
from review_ui.blind import hides
from review_ui.newest import Newest
from review_ui.server.answers import NO_STORE, problem, refusal
from review_ui.server.rights import seen_by
from review_ui.server.sessions import Identity
from review_ui.server.writes import taken
from review_ui.work_lines import work_lines

MOST_NEW = 12
"""What nobody has in a queue yet: so many of it are offered, the first ones by priority."""
MOST_DONE = 20
"""What was done, the newest first: so much of it is shown."""
MOST_SPANS = 200
"""Stretches of one report of what was played."""
LONGEST_NOTE = 4000

_KEPT: dict[str, tuple[Any, Standing]] = {}
_LABELS = Newest(2)
_SEEN = Newest(8)
_DRAWS = Newest(1000)
_LOCK = threading.Lock()


def inbox(request: Request) -> Response:
    """The queue of this person, what others have, what is new, draws, and how two reviewers agree."""
    return JSONResponse(_document(request.scope["state"]["identity"]), headers=NO_STORE)


def work_on(request: Request) -> Response:
    """Of one recording: what was watched by whom, its assignment of this person, and its sign-offs."""
    identity, store = request.scope["state"]["identity"], stores.opened()
    recording = request.path_params["recording"]
    if store.recording_of(recording) is None:
        return problem("no such recording", 404)
    return JSONResponse(_work_on(store, identity, recording), headers=NO_STORE)


def _work_on(store: Store, identity: Identity, recording: str) -> dict[str, Any]:
    watched = store.watched([recording]).get(recording, {})
    length = store.recording(recording).duration
    return work_lines(store, identity, recording, [recording]) | {
        "watched": [
            {"who": who, "spans": [[s.start, s.end] for s in spans], "share": round(share(spans, length), 4)}
            for who, spans in sorted(watched.items(), key=lambda one: (one[0] != identity.name, one[0]))
        ],
    }


def _document(identity: Identity) -> dict[str, Any]:
    store = stores.opened()
    stand = _standing(store)
    known = _visible(identity, store)
    everything = [a for a in store.assignments() if a.subject in known]
    open_now = queue_order([a for a in everything if a.open])
    done = [a for a in everything if a.state == "done"][-MOST_DONE:][::-1]
    taken_up = {a.subject for a in open_now}
    waiting = [p for p in stand.waiting() if p.subject in known and not _covered(known[p.subject], taken_up)]
    new = waiting[:MOST_NEW]
    shown = {a.subject for a in (*open_now, *done)} | {p.subject for p in new}
    watched = store.watched(sorted({recording for one in shown for recording in known[one].recordings}))

    def rows(of: Iterable[Assignment]) -> list[dict[str, Any]]:
        return [_row(a, known, stand.found, watched, identity) for a in of]

    return {
        "me": identity.name,
        "now_utc": utc_text(datetime.now(UTC)),
        "mine": rows(a for a in open_now if a.reviewer == identity.name),
        "anybody": rows(a for a in open_now if not a.reviewer),
        "others": rows(a for a in open_now if a.reviewer not in ("", identity.name)),
        "done": rows(done),
        "new": [_suggested(p, known, watched, identity) for p in new],
        "new_count": len(waiting),
        "recordings": len(known),
        "people": [a.name for a in store.accounts() if not a.disabled] if not identity.units else [],
        "labels": list(_labels(store, stand)),
        "draws": _draws(store) if not identity.units else [],
        "agreement": _agreement(store) if not identity.units and not store.blind_subjects(identity.name) else None,
    }


def _visible(identity: Identity, store: Store) -> Mapping[str, Subject]:
    """Recordings and incidents that this person may see, by id; changed by recordings and the roster alone."""
    stand = _standing(store)
    if not identity.units:
        return stand.subjects

    def seen() -> Mapping[str, Subject]:
        ids = {r.id for r in seen_by(identity, store, store.recordings())}
        return {id: one for id, one in stand.subjects.items() if ids.issuperset(one.recordings)}

    return _SEEN.get((*stores.version()[:-1], stand.marks.places, store.roster_state(), identity.units), seen)


def _standing(store: Store) -> Standing:
    """What there is and in which order; kept until the store changes, and then only what changed is made anew."""
    state = stores.version()
    with _LOCK:
        kept = _KEPT.get("order")
        if kept is None or kept[0] != state:
            same_file = kept is not None and kept[0][:-1] == state[:-1]
            kept = _KEPT["order"] = (state, standing(store, kept[1] if kept is not None and same_file else None))
    return kept[1]


def _labels(store: Store, stand: Standing) -> tuple[str, ...]:
    """The labels that were found; they change with the runs of detectors alone."""
    return _LABELS.get((*stores.version()[:-1], stand.marks.runs), lambda: tuple(store.labels_found()))


def _covered(one: Subject, taken_up: set[str]) -> bool:
    """Whether it is in somebody's queue, itself or all of its recordings."""
    return one.id in taken_up or taken_up.issuperset(one.recordings)


def _draws(store: Store) -> list[dict[str, Any]]:
    """Every draw, the newest first. A draw never changes: each is drawn again once, to see that it is the same."""
    file = stores.version()[:-1]

    def drawn(number: int) -> dict[str, Any]:
        return _DRAWS.get((*file, number), lambda: _drawn(store.draws(number)[0]))

    return [drawn(number) for number in reversed(store.draw_numbers())]


def _row(
    a: Assignment, known: Mapping[str, Subject], order: Mapping[str, Priority], watched: Watched, identity: Identity
) -> dict[str, Any]:
    blind_here = a.blind and a.reviewer == identity.name and a.open
    return _about(a.subject, known, order.get(a.subject), watched, identity) | {
        "number": a.number,
        "state": a.state,
        "kind": a.kind,
        "reasons": list(a.reasons),
        "reviewer": a.reviewer,
        "due_utc": _when(a.due_utc),
        "overdue": a.overdue(datetime.now(UTC)),
        "blind": blind_here,
        "by": a.who,
        "at_utc": _when(a.at_utc),
        "changed_utc": _when(a.changed_utc),
    }


Watched = Mapping[str, Mapping[str, Sequence[Span]]]


def _suggested(p: Priority, known: Mapping[str, Subject], watched: Watched, identity: Identity) -> dict[str, Any]:
    return _about(p.subject, known, p, watched, identity) | {"kind": "priority", "reasons": list(p.reasons)}


def _about(
    subject: str, known: Mapping[str, Subject], p: Priority | None, watched: Watched, identity: Identity
) -> dict[str, Any]:
    one = known[subject]
    seen = sum(s.end - s.start for r in one.recordings for s in watched.get(r, {}).get(identity.name, ()))
    return {
        "subject": subject,
        "incident": one.incident,
        "name": one.name,
        "cameras": len(one.recordings),
        "start_utc": _when(one.start_utc),
        "length": plain.duration(one.duration),
        "to_review": p.to_review if p else 0,
        "findings": p.findings if p else 0,
        "watched": round(seen / one.duration, 4) if one.duration else 0.0,
        "go": _go(one, p),
    }


def _go(one: Subject, p: Priority | None) -> dict[str, str]:
    """The recording, at the first thing to look at."""
    if p is None or p.first is None:
        return {"r": one.recordings[0], "t": "0.0"}
    found = p.first
    if found.recording:
        return {"r": found.recording, "t": f"{max(0.0, found.start - 1):.1f}", "f": found.id}
    recording, at = one.plays(found.start)
    return {"r": recording, "t": f"{max(0.0, at - 1):.1f}", "f": found.id}


def _drawn(d: Draw) -> dict[str, Any]:
    return {
        "number": d.number,
        "grouping": d.grouping,
        "period": d.period,
        "each": d.each,
        "seed": d.seed,
        "method": d.method,
        "of": sum(map(len, d.population.values())),
        "drawn": sum(map(len, d.drawn.values())),
        "alike": drawn_alike(d) if d.seed else None,
        "who": d.who,
        "at_utc": _when(d.at_utc),
    }


def _agreement(store: Store) -> dict[str, Any]:
    found = pairs(store.verdicts_said(beside_blind=True))
    places = {p.id: p for p in store.places_of_findings([p.finding for p in found if not p.agree])}
    apart = [(pair, places[pair.finding]) for pair in found if not pair.agree and pair.finding in places]
    return {
        "rows": [_agreed(one) for one in agreements(found)],
        "disagreements": [
            {
                "finding": pair.finding,
                "title": plain.kind(pair.detector).title,
                "recording": place.recording,
                "incident": place.incident,
                "start": place.start,
                "said": [[s.reviewer, s.verdict.value] for s in (pair.first, pair.second)],
            }
            for pair, place in apart
        ],
    }


def _agreed(one: Agreement) -> dict[str, Any]:
    title = plain.kind(one.detector).title if one.detector else "All findings"
    return {"title": title, "n": one.n, "agreed": one.agreed, "raw": one.raw, "kappa": one.kappa}


Keep = Callable[[dict[str, Any], Store, Identity], Any]


def _write(keep: Keep) -> Callable[[Request], Any]:
    """A route that takes a JSON object and answers with what `keep` makes of it."""

    def kept(body: bytes, identity: Identity) -> Response:
        try:
            said = json.loads(body)
            if not isinstance(said, dict):
                raise ValueError("no object")
            return JSONResponse(keep(said, stores.opened(), identity), headers=NO_STORE)
        except BwcError as error:
            return refusal(error, 400)
        except (ValueError, KeyError, TypeError, OverflowError):
            return problem("this is not what this address takes", 400)

    async def route(request: Request) -> Response:
        return await taken(request, kept)

    return route


def _assign(said: dict[str, Any], store: Store, identity: Identity) -> Any:
    subject = str(said["subject"])
    stand = _standing(store)
    if subject not in _visible(identity, store):
        raise StoreError("no such recording or incident")
    p = stand.found.get(subject)
    kind, reasons = ("priority", p.reasons) if said.get("kind") == "priority" and p else ("asked", ())
    wanted = Assignment(
        subject=subject,
        kind=kind,
        reasons=reasons or (f"asked for by {identity.name}",),
        reviewer=_text(said.get("reviewer")),
        due_utc=_due(said.get("due")),
        blind=bool(said.get("blind")),
    )
    store.assign(wanted, identity.name)
    return _document(identity)


def _change(said: dict[str, Any], store: Store, identity: Identity) -> Any:
    number, state = int(said["number"]), str(said.get("state", "open"))
    if state not in ("open", "done", "dropped"):
        raise StoreError("an assignment is open, done or dropped")
    if store.assignment(number).subject not in _visible(identity, store):
        raise StoreError(f"no assignment {number} in the store")
    reviewer = _text(said["reviewer"]) if "reviewer" in said else None
    note = _text(said.get("note"))[:LONGEST_NOTE]
    store.change_assignment(
        number, identity.name, state=state, reviewer=reviewer, due_utc=_due(said.get("due")), note=note
    )
    return _document(identity)


def _draw(said: dict[str, Any], store: Store, identity: Identity) -> Any:
    known = _visible(identity, store)
    order = Order(
        grouping=str(said["grouping"]),
        each=int(said["each"]),
        labels=tuple(str(one) for one in said.get("labels", ())),
        reviewer=_text(said.get("reviewer")),
        due_utc=_due(said.get("due")),
        blind=bool(said.get("blind")),
        seed=_text(said.get("seed")) or None,
    )
    draw_work(store, order, identity.name, only=set(known))
    return _document(identity)


def _withdraw(said: dict[str, Any], store: Store, identity: Identity) -> Any:
    """Takes back the verdicts of this person; answers with what counts now."""
    finding = str(said["finding"])
    if store.finding(finding).id != finding:
        raise StoreError("no such finding in the store")
    store.withdraw_verdicts(finding, identity.name)
    counts = store.finding(finding).verdict
    if counts is None or finding_is_blind(store, identity, finding):
        return {"speaker": False, "finding": finding, "verdict": None, "reviewer": "", "note": "", "at_utc": ""}
    right = finding in store.speakers_confirmed()
    said = {"verdict": counts.verdict.value, "reviewer": counts.reviewer, "note": counts.note}
    return {"speaker": right, "finding": finding, **said, "at_utc": utc_text(counts.at_utc)}


def finding_is_blind(store: Store, identity: Identity, finding: str) -> bool:
    """Whether this person reviews the finding without sight of what others said."""
    blind = store.blind_subjects(identity.name)
    return bool(blind) and store.finding(finding).finding.subject in blind


def _watched(said: dict[str, Any], store: Store, identity: Identity) -> Any:
    recording = str(said["recording"])
    spans = [Span(float(start), float(end)) for start, end in said["spans"][:MOST_SPANS] if float(end) > float(start)]
    store.add_watched(recording, identity.name, spans)
    length = store.recording(recording).duration
    mine = store.watched([recording]).get(recording, {}).get(identity.name, ())
    return {"spans": [[s.start, s.end] for s in mine], "share": round(share(mine, length), 4)}


def _sign(said: dict[str, Any], store: Store, identity: Identity) -> Any:
    subject = str(said["subject"])
    one = _visible(identity, store).get(subject)
    if one is None:
        raise StoreError("no such recording or incident")
    if any(hides(store, identity.name, part) for part in {subject, *one.recordings}):
        raise StoreError("finish the blind review first: a sign-off covers what others said too")
    store.sign_off(subject, one.recordings, identity.name, _text(said.get("note"))[:LONGEST_NOTE])
    return _work_on(store, identity, subject) if not one.incident else _document(identity)


def _text(value: Any) -> str:
    """As a database takes it: halves of letters replaced."""
    return str(value or "").strip().encode("utf-8", "replace").decode()


def _due(day: Any) -> datetime | None:
    """The end of a day, in UTC; None: no date."""
    return datetime.combine(date.fromisoformat(str(day)), time(23, 59, 59), UTC) if day else None


def _when(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None


ROUTES = (
    Route("/bwc/inbox", inbox, methods=["GET"]),
    Route("/bwc/work/{recording}", work_on, methods=["GET"]),
    Route("/bwc/queue/assign", _write(_assign), methods=["POST"]),
    Route("/bwc/queue/change", _write(_change), methods=["POST"]),
    Route("/bwc/queue/draw", _write(_draw), methods=["POST"]),
    Route("/bwc/withdraw", _write(_withdraw), methods=["POST"]),
    Route("/bwc/watched", _write(_watched), methods=["POST"]),
    Route("/bwc/sign-off", _write(_sign), methods=["POST"]),
)
