"""The figures of an audit: plain counts and sums over cases, for all of them and for every group.

Every case belongs to one group of a grouping, so that the counts of the groups add up to those of the whole. What was
not measured is counted as such, never as nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from pipeline.audit.case import Case, Measured
from pipeline.camera_use import UseFinding, UseKind, UseState
from pipeline.reports.intervals import Estimate, share

KINDS: Mapping[UseKind, str] = {
    UseKind.NO_RECORDING: "No recording",
    UseKind.LATE_START: "Late start",
    UseKind.EARLY_STOP: "Early stop",
    UseKind.GAP: "Gap",
    UseKind.MUTED: "No sound",
    UseKind.NOT_SEEING: "Not seeing",
    UseKind.BUFFER_MISSING: "Buffer missing or short",
}
"""What can be observed -> how a person reads it, in the order of tables."""
STATES = tuple(UseState)
EXCUSED = frozenset({UseState.JUSTIFIED, UseState.NOT_APPLICABLE})
"""States of a missing recording that take its call out of the second rate."""


@dataclass(frozen=True)
class Spread:
    """Observations of one kind: how many, on how many calls, and their seconds (None: there are none)."""

    count: int = 0
    calls: int = 0
    seconds: float = 0.0
    median: float | None = None
    worst: float | None = None
    states: Mapping[str, int] = field(default_factory=dict)
    share: Estimate | None = None
    """of the calls in which it could be looked for"""
    looked: int = 0
    """calls in which it could be looked for"""


@dataclass(frozen=True)
class Figures:
    """The figures of one group. Calls are one officer at one call; times in seconds."""

    group: str
    title: str
    cases: int
    left_out: Mapping[str, int]
    """reason -> calls that the policy does not ask a recording of, or of which that cannot be told"""
    required: int
    """calls that count"""
    with_video: int
    without_video: int
    not_told: int
    """calls of which it cannot be told whether there is a recording: in no rate"""
    activated: Estimate | None
    """with video, of those of which it can be told; None: of none"""
    activated_considered: Estimate | None
    """the same, without calls whose missing recording a person called justified or not applicable"""
    required_s: float
    covered_s: float
    coverage: float | None
    """share of the required time of the calls of which it can be told; no interval: seconds are no independent cases"""
    kinds: Mapping[UseKind, Spread]
    states: Mapping[str, int]
    categories: Mapping[str, int]
    """of what a person called justified: category -> observations"""
    hearing: Measured
    seeing: Measured
    muted_s: float
    unseen_s: float
    buffers_known: int
    buffers_unknown: int
    recordings: int


def figures(group: str, title: str, of: Sequence[Case]) -> Figures:
    """The figures of some cases, whatever their order."""
    counting = [case for case in of if case.use.counts]
    told = [case for case in counting if case.told]
    with_video = [case for case in told if case.use.recordings]
    considered = [case for case in told if case.use.recordings or not _excused(case)]
    required_s = _sum(case.use.required_s for case in told)
    covered_s = _sum(case.use.covered_s for case in told)
    found = [(case, finding) for case in counting for finding in case.use.findings]
    justified = [(c, f) for c, f in found if c.state(f) is UseState.JUSTIFIED]
    states = Counter(case.state(finding).value for case, finding in found)
    return Figures(
        group=group,
        title=title,
        cases=len(of),
        left_out=dict(sorted(Counter(case.left_out for case in of if not case.use.counts).items())),
        required=len(counting),
        with_video=len(with_video),
        without_video=len(told) - len(with_video),
        not_told=len(counting) - len(told),
        activated=share(len(with_video), len(told)),
        activated_considered=share(len(with_video), len(considered)),
        required_s=required_s,
        covered_s=covered_s,
        coverage=covered_s / required_s if required_s > 0 else None,
        kinds={kind: _spread(kind, counting, found) for kind in KINDS},
        states={state.value: states[state.value] for state in STATES},
        categories=dict(sorted(Counter(c.category(f) or "without a category" for c, f in justified).items())),
        hearing=_added(case.hearing for case in counting),
        seeing=_added(case.seeing for case in counting),
        muted_s=_sum(case.use.muted_s or 0.0 for case in counting),
        unseen_s=_sum(case.use.unseen_s or 0.0 for case in counting),
        buffers_known=sum(case.buffers[0] for case in counting),
        buffers_unknown=sum(case.buffers[1] for case in counting),
        recordings=len({recording for case in counting for recording in case.use.recordings}),
    )


def grouped(of: Iterable[Case], grouping: str, titles: Mapping[str, str] | None = None) -> list[Figures]:
    """The figures of every group, by name: nobody is ranked."""
    groups: dict[str, list[Case]] = {}
    for case in of:
        groups.setdefault(case.groups[grouping], []).append(case)
    named = titles or {}
    made = [figures(group, named.get(group, group), members) for group, members in groups.items()]
    return sorted(made, key=lambda one: (one.title.casefold(), one.group))


def _excused(case: Case) -> bool:
    missing = [f for f in case.use.findings if f.kind is UseKind.NO_RECORDING]
    return bool(missing) and all(case.state(finding) in EXCUSED for finding in missing)


def _could_be_seen(kind: UseKind, case: Case) -> bool:
    """Whether an observation of this kind could have been made of a case."""
    if kind is UseKind.NO_RECORDING:
        return case.told
    if kind is UseKind.MUTED:
        return case.hearing.known > 0
    if kind is UseKind.NOT_SEEING:
        return case.seeing.known > 0
    if kind is UseKind.BUFFER_MISSING:
        return case.buffers[0] > 0
    return bool(case.use.recordings)


def _spread(kind: UseKind, counting: Sequence[Case], found: Sequence[tuple[Case, UseFinding]]) -> Spread:
    of_kind = [(case, finding) for case, finding in found if finding.kind is kind]
    looked = sum(_could_be_seen(kind, case) for case in counting)
    calls = len({id(case) for case, _ in of_kind})
    seconds = [finding.seconds for _, finding in of_kind]
    states = Counter(case.state(finding).value for case, finding in of_kind)
    return Spread(
        count=len(of_kind),
        calls=calls,
        seconds=_sum(seconds),
        median=round(median(seconds), 3) if seconds else None,
        worst=max(seconds, default=None),
        states={state.value: states[state.value] for state in STATES},
        share=share(calls, max(looked, calls)),
        looked=max(looked, calls),
    )


def _added(measured: Iterable[Measured]) -> Measured:
    every = list(measured)
    return Measured(_sum(one.known for one in every), _sum(one.unknown for one in every))


def _sum(seconds: Iterable[float]) -> float:
    # in whole milliseconds, so that the order of adding up changes nothing
    return sum(round(one * 1000) for one in seconds) / 1000
