"""The recordings of an incident on one clock: their own clocks first, then what they hear together.

A camera's clock says where to look first; the sound then says where it lies, to milliseconds, and how fast its clock
runs. Where no other camera heard the same, the clock stands, and the result says so. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median_low

from pipeline.sync import Comparison, ReadSound, SoundMatch, compare
from pipeline.sync.coarse import Coarse, coarse_match
from pipeline.types import BandFlux, ClockSource, Incident, Recording, SoundFit, ms

STEP_OF_CLOCKS = 1.0
"""seconds: containers tell time in whole seconds, so a clock that is less off does not disagree"""
CONTRADICTION = 0.25
"""seconds by which two cameras' sound may differ from where the other cameras put them"""
WORTH_A_LOOK = 5.0
"""coarse score from which a pair of recordings is compared in full, the best pairs first"""
NO_CLOCK = "no clock: laid at the start"
"""the source of an offset that nothing tells; what such a recording heard is not laid over other cameras"""


@dataclass(frozen=True, eq=False)
class Listened:
    """A recording with the print of its sound, and a way to read the sound itself where the file is still there."""

    recording: Recording
    flux: BandFlux | None
    read: ReadSound | None = None
    why_not: str = ""
    """why `read` is None"""


@dataclass(frozen=True)
class _Place:
    """A recording against the first of its group: its time t is `offset + t * (1 + drift_ppm / 1e6)` there."""

    offset: float
    drift_ppm: float
    score: float
    error: float


def on_one_clock(incident: Incident, heard: Sequence[Listened], tolerance: float) -> Incident:
    """The incident with offsets and drifts as the sound says, sources, scores, and what disagreed."""
    matches, refused = _matches(heard, tolerance)
    groups = _groups(heard, matches)
    placed = [_placed_by_clock(group, heard) for group in groups]
    placed = _same_camera(placed, heard)
    zero = min((p.start for p in placed if p.start is not None), default=None)
    rows = [row for p in placed for row in _rows(p, zero, heard, refused, alone=len(heard) == 1)]
    first = min((offset for _, offset, _, _ in rows), default=0.0)
    order = {recording: n for n, (recording, _, _) in enumerate(incident.recordings)}
    rows.sort(key=lambda row: (row[1], order[row[0]]))
    fits = tuple(replace(fit, remark=_and(fit.remark, _contradiction(fit.recording, rows, heard))) for *_, fit in rows)
    return replace(
        incident,
        start_utc=zero + timedelta(seconds=first) if zero is not None else None,
        recordings=tuple((recording, ms(offset - first), source) for recording, offset, source, _ in rows),
        fits=tuple(fit for fit in fits if fit != SoundFit(fit.recording)),
    )


# which pairs hear the same


def _matches(
    heard: Sequence[Listened], tolerance: float
) -> tuple[dict[tuple[int, int], SoundMatch], dict[int, Comparison]]:
    """A match for as many pairs as it takes to join all that hear the same; and for others their best refusal."""
    parent = list(range(len(heard)))

    def root(n: int) -> int:
        while parent[n] != n:
            n = parent[n]
        return n

    found: dict[tuple[int, int], SoundMatch] = {}
    refused: dict[int, Comparison] = {}
    for one, two in _likely_pairs(heard, tolerance):
        if root(one) == root(two):
            continue
        a, b = heard[one], heard[two]
        assert a.flux is not None and b.flux is not None
        result = compare(a.flux, b.flux, a.read, b.read, _by_clocks(a.recording, b.recording, tolerance))
        if result.match is not None:
            found[one, two] = result.match
            parent[root(two)] = root(one)
        else:
            for n in (one, two):
                if n not in refused or result.score > refused[n].score:
                    refused[n] = result
    return found, refused


