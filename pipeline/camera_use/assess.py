"""Calls against recordings: for each officer at each call, when the camera had to be on, when it was, what is observed.

Pure: the same calls, roster, facts and rules in any order give the same result. Each officer's calls are gone through
once in order of time and look recordings up in their time line, so that a month of 200 officers takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.camera_use.asked import Asked, Told
from pipeline.camera_use.crews import told_apart
from pipeline.camera_use.expected import Expected, expected
from pipeline.camera_use.heard_and_seen import (
    blindness,
    buffers,
    muted_of,
    seconds_without,
    silences,
    unseen_of,
)
from pipeline.camera_use.incident import incident_uses
from pipeline.camera_use.on_and_off import OPEN_CALL, Instead, no_recording, not_there, open_piece, starts_and_ends
from pipeline.camera_use.placed import BY_CALLS, doubted
from pipeline.camera_use.rules import UseRules
from pipeline.camera_use.timeline import Piece, Taken, Timeline, union
from pipeline.camera_use.types import Call, CallUse, IncidentFacts, RecordingFacts, UseEvidence, UseFinding
from pipeline.camera_use.who import Sent, Who
from pipeline.roster import Roster
from pipeline.roster.assignment import spellings
from pipeline.table_file import plain_name

SAME_CALL = 12 * 3600.0
"""seconds; rows of one officer under one number further apart than this are two calls: some systems count anew daily,
and a number comes again about a day later"""
Key = tuple[str, str, str]
"""system, number, officer"""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of a dispatch record and one officer of it."""

    call: Call
    sent: Sent
    expected: Expected
    at: float
    """the call's first time; 0.0 where it states none"""

    @property
    def order(self) -> tuple[float, str, str, str, int, str]:
        c = self.call
        return (self.at, c.number, self.sent.officer, c.unit, c.row, repr(c))


def assess(
    calls: Iterable[Call],
    roster: Roster,
    facts: Iterable[RecordingFacts],
    rules: UseRules,
    incidents: Iterable[IncidentFacts] = (),
) -> tuple[CallUse, ...]:
    """One `CallUse` per officer and call, and per officer and incident that no call speaks of, by start."""
    who = Who(roster, rules.dispatch.unit_at_most)
    incidents = list(incidents)
    scene = _Scene(doubted(worn(facts, who), incidents, rules), incidents, rules)
    lines = sorted((line for call in calls for line in _lines(call, scene, who, rules)), key=lambda n: n.order)
    scene.add(lines)
    uses = [use for group in _groups(lines) for use in [_use(group, scene, who, rules)]]
    uses += incident_uses(scene.incidents, scene.facts, scene.timelines, uses, rules, who.unit_of)
    return tuple(sorted(uses, key=_order))


def worn(facts: Iterable[RecordingFacts], who: Who | Roster) -> list[RecordingFacts]:
    """The facts with the officer of each recording, as the roster says who wore its camera then."""
    who = who if isinstance(who, Who) else Who(who)
    return [f if f.officer else replace(f, officer=who.wearer(f)) for f in facts]


def unused(uses: Iterable[CallUse], facts: Iterable[RecordingFacts]) -> tuple[RecordingFacts, ...]:
    """Recordings that no call and no incident asked for, by start; those without a clock last."""
    used = {recording for use in uses for recording in use.recordings}
    left = (f for f in facts if f.id not in used)
    return tuple(sorted(left, key=lambda f: (f.start_utc is None, f.start_utc.timestamp() if f.start_utc else 0, f.id)))


def _order(use: CallUse) -> tuple[float, str, str, str, str]:
    start = use.start_utc
    return (start.timestamp() if start else 0.0, use.key, use.officer, use.unit, repr(use.call))


def _lines(call: Call, scene: _Scene, who: Who, rules: UseRules) -> list[_Line]:
    """One for each officer of a row."""
    sent = who.sent(call)
    asked = expected(call, rules) if any(not one.left_out for one in sent) else Expected()
    if len(sent) > 1 and asked.piece is not None:
        start, end = asked.piece
        sent = told_apart(
            sent, asked.piece if asked.end_known else Piece(start, max(end, start + OPEN_CALL)), scene.own
        )
    at = call.first.timestamp() if call.first else 0.0
    return [_Line(call, one, Expected(left_out=one.left_out) if one.left_out else asked, at) for one in sent]


