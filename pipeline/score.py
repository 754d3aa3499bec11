"""Findings against a truth file (`pipeline.truth`): what was found, what was missed, what was raised wrongly.

How events and findings are paired: within one recording (or incident), one detector and, where the event has one, one
label, each with at most one of the other. A pair is possible where the two overlap, or where their centres lie no more
than `tolerance` apart (1 s unless the truth file says otherwise).
Of all ways to pair, the one with most pairs counts; among those, the one whose pairs overlap best (shared time over
covered time). A long finding over two events is therefore one found and one missed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.truth import Truth, TruthEvent, TruthIncident, load_truth
from pipeline.types import Finding, Incident, JsonValue, Recording, Span

__all__ = ["DetectorScore", "Mistake", "Truth", "as_rows", "load_truth", "not_analysed", "score"]


@dataclass(frozen=True)
class Mistake:
    """An event that was missed, or a finding where nothing is. Times on the clock of `where`."""

    where: str
    """file name, or "incident: " and its file names"""
    label: str | None
    start: float
    end: float
    summary: str = ""


@dataclass(frozen=True)
class DetectorScore:
    """How one detector did."""

    detector: str
    true: int
    """events in the truth"""
    found: int
    """findings"""
    matched: int
    start_error: float | None
    """mean of |found start - true start| over the pairs, in seconds; None without pairs"""
    end_error: float | None
    hours: float
    """of recording that was scored"""
    misses: tuple[Mistake, ...] = field(default=(), repr=False)
    false_alarms: tuple[Mistake, ...] = field(default=(), repr=False)
    other_label: int = 0
    """missed events that a false alarm of the same detector overlaps: seen, but called something else"""

    @property
    def precision(self) -> float | None:
        """Share of findings that are right; None where there is no finding."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of events that were found; None where there is no event."""
        return self.matched / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where there is neither event nor finding."""
        return 2 * self.matched / (self.true + self.found) if self.true + self.found else None

    @property
    def false_alarms_per_hour(self) -> float | None:
        """False alarms per hour of recording; for incidents too the hours are those of all recordings."""
        return len(self.false_alarms) / self.hours if self.hours else None


def score(
    findings: Iterable[Finding],
    truth: Truth,
    recordings: Mapping[str, Recording],
    incidents: Sequence[Incident] = (),
) -> tuple[DetectorScore, ...]:
    """Score findings, one row per detector in alphabetical order; the order of the findings does not matter.

    `recordings`: recording id -> recording, everything that was analysed. Findings on recordings that the truth does
    not know are left out; events on recordings that were not analysed are missed (see `not_analysed`).
    """
    places = _places(truth, recordings, incidents)
    pools: dict[tuple[str, str], _Pool] = defaultdict(_Pool)
    for where, event in _events(truth):
        if truth.counts(event.detector, event.label):
            pools[where, event.detector].events.append(event)
    twice = _planted_in_recordings_alone(truth)
    of_incidents = {incident.id for incident in incidents}
    for finding in findings:
        place = places.get(finding.subject)
        if finding.subject in of_incidents and finding.detector in twice:
            continue  # what several cameras heard, told once more over all of them
        if place is not None and truth.counts(finding.detector, finding.label):
            pools[place.where, finding.detector].findings.append((place.moved(finding.span), finding))
    names = {detector for _, detector in pools} | set(truth.detectors or ())
    hours = _hours(truth, recordings)
    return tuple(_score_detector(name, pools, hours, truth.tolerance) for name in sorted(names))


def _planted_in_recordings_alone(truth: Truth) -> set[str]:
    """Detectors whose events the truth gives by recording: they are scored there, not on incidents as well."""
    by_recording = {event.detector for recording in truth.recordings for event in recording.events}
    return by_recording - {event.detector for incident in truth.incidents for event in incident.events}


def not_analysed(truth: Truth, recordings: Mapping[str, Recording]) -> tuple[str, ...]:
    """Files of the truth that are not among the recordings: their events count as missed."""
    known = set(_files(truth, recordings).values())
    return tuple(r.file for r in truth.recordings if r.file not in known)


def as_rows(scores: Sequence[DetectorScore]) -> list[dict[str, JsonValue]]:
    """Rows for a table or JSON: plain numbers, None where something cannot be said."""
    return [
        {
            "detector": s.detector,
            "true": s.true,
            "found": s.found,
            "matched": s.matched,
            "precision": _rounded(s.precision),
            "recall": _rounded(s.recall),
            "f1": _rounded(s.f1),
            "start_error": _rounded(s.start_error),
            "end_error": _rounded(s.end_error),
            "false_alarms_per_hour": _rounded(s.false_alarms_per_hour),
            "other_label": s.other_label,
            "misses": [_mistake_row(m) for m in s.misses],
            "false_alarms": [_mistake_row(m) for m in s.false_alarms],
        }
        for s in scores
    ]


# pairing


@dataclass
class _Pool:
    """Everything of one detector in one recording or incident."""

    events: list[TruthEvent] = field(default_factory=list)
    findings: list[tuple[Span, Finding]] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """Where findings of a subject belong in the truth, and how far their clock is from the truth's."""

    where: str
    shift: float = 0.0

    def moved(self, span: Span) -> Span:
        return Span(span.start + self.shift, span.end + self.shift)


