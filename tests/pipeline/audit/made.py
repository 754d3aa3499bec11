"""Made calls, recordings and states for audits: small ones by hand, and a whole month by chance with a fixed seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.audit.book import Book, Goals
from pipeline.audit.case import Case, Grouper, cases
from pipeline.audit.shifts import shifts_of
from pipeline.camera_use import (
    Call,
    CallUse,
    IncidentFacts,
    RecordingFacts,
    State,
    UseEvidence,
    UseFinding,
    UseKind,
    UseState,
    UtcSpan,
)
from pipeline.reports.period import Period

ZONE = ZoneInfo("America/New_York")
MARCH = Period(date(2025, 3, 1), date(2025, 3, 31), ZONE)
START = datetime(2025, 3, 3, 15, 0, tzinfo=UTC)
GROUPER = Grouper(ZONE, shifts_of(["Day 06:00", "Evening 14:00", "Night 22:00"]))
NAMES = {"1041": "Dana Ruiz", "1042": "Sam Okafor"}
LOOKED = frozenset({"muted_audio", "lens_covered", "frozen_picture", "techniques"})
POLICY = {"name": "made_policy", "version": "1", "sha256": "ab" * 32}


def facts(
    recording: str, start: datetime, seconds: float, *, officer: str = "1041", looked: frozenset[str] = LOOKED,
    buffer: float | None = 30.0,
) -> RecordingFacts:  # fmt: skip
    end = start + timedelta(seconds=seconds)
    return RecordingFacts(
        id=recording, camera=f"AX {officer}", start_utc=start, end_utc=end, officer=officer, duration=seconds,
        buffer=buffer, looked=looked, path=f"cards/{recording}.mp4",
    )  # fmt: skip


def finding(
    kind: UseKind,
    number: str,
    start: datetime,
    seconds: float,
    *,
    officer: str = "1041",
    recordings: Sequence[str] = (),
) -> UseFinding:
    said = f"{kind.value.replace('_', ' ')} for {seconds:.0f} s"
    evidence = tuple(UseEvidence("recording", "the camera's own clock", one, 4.0, 9.0) for one in recordings)
    return UseFinding(
        kind, officer, number, start, start + timedelta(seconds=seconds), seconds, 0.9, said, evidence,
        tuple(recordings),
    )  # fmt: skip


def use(
    number: str, start: datetime = START, seconds: float = 600.0, *, officer: str = "1041", unit: str = "A",
    call_type: str = "Traffic stop", covered: float | None = None, recordings: Sequence[str] = (), left_out: str = "",
    findings: Sequence[UseFinding] = (), muted: float | None = None,
) -> CallUse:  # fmt: skip
    end = start + timedelta(seconds=seconds)
    call = Call(number, officer, unit, call_type, dispatched=start, on_scene=start, cleared=end, system="")
    counts = not left_out
    return CallUse(
        call=call, incident="", officer=officer, unit=unit, left_out=left_out,
        required=(UtcSpan(start, end),) if counts else (), recordings=tuple(recordings),
        required_s=seconds if counts else 0.0, covered_s=(covered or 0.0) if counts else 0.0, muted_s=muted,
        findings=tuple(findings),
    )  # fmt: skip


def state(finding: UseFinding, value: UseState, category: str = "", who: str = "R. Ortiz") -> State:
    return State(finding.id, value, "looked at it", category, who, datetime(2025, 4, 2, 9, 0, tzinfo=UTC))


def cases_of(uses: Sequence[CallUse], known: Sequence[RecordingFacts] = (), states: Sequence[State] = ()) -> list[Case]:
    return cases(uses, {f.id: f for f in known}, {s.finding: s for s in states}, NAMES, GROUPER)


def book_of(
    uses: Sequence[CallUse], known: Sequence[RecordingFacts] = (), states: Sequence[State] = (), period: Period = MARCH,
    incidents: Sequence[IncidentFacts] = (), policy: Mapping[str, str] = POLICY,
) -> Book:  # fmt: skip
    made = cases_of(uses, known, states)
    return Book(
        period=period, cases=made, facts={f.id: f for f in known}, incidents=incidents, goals=Goals(0.95, 0.9, 0.05),
        policy=policy, used=frozenset(r for one in uses for r in one.recordings), names=NAMES,
        sources={"calls": "made"},
    )  # fmt: skip


def small() -> tuple[list[CallUse], list[RecordingFacts], list[State]]:
    """Six calls of two officers: fine, late, without video, left out, not told, and one that nobody analysed."""
    first = facts("a" * 64, START, 600.0)
    late = facts("b" * 64, START + timedelta(hours=1, seconds=95), 505.0, buffer=0.0)
    blind = facts("c" * 64, START + timedelta(hours=3), 600.0, officer="1042", looked=frozenset(), buffer=None)
    lone = facts("d" * 64, START + timedelta(days=2), 60.0)
    strange = facts("e" * 64, START + timedelta(days=3), 60.0, officer="")
    h1, h2, h3, h5 = (START + timedelta(hours=h) for h in (1, 2, 3, 5))
    late_start = finding(UseKind.LATE_START, "25-2", h1, 95.0, recordings=[late.id])
    short = finding(UseKind.BUFFER_MISSING, "25-2", h1, 30.0, recordings=[late.id])
    missing = finding(UseKind.NO_RECORDING, "25-3", h2, 600.0, officer="1042")
    uses = [
        use("25-1", covered=600.0, recordings=[first.id], muted=0.0),
        use("25-2", h1, covered=505.0, recordings=[late.id], muted=0.0, findings=[late_start, short]),
        use("25-3", h2, officer="1042", unit="B", findings=[missing]),
        use("25-4", h3, officer="1042", unit="B", call_type="Meal break", left_out="the policy leaves this out"),
        use("25-5", h5, officer="2001", unit="", call_type=""),
        use("25-6", h3, officer="1042", unit="B", call_type="Welfare check", covered=600.0, recordings=[blind.id]),
    ]
    states = [state(missing, UseState.JUSTIFIED, "equipment failure")]
    return uses, [first, late, blind, lone, strange], states


def month(officers: int, calls: int, seed: int = 7) -> tuple[list[CallUse], list[RecordingFacts], list[State]]:
    """Calls of a month by chance. The same arguments give the same month."""
    chance = random.Random(seed)
    uses, known, states = [], [], []
    kinds = [UseKind.LATE_START, UseKind.EARLY_STOP, UseKind.GAP, UseKind.MUTED, UseKind.NOT_SEEING]
    for n in range(calls):
        officer = f"{1000 + chance.randrange(officers)}"
        start = datetime(2025, 3, 1, 5, tzinfo=UTC) + timedelta(seconds=chance.randrange(30 * 86400))
        seconds = float(chance.randrange(0, 3600))
        number, found, mine = f"25-{n:05}", [], []
        fate = chance.random()
        if fate < 0.08:
            found.append(finding(UseKind.NO_RECORDING, number, start, seconds, officer=officer))
        elif fate > 0.12:
            name = hashlib.sha256(f"{seed} {n}".encode()).hexdigest()
            mine.append(name)
            looked = LOOKED if chance.random() < 0.9 else frozenset[str]()
            buffer = chance.choice([None, 0.0, 30.0])
            known.append(facts(name, start, seconds, officer=officer, looked=looked, buffer=buffer))
            for kind in kinds:
                if chance.random() < 0.05:
                    length = float(chance.randrange(2, 300))
                    found.append(finding(kind, number, start, length, officer=officer, recordings=mine))
        left_out = "the policy leaves this type of call out" if chance.random() < 0.05 else ""
        for one in found:
            if chance.random() < 0.4:
                states.append(state(one, chance.choice(list(UseState)), chance.choice(["", "safety"])))
        uses.append(
            use(
                number, start, seconds, officer=officer, unit=f"Unit {int(officer) % 11}", recordings=mine,
                covered=seconds if mine else 0.0, left_out=left_out, findings=found,
                call_type=chance.choice(["Traffic stop", "Welfare check", "Disturbance", ""]),
            )
        )  # fmt: skip
    return uses, known, states
