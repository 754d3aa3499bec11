"""Whether a stamp is a profile's: how like its digits are, how much clearer than the next best, and where it stands.

Likeness alone cannot tell: a busy or bright background behind outlined digits takes it from 0.97 to 0.6, where another
font is like 0.75. How far the best digit stands before the second best falls with the background too, but for the
profile's own stamp it keeps its share of what the digits' own likeness to one another leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.stamp_text import normalised
from pipeline.clock.layout import Layout, Slot
from pipeline.clock.patches import ROWS, Patches, unit
from pipeline.clock.place import Place, Plane
from pipeline.clock.profile import Profile

GROWN = (0.78, 0.84, 0.9, 0.95, 1.0, 1.06, 1.12, 1.19, 1.27)
FINELY = (0.98, 1.0, 1.02)
"""sizes against the general reader's, which reads digits of 12 to 17 px alike"""
DOWN, FINELY_DOWN = (-3.0, -1.5, 0.0, 1.5, 3.0), (-0.75, 0.0, 0.75)
FITS = 0.88
"""mean correlation of the best digits from which on a stamp at the profile's place is taken to be the profile's"""
ELSEWHERE = 0.92
"""the same for a stamp that stands elsewhere, is larger or smaller, or says its date otherwise. Of 522 pairs of a stamp
and another camera's profile, the likest of 37 fonts among them, the best measured 0.918; other recordings of one stamp
before a calm picture 0.97"""
CLEAR = 0.45
"""mean share of the room between digits, at the profile's place. 19 odd cameras of 37 chose it, on two recordings each:
33 of 38 of their own taken. Of the even ones 32 of 36 were, and of 288 pairs with another camera's profile none"""
SIZE, ROW_PX, COLUMN_PX = 0.06, 1.5, 5.0
"""how far a stamp at the profile's place is off in size, in rows and in columns of its first or last digit, in pixels
of the strip, where a digit is 14 px high. 90 % of own stamps: 0.03, 0.9 and 2.0"""


@dataclass(frozen=True, eq=False)
class Fit:
    """How a profile fits a stamp at the rows and size that suit it best."""

    alike: float
    """mean correlation of the best digits"""
    clear: float
    """mean of how far the best digit stands before the second best, over how far that digit of the profile is from its
    likest other: 1 for the profile's own pictures, 0 for chance"""
    place: Place
    layout: Layout


def fit_of(profile: Profile, planes: Sequence[Plane], place: Place, layouts: Sequence[Layout]) -> Fit:
    """The best fit near this place; `layouts`: where the digits stand in each of the pictures, since in proportional
    fonts they move with what is shown."""
    score, at, slots = -1.0, place, [_digits(layout) for layout in layouts]
    for sizes, downs in ((GROWN, DOWN), (FINELY, FINELY_DOWN)):
        from_, said = at, slots
        for factor in sizes:
            tried = [_sized(each, factor) for each in said]
            for down in downs:
                moved = from_.moved(factor, down)
                alike = float(np.mean([a.max(axis=1).mean() for a in _alike(profile, planes, moved, tried)]))
                if alike > score:
                    score, at, slots = alike, moved, tried
    rows = np.concatenate(_alike(profile, planes, at, slots))
    whole = _sized(layouts[0].slots, at.scale / place.scale)
    return Fit(score, clearness(rows, profile.digits), at, replace(layouts[0], slots=whole))


def clearness(alike: NDArray[np.float64], digits: Patches) -> float:
    """See `Fit.clear`. `alike`: correlation of each slot with each of the digits, shape (slots, 10)."""
    own = unit(digits[:, ROWS].reshape(10, -1))
    among = own @ own.T - 2 * np.eye(10)
    room = np.maximum(1.0 - among.max(axis=1), 1e-3)
    best = np.sort(alike, axis=1)
    return float(((best[:, -1] - best[:, -2]) / room[alike.argmax(axis=1)]).mean())


def fits(profile: Profile, fit: Fit, size_px: tuple[int, int]) -> bool:
    """Whether the stamp is taken to be the profile's, in pictures of this width and height."""
    if stands_there(profile, fit.place, fit.layout, size_px):
        return fit.alike >= FITS or fit.clear >= CLEAR
    return fit.alike >= ELSEWHERE


def stands_there(profile: Profile, place: Place, layout: Layout, size_px: tuple[int, int]) -> bool:
    """Whether a stamp says its date as the profile's does and has its size and place in pictures of this size."""
    known = profile.expected(size_px)
    if (layout.order, layout.half_day) != (profile.layout.order, profile.layout.half_day):
        return False
    if abs(place.scale / known.scale - 1.0) > SIZE or abs(place.middle_px - known.middle_px) * known.scale > ROW_PX:
        return False
    if place.above is not None or known.above is not None:
        return place.above is not None and known.above is not None
    first, last = _ends(place, layout)
    known_first, known_last = _ends(known, profile.layout)
    return min(abs(first - known_first), abs(last - known_last)) * known.scale <= COLUMN_PX


def _ends(place: Place, layout: Layout) -> tuple[float, float]:
    """The frame's columns of the first and the last digit."""
    columns = [slot.column for slot in layout.slots]
    return place.column_px(min(columns)), place.column_px(max(columns))


def _digits(layout: Layout) -> tuple[Slot, ...]:
    return tuple(slot for slot in layout.slots if slot.field != "half")


def _sized(slots: Sequence[Slot], factor: float) -> tuple[Slot, ...]:
    return tuple(replace(slot, column=(slot.column + 0.5) * factor - 0.5) for slot in slots)


def _alike(
    profile: Profile, planes: Sequence[Plane], place: Place, slots: Sequence[Sequence[Slot]]
) -> list[NDArray[np.float64]]:
    """Correlation of each slot with each digit, picture by picture."""
    strips = (normalised(place.cut(plane)) for plane in planes)
    return [profile.alike(strip, each) for strip, each in zip(strips, slots, strict=True)]
