"""Incidents without a dispatch record: what other officers' cameras show of when an officer's camera was off.

Nobody says here when an officer had to be there; that others recorded is all there is. So a late start or an early stop
is told only from `incident_join` seconds on, and never with more certainty than `MOST_SURE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.camera_use.asked import Asked, Told
from pipeline.camera_use.heard_and_seen import blindness, buffers, muted_of, seconds_without, silences, unseen_of
from pipeline.camera_use.on_and_off import starts_and_ends
from pipeline.camera_use.placed import moved, on_incident_clock
from pipeline.camera_use.rules import UseRules
from pipeline.camera_use.timeline import Piece, Timeline, union
from pipeline.camera_use.types import CallUse, IncidentFacts, RecordingFacts, UseEvidence, UseFinding, UseKind
from pipeline.policy.camera_rules import CameraRules

MOST_SURE = 0.4
"""of a late start or an early stop: the officer may have come later or left sooner. Chosen, not measured."""


def incident_uses(
    incidents: Iterable[IncidentFacts],
    facts: Mapping[str, RecordingFacts],
    timelines: Mapping[str, Timeline],
    calls: Sequence[CallUse],
    rules: UseRules,
    unit_of: Callable[[str, datetime], str],
) -> list[CallUse]:
    """One use for each officer of an incident with two officers or more whom no call of that time speaks of.

    A call that the policy leaves out speaks of the recordings made at it, too: they are asked for nowhere.
    """
    dispatched: dict[str, list[Piece]] = {}
    left_out = {recording for use in calls if use.left_out for recording in use.recordings}
    for use in calls:
        for span in use.required:
            dispatched.setdefault(use.officer, []).append(Piece(span.start.timestamp(), span.end.timestamp()))
    spoken_of = {officer: union(pieces) for officer, pieces in dispatched.items()}
    out = []
    for incident in incidents:
        placed = on_incident_clock(incident, facts)
        here = _by_officer(placed)
        if len(here) < 2:
            continue
        lines = {officer: moved(timelines[officer], placed, rules.camera.join_within) for officer in here}
        for officer, own in here.items():
            others = [f for other, theirs in here.items() if other != officer for f in theirs]
            if any(one.id in left_out for one in own):
                continue
            found = _use(incident, officer, own, others, lines, rules, spoken_of.get(officer, []))
            if found is not None:
                at = found.start_utc
                out.append(replace(found, unit=unit_of(officer, at) if at else ""))
    return out


def _by_officer(placed: Mapping[str, RecordingFacts]) -> dict[str, list[RecordingFacts]]:
    found: dict[str, list[RecordingFacts]] = {}
    for recording in sorted(placed):
        one = placed[recording]
        if one.officer:
            found.setdefault(one.officer, []).append(one)
    return dict(sorted(found.items()))


def _use(
    incident: IncidentFacts, officer: str, own: Sequence[RecordingFacts], others: Sequence[RecordingFacts],
    timelines: Mapping[str, Timeline], rules: UseRules, spoken_of: Sequence[Piece],
) -> CallUse | None:  # fmt: skip
    join = rules.camera.join_within
    recorded, seen = Timeline(own, join), Timeline(others, join)
    if not recorded.runs or not seen.runs:
        return None
    if any(p.start < recorded.runs[-1].end and p.end > recorded.runs[0].start for p in spoken_of):
        return None  # the dispatch record says more
    asked = Asked(
        officer=officer,
        key=incident.id,
        system="",
        piece=Piece(seen.runs[0].start, seen.runs[-1].end),
        own=timelines[officer],
        rules=replace(rules, camera=_lenient(rules)),
        others=[(o, timelines[o]) for o in sorted({f.officer for f in others})],
        record=(UseEvidence("dispatch", f"No dispatch record; the recordings belong to {incident.name}"),),
        told=Told(),
    )
    taken = asked.own.within(asked.piece)
    pieces = list(seen.runs)
    return CallUse(
        call=None,
        incident=incident.id,
        officer=officer,
        unit="",
        required=tuple(piece.utc for piece in pieces),
        recordings=tuple(t.facts.id for t in taken),
        required_s=round(sum(p.seconds for p in pieces), 3),
        covered_s=round(sum(p.seconds for piece in pieces for p in asked.own.covered(piece)), 3),
        muted_s=seconds_without(taken, pieces, muted_of, lambda f: f.hearing_known),
        unseen_s=seconds_without(taken, pieces, unseen_of, lambda f: f.seeing_known),
        findings=tuple(_observed(asked, seen)),
        notes=("no dispatch record: the time in which other officers' cameras recorded stands in for it",),
    )


def _lenient(rules: UseRules) -> CameraRules:
    """The camera rules with the grace that an officer who came later or left sooner is given."""
    least = rules.camera.incident_join
    return replace(rules.camera, grace=least, grace_end=least)


def _observed(asked: Asked, seen: Timeline) -> Iterator[UseFinding]:
    taken = asked.own.within(asked.piece)
    found = [*starts_and_ends(asked), *silences(asked, taken), *blindness(asked, taken), *buffers(asked, taken)]
    for one in sorted(found, key=lambda f: (f.start_utc, f.end_utc, f.kind.value)):
        if one.kind in (UseKind.LATE_START, UseKind.EARLY_STOP):
            yield replace(one, sure=min(one.sure, MOST_SURE))
        elif one.kind is not UseKind.GAP:
            yield one
        elif share := _seen(one, seen):
            yield replace(one, sure=round(one.sure * max(LEAST_SHARE, share), 2))


LEAST_SHARE = 0.3
"""how far a gap is believed of which other cameras recorded next to nothing. Chosen, not measured."""


def _seen(gap: UseFinding, seen: Timeline) -> float:
    """The share of a gap in which another camera recorded: without it nothing says that there was anything to see."""
    covered = seen.covered(Piece(gap.start_utc.timestamp(), gap.end_utc.timestamp()))
    return sum(p.seconds for p in covered) / gap.seconds if gap.seconds else 0.0
