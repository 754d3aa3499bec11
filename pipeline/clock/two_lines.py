"""A date that stands in a line of its own, above or below the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.stamp_text import DIGIT_PX, StampText
from pipeline.clock.layout import Layout, layout_of, says_date
from pipeline.clock.marks import Mark, marks_of
from pipeline.clock.place import Place, Plane, strips_of

PITCHES = (1.2, 1.4, 1.6, 1.85, 2.15, 2.5)
"""distances from line to line that are tried, in heights of a digit"""
WIDER = 9.0
"""heights of a digit by which a line of the date may reach further than the time's on either side"""
EDGE = 1.6
"""heights of a digit left beside the text"""
CLOSE = 2.5
"""heights of a digit: marks further apart are of two texts"""
TRIED = 4
"""pictures that a line is tried on"""
HOLDS = 0.5
"""share of those that must show the date"""


def with_date_line(
    place: Place, layout: Layout, planes: Sequence[Plane], reader: StampText
) -> tuple[Place, Layout] | None:
    """Both lines as one place, and what it then says; None: no line beside this time says a date."""
    few = list(planes[:: max(1, len(planes) // TRIED)])[:TRIED]
    columns = [slot.column for slot in layout.slots]
    time, wide = (_cut_to(place, min(columns), max(columns), few[0].shape[1], beside) for beside in (EDGE, WIDER))
    tried = [_date_at(wide.moved(down=way * pitch * DIGIT_PX), few, reader) for way in (-1, 1) for pitch in PITCHES]
    held = [(sure, date) for sure, date in tried if date is not None]
    for _, date in sorted(held, key=lambda each: -each[0])[:3]:
        both = replace(time, above=date) if date.middle_px < time.middle_px else replace(date, above=time)
        said = [layout_of(marks_of(row[0])) for row in reader.read(strips_of(few, both))]
        dated = [each for each in said if each is not None and each.dated]
        if len(dated) > HOLDS * len(few):
            return both, dated[0]
    return None


def _date_at(place: Place, planes: Sequence[Plane], reader: StampText) -> tuple[float, Place | None]:
    """(share of the pictures that show a date there and how surely, the place cut to it)."""
    if not place.seen_in(planes[0].shape[0]):
        return 0.0, None
    lines = [run for row in reader.read(strips_of(list(planes), place)) for run in _runs(marks_of(row[0]))]
    dates = [run for run in lines if says_date(run) and layout_of(run) is None]
    if len(dates) <= HOLDS * len(planes):
        return 0.0, None
    left, right = (float(np.median([run[at].column for run in dates])) for at in (0, -1))
    sure = float(np.mean([mark.sure for run in dates for mark in run]))
    return len(dates) / len(planes) + sure, _cut_to(place, left, right, planes[0].shape[1], EDGE)


def _runs(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks that stand close together."""
    out: list[list[Mark]] = []
    for mark in marks:
        if not out or mark.column - out[-1][-1].column > CLOSE * DIGIT_PX / 2:
            out.append([])
        out[-1].append(mark)
    return out


def _cut_to(place: Place, left: float, right: float, width_px: int, beside: float) -> Place:
    """From one of the reader's columns to another, and so many heights of a digit beside them."""
    edge = beside * DIGIT_PX / place.scale
    return replace(
        place,
        left_px=max(0, round(place.column_px(left) - edge)),
        right_px=min(width_px, round(place.column_px(right) + edge)),
    )
