"""The strip of an incident: what was heard, by what it is, in order of time, as marks on a drawing 640 wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.policy.spoken import as_clock
from pipeline.sequence import Mark
from pipeline.types import Span

LEFT, WIDTH = 50.0, 580.0
LANES = ("technique", "order", "force", "eased")
STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
"""seconds between two times on the axis"""


@dataclass(frozen=True)
class Dot:
    """A mark of the strip."""

    x: float
    lane: int
    title: str


def strip(marks: Sequence[Mark], whole: Span) -> list[Dot]:
    """The marks of a sequence on their lanes; what is on none of them is left out."""
    return [Dot(_x(m.start, whole), LANES.index(m.lane), m.title) for m in marks if m.lane in LANES]


def ticks(whole: Span) -> list[tuple[float, str]]:
    """About six round times along the axis."""
    step = next((s for s in STEPS if whole.duration / s <= 7), 3600)
    times = np.arange(np.ceil(whole.start / step) * step, whole.end + 1e-6, step)
    return [(_x(float(t), whole), as_clock(float(t))) for t in times]


def _x(time: float, whole: Span) -> float:
    return round(LEFT + WIDTH * (time - whole.start) / max(whole.duration, 1e-9), 1)
