"""Letters that the built-in font lacks or puts in the wrong order: drawn with a font of this machine.

Hebrew, Arabic and other scripts that run from right to left, and all letters that OpenCV's own font does not hold, go
through Pillow with Raqm (order of directions by FriBiDi, forms and joins by HarfBuzz). Where that or a font is missing
the text is refused with what to do: half of a sentence in the wrong order would be worse than none.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

from pipeline.errors import UnwritableText

RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
"""Bidirectional classes of letters and digits that run from right to left (Unicode, UAX 9)"""
TRIAL_PX = 32
FONT_FILES = (".ttf", ".otf", ".ttc", ".otc")
STYLES = ("italic", "oblique", "bold", "black", "light", "thin", "mono", "condensed", "narrow", "serif", "nastaliq")
"""Words in the name of a font's file that tell a style which is harder to read in a picture"""
Ink = NDArray[np.uint8]


def runs_right_to_left(text: str) -> bool:
    """Whether a paragraph begins at the right: by its first letter that has a direction (UAX 9, P2 and P3)."""
    first = next((d for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), "L")
    return first != "L"


def shaped(text: str) -> bool:
    """Whether a text is for this module rather than for the built-in font."""
    return any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in text) or bool(_foreign(text))


def unwritable(text: str) -> str:
    """Why a text cannot be drawn on this machine, and what helps; empty: it can."""
    lines = [line for line in unicodedata.normalize("NFC", text).splitlines() if shaped(line)]
    if lines and not lays_out():
        return (
            f"{_scripts(lines)} letters are put in order by the library FriBiDi, which is missing here: install it "
            "(libfribidi0, fribidi)"
        )
    lacking = [line for line in lines if font_file(frozenset(_letters(line))) is None]
    if lacking:
        return f"no font that is installed here holds all {_scripts(lacking)} letters of it: install one, as Noto Sans"
    return ""


@cache
def lays_out() -> bool:
    """Whether scripts that run from right to left or join can be laid out here."""
    return features.check("raqm") is True and features.check("fribidi") is True


def width_of(text: str, size_px: int, *, right_to_left: bool) -> int:
    """Pixels that a line is wide. Raises UnwritableText."""
    direction = "rtl" if right_to_left else "ltr"
    return round(_font_of(text, size_px).getlength(text, direction=direction))


def draw(ink: Ink, text: str, left_px: int, foot_px: int, size_px: int, *, right_to_left: bool) -> None:
    """Draw a line in white on `ink`, its letters standing on `foot_px`. Raises UnwritableText."""
    canvas = Image.fromarray(ink)
    direction = "rtl" if right_to_left else "ltr"
    font = _font_of(text, size_px)
    ImageDraw.Draw(canvas).text((left_px, foot_px), text, 255, font, anchor="ls", direction=direction)
    ink[:] = np.asarray(canvas)


def _font_of(text: str, size_px: int) -> ImageFont.FreeTypeFont:
    if problem := unwritable(text):
        raise UnwritableText(problem)
    path = font_file(frozenset(_letters(text)))
    assert path is not None
    return _font(path, size_px)


@lru_cache(maxsize=32)
def _font(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size_px, layout_engine=ImageFont.Layout.RAQM)


@lru_cache(maxsize=4096)
def font_file(letters: frozenset[str]) -> Path | None:
    """The first font of this machine, the plainest first, that holds all of these letters; None: there is none."""
    return next((path for path in installed_fonts() if _holds(path, letters)), None)


@cache
def installed_fonts() -> tuple[Path, ...]:
    """The font files of this machine, the plainest first."""
    found = {path for folder in _font_folders() for path in _files(folder)}
    return tuple(sorted(found, key=lambda p: (sum(s in p.stem.lower() for s in STYLES), len(p.stem), str(p))))


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names if name.lower().endswith(FONT_FILES))


def _font_folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")
        yield Path(os.environ.get("LOCALAPPDATA", home), "Microsoft/Windows/Fonts")
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        yield from (Path(place, "fonts") for place in shared.split(":") if place)
        yield from (Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share", "fonts"), home / ".fonts")


@lru_cache(maxsize=65536)
def _has(path: Path, letter: str) -> bool:
    """Whether a font draws something else for a letter than for one that no font holds."""
    font = _trial(path)
    if font is None:
        return False
    drawn = font.getmask(letter)
    return drawn.getbbox() is not None and bytes(drawn) != bytes(font.getmask("\U0010fffe"))


def _holds(path: Path, letters: Iterable[str]) -> bool:
    return all(_has(path, letter) for letter in letters)


@lru_cache(maxsize=4)  # each keeps its file open
def _trial(path: Path) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(str(path), TRIAL_PX, layout_engine=ImageFont.Layout.BASIC)
    except (OSError, ValueError):
        return None  # a damaged file, or a form that FreeType does not read


def _letters(text: str) -> Iterator[str]:
    """What a font must hold: all that leaves ink."""
    return (c for c in text if c.isprintable() and not c.isspace() and unicodedata.category(c) != "So")


def _foreign(text: str) -> list[str]:
    """Letters, marks and digits that the built-in font does not hold. Signs without a sound may be missing."""
    return [c for c in text if unicodedata.category(c)[0] in "LMN" and not _built_in(c)]


@lru_cache(maxsize=65536)
def _built_in(letter: str) -> bool:
    if letter.isascii():
        return True
    return not np.array_equal(_drawn(letter), _drawn("?"))


def _drawn(letter: str) -> Ink:
    ink = np.zeros((2 * TRIAL_PX, 2 * TRIAL_PX), np.uint8)
    cv2.putText(ink, letter, (TRIAL_PX // 2, TRIAL_PX * 3 // 2), (255,), cv2.FontFace("sans"), TRIAL_PX, 500)
    return ink


def _scripts(lines: Iterable[str]) -> str:
    """ "Hebrew", "Arabic and Thai": of the letters that are for this module, as Unicode calls them."""
    letters = {c for line in lines for c in line if unicodedata.bidirectional(c) in RIGHT_TO_LEFT} | {
        c for line in lines for c in _foreign(line)
    }
    names = sorted({unicodedata.name(c, "unknown").split()[0].capitalize() for c in letters})
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "some"
