"""An audit as a page for paper and screen: one file, charts drawn inside, every count with the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.audit.book import Book
from pipeline.audit.case import GROUPINGS, Case
from pipeline.audit.drawings import month_chart, share_bar
from pipeline.audit.figures import KINDS, STATES, Figures
from pipeline.audit.locks import Locked
from pipeline.audit.texts import beside_goal, clock, lasting, percent, rate, stamped, with_names
from pipeline.camera_use import UseFinding
from pipeline.reports.page import page

MOST_OPEN = 300
"""observations up to which their lists are open from the start, and so on paper"""
MOST_CHANGES = 200
"""Changed cases that the page lists one by one; all of them are counted."""


@dataclass(frozen=True)
class Line:
    """A call in a list. Moments in the agency's zone."""

    call: str
    officer: str
    start: str
    what: str
    required: float | None
    covered: float | None
    note: str


@dataclass(frozen=True)
class Seen:
    """An observation in a list."""

    id: str
    call: str
    officer: str
    start: str
    title: str
    seconds: float
    summary: str
    evidence: str
    sure: float
    state: str
    said: str
    """what the person gave as a reason, with category and name"""


@dataclass(frozen=True)
class Section:
    """A group with all its rows. `lists`: anchor -> (heading, calls); `seen`: kind -> observations."""

    anchor: str
    figures: Figures
    bar: str
    lists: Mapping[str, tuple[str, Sequence[Line]]]
    seen: Mapping[str, tuple[str, Sequence[Seen]]]

    @property
    def by_state(self) -> dict[str, list[Seen]]:
        every = [one for _, found in self.seen.values() for one in found]
        return {state.value: [one for one in every if one.state == state.value] for state in STATES}


def html(book: Book, grouping: str | None, locked: Locked | None = None) -> str:
    """The page. `grouping` None: the whole as one group."""
    whole = Section("all", book.whole, _bar(book, book.whole), {}, {})
    months = book.by("month")
    values = {
        "book": book,
        "whole": whole,
        "sections": _sections(book, grouping),
        "grouping": GROUPINGS[grouping] if grouping else "",
        "grouping_key": grouping or "",
        "kinds": {kind.value: title for kind, title in KINDS.items()},
        "states": [state.value for state in STATES],
        "months": month_chart(months, book.goals.activated) if len(months) > 1 else "",
        "locked": locked,
        "most_changes": MOST_CHANGES,
        "open_seen": sum(book.whole.states.values()) <= MOST_OPEN,
        "lasting": lasting,
        "percent": percent,
        "as_rate": rate,
        "beside_goal": beside_goal,
        "moment": lambda at: stamped(at, book.period.zone),
        "local": lambda moment: clock(moment, book.period.zone),
    }
    return page("audit.html", values)


def _sections(book: Book, grouping: str | None) -> list[Section]:
    if grouping is None:
        return [_section("g0", book.whole, book.cases, book)]
    of: dict[str, list[Case]] = {}
    for case in book.cases:
        of.setdefault(case.groups[grouping], []).append(case)
    return [_section(f"g{n}", one, of[one.group], book) for n, one in enumerate(book.by(grouping))]


def _section(anchor: str, of: Figures, cases: Sequence[Case], book: Book) -> Section:
    zone = book.period.zone
    counting = [case for case in cases if case.use.counts]
    lists = {
        "with": ("With video", [c for c in counting if c.told and c.use.recordings]),
        "without": ("Without video", [c for c in counting if c.told and not c.use.recordings]),
        "not-told": ("Cannot be told", [c for c in counting if not c.told]),
        "left-out": ("Left out", [c for c in cases if not c.use.counts]),
    }
    seen: dict[str, list[Seen]] = {kind.value: [] for kind in KINDS}
    for case in counting:
        for finding in case.use.findings:
            seen[finding.kind.value].append(_seen(case, finding, book))
    return Section(
        anchor,
        of,
        _bar(book, of),
        {name: (title, [_line(case, zone) for case in found]) for name, (title, found) in lists.items()},
        {kind.value: (title, seen[kind.value]) for kind, title in KINDS.items()},
    )


def _bar(book: Book, of: Figures) -> str:
    return share_bar(of.activated, book.goals.activated)


def _line(case: Case, zone: ZoneInfo) -> Line:
    use = case.use
    return Line(
        call=use.key,
        officer=officer_of(case),
        start=clock(use.start_utc, zone),
        what=case.groups["call-type"],
        required=use.required_s if use.counts else None,
        covered=use.covered_s if use.counts else None,
        note="; ".join(one for one in (use.left_out, *use.notes) if one),
    )


def officer_of(case: Case) -> str:
    """The officer as a person reads it."""
    number = case.use.officer
    return f"{case.name} ({number})" if case.name else number or "not stated"


def _seen(case: Case, finding: UseFinding, book: Book) -> Seen:
    said = case.said(finding)
    parts: Iterable[str] = (said.category, said.reason, said.who) if said else ()
    return Seen(
        id=finding.id,
        call=case.use.key,
        officer=officer_of(case),
        start=clock(finding.start_utc, book.period.zone),
        title=KINDS[finding.kind],
        seconds=finding.seconds,
        summary=with_names(finding.summary, book.names),
        # the dispatch record is the same for all of a call
        evidence=with_names("; ".join(one.text for one in finding.evidence if one.kind != "dispatch"), book.names),
        sure=finding.sure,
        state=case.state(finding).value,
        said=", ".join(part for part in parts if part),
    )
