"""Stretches in which the picture is black, or dark without any shape, as with something over the lens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.types import Evidence, Finding, PictureState, ms


@dataclass(frozen=True)
class LensCovered:
    """Labels: `lens_covered` (dark, but the sensor is live: noise, a rest of light) and `dark_picture` (black).

    A night scene has shapes or lamps and is not dark in this sense; folds of a cloth, all of them out of focus, are
    taken for a cover where it is far lighter before or after. What covers a lens comes and goes within a few frames and
    looks like nothing before it. Light that fades on both sides, or shapes that stay the same, are those of a dark
    place, and so is what moves: that is not reported. Where one side alone says so, or all is dark round it too, a very
    dark place cannot be told from a cover; the score is below 0.5 then, and the summary says so.
    """

    min_duration: float = 1.8
    """seconds: 2, less the frames in which a cover slides on and off; a hand or a belt that passes the lens, or a fade,
    is shorter"""
    sure_brightness: float = 60.0
    """mean luma (0 to 255) of the picture round it from which on the darkness cannot be the scene's own"""
    sure_detail: float = 3.0
    """detail (see `pipeline.media.picture`) round it, likewise: night scenes measured 1.1 to 3"""
    most_detail: float = 0.8
    """detail at which a dark picture begins to have shapes (the scan's limit)"""
    nothing: float = 4.0
    """luma that 99 % of the picture stay below where there is nothing to tell a place by: black all the same"""
    fades: float = 0.12
    """seconds beyond one frame over which light comes or goes: 0.13 and more measured for rooms entered within 0.4 s
    and longer, 0.00-0.10 for what covers the lens within 0.13 s"""
    same_shapes: float = 0.35
    """likeness of a dark picture and the light one beside it: 0.3-0.99 where light is switched in a still scene, up to
    0.29 for covers"""
    moves: float = 1.5
    """change from picture to picture against the detail of one: what is noise alone changes as much as it differs
    (0.9-1.3 measured), while shapes that move change more (1.6-5), ..."""
    unlike: float = 0.4
    """... if these are not alike"""
    fewest: float = 3.0
    """pictures from which on motion tells"""
    near: float = 3.0
    """but what changes so many times its detail is large and soft: too near the lens to be a place, if it came and went
    at once. A cloth that sways measured 4.1, dark places 1.6-1.9"""
    same_around: float = 1.4
    """how many times the luma and the detail inside those round it may be where nothing came over the lens: 1.00-1.06
    measured in places where next to nothing shows, one of the two 2.1 and more for covers"""
    unsure_brightness: float = 25.0
    """mean luma of the picture round it up to which it is a dark place as well"""
    unsure: float = 0.7
    unsure_most: float = 0.45
    """share of the score that is left where a dark place cannot be told from a cover, and the most it can be"""

    name: ClassVar[str] = "lens_covered"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for state in evidence.picture or ():
            dark = state.kind in ("black", "dark_textured") and state.span.duration >= self.min_duration
            if dark and not self._is_place(state.figures):
                yield self._finding(evidence, state)

    def _finding(self, evidence: Evidence, state: PictureState) -> Finding:
        black = state.kind == "black"
        seconds, figures = state.span.duration, dict(state.figures)
        unsure, score = self._is_unsure(figures), self._score(figures, black)
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
            score=ms(min(self.unsure_most, self.unsure * score) if unsure else score),
            summary=f"{what} ({seconds:.1f} s{', the whole recording' if whole else ''})"
            + ("; a very dark place cannot be told from a cover" if unsure else ""),
            evidence={
                **figures,
                "rule": "99 % of the picture nearly black; dark with no shapes left once noise is averaged out; "
                "or dark with nothing in focus, and far lighter before or after; no fade, no shapes that stay or move",
            },
        )

    def _says_place(self, figures: Mapping[str, float]) -> list[bool]:
        """For the start and for the end, whether light fades there or the shapes stay the same."""
        sides = (("falls", "alike_before"), ("rises", "alike_after"))
        return [
            figures.get(fade, 0.0) >= self.fades or self.same_shapes <= figures.get(alike, 0.0) < 1.0
            for fade, alike in sides
        ]

    def _is_place(self, figures: Mapping[str, float]) -> bool:
        if figures.get("bright", 0.0) <= self.nothing:
            return False
        if self._is_same_around(figures):
            return True
        says = self._says_place(figures)
        place = any(says) if figures.get("faint") else all(says)  # nothing but its ends tells a faint cover
        return place or self._moves(figures, came_and_went=not any(says))

    def _moves(self, figures: Mapping[str, float], came_and_went: bool) -> bool:
        """Whether shapes move as those of a place do."""
        detail, moved = figures.get("detail", np.inf), figures.get("moved", 0.0)
        told = moved >= self.moves * detail and figures.get("alike_within", 1.0) <= self.unlike
        near = came_and_went and moved >= self.near * detail
        return told and not near and figures.get("pictures", 0.0) >= self.fewest

    def _is_same_around(self, figures: Mapping[str, float]) -> bool:
        """Whether the pictures round it, which are just not dark enough, show as much as those inside."""
        pairs = (("brightness", 1.0), ("detail", 0.2))  # and so little that nothing is divided by next to nothing
        return all(
            least + figures.get(f"{name}_around", np.inf) <= self.same_around * (least + figures.get(name, 0.0))
            for name, least in pairs
        )

    def _is_unsure(self, figures: Mapping[str, float]) -> bool:
        if figures.get("bright", 0.0) <= self.nothing:
            return False
        dark_too = figures.get("brightness_around", 0.0) <= self.unsure_brightness
        return dark_too or any(self._says_place(figures))

    def _score(self, figures: dict[str, float], black: bool) -> float:
        """A margin, not a probability: half for how shapeless it is, half for how unlike the picture round it.

        What has shapes may also be a dark place, and is half as sure.
        """
        shapeless = 1.0 if black else min(1.0, max(0.0, 1 - figures.get("detail", 0.0) / self.most_detail))
        light = figures.get("brightness_around", 0.0) / self.sure_brightness
        shapes = figures.get("detail_around", 0.0) / self.sure_detail
        unlike = min(1.0, light, shapes) * (1.0 if shapeless > 0 else 0.5)
        return ms(0.3 + 0.3 * shapeless + 0.38 * unlike)