def _score_detector(name: str, pools: Mapping[tuple[str, str], _Pool], hours: float, tolerance: float) -> DetectorScore:
    errors: list[tuple[float, float]] = []
    misses: list[Mistake] = []
    alarms: list[Mistake] = []
    true = found = other = 0
    for (where, detector), pool in sorted(pools.items(), key=lambda item: item[0]):
        if detector != name:
            continue
        events = sorted(pool.events, key=lambda e: (e.start, e.end, e.label or ""))
        findings = sorted(pool.findings, key=lambda f: (f[0].start, f[0].end, f[1].label, f[1].id))
        pairs = _pairs(events, findings, tolerance)
        lost = [e for i, e in enumerate(events) if i not in {p[0] for p in pairs}]
        wrong = [f for j, f in enumerate(findings) if j not in {p[1] for p in pairs}]
        true, found = true + len(events), found + len(findings)
        for i, j in pairs:
            errors.append((abs(findings[j][0].start - events[i].start), abs(findings[j][0].end - events[i].end)))
        other += sum(any(e.span.overlap(span) > 0 for span, _ in wrong) for e in lost)
        misses += [Mistake(where, e.label, e.start, e.end) for e in lost]
        alarms += [Mistake(where, f.label, span.start, span.end, f.summary) for span, f in wrong]
    return DetectorScore(
        detector=name,
        true=true,
        found=found,
        matched=len(errors),
        start_error=fmean(e[0] for e in errors) if errors else None,
        end_error=fmean(e[1] for e in errors) if errors else None,
        hours=hours,
        misses=tuple(misses),
        false_alarms=tuple(alarms),
        other_label=other,
    )


def _pairs(
    events: Sequence[TruthEvent], findings: Sequence[tuple[Span, Finding]], tolerance: float
) -> list[tuple[int, int]]:
    """(event, finding) indices of the best pairing."""
    if not events or not findings:
        return []
    fits = np.array([[_fit(e, span, f.label, tolerance) for span, f in findings] for e in events])
    possible = np.isfinite(fits)
    # One pair more outweighs any gain in overlap: a fit lies in [-1, 1], and there are at most n pairs.
    worth = np.where(possible, fits + 2.0 * min(fits.shape) + 2.0, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if possible[i, j]]


def _fit(event: TruthEvent, span: Span, label: str, tolerance: float) -> float:
    """How well a finding fits an event: (0, 1] overlap over union, [-1, 0] near only, -inf not at all."""
    if event.label is not None and event.label != label:
        return -math.inf
    shared = event.span.overlap(span)
    if shared > 0:
        return shared / (max(event.end, span.end) - min(event.start, span.start))
    apart = abs(event.start + event.end - span.start - span.end) / 2
    return -apart / max(tolerance, 1e-9) if apart <= tolerance else -math.inf


# which recording or incident is which


def _events(truth: Truth) -> Iterator[tuple[str, TruthEvent]]:
    for recording in truth.recordings:
        yield from ((recording.file, event) for event in recording.events)
    for incident in truth.incidents:
        yield from ((_incident_name(incident.recordings), event) for event in incident.events)


def _files(truth: Truth, recordings: Mapping[str, Recording]) -> dict[str, str]:
    """Recording id -> file of the truth: by sha256 first, then by name."""
    by_hash = {r.sha256: r.file for r in truth.recordings if r.sha256}
    files = {id: by_hash[id] for id in recordings if id in by_hash}
    left = {r.file for r in truth.recordings} - set(files.values())
    for id in sorted(set(recordings) - set(files)):
        name = recordings[id].path.name
        if name in left:
            left.remove(name)
            files[id] = name
    return files


def _places(truth: Truth, recordings: Mapping[str, Recording], incidents: Sequence[Incident]) -> dict[str, _Place]:
    """Subject of a finding -> where it belongs in the truth; none where the truth says nothing about it."""
    files = _files(truth, recordings)
    places = {id: _Place(file) for id, file in files.items()}
    for incident in incidents:
        members = {files[id]: offset for id, offset, _ in incident.recordings if id in files}
        if not members:
            continue
        best = max(truth.incidents, key=lambda t: len(members.keys() & set(t.recordings)), default=None)
        if best is None or not members.keys() & set(best.recordings):
            places[incident.id] = _Place(_incident_name(sorted(members)))
        else:
            places[incident.id] = _Place(_incident_name(best.recordings), _shift(truth, best, incident, members))
    return places


def _shift(truth: Truth, there: TruthIncident, here: Incident, members: Mapping[str, float]) -> float:
    """Seconds to add to times of the incident as analysed to get times of the truth's incident.

    From the two starts where both are known, else from the offsets of the recordings, else 0.
    """
    if there.start_utc is not None and here.start_utc is not None:
        return (here.start_utc - there.start_utc).total_seconds()
    offsets = {r.file: r.offset for r in truth.recordings}
    known = [given - members[file] for file in members if (given := offsets.get(file)) is not None]
    return median(known) if known else 0.0


def _incident_name(files: Iterable[str]) -> str:
    return f"incident: {', '.join(sorted(files))}"


def _hours(truth: Truth, recordings: Mapping[str, Recording]) -> float:
    """Length of the recordings that were analysed and that the truth knows."""
    return math.fsum(recordings[id].duration for id in _files(truth, recordings)) / 3600


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _mistake_row(mistake: Mistake) -> JsonValue:
    return {
        "where": mistake.where,
        "label": mistake.label,
        "start": mistake.start,
        "end": mistake.end,
        "summary": mistake.summary,
    }
