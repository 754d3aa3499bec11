"""How the digits of a stamp look in its own pictures, and whether digits that stand still are what they were taken for.

Which second the clock shows is known from its running, whatever its font: the offset that explains all pictures. So the
seconds say what each digit looks like. A digit that does not run (an hour, a year) could be misread alike in all
pictures; held against the seconds it is found out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.stamp_text import HEIGHT_PX, STRIDE_PX
from pipeline.clock.layout import Layout, Slot

WIDTHS_PX = (6, 16)
ROWS = slice(2, HEIGHT_PX - 2)
"""rows of a strip that are compared: room to move up and down by one"""
MOVES = (-1, 0, 1)
SHARP = 24.0
"""how fast the probability falls with the correlation: .1 less is 11 times less likely"""
ALIKE = 0.75
"""correlation with a digit of the seconds from which on it is believed"""
CLEARER = 0.1
"""by which it must be more like that digit than like the one it was taken for. Measured on stamps of nine fonts: digits
read right differ by less than 0.02 the wrong way, 6 taken for 5 in OCR-A by 0.35"""
OFTEN = 5
"""pictures that must say so"""
SEEN = 2
"""times that a digit must have run by in the seconds"""

Patches = NDArray[np.float32]


@dataclass(frozen=True)
class Sample:
    """One picture's strip with the digit of each slot, as the running clock says."""

    at: float
    strip: Patches
    layout: Layout
    digits: tuple[int, ...]


def width_of(layout: Layout) -> int:
    """Width of a digit's cell in pixels of the strip: the usual step between neighbours of one field, even."""
    steps = [b.column - a.column for a, b in pairwise(layout.slots) if a.field == b.field]
    step = float(np.median(steps)) * STRIDE_PX if steps else 10.0
    return int(np.clip(2 * round(step / 2), *WIDTHS_PX))


def templates(samples: Sequence[Sample], wide: int, fields: str = "YMDhms") -> tuple[Patches, list[int]]:
    """(mean picture of each digit, how often it was seen) in slots of these fields; the second time each patch is moved
    to where it is most like the first mean."""
    sums, counts = np.zeros((10, HEIGHT_PX, wide), np.float32), [0] * 10
    cut = [
        (padded, _left(slot, wide), digit)
        for sample, padded in ((sample, _padded(sample.strip, wide)) for sample in samples)
        for slot, digit in zip(sample.layout.slots, sample.digits, strict=True)
        if slot.field in fields
    ]
    for padded, left, digit in cut:
        sums[digit] += _patch(padded, left, wide)
        counts[digit] += 1
    first = sums / np.maximum(np.array(counts, np.float32), 1)[:, None, None]
    sums = np.zeros_like(sums)
    for padded, left, digit in cut:
        moved = [_patch(padded, left + move, wide) for move in MOVES]
        sums[digit] += max(moved, key=lambda each: float((each * first[digit]).sum()))
    return np.asarray(sums / np.maximum(np.array(counts, np.float32), 1)[:, None, None], np.float32), counts


def mean_in_slot(samples: Sequence[Sample], key: tuple[str, int], wide: int) -> Patches | None:
    """Mean picture of what stands in the slot of this field and worth, each moved to where it is most like the first
    mean; None: none of them has that slot."""
    slots = [(s, slot) for s in samples for slot in s.layout.slots if (slot.field, slot.worth) == key]
    cut = [(_padded(sample.strip, wide), _left(slot, wide)) for sample, slot in slots]
    if not cut:
        return None
    first = np.mean([_patch(padded, left, wide) for padded, left in cut], axis=0)
    moved = ([_patch(padded, left + move, wide) for move in MOVES] for padded, left in cut)
    return np.asarray(
        np.mean([max(each, key=lambda p: float((p * first).sum())) for each in moved], axis=0), np.float32
    )


def _padded(strip: Patches, wide: int) -> Patches:
    """The strip with room for a digit's cell on either side."""
    return np.pad(strip, ((0, 0), (wide, wide)), mode="edge")


