"""Made lines of burned-in text: rendered in a font over a busy picture, squeezed by a codec, cut to a strip.

Nothing here is filmed. A strip comes with the class of each of its columns (`models.stamp_text.CLASSES`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from models.stamp_text import CLASSES, DIGIT_PX, HEIGHT_PX, STRIDE_PX

WIDTH_PX = 256
IGNORE = 255
"""a column between the middle of a character and the gap: not asked for"""
EDGE_PX = 0.9
"""so narrow that a column between two equal digits is still asked for: they must not run into one"""
HERSHEY = (0, 1, 2, 3, 4)
"""faces that OpenCV draws with lines: simplex, plain, duplex, complex, triplex"""
_HERSHEY_UNIT = {0: 21.0, 1: 9.0, 2: 21.0, 3: 21.0, 4: 21.0}
"""height in px of a digit at scale 1"""
Plane = NDArray[np.float32]
Face = Path | int

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True)
class Line:
    """Drawn text: how much each pixel is covered, and the middle, width and letter of each character, in pixels."""

    mask: Plane
    marks: tuple[tuple[str, float, float], ...]
    digit_px: float
    """height of its digits"""
    base_px: float
    """row of the foot of its digits"""


def any_text(rng: np.random.Generator) -> str:
    """A stamp's date and time in one of many layouts, a camera's name, or letters by chance."""
    kind = rng.random()
    if kind < 0.62:
        return time_text(rng)
    if kind < 0.85:
        return camera_text(rng)
    return "".join(rng.choice(list(CLASSES[1:] + "0123456789   "), int(rng.integers(4, 26))))


def time_text(rng: np.random.Generator) -> str:
    """A moment between 2000 and 2039, any digit as likely as another where the calendar lets it be."""
    year, month, day = int(rng.integers(2000, 2040)), int(rng.integers(1, 13)), int(rng.integers(1, 32))
    hour, minute, second = int(rng.integers(24)), int(rng.integers(60)), int(rng.integers(60))
    mark = str(rng.choice(list("-/.")))
    dates = (
        f"{year}{mark}{month:02}{mark}{day:02}",
        f"{month:02}{mark}{day:02}{mark}{year}",
        f"{month}{mark}{day}{mark}{year}",
        f"{day:02} {_MONTHS[month - 1]} {year}",
        f"{_MONTHS[month - 1]} {day:02} {year}",
    )
    date = dates[int(rng.choice(5, p=(0.45, 0.25, 0.14, 0.08, 0.08)))]
    time = f"{hour:02}:{minute:02}:{second:02}"
    if rng.random() < 0.25:
        time = f"{(hour - 1) % 12 + 1:{rng.choice(['02', 'd'])}}:{minute:02}:{second:02}" + str(
            rng.choice([" AM", " PM"])
        )
    elif rng.random() < 0.15:
        time += f".{int(rng.integers(1000)):03}"
    between = str(rng.choice([" ", "T", "  ", " T"], p=(0.55, 0.35, 0.07, 0.03)))
    offset = (
        f"{rng.choice(['+', '-'])}{int(rng.integers(13)):02}{rng.choice([':', ''])}{rng.choice(['00', '30', '45'])}"
    )
    zone = str(rng.choice(["", "Z", offset, " UTC", " EST", " PDT"], p=(0.34, 0.3, 0.26, 0.04, 0.03, 0.03)))
    whole = [date, between, time, zone]
    if rng.random() < 0.12:
        whole = [time, " ", date]
    if rng.random() < 0.1:
        whole = [time] if rng.random() < 0.6 else [date]
    before = str(rng.choice(["", "REC ", "CAM 2 ", "UTC "], p=(0.88, 0.04, 0.04, 0.04)))
    return before + "".join(whole)


def camera_text(rng: np.random.Generator) -> str:
    """Make, model and serial of a camera that does not exist, or the words of a clock that was not set."""
    if rng.random() < 0.08:
        return str(rng.choice(["TIME NOT SET", "DATE NOT SET", "CLOCK NOT SET", "NO TIME", "SET CLOCK"]))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    def word() -> str:
        return "".join(rng.choice(list(letters), int(rng.integers(2, 9))))

    def code() -> str:
        parts = [
            str(rng.integers(10 ** int(rng.integers(1, 7)))),
            "".join(rng.choice(list(letters), int(rng.integers(1, 4)))),
        ]
        return str(rng.choice(["", "-"])).join(str(p) for p in rng.permutation(parts))

    return " ".join(
        [word(), *([word()] if rng.random() < 0.5 else []), *([code()] if rng.random() < 0.8 else []), code()]
    )


@lru_cache(maxsize=600)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=2000)
def _size_for(path: Path, digit_px: int) -> int:
    box = _font(path, 64).getbbox("0")
    return max(6, round(64 * digit_px / max(1.0, box[3] - box[1])))


def drawn(text: str, face: Face, digit_px: float, spacing_px: float = 0.0, thick: int = 1) -> Line:
    """The text as a line. Raises OSError for a file that is no font."""
    return (
        _hershey(text, face, digit_px, thick) if isinstance(face, int) else _truetype(text, face, digit_px, spacing_px)
    )


def _truetype(text: str, path: Path, digit_px: float, spacing_px: float) -> Line:
    font = _font(path, _size_for(path, round(digit_px)))
    box = font.getbbox("0")
    height, margin = int(box[3] - box[1]), 4 + int(box[3] - box[1])
    at = [margin + font.getlength(text[:i]) + spacing_px * i for i in range(len(text) + 1)]
    image = Image.new("L", (int(at[-1]) + 2 * margin, height + 2 * margin))
    pen, marks = ImageDraw.Draw(image), []
    for letter, left, right in zip(text, at[:-1], at[1:], strict=True):
        pen.text((left, margin - box[1]), letter, fill=255, font=font)
        if letter != " ":
            ink = font.getbbox(letter)
            marks.append((letter, left + (ink[0] + ink[2]) / 2, right - left))
    return Line(np.asarray(image, np.float32) / np.float32(255), tuple(marks), float(height), float(margin + height))


def _hershey(text: str, face: int, digit_px: float, thick: int) -> Line:
    scale = digit_px / _HERSHEY_UNIT[face]
    margin = 6 + int(digit_px)
    widths = [cv2.getTextSize(text[:i], face, scale, thick)[0][0] for i in range(len(text) + 1)]
    canvas = np.zeros((int(digit_px) + 2 * margin, widths[-1] + 2 * margin), np.uint8)
    foot = margin + round(digit_px)
    cv2.putText(canvas, text, (margin, foot), face, scale, 255, thick, cv2.LINE_AA)
    marks = [
        (letter, margin + (widths[i] + widths[i + 1]) / 2, float(widths[i + 1] - widths[i]))
        for i, letter in enumerate(text)
        if letter != " "
    ]
    return Line(canvas.astype(np.float32) / np.float32(255), tuple(marks), digit_px, float(foot))


class Strips:
    """Draws strips of these faces, as many as are asked for."""

    def __init__(self, faces: Sequence[Face], seed: int) -> None:
        self._faces, self._rng = faces, np.random.default_rng(seed)

    def one(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(strip (24, 256) of luma, class of each of its 128 columns)."""
        rng = self._rng
        digit_px = float(np.exp(rng.uniform(np.log(7.5), np.log(34))))
        scale = DIGIT_PX * rng.uniform(0.84, 1.2) / digit_px
        height, width = round(2.2 * HEIGHT_PX / scale), round(WIDTH_PX / scale)
        picture, labels = _backdrop(rng, height, width), np.zeros(WIDTH_PX // STRIDE_PX, np.uint8)
        shift = rng.uniform(-2.2, 2.2) / scale
        if rng.random() < 0.86:
            marks, real = self._stamp(picture, digit_px, height / 2 + shift)
            labels = _labels(marks, real / digit_px, scale)
        picture = _seen(picture, rng)
        middle = round(height / 2)
        half = HEIGHT_PX / scale / 2
        rows = picture[max(0, round(middle - half)) : round(middle + half)]
        strip = cv2.resize(rows, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        return np.clip(strip, 0, 255).astype(np.uint8), labels

    def _stamp(self, picture: Plane, digit_px: float, middle: float) -> tuple[list[tuple[str, float, float]], float]:
        """Draw one to three lines, one of them on the middle row; marks of that one in the picture's pixels."""
        rng = self._rng
        face = self._faces[int(rng.integers(len(self._faces)))]
        spacing = rng.uniform(0, 0.18) * digit_px if rng.random() < 0.2 else 0.0
        thick = max(1, round(digit_px / rng.uniform(7, 16)))
        look = _look(rng, digit_px, float(picture.mean()))
        pitch, real = digit_px * rng.uniform(1.35, 2.0), digit_px
        left = rng.uniform(-0.25, 0.35) * picture.shape[1] if rng.random() < 0.6 else rng.uniform(0, 3) * digit_px
        marks: list[tuple[str, float, float]] = []
        others = [n for n in (-1, 1) if rng.random() < 0.35]
        for row in (*others, 0):
            line = drawn(any_text(rng), face, digit_px, spacing, thick)
            top = round(middle + row * pitch - (line.base_px - line.digit_px / 2))
            _print(picture, line.mask, top, round(left), look)
            if row == 0:
                marks = [(letter, x + round(left), width) for letter, x, width in line.marks]
                real = line.digit_px
        return marks, real


@dataclass(frozen=True)
class _Look:
    ink: float
    edge: float | None
    edge_px: int
    shadow_px: int
    box: float | None
    cover: float
    opacity: float


def _look(rng: np.random.Generator, digit_px: float, around: float) -> _Look:
    """How a stamp is set off from the picture: outline, shadow, box, or not at all."""
    bright = rng.random() < 0.85
    ink = rng.uniform(190, 255) if bright else rng.uniform(0, 50)
    kind = rng.random()
    edge = (0.0 if bright else 255.0) if kind < 0.35 else None
    box = (rng.uniform(0, 60) if bright else rng.uniform(180, 255)) if kind > 0.62 else None
    if edge is None and box is None and abs(ink - around) < 50:
        edge = 0.0 if bright else 255.0
    thick = max(1, round(digit_px / rng.uniform(9, 18)))
    shadow = max(1, round(digit_px / 12)) if 0.35 <= kind < 0.5 else 0
    return _Look(ink, edge, thick, shadow, box, rng.uniform(0.4, 1.0), rng.uniform(0.75, 1.0))


def _print(picture: Plane, mask: Plane, top: int, left: int, look: _Look) -> None:
    """Draw a mask into the picture, in place; what lies outside is left out."""
    if look.box is not None:
        pad = mask.shape[0] // 3
        _blend(
            picture,
            np.full((mask.shape[0] - pad, mask.shape[1] - pad), look.cover),
            top + pad // 2,
            left + pad // 2,
            look.box,
        )
    if look.shadow_px:
        _blend(picture, mask, top + look.shadow_px, left + look.shadow_px, 0.0)
    if look.edge is not None:
        size = 2 * look.edge_px + 1
        wide = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        _blend(picture, np.asarray(wide, np.float32), top, left, look.edge)
    _blend(picture, mask * look.opacity, top, left, look.ink)


def _blend(picture: Plane, mask: Plane, top: int, left: int, ink: float) -> None:
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(picture.shape[0], top + mask.shape[0]), min(picture.shape[1], left + mask.shape[1])
    if y1 > y0 and x1 > x0:
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        picture[y0:y1, x0:x1] += part * (ink - picture[y0:y1, x0:x1])


def _labels(marks: Sequence[tuple[str, float, float]], grown: float, scale: float) -> NDArray[np.uint8]:
    out = np.zeros(WIDTH_PX // STRIDE_PX, np.uint8)
    columns = (np.arange(len(out)) + 0.5) * STRIDE_PX
    for letter, x, width in marks:
        off = np.abs(columns - x * scale)
        kind = max(0, CLASSES.find(letter.upper()))
        near = max(1.6, 0.25 * width * scale)
        out[(off <= near + EDGE_PX) & (off > near) & (out == 0)] = IGNORE
        out[off <= near] = kind
    return out


def _backdrop(rng: np.random.Generator, height: int, width: int) -> Plane:
    """Sky, wall, bricks, branches, night: what may lie behind a stamp. Float32 luma."""
    picture = np.full((height, width), rng.uniform(5, 235), np.float32)
    for octave in range(int(rng.integers(1, 6))):
        grid = rng.normal(0, 1, (max(2, height >> octave), max(2, width >> octave))).astype(np.float32)
        strength = rng.uniform(0, 16) * 0.75**octave if octave else rng.uniform(0, 6)
        picture += strength * cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR)
    for _ in range(int(rng.integers(0, 9)) if rng.random() < 0.7 else 0):
        ink = float(rng.uniform(0, 255))
        a = (int(rng.integers(-20, width + 20)), int(rng.integers(-10, height + 10)))
        b = (int(rng.integers(-20, width + 20)), int(rng.integers(-10, height + 10)))
        if rng.random() < 0.5:
            cv2.line(picture, a, b, ink, int(rng.integers(1, 7)), cv2.LINE_AA)
        else:
            cv2.rectangle(picture, a, (a[0] + int(rng.integers(3, 60)), a[1] + int(rng.integers(3, 40))), ink, -1)
    if rng.random() < 0.1:
        step = int(rng.integers(4, 14))
        picture[:, ::step] *= 0.5
    if rng.random() < 0.5:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 2.0))), np.float32)
    return np.clip(picture, 0, 255)


def _seen(picture: Plane, rng: np.random.Generator) -> Plane:
    """What camera and codec make of it."""
    if rng.random() < 0.4:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.1))), np.float32)
    picture = np.clip(picture + rng.normal(0, rng.uniform(0, 5), picture.shape), 0, 255)
    if rng.random() < 0.75:
        quality = int(rng.integers(12, 90))
        done, data = cv2.imencode(".jpg", picture.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert done, "a grey picture can always be written as JPEG"
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.float32)
    return np.asarray(picture, np.float32)
