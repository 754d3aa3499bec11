"""Cells as a reader would give them of a known second, without any picture."""

from __future__ import annotations

import numpy as np

from pipeline.clock.cells import Cell, fields_of, settled
from pipeline.clock.layout import Layout, layout_of
from pipeline.clock.marks import Mark


def layout_like(text: str) -> Layout:
    """The layout of a line written like "YYYY-MM-DD hh:mm:ss"."""
    digits = text.replace("YYYY", "2024").replace("MM", "05").replace("DD", "07").replace("hh", "10")
    digits = digits.replace("M/", "5/").replace("D/", "7/").replace("h:", "9:").replace("mm", "30").replace("ss", "20")
    found = layout_of([Mark(letter, 6.0 * n, 0.9) for n, letter in enumerate(digits) if letter != " "])
    assert found is not None, digits
    return found


def cell_of(at: float, moment: int, layout: Layout, sure: float = 0.97, seed: int | None = None) -> Cell:
    """The cell of a picture that shows this moment; with a seed, one digit by chance is misread as another."""
    fields = fields_of(np.array([moment], np.int64), layout.half_day)
    likely = np.full((len(layout.slots), 10), (1 - sure) / 9)
    for number, slot in enumerate(layout.slots):
        likely[number, int(fields[slot.field][0]) // slot.worth % 10] = sure
    if seed is not None:
        rng = np.random.default_rng(seed)
        row = int(rng.integers(len(likely)))
        likely[row] = np.roll(likely[row], int(rng.integers(1, 9)))
    digits, read = settled(likely)
    return Cell(at, layout, digits, read)
