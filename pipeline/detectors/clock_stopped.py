"""Stretches in which the burned-in clock shows the same second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.clock.start import shown_text
from pipeline.types import ClockPiece, ClockReading, Evidence, Finding, ms


@dataclass(frozen=True)
class ClockStopped:
    """Label `clock_stopped`. Whether the picture stood still as well, all of it being held, is in the evidence."""

    min_duration: float = 2.5
    """seconds; a running clock shows each second for one. Every stop over 3 s is to be found; its beginning is known to
    half a second"""

    name: ClassVar[str] = "clock_stopped"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("clock",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        clock = evidence.clock
        if clock is None or clock.state == "absent":
            return
        for number, piece in enumerate(clock.pieces):
            if not piece.runs and piece.span.duration >= self.min_duration:
                after = clock.pieces[number + 1] if number + 1 < len(clock.pieces) else None
                before = clock.pieces[number - 1] if number else None
                yield self._finding(evidence, clock, piece, before, after)

    def _finding(
        self,
        evidence: Evidence,
        clock: ClockReading,
        piece: ClockPiece,
        before: ClockPiece | None,
        after: ClockPiece | None,
    ) -> Finding:
        seconds = piece.span.duration
        shown = shown_text(piece.shows, clock)
        held = sum(state.span.overlap(piece.span) for state in evidence.picture or () if state.kind == "still")
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="clock_stopped",
            start=piece.start,
            end=piece.end,
            score=ms(0.5 + 0.3 * piece.agreeing + 0.19 * min(1.0, seconds / 10.0)),
            summary=f"The burned-in clock stands at {shown} for {seconds:.1f} s",
            evidence={
                "seconds": seconds,
                "shows": shown,
                "error": piece.error,
                "goes_on": _goes_on(before, piece, after),
                "picture": "stands still as well" if held >= 0.5 * seconds else "moves, or was not measured",
                "profile": clock.profile or "general reader",
                "digits_read": clock.digits_read,
                "rule": "picture after picture shows the same second while the recording's own time runs on",
            },
        )


def _goes_on(before: ClockPiece | None, piece: ClockPiece, after: ClockPiece | None) -> str:
    if after is None:
        return "not within the recording"
    if before is not None and before.runs and abs(after.shows - before.at(after.start)) <= 1.3:
        return "from where it would have been"
    return "from where it stood" if abs(after.shows - piece.shows) <= 1.3 else "from another time"
