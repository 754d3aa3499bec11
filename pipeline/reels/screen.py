"""What is seen at each moment of a reel: cards, one camera or two side by side, captions, the clause, a watermark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from pipeline.media.footage import Picture, Plane, pictures
from pipeline.media.probe import Probed
from pipeline.redaction.marks import Stamp, dimmed, laid, text_stamp
from pipeline.types import Span

BACK = (26, 128, 128)
"""luma and chromas behind cards and beside pictures"""
CLAUSE_SHOWN = 7.0
"""seconds that the clause stands below the picture when a clip begins"""


def blank(width_px: int, height_px: int) -> Picture:
    """An empty screen."""
    half = (height_px // 2, width_px // 2)
    return Picture(
        0.0, 0.0, np.full((height_px, width_px), BACK[0], np.uint8),
        np.full(half, BACK[1], np.uint8), np.full(half, BACK[2], np.uint8),
    )  # fmt: skip


def card(width_px: int, height_px: int, title: str, lines: Sequence[str], counted: str) -> Picture:
    """A title card."""
    out = blank(width_px, height_px)
    large, small = max(12, height_px // 12), max(9, height_px // 22)
    head = text_stamp(title, large, round(width_px * 0.86), weight=700)
    body = text_stamp("\n".join(lines), small, round(width_px * 0.86)) if lines else None
    total = head.shape[0] + (body.shape[0] + small if body is not None else 0)
    top = max(0, (height_px - total) // 2)
    laid(out, head, (width_px - head.shape[1]) // 2, top)
    if body is not None:
        laid(out, body, (width_px - body.shape[1]) // 2, top + head.shape[0] + small)
    if counted:
        laid(out, text_stamp(counted, small, width_px, light=150), small, height_px - 2 * small - small // 2)
    return out


@dataclass
class Camera:
    """The pictures of one file by time, going forward; knows what it showed last."""

    path: Path
    probed: Probed
    span: Span
    pixel_shape: Fraction
    _source: Iterator[Picture] | None = None
    _now: Picture | None = None
    _next: Picture | None = None
    _over: bool = False

    def at(self, time: float) -> Picture | None:
        """The picture on the screen at a time of the recording, None where there is none. Times go forward."""
        if self._source is None:
            self._source = pictures(self.path, self.probed, self.span)
            self._next = next(self._source, None)
        while self._next is not None and self._next.at <= time + 1e-6:
            self._now, self._next = self._next, next(self._source, None)
        if self._now is None or time < self._now.at - 0.5 or time > self._now.until + 0.5:
            return None
        return self._now


def fitted(picture: Picture, pixel_shape: Fraction, width_px: int, height_px: int) -> Picture:
    """The picture in its own proportions inside a screen of this size."""
    wide = picture.width_px * float(pixel_shape)
    share = min(width_px / wide, height_px / picture.height_px)
    width = min(width_px, max(2, round(wide * share / 2) * 2))
    height = min(height_px, max(2, round(picture.height_px * share / 2) * 2))
    out = blank(width_px, height_px)
    left, top = (width_px - width) // 4 * 2, (height_px - height) // 4 * 2
    out.y[top : top + height, left : left + width] = _sized(picture.y, width, height)
    for own, theirs in ((out.u, picture.u), (out.v, picture.v)):
        own[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = _sized(theirs, width // 2, height // 2)
    return out


def _sized(plane: Plane, width: int, height: int) -> Plane:
    smaller = width < plane.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (width, height), interpolation=how), np.uint8)


def side_by_side(left: Picture, right: Picture) -> Picture:
    """Two screens of the same size beside each other."""
    joined = (np.hstack([getattr(left, n), getattr(right, n)]) for n in ("y", "u", "v"))
    return Picture(0.0, 0.0, *joined)


@dataclass
class Below:
    """Captions, clause and marks, laid over a screen; stamps are drawn once and kept."""

    width_px: int
    height_px: int
    watermark: str = ""
    _small: int = field(init=False)

    def __post_init__(self) -> None:
        self._small = max(9, self.height_px // 26)

    def over(self, screen: Picture, caption: str, clause: str, corner: str, labels: Sequence[str]) -> Picture:
        """The screen with all of it; `labels` name the halves of a screen with two cameras."""
        if not (caption or clause or corner or labels or self.watermark):
            return screen
        out = screen.copy()
        bottom = self.height_px
        if clause:
            stamp = self._stamp(clause, self._small, 0.94)
            top = bottom - stamp.shape[0] - self._small
            dimmed(out, top, bottom, 0.75)
            laid(out, stamp, round(self.width_px * 0.03), top + self._small // 2)
            bottom = top
        if caption:
            stamp = self._stamp(caption, round(self._small * 1.25), 0.9)
            top = bottom - stamp.shape[0] - self._small // 2
            dimmed(out, top, bottom, 0.55)
            laid(out, stamp, (self.width_px - stamp.shape[1]) // 2, top)
        for n, label in enumerate(labels):
            laid(out, self._stamp(label, self._small, 0.45), n * self.width_px // 2 + 4, 2)
        # at the left: cameras burn their own clock in at the right, as a rule
        for n, text in enumerate(t for t in (self.watermark, corner) if t):
            down = (2 + self._small * 2 if labels else 2) + n * round(self._small * 1.4)
            laid(out, self._stamp(text, round(self._small * 0.85), 0.9), 4, down, 0.8)
        return out

    def _stamp(self, text: str, size_px: int, share: float) -> Stamp:
        return _kept(text, size_px, round(self.width_px * share))


@lru_cache(maxsize=64)
def _kept(text: str, size_px: int, longest_px: int) -> Stamp:
    return text_stamp(text, size_px, longest_px)
