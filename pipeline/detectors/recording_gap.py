"""Stretches inside a recording for which the file holds no picture: its clock goes on, the pictures do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.types import Evidence, Finding, PictureState, ms


@dataclass(frozen=True)
class RecordingGap:
    """Label `recording_gap`: the presentation times jump.

    Measured, not guessed: the file's own times say it. A picture that only begins late or ends early is a fact of the
    file, told as "not analysed". Why there is a gap (a pause, a lost part, an export that left it out) cannot be seen.
    """

    min_duration: float = 2.0
    """seconds"""

    name: ClassVar[str] = "recording_gap"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for state in evidence.picture or ():
            inside = state.start > 0 and state.end < evidence.recording.duration
            if state.kind == "gap" and inside and state.span.duration >= self.min_duration:
                yield self._finding(evidence, state)

    def _finding(self, evidence: Evidence, state: PictureState) -> Finding:
        seconds, sound = state.span.duration, _sound(evidence, state)
        tells = {"missing": ", and no sound", "goes on": "; the sound goes on", "not measured": ""}[sound]
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="recording_gap",
            start=state.start,
            end=state.end,
            score=ms(min(0.99, 0.9 + 0.09 * (seconds - self.min_duration) / (2 * self.min_duration))),
            summary=f"The file holds no picture for {seconds:.1f} s{tells}",
            evidence={
                **state.figures,
                "sound": sound,
                "rule": f"from one picture to the next more than {self.min_duration} s and 5 times the usual step",
            },
        )


def _sound(evidence: Evidence, state: PictureState) -> str:
    """Whether the file holds sound in the gap: "missing", "goes on" or "not measured"."""
    if evidence.level is None:
        return "not measured"
    levels = evidence.level.at(state.span)
    return "missing" if len(levels) and float(np.isnan(levels).mean()) > 0.5 else "goes on"
