"""The pictures that a scan looks at, as columns of figures: constant size per hour whatever the recording's size."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.media.picture import Look, Plane, change, fine_changes, likeness
from pipeline.media.rules import PictureRules
from pipeline.media.sharpness import sharpness
from pipeline.types import Curve

Column = NDArray[np.float64]
Figure = Column | float
EVEN = 0.35
"""share of a change that is left once the change of the mean is taken out, up to which only the light changes"""
DIM_LIGHT = 60.0
"""mean luma up to which it is asked whether a picture shows what the one before does"""
AROUND = 5
"""pictures on either side that say what a stretch is compared with"""


def _column() -> array[float]:
    return array("d")


@dataclass
class Samples:
    """One row per picture looked at, in order of time."""

    at: array[float] = field(default_factory=_column)
    brightness: array[float] = field(default_factory=_column)
    bright: array[float] = field(default_factory=_column)
    detail: array[float] = field(default_factory=_column)
    damaged: array[float] = field(default_factory=_column)
    step_mean: array[float] = field(default_factory=_column)
    """change against the picture before (mean over blocks); NaN in the first row"""
    step_most: array[float] = field(default_factory=_column)
    """largest change at any point"""
    sharpness: array[float] = field(default_factory=_column)
    """NaN where the picture has too little in it to tell"""
    spread: array[float] = field(default_factory=_column)
    key: array[float] = field(default_factory=_column)
    """1 where the picture is a key frame"""
    blocks: list[Plane] = field(default_factory=list)
    """`Look.blocks` in whole luma steps, 680 bytes a picture"""
    key_calm: array[float] = field(default_factory=_column)
    """change of a key frame against the key frame before in the calmest tenth of the picture
    (`pipeline.media.picture.fine_changes`); NaN where the picture is none, or the first"""
    key_middle: array[float] = field(default_factory=_column)
    """the same in the middle"""
    leak: array[float] = field(default_factory=_column)
    leak_detail: array[float] = field(default_factory=_column)
    typical: array[float] = field(default_factory=_column)
    alike_before: array[float] = field(default_factory=_column)
    """likeness of the shapes of this picture and the one before (`pipeline.media.picture.likeness`); NaN where both are
    light"""
    _last: Look | None = None
    _last_key: Look | None = None

    def __len__(self) -> int:
        return len(self.at)

    def add(self, look: Look) -> bool:
        """Append a picture. False: left out, being no later than the last (some decoders repeat a key frame)."""
        if self._last is not None and look.at <= self._last.at + 1e-6:
            return False
        mean, most = change(self._last, look) if self._last is not None else (np.nan, np.nan)
        dim = self._last is not None and min(self.brightness[-1], look.brightness) <= DIM_LIGHT
        alike = likeness(self._last, look) if dim and self._last is not None else np.nan
        calm, middle = self._against_last_key(look)
        leak, leak_detail = look.leaked
        figures = {
            "at": look.at, "brightness": look.brightness, "bright": look.bright, "detail": look.detail,
            "damaged": float(look.damaged), "step_mean": mean, "step_most": most, "sharpness": sharpness(look.fine),
            "spread": look.spread, "typical": look.typical, "leak": leak, "leak_detail": leak_detail,
            "key": float(look.key), "key_calm": calm, "key_middle": middle,
            "alike_before": alike,
        }  # fmt: skip
        for name, value in figures.items():
            getattr(self, name).append(value)
        self.blocks.append(look.blocks.astype(np.uint8))
        self._last, self._last_key = look, look if look.key else self._last_key
        return True

    def _against_last_key(self, look: Look) -> tuple[float, float]:
        last = self._last_key if look.key else None
        if last is None or last.fine.shape != look.fine.shape:
            return np.nan, np.nan
        return fine_changes(last.fine, look.fine)

    def column(self, name: str) -> Column:
        """One column as an array."""
        return np.asarray(getattr(self, name), dtype=np.float64)

    def dark(self, rules: PictureRules) -> NDArray[np.bool_]:
        """Which pictures are black, dark without shapes, or hardly change and are dim without any edge between ones
        that are far lighter."""
        out = is_dark(rules, *(self.column(name) for name in DARK))
        dim = out | is_dim(rules, *(self.column(name) for name in DIM))
        dim |= is_leaked_on(rules, *(self.column(name) for name in LEAKED))
        for first, last in runs(dim):
            if self._hardly_changes(first, last, rules) and self._lighter_round(first, last, rules):
                out[first : last + 1] = True
        return out

    def _hardly_changes(self, first: int, last: int, rules: PictureRules) -> bool:
        """Whether the pictures of a stretch, two or more, are nearly the same, but for an exposure that opens up."""
        steps = self.column("step_mean")[first + 1 : last + 1]
        lit = np.abs(np.diff(self.column("brightness")[first : last + 1]))
        steps = np.where(steps - lit <= EVEN * steps, steps - lit, steps)
        return len(steps) > 0 and float(np.median(steps)) <= rules.dim_step

    def _lighter_round(self, first: int, last: int, rules: PictureRules) -> bool:
        """Whether it is far lighter right before and right after (of two pictures, as one may show the change).

        At least one of the two must be there; a light that goes out leaves a picture in which some edges show. It is
        lighter in most of the picture: a headlamp that passes lights up a part.
        """
        light = self.column("typical")
        inside = float(np.median(light[first : last + 1]))
        least = max(rules.dim_times * inside, inside + rules.dim_least)
        sides = [side for side in (light[max(0, first - 2) : first], light[last + 1 : last + 3]) if len(side)]
        return bool(sides) and all(side.max() >= least for side in sides)

    def faint(self, rules: PictureRules) -> list[tuple[int, int]]:
        """(first, last) of each run of pictures that may show a cover by night or amid shaking: nothing in focus, and
        right before and right after far brighter lights, far more detail and something in focus. Its ends must tell.
        """
        light = [self.column(name) for name in ("brightness", "bright", "detail", "sharpness")]
        return [
            (first, last)
            for first, last in runs(is_faint(rules, *light) & ~self.dark(rules))
            if self._changes_little(first, last, rules) and self._shows_more(first, last, rules)
        ]

    def _changes_little(self, first: int, last: int, rules: PictureRules) -> bool:
        steps = self.column("step_mean")[first + 1 : last + 1]
        return not len(steps) or float(np.median(steps)) <= rules.faint_step

    def _shows_more(self, first: int, last: int, rules: PictureRules) -> bool:
        sides = [slice(max(0, first - 2), first), slice(last + 1, last + 3)]
        bright, detail, sharp = (self.column(name) for name in ("bright", "detail", "sharpness"))
        inside = float(np.median(bright[first : last + 1])), float(np.median(detail[first : last + 1]))
        return all(
            len(bright[side])
            and bright[side].max() >= rules.faint_times * inside[0]
            and detail[side].max() >= rules.faint_times * inside[1] + rules.faint_least
            and bool(np.isfinite(sharp[side]).any())
            for side in sides
        )

    def alike(self, rules: PictureRules) -> NDArray[np.bool_]:
        """Which pictures equal the one before, as far as a re-encoded picture can."""
        mean, most = self.column("step_mean"), self.column("step_most")
        return np.asarray((mean <= rules.still_mean) & (most <= rules.still_most), dtype=bool)

    def curve(self, name: str, duration: float, unit: str) -> Curve:
        """A column at one value a second (the nearest picture); NaN more than 1.5 s from any picture."""
        grid = np.arange(int(duration) + 1, dtype=np.float64)
        values = np.full(len(grid), np.nan, dtype=np.float32)
        if len(self):
            at, column = self.column("at"), self.column(name)
            after = np.clip(np.searchsorted(at, grid), 0, len(at) - 1)
            before = np.maximum(after - 1, 0)
            nearest = np.where(np.abs(at[after] - grid) <= np.abs(at[before] - grid), after, before)
            near = np.abs(at[nearest] - grid) <= 1.5
            values[near] = column[nearest][near]
        return Curve(rate_hz=1.0, start=0.0, values=values, unit=unit)


@dataclass
class Lights:
    """How bright each picture is that was decoded on the way, between those looked at; 16 bytes a picture."""

    at: array[float] = field(default_factory=_column)
    brightness: array[float] = field(default_factory=_column)

    def add(self, at: float, brightness: float) -> None:
        """Append a picture, in order of time."""
        self.at.append(at)
        self.brightness.append(brightness)

    def between(self, start: float, end: float) -> list[tuple[float, float]]:
        """(seconds, brightness) of those from `start` to before `end`."""
        first, last = bisect_left(self.at, start - 1e-3), bisect_left(self.at, end - 1e-3)
        return list(zip(self.at[first:last], self.brightness[first:last], strict=True))


def is_dark(rules: PictureRules, brightness: Figure, bright: Figure, detail: Figure) -> NDArray[np.bool_]:
    """Black, or dark without shapes; element by element."""
    covered = (brightness <= rules.dark_brightness) & (bright <= rules.dark_bright) & (detail <= rules.dark_detail)
    return np.asarray((bright <= rules.black_bright) | covered, dtype=bool)


DARK = ("brightness", "bright", "detail")
"""the columns that `is_dark` takes, in this order"""
DIM = (*DARK, "sharpness", "spread")
"""those that `is_dim` takes"""


def is_dim(
    rules: PictureRules, brightness: Figure, bright: Figure, detail: Figure, sharp: Figure, spread: Figure
) -> NDArray[np.bool_]:
    """As dark as a covered lens, all shapes large, and no edge as of a camera in focus; element by element."""
    dark = (brightness <= rules.dark_brightness) & (bright <= rules.dark_bright)
    large = (detail <= rules.dim_detail) & (detail <= rules.dim_large * spread)
    return np.asarray(dark & large & ~np.isfinite(sharp), dtype=bool)


def is_faint(
    rules: PictureRules, brightness: Figure, bright: Figure, detail: Figure, sharp: Figure
) -> NDArray[np.bool_]:
    """As dark as a covered lens, and nothing in focus, whatever the noise adds to its detail; element by element."""
    dark = (brightness <= rules.dark_brightness) & (bright <= rules.dark_bright) & (detail <= rules.dim_detail)
    return np.asarray(dark & ~np.isfinite(sharp), dtype=bool)


LEAKED = ("typical", "leak", "leak_detail")
"""those that `is_leaked_on` takes"""


def is_leaked_on(rules: PictureRules, typical: Figure, leak: Figure, detail: Figure) -> NDArray[np.bool_]:
    """As dark as a covered lens and without shapes, but for light that falls in from the border; element by element."""
    dark = (typical <= rules.dark_brightness) & (detail <= rules.leak_detail)
    return np.asarray(dark & (leak <= rules.leak_most), dtype=bool)


def beside(first: int, last: int, count: int) -> list[int]:
    """Rows of the up to `AROUND` pictures on either side of those from `first` to `last`."""
    return [*range(max(0, first - AROUND), first), *range(last + 1, min(count, last + 1 + AROUND))]


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, last) indices of each unbroken run of True."""
    padded = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return list(zip(np.flatnonzero(padded == 1).tolist(), (np.flatnonzero(padded == -1) - 1).tolist(), strict=True))
