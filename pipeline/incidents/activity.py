"""When each voice of each camera speaks, on the incident's clock, ten times a second: how voices are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.types import Member, Span

RATE_HZ = 10.0
"""fine against a word, coarse against the edges that diarizers draw differently"""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Activity:
    """One recording: which voices speak when, and when it could hear at all."""

    recording: str
    voices: Mapping[str, Bools]
    covered: Bools


def frames_of(members: Sequence[Member]) -> int:
    """How many tenths of a second the incident lasts."""
    return max((int(np.ceil(m.span.end * RATE_HZ)) + 1 for m in members), default=0)


def activity_of(member: Member, frames: int) -> Activity:
    """From the diarization where there is one (it knows overlaps), otherwise from the transcript."""
    evidence = member.evidence
    known = {t.voice for t in evidence.turns or () if t.voice}
    spoken: list[tuple[str | None, Span]] = (
        [(t.voice, t.span) for t in evidence.voices.turns]
        if evidence.voices is not None
        else [(t.voice, t.span) for t in evidence.turns or ()]
    )
    voices = {voice: np.zeros(frames, bool) for voice in sorted(known)}
    for voice, span in spoken:
        if voice in voices:
            _mark(voices[voice], member, span, True)
    covered = np.zeros(frames, bool)
    _mark(covered, member, evidence.recording.span, True)
    for gap in evidence.not_analysed:
        if gap.what in ("sound", "speech"):
            _mark(covered, member, gap.span, False)
    return Activity(evidence.recording.id, voices, covered)


def _mark(row: Bools, member: Member, span: Span, value: bool) -> None:
    first, last = (round(max(0.0, member.on_incident(t)) * RATE_HZ) for t in (span.start, span.end))
    row[first : max(last, first + 1)] = value


def level_of(member: Member, frames: int) -> NDArray[np.float32] | None:
    """The camera's level in dB at each tenth of a second of the incident; NaN where it has no sound. None: unknown."""
    curve = member.evidence.level
    if curve is None or not len(curve.values):
        return None
    times = np.array([member.on_recording(n / RATE_HZ) for n in (0, frames)])
    at = np.linspace(times[0], times[1], frames, endpoint=False)
    places = np.rint((at - curve.start) * curve.rate_hz).astype(int)
    inside = (places >= 0) & (places < len(curve.values)) & (at >= 0) & (at < member.evidence.recording.duration)
    out = np.full(frames, np.nan, np.float32)
    out[inside] = curve.values[places[inside]]
    out[out < SILENT_DB] = np.nan
    return out


SILENT_DB = -100.0
"""below this the sound is off, not quiet"""
