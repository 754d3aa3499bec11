"""Text and frames drawn into pictures. The font is the one that OpenCV 5 brings: it needs nothing installed.

It writes Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters; what it lacks or would put in the wrong order is
drawn by `pipeline.redaction.letters`, or refused. Text never becomes part of a command or a filter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.footage import Picture
from pipeline.redaction import letters
from pipeline.redaction.plain_text import JOINERS, plain

Stamp = NDArray[np.uint8]
"""luma and how much of it is seen (0 to 255), shape (height, width, 2), both sides even"""


@dataclass(frozen=True)
class Row:
    """A line of text as it is drawn."""

    text: str
    right_to_left: bool
    """it belongs to a paragraph that begins at the right"""


def text_stamp(text: str, size_px: int, longest_px: int, *, light: int = 235, weight: int = 500) -> Stamp:
    """Text with a dark edge, in one or more lines none of which is longer than `longest_px`.

    Paragraphs that begin at the right stand at the right of the stamp. Raises UnwritableText.
    """
    rows = wrapped(text, size_px, longest_px, weight)
    height = 2 * ((len(rows) * _line_px(size_px) + size_px // 2) // 2 + 1)
    widths = [width_of(row, size_px, weight) for row in rows]
    width = 2 * ((max(widths, default=0) + size_px) // 2)
    ink = np.zeros((height, min(width, longest_px + size_px // 2 * 2) // 2 * 2 or 2), np.uint8)
    for n, row in enumerate(rows):
        left = ink.shape[1] - size_px // 2 - widths[n] if row.right_to_left else size_px // 2
        _draw(ink, row, (left, round((n + 0.95) * _line_px(size_px))), size_px, weight)
    thick = max(1, size_px // 10)
    edge = cv2.dilate(ink, np.ones((2 * thick + 1, 2 * thick + 1), np.uint8))
    luma = 16 + (light - 16) * (ink.astype(np.float32) / 255)
    return np.stack([luma.astype(np.uint8), edge], axis=2)


def _draw(ink: NDArray[np.uint8], row: Row, origin: tuple[int, int], size_px: int, weight: int) -> None:
    if letters.shaped(row.text):
        letters.draw(ink, row.text, *origin, size_px, right_to_left=row.right_to_left)
    else:
        cv2.putText(ink, row.text, origin, (255,), _font(), size_px, weight)


def wrapped(text: str, size_px: int, longest_px: int, weight: int = 500) -> list[Row]:
    """The text in lines that fit; a word that is longer than a line is cut. Raises UnwritableText."""
    rows: list[Row] = []
    for paragraph in unicodedata.normalize("NFC", text).splitlines():
        line, turned = "", letters.runs_right_to_left(paragraph)
        for word in _pieces(paragraph, size_px, longest_px, weight):
            longer = f"{line} {word}".strip()
            if line and width_of(Row(longer, turned), size_px, weight) > longest_px:
                rows.append(Row(line, turned))
                longer = word
            line = longer
        rows.append(Row(line, turned))
    return rows


def _pieces(text: str, size_px: int, longest_px: int, weight: int) -> list[str]:
    """The words of a text; what no line holds (a long word, a script without spaces) in pieces."""
    out: list[str] = []
    for word in plain(text).split():
        if width_of(Row(word, False), size_px, weight) <= longest_px:
            out.append(word)
            continue
        piece = ""
        for letter in _with_marks(word):
            if piece and width_of(Row(piece + letter, False), size_px, weight) > longest_px:
                out.append(piece)
                piece = ""
            piece += letter
        out.append(piece)
    return out


def _with_marks(word: str) -> list[str]:
    """The letters of a word, each with the marks that belong to it."""
    out: list[str] = []
    for letter in word:
        if out and (unicodedata.category(letter)[0] == "M" or letter in JOINERS):
            out[-1] += letter
        else:
            out.append(letter)
    return out


def width_of(row: Row, size_px: int, weight: int = 500) -> int:
    """Pixels that a line of text is wide. Raises UnwritableText."""
    if not row.text:
        return 0
    if letters.shaped(row.text):
        return letters.width_of(row.text, size_px, right_to_left=row.right_to_left)
    _, _, width, _ = cv2.getTextSize((0, 0), row.text, (0, 0), _font(), size_px, weight)
    return int(width)


def laid(picture: Picture, stamp: Stamp, left: int, top: int, strength: float = 1.0) -> None:
    """Lays a stamp over a picture that may be written to; what reaches beyond the picture is cut off."""
    left, top = left // 2 * 2, top // 2 * 2
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(picture.height_px, top + stamp.shape[0]), min(picture.width_px, left + stamp.shape[1])
    if y1 <= y0 or x1 <= x0:
        return
    part = stamp[y0 - top : y1 - top, x0 - left : x1 - left]
    seen = part[:, :, 1].astype(np.float32) * (strength / 255)
    _mix(picture.y[y0:y1, x0:x1], part[:, :, 0].astype(np.float32), seen)
    grey = np.full((part.shape[0] // 2, part.shape[1] // 2), 128, np.float32)
    coarse = np.maximum.reduce([seen[a::2, b::2] for a in (0, 1) for b in (0, 1)])
    for plane in (picture.u, picture.v):
        _mix(plane[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2], grey, coarse)


def dimmed(picture: Picture, top: int, bottom: int, share: float) -> None:
    """Darkens the rows from `top` to `bottom` of a picture that may be written to, for text on them."""
    top, bottom = max(0, top // 2 * 2), min(picture.height_px, bottom // 2 * 2)
    if bottom <= top:
        return
    dark = np.full(picture.y[top:bottom].shape, share, np.float32)
    _mix(picture.y[top:bottom], np.full(dark.shape, 16, np.float32), dark)
    for plane in (picture.u, picture.v):
        part = plane[top // 2 : bottom // 2]
        _mix(part, np.full(part.shape, 128, np.float32), np.full(part.shape, share, np.float32))


def drawn_text(text: str) -> Callable[[Picture], Picture]:
    """Lays one line over every picture, right below: a watermark."""

    def draw(picture: Picture) -> Picture:
        stamp = _mark(text, picture.width_px, picture.height_px)
        out = picture.copy()
        laid(out, stamp, out.width_px - stamp.shape[1], out.height_px - stamp.shape[0], 0.8)
        return out

    return draw


@cache
def _mark(text: str, width_px: int, height_px: int) -> Stamp:
    return text_stamp(text, max(8, height_px // 28), width_px - 8)


def _mix(part: NDArray[np.uint8], over: NDArray[np.float32], seen: NDArray[np.float32]) -> None:
    part[:] = np.clip(part + (over - part) * seen + 0.5, 0, 255).astype(np.uint8)


def _line_px(size_px: int) -> int:
    return round(size_px * 1.3)


@cache
def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")
