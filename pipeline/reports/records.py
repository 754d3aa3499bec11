"""Records of an officer, unit or precinct over a period: what was recorded, looked at, and confirmed by people.

Techniques are counted where a person confirmed them, in recordings that were reviewed, per hour of contact in those
same recordings: a count over everything recorded would fall wherever nobody looks. No total over techniques is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.force import ForceReport
from pipeline.policy import Policy
from pipeline.reports.intervals import Estimate, rate, share
from pipeline.reports.kept import Gathered, Kept, Utterance, positive_labels
from pipeline.reports.period import Period
from pipeline.roster import Assignment, Roster
from pipeline.sequence import title_of
from pipeline.table_file import plain_name
from pipeline.types import merged

GROUPS: Mapping[str, Callable[[Assignment], str]] = {
    "officer": lambda a: a.officer,
    "unit": lambda a: a.unit,
    "precinct": lambda a: a.precinct,
}
UNASSIGNED = "not on the roster"
"""Recordings whose camera the roster gives to nobody at that time: listed, never left out."""
EXAMPLES = 10
"""confirmed utterances that are quoted"""
HOUR = 3600.0


@dataclass(frozen=True)
class TechniqueCount:
    """One technique in the record of a group."""

    label: str
    title: str
    confirmed: int
    """in reviewed recordings"""
    not_yet: int
    """found in any recording, no verdict of a person yet"""
    per_hour: Estimate | None
    """confirmed, per hour of contact in reviewed recordings"""
    contacts: int
    """reviewed events with contact in which it was confirmed"""
    of_contacts: Estimate | None
    """their share"""
    months: Mapping[str, Estimate | None]
    """per hour, by month; None: no reviewed contact"""


@dataclass(frozen=True)
class Record:
    """The record of an officer, unit, precinct, or of the whole store. Hours, not seconds."""

    group: str
    """"officer", "unit", "precinct" or "all" """
    name: str
    title: str
    recordings: int
    reviewed_recordings: int
    recorded: float
    analysed: float
    draft: float
    """of those analysed: words of a draft recogniser, of low accuracy"""
    reviewed: float
    contact: float
    reviewed_contact: float
    events: int
    """events with contact"""
    reviewed_events: int
    """events with contact among the reviewed recordings"""
    findings: int
    looked_at: int
    techniques: Sequence[TechniqueCount]
    examples: Sequence[Utterance]
    """confirmed techniques, newest last"""
    missing: Mapping[str, float]
    """why words were not analysed -> hours"""
    adverse: Mapping[str, int]
    """title -> how often a person confirmed both what was said and that this officer said it"""
    force_reports: int


def records(
    gathered: Gathered, group: str, policy: Policy, roster: Roster, reports: Iterable[ForceReport],
    labels: Sequence[str] | None = None,
) -> list[Record]:  # fmt: skip
    """The record of every officer, unit or precinct of the roster in the period, in alphabetical order; at the end
    that of recordings whose camera is on no roster. `labels`: techniques that are counted, None: all."""
    of = GROUPS[group]
    members: dict[str, list[Kept]] = {}
    names: dict[str, str] = {}
    for a in roster.assignments:
        if a.start < gathered.period.end and (a.end is None or a.end > gathered.period.start) and of(a):
            members.setdefault(of(a), [])
            names[of(a)] = f"{a.name} ({a.officer})" if group == "officer" and a.name else of(a)
    for kept in gathered.recordings:
        name = of(kept.assignment) if kept.assignment else UNASSIGNED
        members.setdefault(name or UNASSIGNED, []).append(kept)
    listed = list(reports)
    out = [
        _record(group, name, names.get(name, name), kept, gathered, policy,
                [r for r in listed if concerns(r, group, name, roster)], labels)
        for name, kept in members.items()
    ]  # fmt: skip
    return sorted(out, key=lambda r: (r.name == UNASSIGNED, plain_name(r.title), r.name))


def records_by_month(
    gathered: Gathered, policy: Policy, reports: Iterable[ForceReport], labels: Sequence[str] | None = None
) -> list[Record]:
    """The record of every month that the period touches, in order."""
    listed, month_of = list(reports), gathered.period.month
    return [
        _record("month", month, month, [k for k in gathered.recordings if month_of(k.start) == month], gathered, policy,
                [r for r in listed if month_of(r.at) == month], labels)
        for month in gathered.period.months()
    ]  # fmt: skip


def record_of_all(
    gathered: Gathered, policy: Policy, reports: Sequence[ForceReport], title: str = "all recordings"
) -> Record:
    """The record of everything that was gathered."""
    return _record("all", "", title, gathered.recordings, gathered, policy, reports)


def concerns(report: ForceReport, group: str, name: str, roster: Roster) -> bool:
    """Whether a force report is of a group, or names an officer."""
    if group == "officer":
        return any(a.officer == name for officer in report.officers for a in roster.called(officer, report.at))
    return plain_name(report.unit if group == "unit" else report.precinct) == plain_name(name)


def _record(
    group: str, name: str, title: str, kept: Sequence[Kept], gathered: Gathered, policy: Policy,
    reports: Sequence[ForceReport], labels: Sequence[str] | None = None,
) -> Record:  # fmt: skip
    reviewed = [k for k in kept if k.reviewed]
    ids = {k.recording.id for k in kept}
    own = [u for u in gathered.utterances if belongs(u, group, name, ids)]
    praised = [u for u in own if not u.adverse]
    with_contact = {k.event for k in reviewed if k.contact}
    hours = contact_by_month(reviewed, gathered.period)
    techniques = [_technique(label, title_of(label, policy), praised, reviewed, hours)
                  for label in positive_labels(policy) if labels is None or label in labels]  # fmt: skip
    return Record(
        group=group,
        name=name,
        title=title,
        recordings=len(kept),
        reviewed_recordings=len(reviewed),
        recorded=sum(k.recording.duration for k in kept) / HOUR,
        analysed=sum(k.analysed for k in kept) / HOUR,
        draft=sum(k.analysed for k in kept if k.draft) / HOUR,
        reviewed=sum(k.recording.duration for k in reviewed) / HOUR,
        contact=contact_hours(kept),
        reviewed_contact=contact_hours(reviewed),
        events=len({k.event for k in kept if k.contact}),
        reviewed_events=len(with_contact),
        findings=sum(k.findings for k in kept),
        looked_at=sum(k.looked_at for k in kept),
        techniques=techniques,
        examples=[u for u in praised if u.confirmed and u.text][-EXAMPLES:],
        missing=_missing(kept),
        adverse=_adverse(own),
        force_reports=len(reports),
    )


def contact_hours(kept: Iterable[Kept]) -> float:
    """Hours of contact, once for all cameras of an event."""
    events: dict[str, list[Kept]] = {}
    for one in kept:
        events.setdefault(one.event, []).append(one)
    spans = (span for group in events.values() for span in merged([c for k in group for c in k.contact]))
    return sum(span.duration for span in spans) / HOUR


def contact_by_month(kept: Iterable[Kept], period: Period) -> dict[str, float]:
    """Hours of contact of every month that the period touches."""
    months: dict[str, list[Kept]] = {month: [] for month in period.months()}
    for one in kept:
        months[period.month(one.start)].append(one)
    return {month: contact_hours(then) for month, then in months.items()}


def belongs(utterance: Utterance, group: str, name: str, recordings: Collection[str]) -> bool:
    """By whom a person named as the speaker, else by whose camera heard it; what is adverse, only by the former.

    `recordings`: those of the group.
    """
    if group == "all":
        return True
    if group == "month":
        return utterance.month == name
    if utterance.spoken_by is not None:
        return GROUPS[group](utterance.spoken_by) == name
    return not utterance.adverse and not utterance.recordings.isdisjoint(recordings)


def _missing(kept: Iterable[Kept]) -> dict[str, float]:
    out: dict[str, float] = {}
    for one in kept:
        for reason, seconds in one.missing.items():
            out[reason] = out.get(reason, 0.0) + seconds / HOUR
    return dict(sorted(out.items(), key=lambda item: -item[1]))


def _technique(
    label: str, title: str, own: Sequence[Utterance], reviewed: Sequence[Kept], hours: Mapping[str, float]
) -> TechniqueCount:
    of_label = [u for u in own if u.label == label]
    # by event: a colleague's recording of it may hold what a person named this officer as the speaker of
    events = {k.event for k in reviewed}
    confirmed = [u for u in of_label if u.confirmed and u.event in events]
    with_contact = {k.event for k in reviewed if k.contact}
    hit = {u.event for u in confirmed} & with_contact
    said = Counter(u.month for u in confirmed)
    return TechniqueCount(
        label=label,
        title=title,
        confirmed=len(confirmed),
        not_yet=sum(not u.confirmed for u in of_label),
        per_hour=rate(len(confirmed), contact_hours(reviewed)),
        contacts=len(hit),
        of_contacts=share(len(hit), len(with_contact)),
        months={month: rate(said[month], of) for month, of in hours.items()},
    )


def _adverse(own: Iterable[Utterance]) -> dict[str, int]:
    out: dict[str, int] = {}
    for one in own:
        if one.adverse and one.confirmed and one.spoken_by is not None:
            out[one.title] = out.get(one.title, 0) + 1
    return dict(sorted(out.items()))
