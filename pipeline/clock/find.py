"""Finds the lines of burned-in text along the edges of the picture, and the one that says date and time.

A stamp stands still while the picture behind it moves. So edges that stay from picture to picture are where to look;
the reader then says at which height and size there is text. Where the whole picture stands still, all of its upper and
lower edge is looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.stamp_text import DIGIT_PX, HEIGHT_PX, ROW_STRIDE_PX, STRIDE_PX, StampText, normalised
from pipeline.clock.layout import Layout, layout_of, says_not_set, sure_of
from pipeline.clock.marks import Mark, marks_of, text_of
from pipeline.clock.place import Place, Plane, rows_of, strips_of

MOST_LINES_PX = 800
"""taller pictures are halved before the search: their stamps are larger too"""
BAND = 0.22
"""share of the height looked through at the top and at the bottom"""
SIZES_PX = tuple(7.0 * 1.26**n for n in range(9))
"""heights of digits that are tried, in pixels of the picture searched: 7 to 44"""
EDGE = 26.0
"""8-bit steps across two pixels: an edge of a glyph; compressed stamps measured 60 and more"""
STAYS = 0.25
"""an edge is there in all but this share of the pictures"""
SURE = 0.55
"""mean certainty of the digits of a line that is taken for a date and time"""
WITHOUT_DATE = 0.7
"""how much a line with a time alone counts beside one with a date"""
FAINT = 0.9
"""how much a line counts whose signs between the digits are not all read: at the right row and size more of them are"""
SIZES = (0.82, 0.9, 1.0, 1.1, 1.22)
SHIFTS = (-0.2, -0.13, -0.065, 0.0, 0.065, 0.13, 0.2)
"""sizes and places tried round where a line was found, as factors and shares of the strip's height"""
LEVEL = 0.015
"""certainty within this of the best is as good"""
PATIENCE = 3
"""pictures on which the best candidates are tried"""

Box = tuple[int, int, int, int]
"""left, top, right, bottom"""


@dataclass(frozen=True)
class Found:
    """A line of text as first read."""

    place: Place
    layout: Layout | None
    text: str
    sure: float
    not_set: bool = False


