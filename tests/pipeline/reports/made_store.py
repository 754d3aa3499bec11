"""A store with two officers' recordings of one event and one alone, its findings, and nobody's verdicts yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.roster import Assignment
from pipeline.store import Store
from pipeline.types import Evidence, Finding, Incident, NotAnalysed, Recording, Role, Run, StepState, Turn

START = datetime(2025, 5, 17, 23, 30, tzinfo=UTC)
A, B, C = "a" * 64, "b" * 64, "c" * 64
HOUR = 3600.0


def run_of(subject: str, step: str, state: StepState = StepState.DONE) -> Run:
    return Run(subject, step, "1", "f", state, "", {}, None, START, 0.1)


def talk(*words: tuple[float, Role, str]) -> tuple[Turn, ...]:
    return tuple(Turn(at, at + 4, {Role.OFFICER: "o1"}.get(role, "c1"), role, text) for at, role, text in words)


def made_store(path: Path) -> Store:
    """Officers 17 (camera X1, unit A) and 18 (X2, unit A) at one event; 17 again a month later, alone.

    Contact: from 100 s to 704 s on the first camera, the same heard 10 s earlier by its clock on the second.
    """
    store = Store(path)
    for id, device, start, duration in (
        (A, "X1", START, HOUR), (B, "MAKE X2", START + timedelta(seconds=10), HOUR / 2),
        (C, "X1", START + timedelta(days=31), HOUR),
    ):  # fmt: skip
        store.add_recording(Recording(id, Path(f"/cards/{id[0]}.mp4"), duration, start, device=device))
    store.add_recording(Recording("d" * 64, Path("/cards/d.mp4"), HOUR, None, device="X1"))
    members = ((A, 0.0, "clock"), (B, 10.0, "clock"))
    store.save_incidents([Incident("inc1", "Case 25-0113", START, members, "by hand")])
    for id, shift in ((A, 0.0), (B, -10.0), (C, 0.0)):
        turns = talk(*((at + shift, Role.OFFICER if n % 2 == 0 else Role.CIVILIAN, f"line {n}")
                       for n, at in enumerate(range(100, 710, 10))))  # fmt: skip
        gaps = [NotAnalysed(0.0, 360.0, "words", "too loud")] if id == A else []
        store.save_step(run_of(id, "turns"), Evidence(store.recording(id), turns=turns), ("turns",), gaps)
        store.replace_findings(run_of(id, "techniques"), _findings(id, shift))
        store.replace_findings(run_of(id, "name_sharing"), [])
    store.replace_roster(
        [
            Assignment("17", "Tarn", "A", "North", "X1", START - timedelta(days=99)),
            Assignment("18", "Vale", "A", "North", "X2", START - timedelta(days=99)),
            Assignment("19", "Moss", "B", "South", "X9", START - timedelta(days=99)),
        ],
        "roster.csv",
        "kim",
    )
    return store


def _findings(id: str, shift: float) -> list[Finding]:
    def one(at: float, label: str, text: str) -> Finding:
        return Finding(id, "techniques", label, at + shift, at + shift + 4, 0.85, text, "o1", Role.OFFICER, text)

    both = [one(120, "reason_explained", "we are here because a neighbour called")]
    if id == A:
        return [*both, one(300, "listening", "go on I hear you"), one(320, "disrespect", "shut up you idiot")]
    return both if id == B else [one(200, "listening", "tell me more about that")]
