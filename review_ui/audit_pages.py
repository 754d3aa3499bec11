"""What the audit page shows, as JSON values: figures with filters, lists of calls, and one call on a line of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from pipeline.audit.book import Book
from pipeline.audit.case import GROUPINGS, Case, Measured
from pipeline.audit.figures import KINDS, STATES, Figures
from pipeline.audit.locks import Locked
from pipeline.audit.texts import clock, stamped
from pipeline.audit.view import officer_of
from pipeline.camera_use import UseFinding, UseKind
from pipeline.policy import Policy
from pipeline.reports.intervals import Estimate
from pipeline.rows import utc_text

FILTERS = ("officer", "unit", "shift", "call-type")
LISTS = ("with", "without", "not-told", "left-out")
CHANGED = "changed"
"""the list of calls that stand otherwise than when the period was locked"""
MOST_ROWS = 300
"""calls of a list that are sent at once"""


@dataclass(frozen=True)
class Narrowing:
    """What the figures are narrowed down to: grouping -> group."""

    groups: Mapping[str, str] = field(default_factory=dict)

    def of(self, book: Book) -> Book:
        if not self.groups:
            return book
        said = [
            f"{GROUPINGS[name].lower()} {book.titles(name).get(group, group)}" for name, group in self.groups.items()
        ]
        return book.narrowed(lambda case: all(case.groups[n] == g for n, g in self.groups.items()), said)


@dataclass(frozen=True)
class Wanted:
    """Which calls of a list are asked for; "" anything."""

    among: str = ""
    """one of LISTS, or CHANGED"""
    kind: str = ""
    state: str = ""
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """key of a call -> what changed since the period was locked"""

    def of(self, book: Book) -> Book:
        """The calls of the list alone, as an export has them."""
        parts = [self.among.replace("-", " "), self.kind.replace("_", " "), self.state]
        said = [f"list: {', '.join(part for part in parts if part)}"] if any(parts) else []
        return book.narrowed(self.fits, said) if said else book

    def fits(self, case: Case) -> bool:
        if self.among == CHANGED:
            return case.key in self.changed
        if self.among and self.among != among(case):
            return False
        if not (self.kind or self.state):
            return True
        return case.use.counts and any(self.fits_finding(case, finding) for finding in case.use.findings)

    def fits_finding(self, case: Case, finding: UseFinding) -> bool:
        return (not self.kind or finding.kind.value == self.kind) and (
            not self.state or case.state(finding).value == self.state
        )


def among(case: Case) -> str:
    """The list that a call belongs to: exactly one of LISTS."""
    if not case.use.counts:
        return "left-out"
    if not case.told:
        return "not-told"
    return "with" if case.use.recordings else "without"


def overview(
    book: Book, narrowing: Narrowing, grouping: str, held: Locked | None, policy: Policy,
    newest: tuple[date, date] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The figures of a period, of all and of each group, with what they can be narrowed down to.

    `newest`: the month of the newest call of the store, None: it has none.
    """
    shown = narrowing.of(book)
    return {
        "period": {"first": str(book.period.first), "last": str(book.period.last), "zone": book.period.zone.key},
        "grouping": grouping,
        "groupings": list(GROUPINGS.items()),
        "filters": {name: _options(book, name) for name in FILTERS},
        "narrowed": dict(narrowing.groups),
        "goals": asdict(book.goals),
        "policy": dict(book.policy),
        "sources": dict(book.sources),
        "kinds": [[kind.value, title] for kind, title in KINDS.items()],
        "states": [state.value for state in STATES],
        "observed": [_observed(kind, shown.whole) for kind in KINDS],
        "justifications": list(policy.camera.justifications),
        "whole": figures(shown.whole, held.whole if held else None),
        "groups": [figures(one, held.group(grouping, one.group) if held else None) for one in shown.by(grouping)],
        "left_out": dict(shown.whole.left_out),
        "categories": dict(shown.whole.categories),
        "hours": asdict(book.hours),
        "loose": _loose(book),
        "timeless": book.timeless,
        "newest": {"first": str(newest[0]), "last": str(newest[1])} if newest else None,
        "calls": len(book.cases),
        "incidents_only": bool(book.cases) and all(case.use.call is None for case in book.cases),
        "locked": _locked(held) if held else None,
        "zone_named": bool(policy.records.zone),
    }


def _options(book: Book, name: str) -> list[list[str]]:
    titles = book.titles(name)
    found = {case.groups[name] for case in book.cases}
    return sorted(([group, titles.get(group, group)] for group in found), key=lambda one: one[1].casefold())


def _loose(book: Book) -> list[dict[str, Any]]:
    return [
        {
            "id": one.facts.id,
            "file": one.facts.path.rsplit("/", 1)[-1] or one.facts.id[:12],
            "camera": one.facts.camera,
            "start": clock(one.facts.start_utc, book.period.zone),
            "duration": one.facts.duration,
            "reason": one.reason,
        }
        for one in book.loose[:MOST_ROWS]
    ] + [{"more": len(book.loose) - MOST_ROWS}] * (len(book.loose) > MOST_ROWS)


