"""Which recordings of an incident hear the same, and how those lie against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from pipeline.sync import Comparison, ReadSound, SoundMatch, believed
from pipeline.sync.coarse import Coarse, every_offset
from pipeline.types import BandFlux, Recording

STEP_OF_CLOCKS = 1.0
"""seconds: containers tell time in whole seconds, so a clock that is less off does not disagree"""
FEW = 8
"""recordings of which every two are compared, whatever their clocks say; of more only those that may overlap by them"""
WORTH_A_LOOK = 5.0
"""coarse score from which a pair of recordings is compared in full, the best pairs first"""


@dataclass(frozen=True, eq=False)
class Listened:
    """A recording with the print of its sound, and a way to read the sound itself where the file is still there."""

    recording: Recording
    flux: BandFlux | None
    read: ReadSound | None = None
    why_not: str = ""
    """why `read` is None"""


@dataclass(frozen=True)
class Place:
    """A recording against the first of its group: its time t is `offset + t * (1 + drift_ppm / 1e6)` there."""

    offset: float
    drift_ppm: float
    score: float
    error: float


@dataclass(frozen=True)
class Pair:
    """Two recordings by index, and where they fit best: near where their clocks say, and anywhere."""

    one: int
    two: int
    near: Coarse | None
    best: Coarse | None

    @property
    def promise(self) -> float:
        return max((c.score for c in (self.near, self.best) if c is not None), default=0.0)


def likely_pairs(heard: Sequence[Listened], tolerance: float) -> list[Pair]:
    """Pairs worth comparing in full, the clearest first. Files that one camera wrote one after the other are none."""
    found: list[Pair] = []
    for one, two in combinations(range(len(heard)), 2):
        a, b = heard[one], heard[two]
        if a.flux is None or b.flux is None or _one_after_the_other(a.recording, b.recording):
            continue
        clock = _by_clocks(a.recording, b.recording, tolerance)
        if len(heard) > FEW and clock is not None and _apart(a.recording, b.recording, clock):
            continue
        offsets = every_offset(a.flux, b.flux)
        if offsets is not None:
            near = offsets.best((clock[0] - clock[1], clock[0] + clock[1])) if clock else None
            found.append(Pair(one, two, near, offsets.best()))
    ranked = sorted(found, key=lambda pair: (-pair.promise, pair.one, pair.two))
    return [pair for pair in ranked if pair.promise >= WORTH_A_LOOK or len(heard) == 2]


def _apart(one: Recording, two: Recording, clock: tuple[float, float]) -> bool:
    """Whether two recordings cannot overlap, even if their clocks differ by the tolerance."""
    offset, tolerance = clock
    return offset - tolerance > one.duration or -offset - tolerance > two.duration


def matches(
    heard: Sequence[Listened], pairs: Sequence[Pair]
) -> tuple[dict[tuple[int, int], SoundMatch], dict[int, Comparison]]:
    """A match for as many pairs as it takes to join all that hear the same; and for others their best refusal."""
    parent = list(range(len(heard)))

    def root(n: int) -> int:
        while parent[n] != n:
            n = parent[n]
        return n

    found: dict[tuple[int, int], SoundMatch] = {}
    refused: dict[int, Comparison] = {}
    for pair in pairs:
        if root(pair.one) == root(pair.two):
            continue
        a, b = heard[pair.one], heard[pair.two]
        assert a.flux is not None and b.flux is not None
        result = believed(a.flux, b.flux, (pair.near, pair.best), a.read, b.read)
        if result.match is not None:
            found[pair.one, pair.two] = result.match
            parent[root(pair.two)] = root(pair.one)
        else:
            for n in (pair.one, pair.two):
                if n not in refused or result.score > refused[n].score:
                    refused[n] = result
    return found, refused


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
class Group:
    """Recordings joined by sound, by their place against the first; `start`: when the first began, by the clocks."""

    places: Mapping[int, Place]
    start: datetime | None = None
    lent_by: str | None = None
    """the file from whose sound this camera's clock is known to be off"""


def groups_of(heard: Sequence[Listened], matches: Mapping[tuple[int, int], SoundMatch]) -> list[Group]:
    """Recordings that hear the same, over as many others as it takes; one that nobody else hears is a group alone."""
    left, out = set(range(len(heard))), []
    # the longest recording with a clock is the one whose clock the others are measured in
    order = sorted(left, key=lambda n: (heard[n].recording.start_utc is None, -heard[n].recording.duration, n))
    for first in order:
        if first in left:
            places = _walk(first, matches)
            left -= places.keys()
            out.append(Group(places))
    return out


def _walk(first: int, matches: Mapping[tuple[int, int], SoundMatch]) -> dict[int, Place]:
    """Every recording that is joined to the first, over as many others as it takes."""
    places, todo = {first: Place(0.0, 0.0, 0.0, 0.0)}, [first]
    while todo:
        at = todo.pop()
        for other, match in _joined(at, matches):
            if other in places:
                continue
            here = places[at]
            places[other] = Place(
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