def _left(slot: Slot, wide: int) -> int:
    """Where in a padded strip the cell of this slot begins."""
    return round((slot.column + 0.5) * STRIDE_PX - wide / 2) + wide


def _patch(padded: Patches, left: int, wide: int) -> Patches:
    left = min(max(0, left), padded.shape[1] - wide)
    return np.asarray(padded[:, left : left + wide], np.float32)


def likeness(strip: Patches, slots: Sequence[Slot], digits: Patches) -> NDArray[np.float64]:
    """Correlation of each slot with each digit's picture, at the best of small moves, shape (slots, 10)."""
    wide = digits.shape[2]
    known = unit(digits[:, ROWS].reshape(10, -1))
    padded = _padded(strip, wide)
    out = np.full((len(slots), 10), -1.0)
    lefts = [_left(slot, wide) for slot in slots]
    for down in MOVES:
        rows = padded[ROWS.start + down : ROWS.stop + down]
        for right in MOVES:
            starts = [min(max(0, left + right), padded.shape[1] - wide) for left in lefts]
            cut = [rows[:, start : start + wide].ravel() for start in starts]
            out = np.maximum(out, unit(np.stack(cut)) @ known.T)
    return out


def likelihoods(alike: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely each slot shows each digit by its correlation, against the best one of the slot."""
    return np.asarray(np.exp(SHARP * (alike - alike.max(axis=1, keepdims=True))))


def unit(rows: Patches) -> Patches:
    """Rows less their mean, of length one."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def corrected(samples: Sequence[Sample]) -> list[Sample] | None:
    """The samples with their standing digits as the seconds say that they look; None: nothing to correct."""
    counts, seen = _held_against_seconds(samples)
    wrong = {key: other for key, usual in seen.items() if (other := _other(usual, key[2], counts)) is not None}
    return [replace(sample, digits=_with(sample, wrong)) for sample in samples] if wrong else None


def missing(samples: Sequence[Sample]) -> list[int]:
    """Digits that must still be seen in the seconds to tell what a standing digit is, which is unlike the digit that it
    was taken for."""
    counts, seen = _held_against_seconds(samples)
    doubtful = any(usual[digit] < ALIKE for (_, _, digit), usual in seen.items())
    return [digit for digit in range(10) if counts[digit] < SEEN] if doubtful else []


def _held_against_seconds(
    samples: Sequence[Sample],
) -> tuple[list[int], dict[tuple[str, int, int], NDArray[np.float64]]]:
    """(how often each digit was seen in the seconds; by field, worth and digit taken, how like each of them it is)."""
    digits, counts = templates(samples, width_of(samples[0].layout), "s")
    seen: dict[tuple[str, int, int], list[NDArray[np.float64]]] = defaultdict(list)
    for sample in samples:
        alike = likeness(sample.strip, sample.layout.slots, digits)
        for slot, digit, row in zip(sample.layout.slots, sample.digits, alike, strict=True):
            if slot.field not in ("s", "half"):
                seen[slot.field, slot.worth, digit].append(row)
    usual = {key: np.median(np.stack(rows), axis=0) for key, rows in seen.items() if len(rows) >= OFTEN}
    return counts, usual


def _other(usual: NDArray[np.float64], taken: int, counts: Sequence[int]) -> int | None:
    """The digit that these are clearly more like than the one they were taken for."""
    best = int(usual.argmax())
    clear = usual[best] >= ALIKE and usual[best] - usual[taken] >= CLEARER
    return best if clear and min(counts[best], counts[taken]) >= SEEN else None


def _with(sample: Sample, wrong: dict[tuple[str, int, int], int]) -> tuple[int, ...]:
    return tuple(
        wrong.get((slot.field, slot.worth, digit), digit)
        for slot, digit in zip(sample.layout.slots, sample.digits, strict=True)
    )
