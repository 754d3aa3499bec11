"""What is really on recordings, from a truth file, for scoring findings against it.

A truth file is TOML. Keys that are not named here are ignored, so that it may carry turns, words and notes as well:

    [scoring]                       # optional
    detectors = ["muted_audio"]     # the file is complete for these alone; default: for every detector
    ignore_labels = ["info"]        # neither missed nor false; "detector/label" for one detector only
    tolerance = 1.0                 # seconds, see pipeline.score

    [[recording]]
    file = "one.mp4"                # matched by sha256, else by file name
    sha256 = "..."                  # optional
    offset = 0.0                    # seconds from the start of its incident, optional
    [[recording.event]]
    detector = "muted_audio"
    label = "muted"                 # optional: without it any label of the detector is right
    start = 3.0                     # seconds on the recording's clock
    end = 9.5

    [[incident]]
    start_utc = 2026-03-14T21:00:00Z    # optional
    recordings = ["one.mp4", "two.mp4"]
    [[incident.event]]                  # as above, in seconds from the incident's start
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.toml_file import read_toml
from pipeline.types import Span

TOLERANCE = 1.0
"""seconds between centres. A choice, not a measurement: a reviewer who starts playing there still hears the event"""


@dataclass(frozen=True)
class TruthEvent:
    """Something that is on a recording and that a detector should report."""

    detector: str
    label: str | None
    start: float
    end: float

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True)
class TruthRecording:
    """What is on one file."""

    file: str
    sha256: str | None
    offset: float | None
    events: tuple[TruthEvent, ...]


@dataclass(frozen=True)
class TruthIncident:
    """What is to be found by comparing the cameras of one incident. Times from the incident's start."""

    recordings: tuple[str, ...]
    """file names"""
    start_utc: datetime | None
    events: tuple[TruthEvent, ...]


@dataclass(frozen=True)
class Truth:
    """A truth file."""

    recordings: tuple[TruthRecording, ...]
    incidents: tuple[TruthIncident, ...] = ()
    detectors: tuple[str, ...] | None = None
    ignore_labels: frozenset[str] = frozenset()
    tolerance: float = TOLERANCE

    def counts(self, detector: str, label: str | None) -> bool:
        """Whether events and findings of this kind are scored."""
        ignored = label in self.ignore_labels or f"{detector}/{label}" in self.ignore_labels
        return not ignored and (self.detectors is None or detector in self.detectors)


def load_truth(path: Path) -> Truth:
    """Read a truth file. Raises ConfigError that names the table and the key that is missing or not usable."""
    table = read_toml(path)
    reader = _Reader(path)
    recordings = tuple(reader.recording(row, i) for i, row in reader.tables(table, "recording", "the file"))
    incidents = tuple(reader.incident(row, i) for i, row in reader.tables(table, "incident", "the file"))
    twice = [r.file for i, r in enumerate(recordings) if r.file in {other.file for other in recordings[:i]}]
    if twice or not recordings:
        raise ConfigError(path, f"lists a recording twice: {twice[0]}" if twice else "lists no [[recording]]")
    return reader.truth(table.get("scoring", {}), recordings, incidents)


@dataclass(frozen=True)
class _Reader:
    """Takes a truth file apart; every complaint names the file and the table."""

    path: Path

    def tables(self, parent: Mapping[str, Any], name: str, of: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        rows = parent.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ConfigError(self.path, f"{name} of {of} is not a list of tables ([[{name}]])")
        yield from ((f"{name} {i} of {of}", row) for i, row in enumerate(rows, 1))

    def recording(self, row: Mapping[str, Any], name: str) -> TruthRecording:
        file = self._text(row, "file", name)
        sha256 = self._text(row, "sha256", file) if "sha256" in row else None
        offset = self._number(row, "offset", file) if "offset" in row else None
        return TruthRecording(file, sha256 or None, offset, self._event_list(row, file))

    def incident(self, row: Mapping[str, Any], name: str) -> TruthIncident:
        files = row.get("recordings")
        if not isinstance(files, list) or not all(isinstance(file, str) for file in files):
            raise ConfigError(self.path, f"{name}: recordings (a list of file names) is missing")
        start = row.get("start_utc")
        if start is not None and not isinstance(start, datetime):
            raise ConfigError(self.path, f"{name}: start_utc is not a date and time without quotes")
        if start is not None and start.tzinfo is None:
            start = start.replace(tzinfo=UTC)
        return TruthIncident(tuple(files), start, self._event_list(row, name))

    def truth(
        self, scoring: Any, recordings: tuple[TruthRecording, ...], incidents: tuple[TruthIncident, ...]
    ) -> Truth:
        if not isinstance(scoring, dict):
            raise ConfigError(self.path, "[scoring] is not a table")
        detectors = self._texts(scoring, "detectors") if "detectors" in scoring else None
        tolerance = self._number(scoring, "tolerance", "[scoring]") if "tolerance" in scoring else TOLERANCE
        if tolerance < 0:
            raise ConfigError(self.path, f"[scoring]: tolerance is negative: {tolerance}")
        return Truth(recordings, incidents, detectors, frozenset(self._texts(scoring, "ignore_labels")), tolerance)

    def _event_list(self, row: Mapping[str, Any], of: str) -> tuple[TruthEvent, ...]:
        return tuple(self._event(event, name) for name, event in self.tables(row, "event", of))

    def _event(self, row: Mapping[str, Any], name: str) -> TruthEvent:
        label = self._text(row, "label", name) if "label" in row else None
        start, end = self._number(row, "start", name), self._number(row, "end", name)
        if end < start:
            raise ConfigError(self.path, f"{name}: ends before it starts ({start}, {end})")
        return TruthEvent(self._text(row, "detector", name), label, start, end)

    def _text(self, row: Mapping[str, Any], key: str, name: str) -> str:
        if not isinstance(row.get(key), str):
            raise ConfigError(self.path, f"{name}: {key} is {'missing' if key not in row else 'not a text'}")
        return str(row[key])

    def _number(self, row: Mapping[str, Any], key: str, name: str) -> float:
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ConfigError(self.path, f"{name}: {key} is {'missing' if key not in row else 'not a number'}")
        return float(value)

    def _texts(self, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
        values = row.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ConfigError(self.path, f"[scoring]: {key} is not a list of texts")
        return tuple(values)
