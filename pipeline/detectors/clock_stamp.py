"""What there is to say of the stamp itself: not set, or not there. Information, no fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.clock.start import shown_text
from pipeline.types import ClockReading, Evidence, Finding


@dataclass(frozen=True)
class ClockStamp:
    """Labels `clock_not_set` (it says so, or shows a year before body-worn cameras) and `no_stamp`."""

    expect_stamp: bool = False
    """tell of every recording on which no stamp is seen: for an agency whose cameras all burn one in"""

    name: ClassVar[str] = "clock_stamp"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("clock",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        clock = evidence.clock
        if clock is None:
            return
        if clock.state == "not_set":
            said = f"The burned-in clock is not set: {_said(clock)}"
            yield self._finding(evidence, clock, "clock_not_set", said, 0.9)
        elif clock.state == "absent" and self.expect_stamp and clock.pictures:
            yield self._finding(evidence, clock, "no_stamp", "No burned-in date and time is seen in the picture", 0.6)

    def _finding(self, evidence: Evidence, clock: ClockReading, label: str, summary: str, score: float) -> Finding:
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=label,
            start=0.0,
            end=evidence.recording.duration,
            score=score,
            summary=summary,
            evidence={
                "pictures": clock.pictures,
                "rule": "text along the picture's upper and lower edge was read",
            },
        )


def _said(clock: ClockReading) -> str:
    if clock.pieces:
        return f"it shows {shown_text(clock.pieces[0].shows, clock)}"
    return " ".join(clock.lines) or "it says so"
