"""Moments at which the burned-in clock shows another time than it would by running on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.clock.start import difference_text, shown_text
from pipeline.types import ClockPiece, ClockReading, Evidence, Finding, PictureState, ms

DAY = 86400.0


@dataclass(frozen=True)
class ClockJump:
    """Label `clock_jump`: the clock was set, or pictures are missing there although the file's own time runs on.

    A stop after which the clock goes on from where it stood, or from where it should be, is `clock_stopped`'s alone.
    """

    min_step: float = 1.8
    """seconds; every jump over 2 s is to be found, and a step is known to 0.2 s once all pictures round it are read"""
    after_stop: float = 1.3
    """seconds by which a clock that goes on after a stop may miss both, before that is a jump of its own: the second in
    which a clock stops is not to be seen"""

    name: ClassVar[str] = "clock_jump"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("clock",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        clock = evidence.clock
        if clock is None or clock.state == "absent":
            return
        for before, after, step in self._steps(clock):
            if abs(step) >= self.min_step:
                yield self._finding(evidence, clock, before, after, step)

    def _steps(self, clock: ClockReading) -> Iterator[tuple[ClockPiece, ClockPiece, float]]:
        """(what ran before, what comes after, seconds that it is ahead of running on)."""
        last: ClockPiece | None = None
        stood = 0.0
        for piece in clock.pieces:
            if last is not None:
                step = _within_day(piece.shows - last.at(piece.start), clock)
                free = stood > 0 and (abs(step) <= self.after_stop or abs(step + stood) <= self.after_stop)
                began = not piece.runs and abs(step) <= self.after_stop
                if not free and not began:
                    yield last, piece, step + stood if stood else step
            if piece.runs:
                last, stood = piece, 0.0
            elif last is None:
                last = piece
            else:
                stood += piece.span.duration
                if not abs(_within_day(piece.shows - last.at(piece.start), clock)) <= self.after_stop:
                    last, stood = piece, 0.0

    def _finding(
        self, evidence: Evidence, clock: ClockReading, before: ClockPiece, after: ClockPiece, step: float
    ) -> Finding:
        way = "forward" if step > 0 else "back"
        from_, to = shown_text(after.shows - step, clock), shown_text(after.shows, clock)
        figures = {
            "step": ms(step),
            "would_show": from_,
            "shows": to,
            "profile": clock.profile or "general reader",
            "digits_read": clock.digits_read,
            "rule": "all digits of all pictures together are likelier with this change of the clock than without",
        }
        if not clock.date_order_sure:
            figures["date"] = "which number is the day and which the month is not sure"
        if any(_at(state, after.start) for state in evidence.picture or ()):
            figures["picture"] = "the file holds no picture just before: the clock ran on where nothing was recorded"
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="clock_jump",
            start=after.start,
            end=ms(min(evidence.recording.duration, after.start + 1.0)),
            score=_score(before, after),
            summary=f"The burned-in clock jumps {way} by {difference_text(step)}: from {from_} to {to}",
            evidence=figures,
        )


def _within_day(step: float, clock: ClockReading) -> float:
    """Without a date a step is at most half a day either way."""
    return step if clock.dated else (step + DAY / 2) % DAY - DAY / 2


def _at(state: PictureState, time: float) -> bool:
    return state.kind == "gap" and abs(state.end - time) < 1.0


def _score(before: ClockPiece, after: ClockPiece) -> float:
    """A margin, not a probability: surer where more of the pictures on both sides agree, and both sides are longer."""
    agreeing = min(before.agreeing, after.agreeing)
    length = min(1.0, min(before.span.duration, after.span.duration) / 5.0)
    return ms(0.4 + 0.4 * agreeing + 0.19 * length)
