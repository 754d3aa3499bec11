"""A burned-in clock that says another time than the file, or runs at another speed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline.clock.start import Compared, compared, difference_text, first_running
from pipeline.policy import Policy
from pipeline.policy.values import zone_named
from pipeline.types import ClockPiece, ClockReading, Evidence, Finding, ms


@dataclass(frozen=True)
class ClockDisagrees:
    """Labels `clock_disagrees` (stamp and file name different starts) and `clock_rate` (the stamp runs fast or slow).

    Neither is taken to be right; `pipeline.clock.start` says which one the recording's start is taken from.
    """

    policy: Policy
    """its zone is the agency's, for a stamp that names none"""
    min_difference: float = 3.0
    """seconds: files write whole seconds, some the moment at which the file was opened"""
    min_gain: float = 2.0
    """seconds won or lost over the stretch in which the rate was measured"""

    name: ClassVar[str] = "clock_disagrees"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("clock",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        clock = evidence.clock
        if clock is None or clock.state != "read":
            return
        yield from self._start(evidence, clock)
        for piece in clock.pieces:
            gained = (piece.rate - 1.0) * piece.span.duration
            if piece.runs and abs(gained) >= self.min_gain:
                yield self._rate(evidence, piece, gained)

    def _start(self, evidence: Evidence, clock: ClockReading) -> Iterator[Finding]:
        said = compared(clock, zone_named(self.policy.records.zone) if self.policy.records.zone else None)
        piece = first_running(clock)
        if said is None or said.ahead is None or piece is None or abs(said.ahead) < self.min_difference:
            return
        way = "ahead of" if said.ahead > 0 else "behind"
        hint = _hint(said, evidence.recording.duration)
        summary = f"The burned-in clock is {difference_text(_whole(said.ahead))} {way} the file's clock"
        summary += f" ({hint})" if hint else ""
        seen = {
            "difference": said.ahead,
            "stamp_start_utc": said.stamp_utc.isoformat() if said.stamp_utc else "not known: no zone",
            "file_start_utc": clock.container_utc,
            "stamp_zone": said.zone or "not known; whole quarters of an hour are left out",
            "hint": hint,
            "rule": "the start that the stamp shows and the start that the file states differ",
        }
        yield self._finding(evidence, "clock_disagrees", piece, summary, seen)

    def _rate(self, evidence: Evidence, piece: ClockPiece, gained: float) -> Finding:
        hourly = abs(piece.rate - 1.0) * 3600.0
        word = "fast" if gained > 0 else "slow"
        summary = f"The burned-in clock runs {word} against the recording's own time: {hourly:.1f} s an hour"
        seen = {"rate": piece.rate, "gained": ms(gained), "rule": "a straight line through all seconds shown"}
        return self._finding(evidence, "clock_rate", piece, summary, seen)

    def _finding(
        self, evidence: Evidence, label: str, piece: ClockPiece, summary: str, seen: Mapping[str, Any]
    ) -> Finding:
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=label,
            start=piece.start,
            end=piece.end,
            score=ms(0.5 + 0.4 * piece.agreeing),
            summary=summary,
            evidence=seen,
        )


def _whole(ahead: float) -> float:
    """To the minute where it is that, as near as a file's whole seconds can say: an hour less 0.6 s is an hour."""
    near = 60.0 * round(ahead / 60.0)
    return near if abs(ahead) >= 600 and abs(ahead - near) <= 1.0 else ahead


def _hint(said: Compared, duration: float) -> str:
    assert said.ahead is not None
    if abs(said.ahead + duration) < 3.0:
        return "the file may state when the recording ended"
    if abs(said.ahead) % 3600 < 3 or abs(said.ahead) % 3600 > 3597:
        return "whole hours: one of the two may be local time, or miss the change to summer time"
    return ""
