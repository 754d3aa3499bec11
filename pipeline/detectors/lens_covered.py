"""Stretches in which the picture is black, or dark without any shape, as with something over the lens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.types import Evidence, Finding, PictureState, ms


@dataclass(frozen=True)
class LensCovered:
    """Labels: `lens_covered` (dark, but the sensor is live: noise, a rest of light) and `dark_picture` (black).

    A night scene has shapes or lamps and is not dark in this sense; folds of a cloth, all of them out of focus, are
    taken for a cover where it is far lighter before or after. Where the picture before and after is dark too, a place
    without light cannot be told from a cover, and the score says so.
    """

    min_duration: float = 2.0
    """seconds; a hand or a seat belt passing the lens, or a fade, is shorter"""
    sure_brightness: float = 60.0
    """mean luma (0 to 255) of the picture round it from which on the darkness cannot be the scene's own"""
    sure_detail: float = 3.0
    """detail (see `pipeline.media.picture`) round it, likewise: night scenes measured 1.1 to 3"""
    most_detail: float = 0.8
    """detail at which a dark picture begins to have shapes (the scan's limit)"""

    name: ClassVar[str] = "lens_covered"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for state in evidence.picture or ():
            if state.kind in ("black", "dark_textured") and state.span.duration >= self.min_duration:
                yield self._finding(evidence, state)

    def _finding(self, evidence: Evidence, state: PictureState) -> Finding:
        black = state.kind == "black"
        seconds, figures = state.span.duration, dict(state.figures)
        whole = seconds >= 0.98 * evidence.recording.duration
        what = (
            "The picture is black" if black else "The picture is dark without any shape: something may cover the lens"
        )
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="dark_picture" if black else "lens_covered",
            start=state.start,
            end=state.end,
            score=self._score(figures, black),
            summary=f"{what} ({seconds:.1f} s{', the whole recording' if whole else ''})",
            evidence={
                **figures,
                "rule": "99 % of the picture nearly black; dark with no shapes left once noise is averaged out; "
                "or dark with nothing in focus, and far lighter before or after",
            },
        )

    def _score(self, figures: dict[str, float], black: bool) -> float:
        """A margin, not a probability: half for how shapeless it is, half for how unlike the picture round it.

        What has shapes may also be a dark place, and is half as sure.
        """
        shapeless = 1.0 if black else min(1.0, max(0.0, 1 - figures.get("detail", 0.0) / self.most_detail))
        light = figures.get("brightness_around", 0.0) / self.sure_brightness
        shapes = figures.get("detail_around", 0.0) / self.sure_detail
        unlike = min(1.0, light, shapes) * (1.0 if shapeless > 0 else 0.5)
        return ms(0.3 + 0.3 * shapeless + 0.38 * unlike)
