"""A random draw of recordings that anybody can repeat: the same seed and recordings give the same draw, in any order.

The order of a group's recordings is that of sha256(seed, one space, recording id) as hexadecimal text; the first `each`
are drawn. No generator of random numbers is involved, so that `printf '%s %s' SEED RECORDING | sha256sum` for every
recording, sorted, is a complete check with no program of ours. A recording that is added later can push at most one
other out of its group's draw.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.reports.period import Period

METHOD = "sha256(seed, space, recording id), smallest first"
GROUPINGS = ("officer", "unit")


@dataclass(frozen=True)
class Sample:
    """A draw as it is kept. `population` and `drawn`: group -> ids of recordings."""

    period: Period
    grouping: str
    each: int
    seed: str
    population: Mapping[str, tuple[str, ...]]
    """sorted, so that it does not tell in which order the store had them"""
    drawn: Mapping[str, tuple[str, ...]]
    """in the order of the draw"""
    who: str
    at_utc: datetime
    method: str = METHOD
    number: int = 0
    """its number in the store; 0: not kept yet"""

    @property
    def recordings(self) -> tuple[str, ...]:
        """Everything that was drawn, by group."""
        return tuple(one for group in sorted(self.drawn) for one in self.drawn[group])


def new_seed() -> str:
    """A seed that nobody chose: 64 random bits, as 16 letters and digits."""
    return secrets.token_hex(8)


def place(seed: str, recording: str) -> str:
    """What a recording is put in order by."""
    return hashlib.sha256(f"{seed} {recording}".encode()).hexdigest()


def draw(population: Mapping[str, Iterable[str]], each: int, seed: str) -> dict[str, tuple[str, ...]]:
    """The first `each` recordings of every group; all of them where a group has no more. Groups by name."""
    drawn = {}
    for group in sorted(population):
        ordered = sorted(set(population[group]), key=lambda recording: (place(seed, recording), recording))
        drawn[group] = tuple(ordered[:each])
    return drawn


def as_population(of_group: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """(group, recording) pairs as a population: groups and recordings sorted, each recording once."""
    found: dict[str, set[str]] = {}
    for group, recording in of_group:
        found.setdefault(group, set()).add(recording)
    return {group: tuple(sorted(found[group])) for group in sorted(found)}


def redrawn_alike(sample: Sample) -> bool:
    """Whether the draw is what its seed and its population give."""
    return sample.method == METHOD and draw(sample.population, sample.each, sample.seed) == dict(sample.drawn)
