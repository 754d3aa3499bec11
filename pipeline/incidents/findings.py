"""All findings of an incident on its clock: those of the incident and those of its recordings, each event once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from pipeline.incidents.grouping import NO_CLOCK
from pipeline.incidents.utterances import SAME_WORDS, letters
from pipeline.rows import StoredFinding
from pipeline.types import IncidentEvidence, Member, Review, Span, ms

SAME_EVENT = 0.5
"""share of the shorter of two findings that both must cover to be one event heard by two cameras"""


@dataclass(frozen=True)
class IncidentFinding:
    """A finding on the incident's clock, with the same event as other cameras reported it."""

    stored: StoredFinding
    span: Span
    speaker: str | None
    """the speaker of the incident, where the finding names one"""
    placed: bool = True
    """False: nobody knows where its recording lies; the time is the recording's own"""
    same: tuple[StoredFinding, ...] = ()

    @property
    def verdict(self) -> Review | None:
        """The newest verdict on it, or on the same event of another camera."""
        given = [s.verdict for s in (self.stored, *self.same) if s.verdict]
        return self.stored.verdict or max(given, key=lambda v: v.at_utc, default=None)

    @property
    def recordings(self) -> tuple[str, ...]:
        """Every recording that it was found on, that of the surest first."""
        return tuple(dict.fromkeys(s.recording for s in (self.stored, *self.same) if s.recording))


@dataclass
class _Event:
    """An event under way of being put together."""

    first: IncidentFinding
    same: list[StoredFinding] = field(default_factory=list)


def incident_findings(
    incident: IncidentEvidence, found: Iterable[StoredFinding], of_speech: Callable[[str], bool]
) -> list[IncidentFinding]:
    """Findings by time on the incident's clock. `of_speech`: whether a detector goes by what is heard; only such
    findings can be of one event on two cameras, a covered lens is each camera's own."""
    names = {voice: s.name for s in incident.speakers for voice in s.voices}
    placed = [_placed(incident, stored, names) for stored in found]
    # the incident's own say most; then the surest
    placed.sort(key=lambda p: (p.stored.incident is None, -p.stored.finding.score, p.span.start, p.stored.id))
    events: list[_Event] = []
    by_place: defaultdict[tuple[str, str, int], list[_Event]] = defaultdict(list)
    for one in placed:
        near = [e for place in _places(one) for e in by_place.get(place, ())] if one.placed else []
        known = next((e for e in near if _same(e, one, of_speech)), None)
        if known is None:
            events.append(_Event(one))
            for place in _places(one):
                by_place[place].append(events[-1])
        else:
            known.same.append(one.stored)
    out = [
        IncidentFinding(e.first.stored, e.first.span, e.first.speaker, e.first.placed, tuple(e.same)) for e in events
    ]
    return sorted(out, key=lambda f: (not f.placed, f.span.start, f.span.end, f.stored.finding.detector, f.stored.id))


def _placed(incident: IncidentEvidence, stored: StoredFinding, names: Mapping[tuple[str, str], str]) -> IncidentFinding:
    finding = stored.finding
    if stored.recording is None:
        return IncidentFinding(stored, finding.span, finding.speaker)
    member = incident.member(stored.recording)
    speaker = names.get((stored.recording, finding.speaker), finding.speaker) if finding.speaker else None
    if member.offset_source == NO_CLOCK:
        return IncidentFinding(stored, finding.span, speaker, placed=False)
    return IncidentFinding(stored, on_incident(member, finding.span), speaker)


def _places(one: IncidentFinding) -> Iterator[tuple[str, str, int]]:
    """Detector, label and each ten seconds that a finding touches: what another must share to be the same event."""
    finding = one.stored.finding
    for ten in range(int(one.span.start // 10), int(one.span.end // 10) + 1):
        yield finding.detector, finding.label, ten


def on_incident(member: Member, span: Span) -> Span:
    """A stretch of a recording on the incident's clock."""
    start = max(0.0, ms(member.on_incident(span.start)))
    return Span(start, max(start, ms(member.on_incident(span.end))))


def _same(event: _Event, one: IncidentFinding, of_speech: Callable[[str], bool]) -> bool:
    """Whether a finding is the event that another camera, or the incident's own detector, already reported."""
    first = event.first
    a, b = first.stored.finding, one.stored.finding
    if (a.detector, a.label) != (b.detector, b.label) or not first.placed or not of_speech(a.detector):
        return False
    before = {first.stored.recording, *(s.recording for s in event.same)}
    if one.stored.recording in before and first.stored.incident is None:
        return False  # two findings of one recording are two events; an incident's may be one that it had in pieces
    shorter = min(first.span.duration, one.span.duration)
    if first.span.overlap(one.span) < SAME_EVENT * shorter:
        return False
    if first.speaker is None or one.speaker is None or first.speaker == one.speaker:
        return True
    return (
        bool(a.text) and SequenceMatcher(None, letters(a.text), letters(b.text), autojunk=False).ratio() >= SAME_WORDS
    )