def _groups(lines: Iterable[_Line]) -> list[list[_Line]]:
    """Rows of one officer at one call together; a row that names nobody known stands alone. In order of time."""
    groups: list[list[_Line]] = []
    latest: dict[tuple[str, str, str, str], list[_Line]] = {}
    for line in lines:
        unit = "" if line.sent.officer else line.sent.unit
        key = (line.call.system, line.call.number, line.sent.officer, unit)
        group = latest.get(key)
        if group is None or line.at - group[-1].at > SAME_CALL:
            latest[key] = group = []
            groups.append(group)
        group.append(line)
    return groups


class _Scene:
    """Who was where: time lines by officer, officers by call, and what was told of each officer so far."""

    def __init__(self, facts: Sequence[RecordingFacts], incidents: Sequence[IncidentFacts], rules: UseRules) -> None:
        join = rules.camera.join_within
        by_officer: dict[str, list[RecordingFacts]] = {}
        self._clockless: dict[str, list[RecordingFacts]] = {}
        for one in sorted(facts, key=lambda f: f.id):
            if one.start_utc is None:
                for called in spellings(one.camera):
                    self._clockless.setdefault(called, []).append(one)
            else:
                by_officer.setdefault(one.officer, []).append(one)
        self._strangers = Timeline(by_officer.pop("", ()))
        self.facts = {f.id: f for f in facts}
        self.incidents = incidents
        self.timelines = {officer: Timeline(own, join) for officer, own in by_officer.items()}
        self.told: dict[str, Told] = {}
        self._nobody = Timeline(())
        self._crews: dict[tuple[str, ...], Timeline] = {}
        self._sent: dict[tuple[str, str], list[tuple[float, str]]] = {}
        self._beside = self._incident_mates(incidents)

    def add(self, lines: Iterable[_Line]) -> None:
        """Who was sent where."""
        for line in lines:
            if line.sent.officer and not line.sent.stands_for:
                key = (line.call.system, line.call.number)
                self._sent.setdefault(key, []).append((line.at, line.sent.officer))

    def _incident_mates(self, incidents: Iterable[IncidentFacts]) -> Mapping[str, set[str]]:
        """Recording -> officers who recorded the same incident."""
        found: dict[str, set[str]] = {}
        for incident in incidents:
            officers = {self.facts[r].officer for r in incident.recordings if r in self.facts} - {""}
            for recording in incident.recordings:
                found.setdefault(recording, set()).update(officers)
        return found

    def own(self, officer: str) -> Timeline:
        return self.timelines.get(officer, self._nobody)

    def of(self, sent: Sent) -> Timeline:
        """The recordings of an officer, or of all of a unit of whom it is not known who went."""
        if not sent.stands_for:
            return self.own(sent.officer)
        if sent.stands_for not in self._crews:
            every = (taken.facts for officer in sent.stands_for for taken in self.own(officer).taken)
            self._crews[sent.stands_for] = Timeline(every)
        return self._crews[sent.stands_for]

    def others(self, line: _Line, own: Sequence[Taken]) -> list[tuple[str, Timeline]]:
        """The other officers of a call, and of incidents that the officer's recordings belong to."""
        sent = self._sent.get((line.call.system, line.call.number), ())
        there = {officer for at, officer in sent if abs(at - line.at) <= SAME_CALL}
        there |= {officer for taken in own for officer in self._beside.get(taken.facts.id, ())}
        there -= {line.sent.officer, *line.sent.stands_for}
        return [(o, self.timelines[o]) for o in sorted(there) if o in self.timelines]

    def instead(self, cameras: str) -> Instead:
        """What may be the recording that is missing of an officer with these cameras."""
        found = {f.id: f for c in cameras.split(", ") if c for f in self._clockless.get(plain_name(c), ())}
        return Instead(cameras, list(found.values()), self._strangers)