def figures(of: Figures, held: Mapping[str, Any] | None) -> dict[str, Any]:
    """One row of the table."""
    return {
        "group": of.group,
        "title": of.title,
        "cases": of.cases,
        "required": of.required,
        "with": of.with_video,
        "without": of.without_video,
        "not_told": of.not_told,
        "left_out": of.cases - of.required,
        "activated": _estimate(of.activated),
        "considered": _estimate(of.activated_considered),
        "required_s": of.required_s,
        "covered_s": of.covered_s,
        "coverage": of.coverage,
        "kinds": {
            kind.value: [found.count, found.median, found.worst, _could(kind.value, of)]
            for kind, found in of.kinds.items()
        },
        "states": dict(of.states),
        "unheard": _unknown(of.hearing),
        "unwatched": _unknown(of.seeing),
        "muted_s": of.muted_s,
        "unseen_s": of.unseen_s,
        "buffers": [of.buffers_known, of.buffers_unknown],
        "held": held["activated"]["value"] if held and held["activated"] else None,
    }


def _observed(kind: UseKind, of: Figures) -> dict[str, Any]:
    """A kind of observation over all calls: number, calls of those in which it could be looked for, median, longest and
    sum in seconds, and how often people said what of it."""
    found = of.kinds[kind]
    return {
        "kind": kind.value,
        "title": KINDS[kind],
        "count": found.count,
        "calls": found.calls,
        "looked": found.looked,
        "share": _estimate(found.share),
        "median": found.median,
        "longest": found.worst,
        "sum": found.seconds if found.count else None,
        "states": dict(found.states),
        "could": _could(kind.value, of),
    }


def _could(kind: str, of: Figures) -> bool:
    """Whether this could be looked for in any of the calls: where not, no number is shown."""
    if kind == "muted":
        return of.hearing.known > 0
    if kind == "not_seeing":
        return of.seeing.known > 0
    if kind == "buffer_missing":
        return of.buffers_known > 0
    return True


def _estimate(found: Estimate | None) -> list[float] | None:
    return [found.value, found.low, found.high] if found else None


def _unknown(measured: Measured) -> float | None:
    every = measured.known + measured.unknown
    return measured.unknown / every if every else None


def _locked(held: Locked) -> dict[str, Any]:
    row, here = held.row, {case.key for case in held.book.cases}
    return {
        "number": row.number,
        "who": row.who,
        "at_utc": utc_text(row.at_utc) if row.at_utc else "",
        "at": stamped(row.at_utc, held.book.period.zone) if row.at_utc else "",
        "sha256": row.sha256,
        "policy": f"{row.policy.get('name', '')} {row.policy.get('version', '')}",
        "whole": _whole_then(row.figures["whole"]),
        "gone": [f"{change.call}, {change.officer}" for change in held.changes if change.key not in here],
        "intact": held.intact,
        "changed": len(held.changes),
        "reasons": held.reasons,
        "policy_changed": held.policy_changed,
        "earlier": held.earlier,
        "reason": row.reason,
    }


def _whole_then(then: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of all as they were locked, in the words of `figures`."""
    activated = then["activated"]
    return {
        "required": then["required"],
        "with": then["with_video"],
        "without": then["without_video"],
        "not_told": then["not_told"],
        "left_out": then["cases"] - then["required"],
        "activated": [activated["value"], activated["low"], activated["high"]] if activated else None,
        "required_s": then["required_s"],
        "covered_s": then["covered_s"],
        "coverage": then["coverage"],
        "kinds": {kind: found["count"] for kind, found in then["kinds"].items()},
        "states": dict(then["states"]),
    }


def calls(cases: Iterable[Case], wanted: Wanted, book: Book, start: int = 0, key: str = "") -> dict[str, Any]:
    """The calls of a list, in order of time, from the one of this number on; or those among which the one of this key
    is, so that a link to a call of a long list leads to it."""
    found = [case for case in cases if wanted.fits(case)]
    if key:
        start = next((n for n, case in enumerate(found) if case.key == key), 0) // MOST_ROWS * MOST_ROWS
    rows = [_call(case, wanted, book) for case in found[start : start + MOST_ROWS]]
    return {"total": len(found), "from": start, "rows": rows}


def _call(case: Case, wanted: Wanted, book: Book) -> dict[str, Any]:
    use = case.use
    findings = use.findings if use.counts else ()
    return {
        "key": case.key,
        "call": use.key,
        "officer": officer_of(case),
        "start": clock(use.start_utc, book.period.zone),
        "type": case.groups["call-type"],
        "required_s": use.required_s,
        "covered_s": use.covered_s,
        "left_out": use.left_out,
        "recordings": len(use.recordings),
        "changed": list(wanted.changed.get(case.key, ())) if wanted.among == CHANGED else [],
        "observed": [[f.kind.value, f.seconds, case.state(f).value, wanted.fits_finding(case, f)] for f in findings],
    }
