"""One call on a line of time: when the camera had to be on, when cameras were, what was observed and said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.audit.book import Book
from pipeline.audit.case import Case
from pipeline.audit.figures import KINDS
from pipeline.audit.texts import clock, stamped, with_names
from pipeline.audit.view import officer_of
from pipeline.camera_use import Marked, RecordingFacts, State, UseEvidence, UseFinding
from pipeline.policy import Policy
from pipeline.policy.dispatch_rules import DispatchRules
from pipeline.rows import utc_text
from pipeline.types import ms
from review_ui import plain

ROOM = 0.06
"""how much of the axis is left free on both sides, as a share of what is drawn"""
LEAST_ROOM = 20.0
FARTHEST = 1800.0
"""seconds: another camera is drawn no further than this from the call"""
LEAD = 2.0
"""seconds before a moment at which the recording is opened"""


def document(book: Book, case: Case, states: Sequence[State], policy: Policy) -> dict[str, Any]:
    """Everything that the drawing and the cards of a call show. Times in seconds from the start of the call.

    `states`: all that people said of cameras, oldest first; `policy` sets the clock of the dispatch system right, as
    the assessment did.
    """
    use = case.use
    zero = _zero(case, book)
    cameras = [_camera(officer_of(case), True, _known(book, use.recordings), zero)]
    cameras += [_camera(title, False, facts, zero) for title, facts in _others(book, case)]
    required = [[_at(span.start, zero), _at(span.end, zero)] for span in use.required]
    times = _times(case, zero, policy.dispatch)
    findings = [_finding(case, finding, book, zero, states) for finding in use.findings]
    axis = _axis(required, times, cameras[0], findings)
    return {
        "key": case.key,
        "call": use.key,
        "title": _title(case, book),
        "incidents": _incidents(case, book),
        "officer": officer_of(case),
        "unit": use.unit,
        "type": case.groups["call-type"],
        "shift": case.groups["shift"],
        "disposition": use.call.disposition if use.call else "",
        "day": str(use.start_utc.astimezone(book.period.zone).date()) if use.start_utc else "",
        "source": f"{use.call.source}, row {use.call.row}" if use.call and use.call.source else "",
        "start": stamped(use.start_utc, book.period.zone),
        "zone": book.period.zone.key,
        "zero_local": _local_seconds(zero, book),
        "zone_turns": _zone_turns(zero, axis, book),
        "left_out": use.left_out,
        "notes": list(use.notes),
        "required_s": use.required_s,
        "covered_s": use.covered_s,
        "times": times,
        "required": required,
        "cameras": [one for one in cameras if one["own"] or one["recordings"]],
        "recordings": [_told(one, book, policy) for one in _known(book, use.recordings)],
        "findings": findings,
        "said_before": list(_said_before(case, book, states)),
        "axis": axis,
    }


def _title(case: Case, book: Book) -> str:
    """ "Call 25-0517-0191", or the name of the incident where there is no dispatch record."""
    if case.use.call is not None:
        return f"Call {case.use.key}"
    return next(
        (one.name for one in book.incidents if one.id == case.use.incident), "Incident without a dispatch record"
    )


def _incidents(case: Case, book: Book) -> list[dict[str, str]]:
    """The incidents that this officer's recordings belong to: the way to all cameras at once."""
    own = set(case.use.recordings)
    here = (one for one in book.incidents if one.id == case.use.incident or own & set(one.recordings))
    return [{"id": one.id, "name": one.name} for one in here]


def _told(one: RecordingFacts, book: Book, policy: Policy) -> dict[str, Any]:
    """A recording of the officer's own in words: by which clock it lies there, what was found against that clock, the
    pre-event buffer as information, and what nobody looked at."""
    unlooked = {"sound": one.hearing_known, "picture": one.seeing_known, "words": one.words_known}
    return {
        "id": one.id,
        "name": _name(one),
        "start": clock(one.start_utc, book.period.zone),
        "length": one.duration,
        "clock": plain.CLOCKS[one.clock],
        "within": policy.camera.off_by(one.clock),
        "doubts": [mark.said for mark in one.clock_doubts],
        "buffer": one.buffer,
        "buffer_asked": policy.camera.buffer,
        "not_analysed": [what for what, looked in unlooked.items() if not looked],
    }


