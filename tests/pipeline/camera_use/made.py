"""Small made calls and recordings; times are seconds after `ZERO`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.camera_use import Call, CallUse, IncidentFacts, Marked, RecordingFacts, UseKind, UseRules, assess
from pipeline.policy.camera_rules import CameraRules
from pipeline.policy.dispatch_rules import DispatchRules, SystemClock
from pipeline.roster import Assignment, Roster
from pipeline.types import ClockSource

ZERO = datetime(2025, 5, 17, 12, tzinfo=UTC)
ALL = frozenset({"muted_audio", "lens_covered", "techniques", "pre_event_buffer"})
CAMERA = CameraRules(on_from="dispatch", on_until="call_closed", clock_within={"stamp": 2.0, "container": 5.0})
EXACT = DispatchRules(clock=SystemClock(within=0.0))
RULES = UseRules(CAMERA, EXACT)
ROSTER = Roster(
    Assignment(str(n), f"Officer {n}", f"U{n}", "North", f"K{n}", ZERO - timedelta(days=30)) for n in range(1, 6)
)


def at(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def rules(dispatch: DispatchRules = EXACT, **camera: Any) -> UseRules:
    """The rules, with some of [camera] set otherwise."""
    return UseRules(replace(CAMERA, **camera), dispatch)


def call(
    start: float | None = 0.0, end: float | None = 1800.0, officer: str = "1", number: str = "25-1", **more: Any
) -> Call:
    """A call from its dispatch until it was cleared."""
    times = {"dispatched": None if start is None else at(start), "cleared": None if end is None else at(end)}
    return Call(number, officer, **(times | more))


def film(start: float, end: float, officer: str = "1", *, name: str = "", **more: Any) -> RecordingFacts:
    """A recording of an officer's own camera, looked at by every detector."""
    known: dict[str, Any] = {"clock": ClockSource.STAMP, "looked": ALL, "duration": end - start}
    id = name or f"r{officer}-{start:g}-{end:g}"
    return RecordingFacts(id, f"OVELIA BC2 K{officer}", at(start), at(end), **(known | more))


def mark(start: float, end: float, label: str = "muted", score: float = 0.95, **more: Any) -> Marked:
    return Marked(start, end, label, score, **more)


def uses(
    calls: Iterable[Call], films: Iterable[RecordingFacts], by: UseRules = RULES, roster: Roster = ROSTER,
    incidents: Iterable[IncidentFacts] = (),
) -> tuple[CallUse, ...]:  # fmt: skip
    return assess(calls, roster, films, by, incidents)


def told(found: Sequence[CallUse]) -> list[tuple[UseKind, str, float, float]]:
    """(kind, officer, from, seconds) of every finding."""
    return [(f.kind, f.officer, (f.start_utc - ZERO).total_seconds(), f.seconds) for use in found for f in use.findings]
