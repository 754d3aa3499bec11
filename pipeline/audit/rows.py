"""An audit as rows and as JSON: the figures of each group, each call, each observation, each recording left over.

Times are seconds, moments ISO 8601 in UTC. A cell that nobody measured is empty, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pipeline.audit.book import Book
from pipeline.audit.case import Case
from pipeline.audit.figures import KINDS, Figures
from pipeline.camera_use import UseFinding
from pipeline.reports.intervals import CONFIDENCE, Estimate
from pipeline.rows import utc_text

SCHEMA = "bwc-audit-1"
"""Grows with every change that a reader of the JSON has to know of."""


def figure_rows(book: Book, grouping: str | None) -> list[dict[str, Any]]:
    """One row for each group, the whole last."""
    of = [*(book.by(grouping) if grouping else ()), book.whole]
    return [{"from": str(book.period.first), "to": str(book.period.last)} | _figure_row(one) for one in of]


def _figure_row(one: Figures) -> dict[str, Any]:
    row: dict[str, Any] = {
        "group": one.group,
        "name": one.title,
        "calls": one.cases,
        "calls_left_out": sum(one.left_out.values()),
        "calls_required": one.required,
        "calls_with_video": one.with_video,
        "calls_without_video": one.without_video,
        "calls_not_told": one.not_told,
        **_estimate("activation", one.activated),
        **_estimate("activation_considered", one.activated_considered),
        "required_s": one.required_s,
        "covered_s": one.covered_s,
        "coverage": _rounded(one.coverage),
        "sound_measured_s": one.hearing.known,
        "sound_not_measured_s": one.hearing.unknown,
        "muted_s": one.muted_s if one.hearing.known else None,
        "picture_measured_s": one.seeing.known,
        "picture_not_measured_s": one.seeing.unknown,
        "unseen_s": one.unseen_s if one.seeing.known else None,
        "buffers_measured": one.buffers_known,
        "buffers_not_measured": one.buffers_unknown,
        "recordings": one.recordings,
    }
    for kind in KINDS:
        found = one.kinds[kind]
        row |= {
            f"{kind.value}_count": found.count,
            f"{kind.value}_calls": found.calls,
            f"{kind.value}_total_s": found.seconds,
            f"{kind.value}_median_s": found.median,
            f"{kind.value}_worst_s": found.worst,
            **_estimate(f"{kind.value}_share", found.share),
        }
    return row | {f"state_{state.replace(' ', '_')}": count for state, count in one.states.items()}


def _estimate(name: str, found: Estimate | None) -> dict[str, float | None]:
    return {
        name: _rounded(found.value if found else None),
        f"{name}_low": _rounded(found.low if found else None),
        f"{name}_high": _rounded(found.high if found else None),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def case_rows(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """One row for each officer at each call."""
    return [_case_row(case) for case in cases]


def _case_row(case: Case) -> dict[str, Any]:
    use = case.use
    return {
        "call": use.key,
        "system": use.call.system if use.call else "",
        "officer": use.officer,
        "name": case.name,
        "unit": use.unit,
        "shift": case.groups["shift"],
        "call_type": case.groups["call-type"],
        "month": case.groups["month"],
        "start_utc": utc_text(use.start_utc) if use.start_utc else None,
        "left_out": use.left_out,
        "required_from_utc": utc_text(use.required[0].start) if use.required else None,
        "required_until_utc": utc_text(use.required[-1].end) if use.required else None,
        "required_s": use.required_s if use.counts else None,
        "covered_s": use.covered_s if use.counts else None,
        "muted_s": use.muted_s,
        "unseen_s": use.unseen_s,
        "sound_not_measured_s": case.hearing.unknown,
        "picture_not_measured_s": case.seeing.unknown,
        "recordings": "; ".join(use.recordings),
        "observations": "; ".join(KINDS[finding.kind] for finding in use.findings),
        "notes": "; ".join(use.notes),
    }


def observation_rows(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """One row for each observation on a call that counts, with what a person said of it last."""
    return [_observation_row(case, finding) for case in cases if case.use.counts for finding in case.use.findings]


def _observation_row(case: Case, finding: UseFinding) -> dict[str, Any]:
    said = case.said(finding)
    return {
        "id": finding.id,
        "call": case.use.key,
        "officer": case.use.officer,
        "name": case.name,
        "unit": case.use.unit,
        "kind": finding.kind.value,
        "start_utc": utc_text(finding.start_utc),
        "end_utc": utc_text(finding.end_utc),
        "seconds": finding.seconds,
        "sure": round(finding.sure, 3),
        "summary": finding.summary,
        "evidence": "; ".join(one.text for one in finding.evidence),
        "recordings": "; ".join(finding.recordings),
        "state": case.state(finding).value,
        "category": said.category if said else "",
        "reason": said.reason if said else "",
        "who": said.who if said else "",
        "at_utc": utc_text(said.at_utc) if said else None,
    }


def loose_rows(book: Book) -> list[dict[str, Any]]:
    """One row for each recording that counts for no call."""
    return [
        {
            "recording": one.facts.id,
            "file": one.facts.path.rsplit("/", 1)[-1],
            "camera": one.facts.camera,
            "officer": one.facts.officer,
            "start_utc": utc_text(one.facts.start_utc) if one.facts.start_utc else None,
            "duration_s": one.facts.duration,
            "reason": one.reason,
        }
        for one in book.loose
    ]


TABLES: Mapping[str, Callable[[Book, str | None], list[dict[str, Any]]]] = {
    "figures": figure_rows,
    "calls": lambda book, _: case_rows(book.cases),
    "observations": lambda book, _: observation_rows(book.cases),
    "recordings": lambda book, _: loose_rows(book),
}
"""The tables that an audit can be written as -> what makes their rows."""


def document(book: Book, grouping: str | None, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The whole audit for programs."""
    hours = book.hours
    return {
        "schema": SCHEMA,
        "from": str(book.period.first),
        "to": str(book.period.last),
        "zone": book.period.zone.key,
        "grouping": grouping,
        "narrowed_to": list(book.wanted),
        "policy": dict(book.policy),
        "goals": asdict(book.goals),
        "counted_from": dict(book.sources),
        "confidence": CONFIDENCE,
        "hours": {
            "recordings": hours.recordings,
            "recorded": round(hours.recorded, 3),
            "sound_analysed": round(hours.heard, 3),
            "picture_analysed": round(hours.seen, 3),
            "words_analysed": round(hours.read, 3),
        },
        "left_out": dict(book.whole.left_out),
        "justified_by_category": dict(book.whole.categories),
        **{name: make(book, grouping) for name, make in TABLES.items()},
        **(extra or {}),
    }
