"""Stretches in which the picture stands still as no live camera's does, then jumps to where the scene has moved on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pipeline.types import Evidence, Finding, PictureState, ms


@dataclass(frozen=True)
class FrozenPicture:
    """Label `frozen`.

    Stillness alone proves nothing: strong compression removes the noise of a camera lying on a table. So a picture that
    repeats must also have stopped at full motion or must jump at its end, to a picture of other shapes (a change of
    light keeps the shapes). A freeze that begins and ends while nothing moves, or one that fills the whole recording,
    cannot be told from a still scene and is not reported. Limits measured with `tests/benchmarks/picture_faults.py`.
    """

    min_duration: float = 2.0
    """seconds"""
    jump: float = 10.0
    """change (8-bit steps) that 1 % of the blocks exceed at the jump: 98-135 measured after a freeze of 5 to 7 s at a
    walk, 3-6 where somebody sets off"""
    jump_ratio: float = 2.0
    """how much more than the motion just after: 4-6 measured after a freeze, under 0.7 where somebody sets off"""
    most_likeness: float = 0.8
    """correlation of the shapes before and after the jump: 0.0-0.2 after a freeze, 0.97 and more after a change of
    light"""
    stop: float = 8.0
    """motion in the frames just before the stop: 27-34 measured at a walk, under 1 where somebody comes to a stand"""

    name: ClassVar[str] = "frozen_picture"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for state in evidence.picture or ():
            if state.kind != "still" or state.span.duration < self.min_duration or "grain" not in state.figures:
                continue
            to_the_end = state.end >= evidence.recording.duration - 0.5
            jumps, stops = self._jumps(state.figures), self._stops(state.figures)
            if jumps or (stops and to_the_end):
                yield self._finding(evidence, state, jumps, stops)

    def _jumps(self, figures: Mapping[str, float]) -> bool:
        jump = figures.get("jump", 0.0)
        return (
            jump >= self.jump
            and jump >= self.jump_ratio * figures.get("motion_after", 0.0)
            and figures.get("jump_likeness", 1.0) <= self.most_likeness
        )

    def _stops(self, figures: Mapping[str, float]) -> bool:
        return figures.get("motion_before", 0.0) >= self.stop

    def _finding(self, evidence: Evidence, state: PictureState, jumps: bool, stops: bool) -> Finding:
        seconds = state.span.duration
        how = "then jumps" if jumps else "to the end of the recording"
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="frozen",
            start=state.start,
            end=state.end,
            score=self._score(state.figures, jumps, stops),
            summary=f"The picture does not change for {seconds:.1f} s, {how}",
            evidence={
                **state.figures,
                "stopped_in_motion": stops,
                "jumped": jumps,
                "rule": "frames repeat without live noise; the picture jumps afterwards, or stopped in full motion",
            },
        )

    def _score(self, figures: Mapping[str, float], jumps: bool, stops: bool) -> float:
        """A margin, not a probability: both edges abrupt 0.8 and more, one of them 0.6 and more."""
        base = 0.8 if jumps and stops else 0.6
        clear = min(1.0, figures.get("jump" if jumps else "motion_before", 0.0) / (4 * self.jump))
        return ms(base + 0.19 * clear)
