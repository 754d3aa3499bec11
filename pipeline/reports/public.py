"""The annual public report: force and de-escalation in counts that are safe to publish.

No names, no report numbers, no moments; nothing that a file said in free words. Categories are those that the pack
lists, everything else is one category; a precinct is named where five reports or more are from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.force import ForceReport, Link
from pipeline.policy import Policy
from pipeline.policy.records import NOT_LISTED, NOT_STATED
from pipeline.reports.kept import Gathered, positive_labels
from pipeline.reports.records import Record
from pipeline.reports.suppression import SMALLEST
from pipeline.reports.tables import Case, Counts, Dimension, counted
from pipeline.sequence import title_of

WITHHELD = "withheld"
OTHER_PRECINCTS = "Other precincts"
_TITLES: Mapping[str, str] = {
    "kinds": "Type of force", "race": "Race", "ethnicity": "Ethnicity", "subject_injury": "Injury of the person",
    "officer_injury": "Injury of an officer", "resistance": "Resistance",
}  # fmt: skip
CROSSED = (("race", "kinds"), ("race", "ethnicity"), ("race", "subject_injury"), ("race", "precinct"))
"""Race against the others: tables in a star, see `tables.counted`."""
ORDER = ("month", "kinds", "race", "ethnicity", "subject_injury", "officer_injury", "resistance", "precinct", "heard")
NOT_RECORDED = "No recording linked"
NOT_LOOKED_AT = "Recorded, words not analysed"
NONE_FOUND = "Recorded, no technique found"
FOUND = "Technique found, not confirmed by a person"
CONFIRMED = "Technique confirmed by a person"
HEARD = (CONFIRMED, FOUND, NONE_FOUND, NOT_LOOKED_AT, NOT_RECORDED)


@dataclass(frozen=True)
class PublicReport:
    """Everything that is published of a year."""

    year: int
    zone: str
    force: Counts
    techniques: Counts
    """confirmed techniques by kind and month: utterances, each once for all cameras"""
    record: Record
    """hours of the whole agency"""

    def rows(self) -> list[dict[str, Any]]:
        """Every published count as a row of the CSV."""
        return [*_rows("use-of-force reports", self.force), *_rows("confirmed techniques", self.techniques)]


def public_report(
    year: int, zone: str, reports: Sequence[ForceReport], links: Sequence[Link], gathered: Gathered, record: Record,
    policy: Policy,
) -> PublicReport:  # fmt: skip
    """Pure. `reports` of other years are left out; only sure links count."""
    of_year = [r for r in reports if r.at.year == year]
    precincts = _precincts(of_year)
    heard = _heard(links, gathered)
    cases = [_case(r, policy, precincts, heard.get(r.number, NOT_RECORDED)) for r in of_year]
    return PublicReport(
        year, zone, counted(cases, _dimensions(year, policy, precincts), CROSSED), _techniques(gathered, policy), record
    )


def _dimensions(year: int, policy: Policy, precincts: Mapping[str, str]) -> list[Dimension]:
    values = policy.records.force_reports.values
    out = [Dimension("month", "Month", tuple(f"{year}-{n:02}" for n in range(1, 13)))]
    for name, title in _TITLES.items():
        listed = values[name].names if name in values else ()
        unlisted = [n for n in (NOT_LISTED, NOT_STATED) if n not in listed]
        out.append(Dimension(name, title, (*listed, *unlisted), several=name == "kinds"))
    out.append(Dimension("precinct", "Precinct", tuple(dict.fromkeys([*sorted(set(precincts.values()) - _LAST),
                                                                      *sorted(_LAST)]))))  # fmt: skip
    out.append(Dimension("heard", "De-escalation heard in linked recordings", HEARD))
    return sorted(out, key=lambda d: ORDER.index(d.name))


_LAST = {OTHER_PRECINCTS, NOT_STATED}


def _precincts(reports: Sequence[ForceReport]) -> dict[str, str]:
    """A precinct as the file has it -> as it is published."""
    often = Counter(" ".join(r.precinct.split()) for r in reports)
    named = {p: p if often[p] >= SMALLEST else OTHER_PRECINCTS for p in often}
    return named | {"": NOT_STATED}


def _case(report: ForceReport, policy: Policy, precincts: Mapping[str, str], heard: str) -> Case:
    rules = policy.records.force_reports
    kinds = tuple(dict.fromkeys(rules.category("kinds", kind) for kind in report.kinds)) or (NOT_STATED,)
    return {
        "month": (f"{report.at:%Y-%m}",),
        "kinds": kinds,
        "precinct": (precincts[" ".join(report.precinct.split())],),
        "heard": (heard,),
        **{
            name: (rules.category(name, getattr(report, name)),)
            for name in ("race", "ethnicity", "subject_injury", "officer_injury", "resistance")
        },
    }


def _heard(links: Sequence[Link], gathered: Gathered) -> dict[str, str]:
    """For each report with a sure link: what was heard of de-escalation there, the most certain of its recordings."""
    by_event: dict[str, str] = {}
    event_of = {k.recording.id: k.event for k in gathered.recordings}
    for kept in gathered.recordings:
        _raise(by_event, kept.event, NONE_FOUND if kept.analysed else NOT_LOOKED_AT)
    for one in gathered.utterances:
        if not one.adverse:
            for recording in one.recordings:
                _raise(by_event, event_of[recording], CONFIRMED if one.confirmed else FOUND)
    out: dict[str, str] = {}
    for link in links:
        if link.sure and link.subject in by_event:
            _raise(out, link.report, by_event[link.subject])
    return out


def _raise(states: dict[str, str], key: str, state: str) -> None:
    states[key] = min(states.get(key, NOT_RECORDED), state, key=HEARD.index)


def _techniques(gathered: Gathered, policy: Policy) -> Counts:
    titles = tuple(dict.fromkeys(title_of(label, policy) for label in positive_labels(policy)))
    months = tuple(gathered.period.months())
    dimensions = [Dimension("technique", "Technique", titles), Dimension("month", "Month", months)]
    cases: list[Case] = [
        {"technique": (u.title,), "month": (u.month,)} for u in gathered.utterances if u.confirmed and not u.adverse
    ]
    return counted(cases, dimensions, [("technique", "month")])


def _rows(what: str, counts: Counts) -> list[dict[str, Any]]:
    def row(first: str, one: str, second: str, other: str, *cell: tuple[str, str]) -> dict[str, Any]:
        shown = counts.shown(*cell)
        count = WITHHELD if shown is None else shown
        return {"counted": what, "by": first, "value": one, "and_by": second, "and_value": other, "count": count}

    dims = counts.dimensions
    out = [row("all", "", "", "")]
    out += [row(d.title, v, "", "", (d.name, v)) for d in dims.values() for v in d.values]
    out += [
        row(dims[a].title, x, dims[b].title, y, (a, x), (b, y))
        for a, b in counts.crossed
        for x in dims[a].values
        for y in dims[b].values
    ]
    return out