def _likely_pairs(heard: Sequence[Listened], tolerance: float) -> list[tuple[int, int]]:
    """Pairs worth comparing in full, the clearest first. Files that one camera wrote one after the other are none."""
    scored: list[tuple[float, int, int]] = []
    for one, two in combinations(range(len(heard)), 2):
        a, b = heard[one], heard[two]
        if a.flux is None or b.flux is None or _one_after_the_other(a.recording, b.recording):
            continue
        clock = _by_clocks(a.recording, b.recording, tolerance)
        near = (clock[0] - clock[1], clock[0] + clock[1]) if clock else None
        candidates = [coarse_match(a.flux, b.flux, near)] + ([coarse_match(a.flux, b.flux)] if near else [])
        best = max((c.score for c in candidates if c is not None), default=0.0)
        if best >= WORTH_A_LOOK or len(heard) == 2:
            scored.append((best, one, two))
    return [(one, two) for _, one, two in sorted(scored, key=lambda s: (-s[0], s[1], s[2]))]


def _one_after_the_other(one: Recording, two: Recording) -> bool:
    if one.device is None or one.device != two.device or one.start_utc is None or two.start_utc is None:
        return False
    apart = (two.start_utc - one.start_utc).total_seconds()
    return apart >= one.duration - STEP_OF_CLOCKS or -apart >= two.duration - STEP_OF_CLOCKS


def _by_clocks(one: Recording, two: Recording, tolerance: float) -> tuple[float, float] | None:
    """The second's offset on the first's clock as their clocks say, with the tolerance."""
    if one.start_utc is None or two.start_utc is None:
        return None
    return (two.start_utc - one.start_utc).total_seconds(), tolerance


# groups that hear the same, each on the clock of its first recording


@dataclass(frozen=True)
class _Group:
    """Recordings joined by sound, by their place against the first; `start`: when the first began, by the clocks."""

    places: Mapping[int, _Place]
    start: datetime | None = None
    lent_by: str | None = None
    """the file from whose sound this camera's clock is known to be off"""


def _groups(heard: Sequence[Listened], matches: Mapping[tuple[int, int], SoundMatch]) -> list[_Group]:
    left, out = set(range(len(heard))), []
    # the longest recording with a clock is the one whose clock the others are measured in
    order = sorted(left, key=lambda n: (heard[n].recording.start_utc is None, -heard[n].recording.duration, n))
    for first in order:
        if first in left:
            places = _walk(first, matches)
            left -= places.keys()
            out.append(_Group(places))
    return out


def _walk(first: int, matches: Mapping[tuple[int, int], SoundMatch]) -> dict[int, _Place]:
    """Every recording that is joined to the first, over as many others as it takes."""
    places, todo = {first: _Place(0.0, 0.0, 0.0, 0.0)}, [first]
    while todo:
        at = todo.pop()
        for other, match in _joined(at, matches):
            if other in places:
                continue
            here = places[at]
            places[other] = _Place(
                offset=here.offset + match.offset * (1 + here.drift_ppm * 1e-6),
                drift_ppm=here.drift_ppm + match.drift_ppm,
                score=match.score,
                error=(here.error**2 + match.error**2) ** 0.5,
            )
            todo.append(other)
    if len(places) > 1:
        places[first] = replace(places[first], score=max(p.score for p in places.values()))
    return places


def _joined(at: int, matches: Mapping[tuple[int, int], SoundMatch]) -> Iterator[tuple[int, SoundMatch]]:
    for (one, two), match in matches.items():
        if one == at:
            yield two, match
        elif two == at:
            slower = 1 + match.drift_ppm * 1e-6
            yield one, replace(match, offset=-match.offset / slower, drift_ppm=(1 / slower - 1) * 1e6)


def _placed_by_clock(group: _Group, heard: Sequence[Listened]) -> _Group:
    """When the group's first recording began: what most of its clocks say, the middle one where they differ."""
    said = [
        start - timedelta(seconds=place.offset)
        for n, place in group.places.items()
        if (start := heard[n].recording.start_utc) is not None
    ]
    return replace(group, start=median_low(said)) if said else group


def _same_camera(groups: Sequence[_Group], heard: Sequence[Listened]) -> list[_Group]:
    """A file that no other camera heard takes over what the sound says of its camera's clock from another file."""
    off: dict[str, tuple[timedelta, str]] = {}
    for group in groups:
        for n, place in group.places.items():
            recording = heard[n].recording
            if len(group.places) > 1 and group.start and recording.start_utc and recording.device:
                truly = group.start + timedelta(seconds=place.offset)
                off[recording.device] = (truly - recording.start_utc, recording.path.name)
    return [_set_right(group, heard, off) for group in groups]


