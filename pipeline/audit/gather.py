"""The book of an audit from a store: calls and roster as they were imported, or as given for this run alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.audit.book import Book, Goals
from pipeline.audit.case import Grouper, cases
from pipeline.audit.shifts import shifts_of
from pipeline.call_use import with_speech
from pipeline.camera_use import Call, CallUse, State, UseInputs, UseRules, assess_set_right, worn
from pipeline.camera_use.clock_by_calls import Shift
from pipeline.camera_use.rules import lasting
from pipeline.policy import Policy
from pipeline.reports.period import Period
from pipeline.roster import Roster
from pipeline.store import Store

BESIDE = timedelta(days=1)
"""round a period: a call of the evening before can ask for a recording that runs into it"""


@dataclass(frozen=True)
class Assessed:
    """Calls against recordings, before anybody's states: the slow part, kept by the screen until the store changes."""

    period: Period
    uses: Sequence[CallUse]
    """of the period"""
    timeless: int
    """calls that state no time, and so lie in no period"""
    used: frozenset[str]
    """recordings that count for a call, also for one just before or after the period"""
    inputs: UseInputs
    roster: Roster
    policy: Policy
    sources: Mapping[str, str]


def assessed(
    store: Store,
    policy: Policy,
    period: Period,
    *,
    calls: Iterable[Call] | None = None,
    roster: Roster | None = None,
) -> Assessed:
    """Reads the store once and lays calls against recordings.

    `calls` and `roster` stand in for what was imported, for this run alone; None: what the store has. Of the calls
    those of the period are kept, so an export of years may be given as it is read.
    """
    near = (period.start - BESIDE, period.end + BESIDE)
    inputs = store.camera_use_inputs(*near, policy.camera.least_score)
    if calls is not None:
        inputs = replace(inputs, calls=[c for c in calls if c.first is None or near[0] <= c.first < near[1]])
    used = roster if roster is not None else store.roster()
    sources = {
        "calls": _calls_said(inputs.calls, given=calls is not None),
        "roster": f"{len(used)} assignments" + (", given for this run" if roster is not None else ""),
        "recordings": f"{len(inputs.facts)} of the period and a day round it",
    }
    timeless = store.calls_without_time() if calls is None else sum(c.first is None for c in inputs.calls)
    found = assess_period(inputs, used, policy, period)
    uses = tuple(with_speech(found.uses, store.speech_heard))
    return replace(found, uses=uses, sources={**sources, **found.sources}, timeless=timeless)


def recorded(store: Store, policy: Policy, period: Period) -> Assessed:
    """The recordings of a period and who wore their cameras, no calls and nothing that was found on them: what samples
    are drawn from."""
    roster = store.roster()
    facts = store.recording_facts(period.start - BESIDE, period.end + BESIDE, found=False)
    inputs = UseInputs((), worn(facts, roster))
    return Assessed(period, (), 0, frozenset(), inputs, roster, policy, {})


def assess_period(inputs: UseInputs, roster: Roster, policy: Policy, period: Period) -> Assessed:
    """Lays calls against recordings: a pure function of what it is given."""
    own = worn(inputs.facts, roster)
    rules = UseRules.of(policy, period.zone)
    every, facts, shifted = assess_set_right(inputs.calls, roster, own, rules, inputs.incidents)
    return Assessed(
        period=period,
        uses=[one for one in every if period.holds(one.start_utc)],
        timeless=sum(call.first is None for call in inputs.calls),
        used=frozenset(recording for one in every for recording in one.recordings),
        inputs=replace(inputs, facts=facts),
        roster=roster,
        policy=policy,
        sources={"clocks": _clocks_said(shifted)} if shifted else {},
    )


def book_of(found: Assessed, states: Mapping[str, State]) -> Book:
    """The book: what was assessed, with what people said of it."""
    facts = {one.id: one for one in found.inputs.facts}
    names = names_of(found.roster)
    grouper = Grouper(found.period.zone, shifts_of(found.policy.camera.shifts))
    goals = found.policy.camera
    return Book(
        period=found.period,
        cases=cases(found.uses, facts, states, names, grouper),
        facts=facts,
        incidents=found.inputs.incidents,
        goals=Goals(goals.goal_activated, goals.goal_covered, goals.goal_reviewed),
        policy=dict(found.policy.stamp),
        used=found.used,
        names=names,
        sources=found.sources,
        timeless=found.timeless,
    )


def names_of(roster: Roster) -> dict[str, str]:
    """Officer's number -> name, the newest where it changed."""
    ordered = sorted(roster.assignments, key=lambda a: a.start)
    return {one.officer: one.name for one in ordered if one.name}


def _clocks_said(shifted: Sequence[Shift]) -> str:
    of = ", ".join(f"{len(one.recordings)} by {lasting(abs(one.ahead))}" for one in shifted)
    return f"recordings moved to the calls that they fit, since their camera's clock seems to be off: {of}"


def _calls_said(calls: Iterable[Call], *, given: bool) -> str:
    by = Counter(call.source or "no file named" for call in calls)
    files = (f"{name}: {count} {'row' if count == 1 else 'rows'}" for name, count in sorted(by.items()))
    return (", ".join(files) or "none") + (", given for this run" if given else "")