def find_lines(planes: Sequence[Plane], reader: StampText, thorough: bool = True) -> list[Found]:
    """Lines that say date and time, or that the clock is not set, the surest first. Empty: no such line was found.

    `planes`: pictures of one recording, all of one size. `thorough`: where nothing is found by what stands still, look
    through the whole upper and lower edge of one picture (half a second of one core at 360 lines, 2 at 720).
    """
    if not planes:
        return []
    halves = 2 if planes[0].shape[0] > MOST_LINES_PX else 1
    small = [_halved(plane) if halves == 2 else plane for plane in planes]
    staying = lasting_edges(small)
    first = list(_searched(small[len(small) // 2], regions(staying), reader))
    best = _settled(first, small, reader)
    if not best and thorough:
        second = list(_searched(small[len(small) // 3], bands(small[0].shape), reader))
        best = _settled(second, small, reader)
    return [replace(f, place=_enlarged(f.place, halves)) for f in best]


def _halved(plane: Plane) -> Plane:
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def lasting_edges(planes: Sequence[Plane]) -> NDArray[np.bool_]:
    """Where the upper and lower edge of the picture have upright edges that stay, shape of the picture."""
    most = [np.abs(cv2.Sobel(p, cv2.CV_32F, 1, 0, ksize=1)) for p in planes]
    stays = np.percentile(np.stack(most), 100 * STAYS, axis=0) > EDGE
    band = round(BAND * planes[0].shape[0])
    stays[band:-band] = False
    return np.asarray(stays, bool)


def bands(shape: tuple[int, ...]) -> list[Box]:
    """The upper and lower edge of the picture, whole."""
    height, width = shape[:2]
    band = round(BAND * height)
    return [(0, 0, width, band), (0, height - band, width, height)]


def regions(edges: NDArray[np.bool_]) -> list[Box]:
    """Boxes round edges that lie as close as letters do; too small ones are left out."""
    height, width = edges.shape
    near = (max(9, width // 40), max(3, height // 120))
    joined = cv2.morphologyEx(edges.astype(np.uint8), cv2.MORPH_CLOSE, np.ones(near[::-1], np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 9), np.uint8))
    count, _, facts, _ = cv2.connectedComponentsWithStats(joined)
    boxes = []
    for left, top, wide, high, _ in facts[1:count]:
        if wide >= 36 and high >= 5:
            pad_x, pad_y = max(12, high * 2), max(8, high // 2)
            box = (left - 4 * pad_x, top - pad_y, left + wide + 4 * pad_x, top + high + pad_y)
            boxes.append((max(0, int(box[0])), max(0, int(box[1])), min(width, int(box[2])), min(height, int(box[3]))))
    return _joined(boxes)


def _joined(boxes: list[Box]) -> list[Box]:
    """Boxes that overlap become one."""
    out: list[Box] = []
    for box in sorted(boxes):
        near = [other for other in out if _meet(box, other)]
        both = np.array([box, *near])
        whole = (*both[:, :2].min(axis=0).tolist(), *both[:, 2:].max(axis=0).tolist())
        out = [other for other in out if other not in near] + [whole]
    return out


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _searched(plane: Plane, boxes: Sequence[Box], reader: StampText) -> Iterator[Found]:
    """Lines that read as date and time, or as not set, at any size in these boxes of one picture."""
    for left, top, right, bottom in boxes:
        for size in SIZES_PX:
            if size > 0.95 * (bottom - top):
                break
            yield from _at_size(plane, (left, top, right, bottom), DIGIT_PX / size, reader)


def _at_size(plane: Plane, box: Box, scale: float, reader: StampText) -> Iterator[Found]:
    left, top, right, bottom = box
    margin = int(np.ceil(7 / scale))
    part = rows_of(plane, top - margin, bottom + margin)[:, left:right]
    width = round(part.shape[1] * scale / STRIDE_PX) * STRIDE_PX
    height = max(HEIGHT_PX, round(part.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    real = height / part.shape[0]
    sized = np.asarray(cv2.resize(part, (width, height), interpolation=how), np.uint8)
    rows = reader.read(normalised(sized)[None])[0]
    for number, row in enumerate(rows):
        if (row.argmax(axis=1) > 0).sum() < 8:
            continue
        found = _line(row, Place(top - margin + (HEIGHT_PX / 2 + ROW_STRIDE_PX * number) / real, left, right, scale))
        if found is not None:
            yield found


def _line(row: NDArray[np.float32], place: Place) -> Found | None:
    marks = marks_of(row)
    layout, not_set = layout_of(marks), says_not_set(marks)
    if layout is None and not not_set:
        return None
    sure = sure_of(marks, layout) if layout else float(np.mean([m.sure for m in marks]))
    if layout is not None and layout_of(marks, strict=True) != layout:
        sure *= FAINT
    return Found(place, layout, text_of(marks)[0], sure, not_set and layout is None)


def _settled(found: list[Found], planes: Sequence[Plane], reader: StampText) -> list[Found]:
    """The best of those that overlap, at the row and size read surest; only those that hold on several pictures."""
    out: list[Found] = []
    tried = 0
    for candidate in sorted(found, key=_rank, reverse=True):
        if any(_same(candidate.place, other.place) for other in out):
            continue
        tried += 1
        if tried > 8:
            break
        best = _fine(candidate, planes, reader)
        if best is not None and not any(_same(best.place, other.place) for other in out):
            out.append(best)
    return sorted(out, key=_rank, reverse=True)


def _rank(found: Found) -> tuple[bool, float]:
    """A date with a time before a time alone."""
    return found.layout is not None and found.layout.dated, found.sure


def _same(one: Place, other: Place) -> bool:
    near = abs(one.middle_px - other.middle_px) < 0.6 * DIGIT_PX / min(one.scale, other.scale)
    return near and one.left_px < other.right_px and other.left_px < one.right_px


def _fine(found: Found, planes: Sequence[Plane], reader: StampText) -> Found | None:
    """The line at the row and size that are read surest; None: it does not hold on the other pictures."""
    chosen = [planes[round(i)] for i in np.linspace(0, len(planes) - 1, min(PATIENCE, len(planes)))]
    tried = [(*_sure_at(place, chosen, reader), place) for place in _around(found.place, SIZES, SHIFTS)]
    surest = max(sure for sure, _, _ in tried)
    good = [(place, line) for sure, line, place in tried if line is not None and sure >= surest - LEVEL]
    if not good:
        return None
    # certainty is flat where the line is read well: its middle is where the line truly lies
    centre = replace(
        good[0][0],
        scale=float(np.exp(np.mean([np.log(place.scale) for place, _ in good]))),
        middle_px=float(np.mean([place.middle_px for place, _ in good])),
    )
    sure, line = _sure_at(centre, chosen, reader)
    if line is None or sure < surest - LEVEL:
        (_, line), sure = good[len(good) // 2], surest
    return line if sure >= (SURE if line.layout is None or line.layout.dated else WITHOUT_DATE * SURE) else None


def _around(place: Place, sizes: Sequence[float], shifts: Sequence[float]) -> Iterator[Place]:
    """Places beside one, by factors of its size and shares of its height."""
    for size in sizes:
        for shift in shifts:
            down = shift * HEIGHT_PX / place.scale
            yield replace(place, scale=place.scale * size, middle_px=place.middle_px + down)


def _sure_at(place: Place, planes: Sequence[Plane], reader: StampText) -> tuple[float, Found | None]:
    """Median certainty over the pictures, and the surest reading."""
    lines = [_line(row[0], place) for row in reader.read(strips_of(list(planes), place))]
    sure = [_worth(line) for line in lines]
    best = int(np.argmax(sure))
    return float(np.median(sure)), lines[best]


def _worth(line: Found | None) -> float:
    """Certainty, where a line that lost its date counts less than one with it."""
    if line is None:
        return 0.0
    return line.sure if line.not_set or (line.layout is not None and line.layout.dated) else WITHOUT_DATE * line.sure


def _enlarged(place: Place, times: int) -> Place:
    if times == 1:
        return place
    return Place(
        place.middle_px * times + (times - 1) / 2, place.left_px * times, place.right_px * times, place.scale / times
    )


def marks_at(planes: Sequence[Plane], place: Place, reader: StampText) -> list[list[Mark]]:
    """The characters of the line in each picture."""
    return [marks_of(row[0]) for row in reader.read(strips_of(list(planes), place))]