def _set_right(group: _Group, heard: Sequence[Listened], off: Mapping[str, tuple[timedelta, str]]) -> _Group:
    alone = heard[next(iter(group.places))].recording
    if len(group.places) > 1 or group.start is None or alone.device is None or alone.device not in off:
        return group
    late, file = off[alone.device]
    return replace(group, start=group.start + late, lent_by=file)


# what is said about each recording


def _rows(
    group: _Group, zero: datetime | None, heard: Sequence[Listened], refused: Mapping[int, Comparison], *, alone: bool
) -> Iterator[tuple[str, float, str, SoundFit]]:
    """(recording, offset, source, fit) of each member of a group, on the incident's clock."""
    known = group.start is not None and zero is not None
    base = (group.start - zero).total_seconds() if group.start is not None and zero is not None else 0.0
    for n, place in group.places.items():
        recording = heard[n].recording
        if len(group.places) == 1:
            source = _own_clock(recording, group) if known else NO_CLOCK
            yield recording.id, base, source, SoundFit(recording.id, remark=_unmatched(n, heard, refused, alone))
            continue
        if not known and zero is not None:
            yield recording.id, 0.0, NO_CLOCK, SoundFit(recording.id, remark="matches none of the cameras with a clock")
            continue
        off = _off(recording, group, place)
        fit = SoundFit(recording.id, round(place.drift_ppm, 3), place.score, round(place.error, 4), off)
        yield recording.id, base + place.offset, _source(recording, n == next(iter(group.places)), off), fit


def _own_clock(recording: Recording, group: _Group) -> str:
    clock = f"{recording.clock_source} clock"
    return f"{clock}, set right by the sound of {group.lent_by}" if group.lent_by else clock


def _source(recording: Recording, is_first: bool, off: str) -> str:
    if recording.start_utc is None:
        return "sound; the first of those without a clock" if is_first else "sound"
    if is_first and not off:
        return f"{recording.clock_source} clock; the sound of others is measured against it"
    return "sound" if off else f"sound; {recording.clock_source} clock agrees"


def _off(recording: Recording, group: _Group, place: _Place) -> str:
    """ "container clock and sound differ by 3.2 s", empty where they do not."""
    if recording.start_utc is None or group.start is None:
        return ""
    late = (group.start + timedelta(seconds=place.offset) - recording.start_utc).total_seconds()
    if abs(late) <= STEP_OF_CLOCKS:
        return ""
    return f"{recording.clock_source or ClockSource.CONTAINER} clock and sound differ by {abs(late):.1f} s"


def _unmatched(n: int, heard: Sequence[Listened], refused: Mapping[int, Comparison], alone: bool) -> str:
    if alone:
        return ""
    if heard[n].flux is None:
        return "not compared by sound: " + (heard[n].why_not or "no sound track, or not analysed since it can be")
    if n in refused:
        return f"not matched by sound: {refused[n].reason}"
    return "not matched by sound: no other recording sounds alike"


def _contradiction(recording: str, rows: Sequence[tuple[str, float, str, SoundFit]], heard: Sequence[Listened]) -> str:
    """Where a clear likeness to another camera puts this recording elsewhere than all of them together."""
    own = next(n for n, one in enumerate(heard) if one.recording.id == recording)
    places = {id: (offset, fit) for id, offset, _, fit in rows}
    offset, fit = places[recording]
    if fit.score is None:
        return ""
    for other in heard:
        if other is heard[own] or places[other.recording.id][1].score is None or other.flux is None:
            continue
        flux = heard[own].flux
        found: Coarse | None = coarse_match(other.flux, flux) if flux is not None else None
        there = offset - places[other.recording.id][0]
        if found and found.score >= 3 * fit.score / 4 and abs(found.offset - there) > CONTRADICTION:
            return f"beside {other.recording.path.name} alone it would lie {found.offset - there:+.1f} s"
    return ""


def _and(one: str, two: str) -> str:
    return "; ".join(part for part in (one, two) if part)
