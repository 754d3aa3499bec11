"""Digits that are said to change in a jump, and look before and after it as they did: then nothing jumped.

A clock set by an hour or a year may change one digit of the stamp alone, and so does a digit that the encoder redraws
a little and that is then taken for another one. Held against each other the pictures tell: the digit's mean before
and after, beside what the running seconds say that the two digits look like in this font.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.clock.cells import Cell, Cells, settled
from pipeline.clock.layout import Slot
from pipeline.clock.patches import MOVES, ROWS, SEEN, Patches, Sample, mean_in_slot, templates, unit, width_of
from pipeline.clock.path import Path
from pipeline.clock.taught import Strip, digits_shown, samples_of

LEAST_STEP, WHOLE = 30.0, 1.5
"""seconds: steps looked at, and by how much they may miss whole minutes: the second that is shown then only goes on"""
NEAREST, FEWEST = 12, 3
"""pictures on either side that are held against each other"""
UNKNOWN = 0.94
"""correlation from which on two digits are taken for one where the seconds did not show both. In six made clips digits
that changed measured 0.3 to 0.8, digits that stayed 0.98 in the middle"""
SAID = 0.6
"""probability given to a digit that is put right"""

Key = tuple[str, int]
"""field and worth of a slot"""


@dataclass(frozen=True)
class Unmoved:
    """A digit that did not change at a change of the path: what it is, and the pictures that said otherwise."""

    key: Key
    digit: int
    first: int
    end: int


def without_unmoved(cells: Cells, path: Path, strips: Sequence[Strip]) -> Cells | None:
    """The cells with such digits as they look; None: every jump is to be seen."""
    changes = _changes(cells, path)
    samples = sorted(samples_of(cells, path, strips, standing=True), key=lambda s: s.at) if changes else []
    bounds = [0, *changes, len(cells)]
    found = [
        each
        for start, at, end in zip(bounds[:-2], bounds[1:-1], bounds[2:], strict=True)
        for each in _at(cells, path, samples, start, at, end)
    ]
    return _put_right(cells, found) if found else None


def _changes(cells: Cells, path: Path) -> list[int]:
    """Numbers of the pictures behind a step of whole minutes."""
    would = np.where(path.runs[:-1], np.floor(cells.at[1:] + path.offset[:-1]), path.value[:-1])
    step = path.value[1:] - would
    rest = np.abs(step - 60 * np.round(step / 60))
    return [int(n) + 1 for n in np.flatnonzero((np.abs(step) >= LEAST_STEP) & (rest <= WHOLE))]


def _at(cells: Cells, path: Path, samples: Sequence[Sample], start: int, at: int, end: int) -> list[Unmoved]:
    """The digits that changed at picture `at`, where all of them look as they did; empty otherwise.

    `start`, `end`: the pictures before and behind are those of the stretches up to the next such changes.
    """
    times = [float(cells.at[n]) - 1e-3 for n in (start, at)]
    last = float(cells.at[end - 1]) + 1e-3
    before = [s for s in samples if times[0] <= s.at < times[1]][-NEAREST:]
    after = [s for s in samples if times[1] <= s.at <= last][:NEAREST]
    if min(len(before), len(after)) < FEWEST:
        return []
    value, layout = int(path.value[at]), cells.cells[at].layout
    step = 60 * round((value - int(path.value[at - 1])) / 60)
    now, then = (digits_shown(each, layout, cells.order) for each in (value, value - step))
    changed = [(slot, old, new) for slot, old, new in zip(layout.slots, then, now, strict=True) if old != new]
    wide = width_of(layout)
    known = templates(samples, wide, "s")
    found: list[Unmoved] = []
    for slot, old, new in changed:
        digit = _same((before, after), slot, old, new, wide, known)
        if digit is None:
            return []
        first, stop = (at, end) if digit == old else (start, at)
        found.append(Unmoved((slot.field, slot.worth), digit, first, stop))
    return found


def _same(
    sides: tuple[Sequence[Sample], Sequence[Sample]],
    slot: Slot,
    old: int,
    new: int,
    wide: int,
    known: tuple[Patches, list[int]],
) -> int | None:
    """The digit that stands on both sides; None: they show two, or what they show is no digit."""
    looks = [mean_in_slot(side, (slot.field, slot.worth), wide) for side in sides]
    if slot.field == "half" or looks[0] is None or looks[1] is None:
        return None
    alike, (digits, counts) = _alike(looks[0], looks[1]), known
    if min(counts[old], counts[new]) < SEEN:
        return (old if len(sides[0]) >= len(sides[1]) else new) if alike >= UNKNOWN else None
    if alike <= (1 + _alike(digits[old], digits[new])) / 2:
        return None
    more = [_alike(look, digits[old]) - _alike(look, digits[new]) for look in (looks[0], looks[1])]
    return (old if sum(more) > 0 else new) if more[0] * more[1] > 0 else None


def _alike(one: Patches, other: Patches) -> float:
    """Correlation at the best of small moves."""
    own = unit(one[ROWS].reshape(1, -1))[0]
    moved = np.stack([np.roll(other, (down, right), (0, 1))[ROWS].ravel() for down in MOVES for right in MOVES])
    return float((unit(moved) @ own).max())


def _put_right(cells: Cells, found: Sequence[Unmoved]) -> Cells:
    new = list(cells.cells)
    for each in found:
        for n in range(each.first, each.end):
            new[n] = _with(new[n], each)
    return Cells(tuple(new), cells.order)


def _with(cell: Cell, unmoved: Unmoved) -> Cell:
    digits = cell.digits.copy()
    for number, slot in enumerate(cell.layout.slots):
        if (slot.field, slot.worth) == unmoved.key:
            digits[number] = settled(SAID * np.eye(10)[[unmoved.digit]])[0][0]
    return replace(cell, digits=digits)