def _said_before(case: Case, book: Book, states: Sequence[State]) -> Iterator[dict[str, Any]]:
    """What people said of this camera at this call about observations that are made no more, or with other times."""
    now = {finding.id for finding in case.use.findings}
    for state in states:
        if state.finding in now or not _of_case(state.said, case):
            continue
        kind = str(state.said.get("kind", ""))
        began = datetime.fromisoformat(str(state.said["start_utc"]))
        yield _said(state, book) | {
            "title": next((title for one, title in KINDS.items() if one.value == kind), kind),
            "clock": clock(began, book.period.zone),
            "seconds": state.said.get("seconds"),
        }


def _of_case(said: Mapping[str, Any], case: Case) -> bool:
    """Whether what was said is of this officer at this call; some systems number their calls anew every day."""
    if (said.get("officer"), said.get("call")) != (case.use.officer, case.use.key) or not said.get("start_utc"):
        return False
    start = case.use.start_utc
    return start is None or abs(datetime.fromisoformat(str(said["start_utc"])) - start) < timedelta(days=1)


def _zone_turns(zero: datetime, axis: Sequence[float], book: Book) -> list[list[Any]]:
    """Where the agency's clocks are put forward or back on the axis: second, by how many seconds, the name of the time
    before and after."""
    first, last = (zero + timedelta(seconds=at) for at in axis)
    out: list[list[Any]] = []
    zone = book.period.zone
    at = first.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while at <= last:  # rules of zones change on full hours and half hours of UTC
        before, after = ((at + timedelta(seconds=s)).astimezone(zone) for s in (-1, 0))
        by = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
        if by:
            out.append([_at(at, zero), by.total_seconds(), before.tzname(), after.tzname()])
        at += timedelta(minutes=30)
    return out


def _zero(case: Case, book: Book) -> datetime:
    known = _known(book, case.use.recordings)
    return case.use.start_utc or (known[0].start_utc if known else None) or book.period.start


def _at(moment: datetime, zero: datetime) -> float:
    return ms((moment - zero).total_seconds())


def _local_seconds(zero: datetime, book: Book) -> float:
    """Seconds of the agency's day at zero, for the axis."""
    local = zero.astimezone(book.period.zone)
    return local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6


def _times(case: Case, zero: datetime, rules: DispatchRules) -> list[list[Any]]:
    call = case.use.call
    if call is None:
        return []
    ahead = rules.clock_of(call.system).ahead
    names = ("dispatched", "en route", "on scene", "cleared")
    return [[name, ms(_at(moment, zero) - ahead)] for name, moment in zip(names, call.times, strict=True) if moment]


def _known(book: Book, recordings: Iterable[str]) -> list[RecordingFacts]:
    return [book.facts[one] for one in recordings if one in book.facts]


def _others(book: Book, case: Case) -> list[tuple[str, list[RecordingFacts]]]:
    """Other officers at the same call, and other cameras of the same incident, each with what it recorded then."""
    found: dict[str, dict[str, RecordingFacts]] = {}
    own = set(case.use.recordings)
    for other in book.cases:
        same = other.use.key == case.use.key and other.use.officer != case.use.officer
        if same and _near(other, case):
            mine = {one.id: one for one in _known(book, other.use.recordings)}
            found.setdefault(officer_of(other), {}).update(mine)
    placed = own | {one for group in found.values() for one in group}
    for incident in book.incidents:
        if own & set(incident.recordings):
            for one in _known(book, incident.recordings):
                if one.id not in placed and (not one.officer or one.officer != case.use.officer):
                    name = book.names.get(one.officer, "")
                    title = f"{name} ({one.officer})" if name else one.officer or one.camera or "camera not stated"
                    found.setdefault(title, {})[one.id] = one
    return [(title, sorted(group.values(), key=lambda one: (utc_text(one.start_utc) if one.start_utc else "", one.id)))
            for title, group in sorted(found.items())]  # fmt: skip


