"""The recordings of an incident on one clock: their own clocks first, then what they hear together.

A camera's clock says where to look first; the sound then says where it lies, to milliseconds, and how fast its clock
runs. Where no other camera heard the same, the clock stands, and the result says so. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median_low

from pipeline.incidents.grouping import NO_CLOCK
from pipeline.incidents.hearing import STEP_OF_CLOCKS, Group, Listened, Pair, Place, groups_of, likely_pairs, matches
from pipeline.sync import Comparison
from pipeline.sync.match import ANYWHERE, OVER_RIVAL
from pipeline.types import ClockSource, Incident, Recording, SoundFit, ms

CONTRADICTION = 0.25
"""seconds by which two cameras' sound may differ from where the other cameras put them"""
FIRST = "no recording has a clock; the incident's starts with this one"


def on_one_clock(incident: Incident, heard: Sequence[Listened], tolerance: float) -> Incident:
    """The incident with offsets and drifts as the sound says, sources, scores, and what disagreed."""
    pairs = likely_pairs(heard, tolerance)
    found, refused = matches(heard, pairs)
    groups = _same_camera([_placed_by_clock(group, heard) for group in groups_of(heard, found)], heard)
    zero = min((g.start for g in groups if g.start is not None), default=None)
    # without any clock the largest group is the incident's clock
    main = max(groups, key=lambda g: len(g.places)) if zero is None and groups else None
    rows = {n: row for g in groups for n, row in _rows(g, zero, heard, refused, main)}
    first = min((offset for offset, source, _ in rows.values() if source != NO_CLOCK), default=0.0)
    rows = {n: (first if source == NO_CLOCK else at, source, fit) for n, (at, source, fit) in rows.items()}
    places = {n: (offset, fit) for n, (offset, _, fit) in rows.items()}
    names = [one.recording.path.name for one in heard]
    fits = {
        n: replace(f, remark=_and(f.remark, _contradiction(n, places, pairs, names))) for n, (_, f) in places.items()
    }
    order = sorted(rows, key=lambda n: (rows[n][0], n))
    return replace(
        incident,
        start_utc=zero + timedelta(seconds=first) if zero is not None else None,
        recordings=tuple((heard[n].recording.id, ms(rows[n][0] - first), rows[n][1]) for n in order),
        fits=tuple(fits[n] for n in order if fits[n] != SoundFit(fits[n].recording)),
    )


def _placed_by_clock(group: Group, heard: Sequence[Listened]) -> Group:
    """When the group's first recording began: as its own clock says, unless most of the others say otherwise."""
    said = [
        start - timedelta(seconds=place.offset)
        for n, place in group.places.items()
        if (start := heard[n].recording.start_utc) is not None
    ]
    if not said:
        return group
    middle, own = median_low(said), heard[next(iter(group.places))].recording.start_utc
    agrees = own is not None and abs((own - middle).total_seconds()) <= STEP_OF_CLOCKS
    return replace(group, start=own if own is not None and (agrees or len(said) == 2) else middle)


def _same_camera(groups: Sequence[Group], heard: Sequence[Listened]) -> list[Group]:
    """A file that no other camera heard takes over what the sound says of its camera's clock from another file."""
    off: dict[str, tuple[timedelta, str]] = {}
    for group in groups:
        for n, place in group.places.items():
            recording = heard[n].recording
            if len(group.places) > 1 and group.start and recording.start_utc and recording.device:
                truly = group.start + timedelta(seconds=place.offset)
                off[recording.device] = (truly - recording.start_utc, recording.path.name)
    return [_set_right(group, heard, off) for group in groups]


def _set_right(group: Group, heard: Sequence[Listened], off: Mapping[str, tuple[timedelta, str]]) -> Group:
    alone = heard[next(iter(group.places))].recording
    if len(group.places) > 1 or group.start is None or alone.device is None or alone.device not in off:
        return group
    late, file = off[alone.device]
    return replace(group, start=group.start + late, lent_by=file)


# what is said about each recording


def _rows(
    group: Group,
    zero: datetime | None,
    heard: Sequence[Listened],
    refused: Mapping[int, Comparison],
    main: Group | None,
) -> Iterator[tuple[int, tuple[float, str, SoundFit]]]:
    """The offset on the incident's clock, its source, and the fit of each member of a group, by index."""
    known = group.start is not None and zero is not None
    base = (group.start - zero).total_seconds() if group.start is not None and zero is not None else 0.0
    first = next(iter(group.places))
    for n, place in group.places.items():
        recording = heard[n].recording
        if len(group.places) == 1:
            source = _own_clock(recording, group) if known else FIRST if group is main else NO_CLOCK
            yield n, (base, source, SoundFit(recording.id, remark=_unmatched(n, heard, refused)))
        elif not known and group is not main:
            remark = "sounds like none of the recordings whose place is known"
            yield n, (0.0, NO_CLOCK, SoundFit(recording.id, remark=remark))
        else:
            off = _off(recording, group, place)
            fit = SoundFit(recording.id, round(place.drift_ppm, 3) + 0.0, place.score, round(place.error, 4), off)
            yield n, (base + place.offset, _source(recording, n == first, off), fit)


def _own_clock(recording: Recording, group: Group) -> str:
    clock = f"{recording.clock_source} clock"
    return f"{clock}, set right by the sound of {group.lent_by}" if group.lent_by else clock


def _source(recording: Recording, is_first: bool, off: str) -> str:
    if recording.start_utc is None:
        return "sound; the first of those without a clock" if is_first else "sound"
    if is_first and not off:
        return f"{recording.clock_source} clock; the sound of others is measured against it"
    return "sound" if off else f"sound; {recording.clock_source} clock agrees"


def _off(recording: Recording, group: Group, place: Place) -> str:
    """ "container clock and sound differ by 3.2 s", empty where they do not."""
    if recording.start_utc is None or group.start is None:
        return ""
    late = (group.start + timedelta(seconds=place.offset) - recording.start_utc).total_seconds()
    if abs(late) <= STEP_OF_CLOCKS:
        return ""
    return f"{recording.clock_source or ClockSource.CONTAINER} clock and sound differ by {abs(late):.1f} s"


def _unmatched(n: int, heard: Sequence[Listened], refused: Mapping[int, Comparison]) -> str:
    if heard[n].flux is None:
        return "not compared by sound: " + (heard[n].why_not or "no sound track, or not analysed since it can be")
    if n in refused:
        return f"not matched by sound: {refused[n].reason}"
    return "not matched by sound: no other recording sounds alike"


def _contradiction(
    n: int, places: Mapping[int, tuple[float, SoundFit]], pairs: Sequence[Pair], names: Sequence[str]
) -> str:
    """Where a clear likeness to one camera puts a recording elsewhere than all of them together."""
    offset, fit = places[n]
    for pair in pairs:
        other = pair.two if pair.one == n else pair.one
        best = pair.best
        if n not in (pair.one, pair.two) or fit.score is None or places[other][1].score is None or best is None:
            continue
        there = (offset - places[other][0]) * (1 if pair.two == n else -1)
        if best.score >= max(ANYWHERE, OVER_RIVAL * best.rival) and abs(best.offset - there) > CONTRADICTION:
            return f"by the sound of {names[other]} alone it would lie {best.offset - there:+.1f} s from there"
    return ""


def _and(one: str, two: str) -> str:
    return "; ".join(part for part in (one, two) if part)