def _use(group: Sequence[_Line], scene: _Scene, who: Who, rules: UseRules) -> CallUse:
    first = next((line for line in group if line.expected.piece), group[0])
    unit, officer = first.sent.unit, first.sent.officer
    counted = [line for line in group if line.expected.piece is not None]
    if not counted:
        there = _unique(t for line in group for t in scene.of(line.sent).within(_lasted(line.call, rules)))
        recordings = tuple(t.facts.id for t in there) if officer else ()
        left_out, said = first.expected.left_out, first.expected.notes
        return CallUse(first.call, "", officer, unit, left_out=left_out, recordings=recordings, notes=said)
    asked = _asked(counted, scene, rules)
    taken = _unique(t for one in asked for t in one.own.within(open_piece(one)))
    pieces = union(one.piece for one in asked)
    covered = [p for piece in pieces for p in scene.of(first.sent).covered(piece)]
    cameras = [who.camera_of(one, _moment(first.call)) for one in first.sent.stands_for or (officer,)]
    findings = _observed(asked, taken, scene.instead(", ".join(cameras)))
    notes = [n for line in counted for n in (line.sent.note, *line.expected.notes) if n]
    notes += [doubt.said for t in taken for doubt in t.facts.clock_doubts if doubt.label == BY_CALLS]
    return CallUse(
        call=first.call,
        incident="",
        officer=officer,
        unit=unit,
        required=tuple(piece.utc for piece in pieces),
        recordings=tuple(t.facts.id for t in taken),
        required_s=round(sum(p.seconds for p in pieces), 3),
        covered_s=round(sum(p.seconds for p in covered), 3),
        muted_s=seconds_without(taken, pieces, muted_of, lambda f: f.hearing_known),
        unseen_s=seconds_without(taken, pieces, unseen_of, lambda f: f.seeing_known),
        findings=findings,
        notes=tuple(dict.fromkeys(notes)),
    )


def _lasted(call: Call, rules: UseRules) -> Piece:
    """From the first to the last time that a call states, its clock set right; nothing where it states none."""
    known = [t.timestamp() - rules.dispatch.clock_of(call.system).ahead for t in call.times if t is not None]
    return Piece(min(known), max(known)) if known else Piece(0.0, 0.0)


def _moment(call: Call) -> datetime:
    assert call.first is not None, "a call that states no time is left out"
    return call.first


def _unique(taken: Iterable[Taken]) -> list[Taken]:
    return sorted({t.facts.id: t for t in taken}.values(), key=lambda t: (t.start, t.end, t.facts.id))


def _asked(counted: Sequence[_Line], scene: _Scene, rules: UseRules) -> list[Asked]:
    """The stretches in which the camera had to be on; rows that overlap make one, with the doubts of both."""
    first = counted[0]
    officer = first.sent.officer
    own, out = scene.of(first.sent), []
    told = scene.told.setdefault(officer, Told())
    record = tuple(_record(line.call, rules) for line in counted)
    for piece in union(e.piece for line in counted if (e := line.expected).piece):
        parts = [e for line in counted if (e := line.expected).piece and e.piece.start <= piece.end
                 and e.piece.end >= piece.start]  # fmt: skip
        asked = Asked(
            officer=officer,
            key=first.call.number,
            system=first.call.system,
            piece=piece,
            own=own,
            rules=rules,
            record=record,
            start_sure=min(e.start_sure for e in parts),
            end_sure=min(e.end_sure for e in parts),
            end_known=all(e.end_known for e in parts),
            within=max(e.within for e in parts),
            told=told,
            stands_for=first.sent.stands_for,
        )
        out.append(replace(asked, others=scene.others(first, own.within(open_piece(asked)))))
    return out


def _observed(asked: Sequence[Asked], taken: Sequence[Taken], instead: Instead) -> tuple[UseFinding, ...]:
    """What is observed over all stretches of a call. With no recording at all: that, once."""
    if not taken:
        whole = replace(asked[0], piece=Piece(asked[0].piece.start, asked[-1].piece.end))
        finding = no_recording(whole, instead)
        return (replace(finding, seconds=round(sum(one.piece.seconds for one in asked), 3)),)
    found: list[UseFinding] = []
    for one in asked:
        own = one.own.within(open_piece(one))
        # one of several stretches of a call may have no recording while another has
        found += starts_and_ends(one) if own else not_there(one)
        own = one.own.within(one.piece)
        found += [*silences(one, own), *blindness(one, own), *buffers(one, own)]
    return tuple(sorted(found, key=lambda f: (f.start_utc, f.end_utc, f.kind.value)))


def _record(call: Call, rules: UseRules) -> UseEvidence:
    """The row of the dispatch record in words."""
    ahead = rules.dispatch.clock_of(call.system).ahead
    names = ("dispatched", "en route", "on scene", "cleared")
    times = [f"{n} {rules.clock(t.timestamp() - ahead)}" for n, t in zip(names, call.times, strict=True) if t]
    where = f" ({call.source}, row {call.row})" if call.source else ""
    kind = f", {call.call_type}" if call.call_type else ""
    behind = f"; {abs(ahead):g} s {'taken off' if ahead > 0 else 'added'} for its clock" if ahead else ""
    remark = f"; {call.remark}" if call.remark else ""
    return UseEvidence("dispatch", f"Call {call.number}{kind}: {', '.join(times)}{where}{behind}{remark}")
