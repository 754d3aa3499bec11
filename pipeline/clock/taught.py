"""A second reading with what the first one taught: how the digits of this stamp look, seen from its running seconds.

Only where the seconds say that a digit which does not run was misread alike in all pictures (see
`pipeline.clock.patches`), or where a digit of theirs is often misread: then all pictures are read once more, by the
general reader and by the stamp's own digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.clock.cells import Cells, digits_in, fields_of, said_by, settled
from pipeline.clock.layout import Layout
from pipeline.clock.patches import (
    Patches,
    Sample,
    corrected,
    likelihoods,
    likeness,
    missing,
    templates,
    width_of,
)
from pipeline.clock.path import Path
from pipeline.types import Span, merged

EVEN = 0.6
"""seconds of offset from picture to picture of a clock that runs evenly"""
ROUND, MOST = 0.8, 2
"""seconds looked at round a digit, and how often"""
MISREAD = 0.7
"""likelihood on average that a digit of the running seconds is read as what it is, under which the reader is taught"""
Strip = tuple[float, Patches, Layout]
"""when, a strip as the reader is shown it, and where its digits stand"""


@dataclass(frozen=True, eq=False)
class TaughtDigits:
    """A `DigitReader` by the stamp's own digits, with the general reader's word in proportion to how often it was right
    about each digit of the seconds. `said`: shape (10, 10), how likely it says each digit (column) of each true one."""

    digits: Patches
    said: NDArray[np.float64]

    def digits_of(
        self, strip: NDArray[np.float32], row: NDArray[np.float32], layout: Layout
    ) -> tuple[NDArray[np.float32], float]:
        """See `pipeline.clock.watch.DigitReader`."""
        general = np.exp(digits_in(row, layout.slots)[0]).astype(np.float64)
        both = likelihoods(likeness(strip, layout.slots, self.digits)) * (general @ self.said.T)
        half = np.array([slot.field == "half" for slot in layout.slots])
        both[half] = general[half]
        return settled(both / both.sum(axis=1, keepdims=True))


def in_doubt(cells: Cells, path: Path, strips: Sequence[Strip]) -> list[Span]:
    """When the running clock shows those digits that must still be seen to tell what the digits that stand are."""
    samples = samples_of(cells, path, strips)
    out: list[Span] = []
    for digit in missing(samples) if samples else ():
        even = path.runs[1:] & path.runs[:-1] & (np.abs(np.diff(path.offset)) < EVEN)
        wait = (digit - path.value[:-1]) % 10
        times = (cells.at[:-1] + wait)[even & (wait <= np.diff(cells.at))]
        out += [Span(max(0.0, float(at) - ROUND), float(at) + ROUND) for at in times[:MOST].tolist()]
    return list(merged(out))


def taught_by(cells: Cells, path: Path, strips: Sequence[Strip]) -> TaughtDigits | None:
    """What the running seconds teach; None where they contradict nothing that was read, nor are misread themselves, or
    where too few digits were shown."""
    samples = samples_of(cells, path, strips)
    if not samples:
        return None
    right, said = corrected(samples), _said(cells, path)
    if right is None and said.diagonal().min() >= MISREAD:
        return None
    digits, counts = templates(right or samples, width_of(samples[0].layout))
    return TaughtDigits(digits, said) if min(counts) > 0 else None


def samples_of(cells: Cells, path: Path, strips: Sequence[Strip], standing: bool = False) -> list[Sample]:
    """Strips of pictures in which the clock runs, with what it shows; `standing`: and of those in which it stands."""
    known = {round(at, 4): n for n, at in enumerate(cells.at.tolist())}
    out = []
    for at, strip, layout in strips:
        n = known.get(round(at, 4))
        if n is not None and (standing or path.runs[n]):
            out.append(Sample(at, strip, layout, digits_shown(int(path.value[n]), layout, cells.order)))
    return out


def digits_shown(value: int, layout: Layout, order: str) -> tuple[int, ...]:
    """The digit of each slot of a stamp that shows this value."""
    fields = fields_of(np.array([value], np.int64), layout.half_day)
    return tuple(int(fields[said_by(s, layout, order)][0]) // s.worth % 10 for s in layout.slots)


def _said(cells: Cells, path: Path) -> NDArray[np.float64]:
    """How likely the general reader says each digit of each true one, by the seconds that run."""
    seen, times = np.full((10, 10), 0.02) + 0.8 * np.eye(10), np.ones((10, 1))
    for n, cell in enumerate(cells.cells):
        if path.runs[n]:
            for slot, row in zip(cell.layout.slots, np.exp(cell.digits), strict=True):
                if slot.field == "s":
                    digit = int(path.value[n]) % 60 // slot.worth % 10
                    seen[digit] += row
                    times[digit] += 1
    return np.asarray(seen / times)