def _near(other: Case, case: Case) -> bool:
    one, two = other.use.start_utc, case.use.start_utc
    return one is not None and two is not None and abs((one - two).total_seconds()) < 86400


def _camera(title: str, own: bool, known: Sequence[RecordingFacts], zero: datetime) -> dict[str, Any]:
    return {"title": title, "own": own, "recordings": [_recording(one, zero) for one in known if one.start_utc]}


def _recording(one: RecordingFacts, zero: datetime) -> dict[str, Any]:
    assert one.start_utc is not None
    start = _at(one.start_utc, zero)
    return {
        "id": one.id,
        "name": _name(one),
        "camera": one.camera,
        "start": start,
        "end": ms(start + one.duration),
        "clock": one.clock.value if one.clock else "",
        "buffer": one.buffer,
        "muted": _spans(one.muted),
        "unseen": _spans(one.unseen),
        "gaps": _spans(one.gaps),
        "heard": one.hearing_known,
        "seen": one.seeing_known,
    }


def _name(one: RecordingFacts) -> str:
    return one.path.rsplit("/", 1)[-1] or one.id[:12]


def _spans(marks: Iterable[Marked]) -> list[list[Any]]:
    return [[mark.start, mark.end, mark.said] for mark in marks]


def _finding(case: Case, finding: UseFinding, book: Book, zero: datetime, states: Sequence[State]) -> dict[str, Any]:
    history = [state for state in states if state.finding == finding.id]
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "title": KINDS[finding.kind],
        "start": _at(finding.start_utc, zero),
        "end": _at(finding.end_utc, zero),
        "clock": _from_to(finding, book),
        "seconds": finding.seconds,
        "summary": with_names(finding.summary, book.names),
        "sure": finding.sure,
        "evidence": [_evidence(one, book) for one in finding.evidence],
        "state": case.state(finding).value,
        "history": [_said(state, book) for state in history],
    }  # fmt: skip


def _from_to(finding: UseFinding, book: Book) -> str:
    """ "18:18:48 to 18:21:53 EST", "at 18:21:53 EST" for a moment; with the day where it is not that of the start."""
    zone = book.period.zone
    start, end = (stamped(moment, zone) for moment in (finding.start_utc, finding.end_utc))
    if start == end:
        return f"at {start[11:]}"
    if start[:10] != end[:10]:
        return f"{start} to {end}"
    return f"{start[11:19]} to {end[11:]}" if start[19:] == end[19:] else f"{start[11:]} to {end[11:]}"


def _said(state: State, book: Book) -> dict[str, Any]:
    return {
        "state": state.state.value,
        "reason": state.reason,
        "category": state.category,
        "who": state.who,
        "at_utc": utc_text(state.at_utc),
        "at": stamped(state.at_utc, book.period.zone),
    }


def _evidence(one: UseEvidence, book: Book) -> dict[str, Any]:
    known = one.recording in book.facts
    return {
        "kind": one.kind,
        "text": with_names(one.text, book.names),
        "recording": one.recording if known else "",
        "name": book.facts[one.recording].path.rsplit("/", 1)[-1] if known else "",
        "at": max(0.0, one.at - LEAD) if known and one.at is not None else 0.0,
    }


def _axis(
    required: Sequence[Sequence[float]], times: Sequence[Sequence[Any]], own: dict[str, Any],
    findings: Sequence[dict[str, Any]],
) -> list[float]:  # fmt: skip
    """The stretch that is drawn: the call, and as much of the officer's recordings beside it as fits."""
    core = [t for span in required for t in span] + [one[1] for one in times]
    core += [t for one in findings for t in (one["start"], one["end"])]
    own_times = [t for one in own["recordings"] for t in (one["start"], one["end"])]
    core = core or own_times or [0.0, 60.0]
    first, last = min(core), max(core)
    reach = min(FARTHEST, max(120.0, last - first))
    first = min([first, *(t for t in own_times if first - reach <= t)])
    last = max([last, *(t for t in own_times if t <= last + reach)])
    room = max(LEAST_ROOM, (last - first) * ROOM)
    return [ms(first - room), ms(last + room)]
