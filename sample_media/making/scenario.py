"""A scripted incident as data: who is there, what is said when, which cameras saw it and what befell them.

All times are seconds on the incident's clock, whose zero is `start_utc` and the start of the earliest recording.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

NAME_EVENTS = ("officer_name_given", "name_asked", "name_given_by_person")
ROLES = ("officer", "civilian", "radio")

Stretch = tuple[float, float]
T = TypeVar("T")


class ScenarioError(ValueError):
    """The scenario contradicts itself; the message says where."""


@dataclass(frozen=True)
class Speaker:
    """A synthetic person. The three voice settings make further voices out of flite's four."""

    id: str
    role: str
    voice: str
    pitch_semitones: float = 0.0
    formant_semitones: float = 0.0
    speed: float = 1.0


@dataclass(frozen=True)
class Line:
    """One utterance.

    It starts at `at`, or `gap` seconds after the end of the line before (negative: they overlap). `to` is the person
    spoken to, `command` the kind of command, where it is one to a member of the public. `event` is one of NAME_EVENTS,
    `name` the name said. `decoy` says in words what a careless rule would take this line for.
    """

    speaker: str
    text: str
    at: float | None = None
    gap: float = 0.7
    effort: float = 0.0
    to: str = ""
    command: str = ""
    event: str = ""
    name: str = ""
    decoy: str = ""

    @property
    def raised(self) -> bool:
        """Efforts between 0.2 and 0.7 are neither calm nor raised, and are refused by `read_scenario`."""
        return self.effort >= 0.7


@dataclass(frozen=True)
class Take:
    """One file of one camera, and what befell it. `levels_db` are of other speakers against the wearer's own voice."""

    file: str
    make: str
    model: str
    serial: str
    wearer: str
    start: float
    end: float
    buffer: float = 0.0
    """seconds of silent pre-event recording at the start"""
    utc_offset_min: int | None = None
    """minutes of the burned-in stamp against UTC; None: the stamp says UTC and `Z`"""
    look: str = "dusk"
    snr_db: float = 30.0
    """wearer's calm voice against the street noise"""
    gop_frames: int = 18
    crf: int = 30
    muted: tuple[Stretch, ...] = ()
    covered: tuple[Stretch, ...] = ()
    dark: tuple[Stretch, ...] = ()
    frozen: tuple[Stretch, ...] = ()
    frozen_stamp_runs: tuple[Stretch, ...] = ()
    levels_db: dict[str, float] | None = None

    @property
    def device(self) -> str:
        """The camera as its container and its stamp name it."""
        return f"{self.make} {self.model} {self.serial}"

    @property
    def duration(self) -> float:
        return float(self.end - self.start)

    def level_db(self, speaker: Speaker) -> float:
        if speaker.id == self.wearer:
            return 0.0
        return (self.levels_db or {}).get(speaker.id, -4.0 if speaker.role == "radio" else -11.0)

    @property
    def stamp_zone(self) -> timezone:
        return timezone(timedelta(minutes=self.utc_offset_min or 0))


@dataclass(frozen=True)
class Scenario:
    """One incident."""

    id: str
    name: str
    start_utc: datetime
    speakers: tuple[Speaker, ...]
    takes: tuple[Take, ...]
    lines: tuple[Line, ...]

    def speaker(self, name: str) -> Speaker:
        return next(s for s in self.speakers if s.id == name)

    def utc(self, at: float) -> datetime:
        return self.start_utc + timedelta(seconds=at)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError for unknown keys and for lines that nobody could speak."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    scenario = Scenario(
        id=table.pop("id"),
        name=table.pop("name"),
        start_utc=table.pop("start_utc").astimezone(UTC),
        speakers=tuple(_row(Speaker, row) for row in table.pop("speaker")),
        takes=tuple(_row(Take, row) for row in table.pop("recording")),
        lines=tuple(_row(Line, row) for row in table.pop("line")),
    )
    if table:
        raise ScenarioError(f"{path.name}: unknown keys {sorted(table)}")
    check(scenario)
    return scenario


def _row(kind: type[T], row: dict[str, Any]) -> T:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if extra := set(row) - known:
        raise ScenarioError(f"unknown keys {sorted(extra)} in {row}")
    return kind(**{k: _frozen(v) for k, v in row.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(tuple(float(x) for x in pair) for pair in value)
    return value


def check(scenario: Scenario) -> None:
    """Raise ScenarioError for a scenario that contradicts itself."""
    names = {s.id for s in scenario.speakers}
    if min(t.start for t in scenario.takes) != 0:
        raise ScenarioError("the earliest recording starts at 0")
    for take in scenario.takes:
        _check_take(take, names)
    for line in scenario.lines:
        _check_line(line, scenario, names)


def _check_take(take: Take, names: set[str]) -> None:
    if take.wearer not in names:
        raise ScenarioError(f"{take.file}: nobody is called {take.wearer}")
    if take.start % 1 or take.end % 1:
        raise ScenarioError(f"{take.file}: a container tells time in whole seconds")
    for start, end in take.muted + take.covered + take.dark + take.frozen + take.frozen_stamp_runs:
        if not take.start <= start < end <= take.end:
            raise ScenarioError(f"{take.file}: {start}-{end} lies outside the recording")


def _check_line(line: Line, scenario: Scenario, names: set[str]) -> None:
    if line.speaker not in names or (line.to and line.to not in names):
        raise ScenarioError(f"nobody is called {line.speaker} or {line.to}: {line.text}")
    if line.event and line.event not in NAME_EVENTS:
        raise ScenarioError(f"no event {line.event}: {line.text}")
    if 0.2 < line.effort < 0.7:
        raise ScenarioError(f"an effort of {line.effort} is neither calm nor raised: {line.text}")
    if line.command and (scenario.speaker(line.speaker).role != "officer" or not line.to):
        raise ScenarioError(f"a command is an officer's and says to whom: {line.text}")
