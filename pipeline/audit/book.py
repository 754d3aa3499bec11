"""An audit of a period: its cases, its recordings, the goals of the policy, and what it was counted from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.audit.case import GROUPINGS, Case
from pipeline.audit.figures import Figures, figures, grouped
from pipeline.camera_use import IncidentFacts, RecordingFacts
from pipeline.reports.period import Period
from pipeline.rows import json_text

WHOLE = "All"
NO_CLOCK, NO_OFFICER, NO_CALL = (
    "no clock is known, so that it lies in no period", "the roster does not say who wore the camera",
    "no call of this officer was open",
)  # fmt: skip
"""Why a recording counts for no call."""


@dataclass(frozen=True)
class Loose:
    """A recording that counts for no call, and why."""

    facts: RecordingFacts
    reason: str


@dataclass(frozen=True)
class Hours:
    """Hours of the period's recordings, and in how many of them somebody looked for what."""

    recordings: int
    recorded: float
    heard: float
    seen: float
    read: float
    """words were looked at"""


@dataclass(frozen=True)
class Goals:
    """What the policy asks for, as shares."""

    activated: float
    covered: float
    reviewed: float


@dataclass(frozen=True)
class Book:
    """Everything that an audit shows. `wanted`: what it was narrowed down to, in words; () all."""

    period: Period
    cases: Sequence[Case]
    facts: Mapping[str, RecordingFacts]
    incidents: Sequence[IncidentFacts]
    goals: Goals
    policy: Mapping[str, str]
    used: frozenset[str] = frozenset()
    """recordings that count for a call of this period, or of one beside it, whatever the book was narrowed down to"""
    names: Mapping[str, str] = field(default_factory=dict)
    """officer's number -> name"""
    sources: Mapping[str, str] = field(default_factory=dict)
    """what it was counted from, in words: "calls" -> "dispatch.csv, 812 calls" """
    timeless: int = 0
    """calls that state no time: they lie in no period and are in no figure"""
    wanted: tuple[str, ...] = ()

    @cached_property
    def whole(self) -> Figures:
        return figures("", WHOLE, self.cases)

    def by(self, grouping: str) -> list[Figures]:
        """Figures of every group, by name."""
        if grouping not in GROUPINGS:
            raise KeyError(grouping)
        if grouping not in self._groups:
            self._groups[grouping] = grouped(self.cases, grouping, self.titles(grouping))
        return self._groups[grouping]

    @cached_property
    def _groups(self) -> dict[str, list[Figures]]:
        return {}

    def titles(self, grouping: str) -> dict[str, str]:
        """What a person calls the groups, where that is not the group itself."""
        return {n: f"{name} ({n})" for n, name in self.names.items() if name} if grouping == "officer" else {}

    def narrowed(self, keep: Callable[[Case], bool], said: Iterable[str]) -> Book:
        """The same book with some of its cases."""
        return replace(self, cases=[case for case in self.cases if keep(case)], wanted=(*self.wanted, *said))

    @cached_property
    def of_period(self) -> list[RecordingFacts]:
        """The recordings that start in the period, by start and id."""
        inside = [one for one in self.facts.values() if one.start_utc and self.period.holds(one.start_utc)]
        return sorted(inside, key=lambda one: (one.start_utc, one.id))

    @cached_property
    def loose(self) -> list[Loose]:
        """Recordings of the period that count for no call, and those that no clock places in any."""
        out = [Loose(one, NO_CALL if one.officer else NO_OFFICER) for one in self.of_period if one.id not in self.used]
        without = sorted((one for one in self.facts.values() if one.start_utc is None), key=lambda one: one.id)
        return out + [Loose(one, NO_CLOCK) for one in without]

    @cached_property
    def hours(self) -> Hours:
        of = self.of_period
        return Hours(
            len(of), _hours(of), _hours(o for o in of if o.hearing_known), _hours(o for o in of if o.seeing_known),
            _hours(o for o in of if o.words_known),
        )  # fmt: skip

    def input_hashes(self) -> dict[str, str]:
        """What was counted -> sha256 of it, whatever its order."""
        return {
            "cases": _digest(f"{case.key} {case.use!r}" for case in self.cases),
            "states": _digest(repr(state) for case in self.cases for state in case.states.values()),
            "recordings": _digest(_stable(one) for one in self.facts.values()),
            "policy": self.policy.get("sha256", ""),
        }


def _stable(one: RecordingFacts) -> str:
    """All that is known of a recording but where its file lies; `looked` is a set, which has no order of its own."""
    return repr(replace(one, path="", looked=frozenset())) + json_text(sorted(one.looked))


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _hours(of: Iterable[RecordingFacts]) -> float:
    return sum(round(one.duration * 1000) for one in of) / 3_600_000
