"""What else a stamp says: make, model and serial in the lines beside date and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np

from models.stamp_text import DIGIT_PX, StampText
from pipeline.clock.layout import layout_of, says_date
from pipeline.clock.marks import Mark, marks_of, text_of
from pipeline.clock.place import Place, Plane, strips_of
from pipeline.clock.watch import StampWatch

PITCHES = (1.25, 1.4, 1.6, 1.85, 2.15, 2.5, 2.9)
"""distances from line to line that are tried, in heights of a digit"""
LEAST = 5
"""letters of a line worth telling"""
ALIKE = 0.6
"""a line that is this much like one before is the same, read askew"""
SURE = 0.75
"""mean certainty of its letters"""
WIDE, BLANK = 1.22, 0.14
"""of a usual step, and beyond the letters' own widths in ems: from there on a step is a blank. Blanks are 0.25 to 0.3
ems wide in fonts with letters of many widths, and a whole step where all are alike"""
WIDTHS = dict.fromkeys("I1.:-/", 0.4) | dict.fromkeys("MW", 0.88) | dict.fromkeys("023456789", 0.56)
"""widths of letters in ems where they differ, about; 0.65 for all others"""
WIDER, REACHES = 14.0, 34.0
"""heights of a digit by which a line above or below may reach further than date and time on either side, and by which
make, model and serial may on their own line"""


def other_lines(watch: StampWatch) -> Iterator[str]:
    """Texts above and below date and time (two lines at most on either side), and beside them on the same line."""
    place, planes = watch.place, watch.samples
    if place is None or not planes:
        return
    size = DIGIT_PX / place.scale
    wide, whole = (_widened(place, times * size, watch.size_px[0]) for times in (WIDER, REACHES))
    said = [worded(text)] if (text := _beside(whole, planes, watch.reader)) else []
    for way in (-1, 1):
        for count in (1, 2):
            downs = (way * count * pitch * size for pitch in PITCHES)
            free = [down for down in downs if not _taken(place, wide.middle_px + down)]
            best = max((_line(wide, planes, watch.reader, down) for down in free), key=_worth, default=("", 0.0))
            if best[1] < SURE:
                break
            text = worded(best[0])
            if not any(SequenceMatcher(None, text, other).ratio() > ALIKE for other in said):
                said.append(text)
    yield from said


def _widened(place: Place, by_px: float, width_px: int) -> Place:
    left, right = round(place.left_px - by_px), round(place.right_px + by_px)
    return replace(place, above=None, left_px=max(0, left), right_px=min(width_px, right))


def _taken(place: Place, row_px: float) -> bool:
    """Whether the line of the date lies there."""
    above = place.above
    return above is not None and abs(above.middle_px - row_px) < 0.8 * DIGIT_PX / above.scale


def worded(text: str) -> str:
    """The text with O, I for 0, 1 in words that have no other digit."""
    words = []
    for word in text.split():
        letters = [c for c in word if c not in "01-./:+"]
        plain = letters and not any(c.isdigit() for c in letters) and len(letters) >= 2
        words.append(word.replace("0", "O").replace("1", "I") if plain else word)
    return " ".join(words)


def _worth(line: tuple[str, float]) -> tuple[bool, float, int]:
    return line[1] >= SURE, line[1], len(line[0])


def _line(place: Place, planes: Sequence[Plane], reader: StampText, down_px: float) -> tuple[str, float]:
    """(text, mean certainty) of a line that far below; the text that most pictures agree on."""
    there = replace(place, middle_px=place.middle_px + down_px)
    if not there.seen_in(planes[0].shape[0]):
        return "", 0.0
    lines = [_grouped(marks_of(row[0])) for row in reader.read(strips_of(list(planes), there))]
    lines = [marks for marks in lines if _letters(marks) >= LEAST and layout_of(marks) is None and not says_date(marks)]
    if 2 * len(lines) <= len(planes):
        return "", 0.0
    text, _ = Counter(spaced(marks) for marks in lines).most_common(1)[0]
    sure = [m.sure for marks in lines for m in marks]
    return text.strip(), sum(sure) / len(sure)


def _letters(marks: Sequence[Mark]) -> int:
    return sum(mark.letter.isalnum() for mark in marks)


def spaced(marks: Sequence[Mark]) -> str:
    """The text with its blanks, those of fonts with letters of many widths too.

    A step is a blank where it is wide for this line and wide for these two letters: M after W lies as far in many fonts
    as I behind a blank.
    """
    if len(marks) < LEAST:
        return text_of(marks)[0]
    steps = np.diff([mark.column for mark in marks])
    usual = [(WIDTHS.get(a.letter, 0.65) + WIDTHS.get(b.letter, 0.65)) / 2 for a, b in pairwise(marks)]
    em = float(np.median(steps / usual))
    blank = (steps > WIDE * np.median(steps)) & (steps > (np.array(usual) + BLANK) * em)
    return marks[0].letter + "".join(" " * int(b) + mark.letter for b, mark in zip(blank, marks[1:], strict=True))


def _grouped(marks: list[Mark]) -> list[Mark]:
    """The longest run of characters that stand close together: specks of the picture further off are left out."""
    best: list[Mark] = []
    run: list[Mark] = []
    for mark in marks:
        if run and mark.column - run[-1].column > 2.2 * DIGIT_PX:
            run = []
        run.append(mark)
        best = run if len(run) > len(best) else best
    sure = [m for m in best if m.sure > 0.5]
    return sure if len(sure) >= 0.8 * len(best) else []


def _beside(place: Place, planes: Sequence[Plane], reader: StampText) -> str:
    """Letters on the line of date and time that are not part of them."""
    said: Counter[str] = Counter()
    for row in reader.read(strips_of(list(planes), place)):
        marks = _grouped(marks_of(row[0]))
        layout = layout_of(marks)
        if layout is None:
            continue
        first, last = min(s.column for s in layout.slots), max(s.column for s in layout.slots)
        before = spaced([m for m in marks if m.column < first - 1])
        after = spaced([m for m in marks if m.column > last + 1]).lstrip("Z+-:0123456789 .")
        after = after.removeprefix("AM").removeprefix("PM").strip()
        said[max(before.strip(), after, key=len)] += 1
    text, count = said.most_common(1)[0] if said else ("", 0)
    return text if len(text) >= LEAST and 2 * count > len(planes) else ""
