"""Long stretches in which something on the lens covers a part of the picture: an arm, a flap, a strap, a finger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pipeline.errors import NotMeasurable
from pipeline.media.obstruction_rules import ObstructionRules
from pipeline.types import Evidence, Finding, PictureState, ms

SHOWN = {
    "share": "share_of_picture",
    "inside": "range_inside",
    "outside": "range_outside",
    "ramp": "border_width",
    "focus": "edges_elsewhere",
}
"""figures of the scan by the names that a reviewer sees: ranges in 8-bit steps, widths as shares of the picture's"""


@dataclass(frozen=True)
class ViewObstructed:
    """Label `view_obstructed`.

    What lies on the lens keeps its place while the world moves through the picture, and its border is far out of focus;
    a dashboard, a person close by or the ground has its border in focus. It is told only by day and while the camera
    moves, and only where it comes or goes within the recording. Measured on made recordings
    (`tests/benchmarks/obstructed_view.py`).
    """

    min_duration: float = 10.0
    """seconds; hands and straps that pass the lens, or a bow of the wearer, take less"""
    least_share: float = ObstructionRules.smallest
    """of the picture (the scan looks for no smaller ones)"""
    soft: float = ObstructionRules.ramp
    """share of the width over which the border grows, from which on it is out of focus (the scan's limit)"""

    name: ClassVar[str] = "view_obstructed"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        """Raises NotMeasurable where the camera never moves by day: then nothing tells the lens from the world."""
        states = evidence.picture or ()
        if not any(state.kind == "in_motion" for state in states):
            raise NotMeasurable("the camera does not move by daylight for long enough to tell the lens from the world")
        for state in states:
            large = state.figures.get("share", 0.0) >= self.least_share
            if state.kind == "obstructed" and large and state.span.duration >= self.min_duration:
                yield self._finding(evidence, state)

    def _finding(self, evidence: Evidence, state: PictureState) -> Finding:
        figures, where = state.figures, place_of(state.figures)
        judged = sum(state.span.overlap(other.span) for other in evidence.picture or () if other.kind == "in_motion")
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="view_obstructed",
            start=state.start,
            end=state.end,
            score=self._score(figures),
            summary=f"Something before the lens covers about {figures.get('share', 0.0):.0%} of the picture ({where}) "
            f"for {state.span.duration:.0f} s",
            evidence={
                **{name: figures[key] for key, name in SHOWN.items() if key in figures},
                "where": where,
                "seconds_judged": ms(judged),
                "rule": "a part of the picture stays as it is while the rest moves, and its border is out of focus; "
                "told while the camera moves (seconds judged) and taken to go on where it looks the same",
            },
        )

    def _score(self, figures: Mapping[str, float]) -> float:
        """A margin, not a probability: how far out of focus its border is, and how little of the world shows in it."""
        soft = min(1.0, max(0.0, figures.get("ramp", 0.0) / self.soft - 1))
        world = figures.get("inside", 0.0) / max(1.0, figures.get("outside", 0.0))
        return ms(0.45 + 0.3 * soft + 0.2 * max(0.0, 1 - 5 * world))


def place_of(figures: Mapping[str, float]) -> str:
    """Where in the picture its middle lies, in words."""
    across, down = figures.get("across", 0.5), figures.get("down", 0.5)
    side = "left" if across < 0.4 else "right" if across > 0.6 else ""
    level = "upper" if down < 0.35 else "lower" if down > 0.65 else ""
    if side and level:
        return f"{level} {side}"
    return side or {"upper": "top", "lower": "bottom"}.get(level, "middle")
