"""Made cameras of one incident: what each heard, with a known place on the incident's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pipeline.types import Curve, Diarization, Evidence, Incident, Recording, Role, SoundFit, Turn, VoiceTurn, Word

START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)

Line = tuple[float, float, str, str]
"""start, end on the incident's clock, voice, text"""


def turn(line: Line, offset: float = 0.0, confidence: float = 0.8, role: Role | None = None) -> Turn:
    """The line on the clock of a recording that starts at `offset`, with evenly timed words."""
    start, end, voice, text = line
    said = text.split()
    edges = np.linspace(start - offset, end - offset, len(said) + 1)
    words = tuple(Word(w, float(a), float(b), confidence) for w, a, b in zip(said, edges[:-1], edges[1:], strict=True))
    return Turn(start - offset, end - offset, voice, role, text, words)


def camera(
    name: str,
    lines: Sequence[Line],
    *,
    offset: float = 0.0,
    duration: float = 100.0,
    levels: dict[str, float] | None = None,
    confidence: float = 0.8,
    roles: dict[str, Role] | None = None,
) -> Evidence:
    """A recording that heard these lines; `levels` in dB over a floor of -60 dB, by voice (default 20)."""
    turns = tuple(turn(line, offset, confidence, (roles or {}).get(line[2])) for line in lines)
    values = np.full(round(duration * 20), -60.0, np.float32)
    for t in turns:
        values[round(t.start * 20) : round(t.end * 20)] = -60.0 + (levels or {}).get(t.voice or "", 20.0)
    spoken = tuple(VoiceTurn(t.voice or "", t.start, t.end) for t in turns)
    return Evidence(
        Recording(name, Path(f"/cards/{name}.mp4"), duration, device=f"CAM-{name}"),
        level=Curve(20.0, 0.0, values, "dBFS"),
        voices=Diarization(spoken, spoken),
        turns=turns,
    )


def incident(*places: tuple[str, float], unmatched: Sequence[str] = ()) -> Incident:
    """An incident of these recordings at these offsets; `unmatched`: compared by sound, and nothing alike found."""
    fits = tuple(SoundFit(name, remark="not matched by sound") for name in unmatched)
    return Incident(
        "i", "the stop", START, tuple((name, at, "container clock") for name, at in places), "by hand", fits
    )
