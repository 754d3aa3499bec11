"""Characters of one line, as the reader of burned-in text sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.stamp_text import CLASSES

WIDE = 1.42
"""a gap of more than this many usual steps between two middles is a space"""

TIGHT = 0.5
"""of a usual step: closer than this stand no two letters"""

Row = NDArray[np.float32]
"""natural log of each class's probability, shape (columns, classes)"""


@dataclass(frozen=True, slots=True)
class Mark:
    """One character: what it most likely is, the column of its middle, and how likely that is (0 to 1)."""

    letter: str
    column: float
    sure: float


def marks_of(row: Row) -> list[Mark]:
    """The characters of a line from left to right: runs of columns that show the same one."""
    best = row.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best)) + 1
    starts, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(best)]))
    out = []
    for start, end in zip(starts, ends, strict=True):
        kind = int(best[start])
        if kind:
            sure = np.exp(row[start:end, kind])
            middle = float((sure * np.arange(start, end)).sum() / sure.sum())
            out.append(Mark(CLASSES[kind], middle, float(sure.max())))
    return _apart(out)


def _apart(marks: list[Mark]) -> list[Mark]:
    """Without those that stand in the place of a surer one: two letters cannot lie half a usual step apart."""
    if len(marks) < 4:
        return marks
    usual = float(np.median(np.diff([m.column for m in marks])))
    out: list[Mark] = []
    for mark in marks:
        if out and mark.column - out[-1].column < TIGHT * usual and not {mark.letter, out[-1].letter} & set(":.-/"):
            out[-1] = max(mark, out[-1], key=lambda m: m.sure)
        else:
            out.append(mark)
    return out


def text_of(marks: Sequence[Mark]) -> tuple[str, list[int]]:
    """The line's text with a blank at each wide gap, and for each of its letters the number of the mark (blank: -1)."""
    if not marks:
        return "", []
    steps = np.diff([m.column for m in marks])
    usual = float(np.median(steps)) if len(steps) else 0.0
    text, numbers = marks[0].letter, [0]
    for number, step in enumerate(steps, start=1):
        if step > WIDE * usual:
            text, numbers = text + " ", [*numbers, -1]
        text, numbers = text + marks[number].letter, [*numbers, number]
    return text, numbers
