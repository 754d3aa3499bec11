"""Blanks in make, model and serial, in fonts with letters of one width and of many."""

from __future__ import annotations

import pytest

from pipeline.clock.lines import spaced
from pipeline.clock.marks import Mark

SANS = (
    dict.fromkeys("I", 0.28) | dict.fromkeys("M", 0.83) | dict.fromkeys("W", 0.94) | dict.fromkeys("0123456789", 0.56)
)
"""widths in ems as in a common sans serif, 0.68 for other capitals"""
TEXTS = ("OVELIA BODY 3 X60A98127", "KESTREL VISTA", "SWIMMER W70", "CAM 0042", "UNIT 12 PATROL")


def set_in(text: str, widths: dict[str, float], other: float, blank: float, em: float = 10.0) -> list[Mark]:
    marks, at = [], 0.0
    for letter in text:
        wide = blank if letter == " " else widths.get(letter, other)
        if letter != " ":
            marks.append(Mark(letter, (at + wide / 2) * em, 0.9))
        at += wide
    return marks


@pytest.mark.parametrize("text", TEXTS)
def test_letters_of_many_widths(text: str) -> None:
    assert spaced(set_in(text, SANS, 0.68, 0.28)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_letters_of_one_width(text: str) -> None:
    assert spaced(set_in(text, {}, 0.6, 0.6)) == text


def test_few_letters_are_left_as_they_are() -> None:
    assert spaced(set_in("PC", SANS, 0.68, 0.28)) == "PC"
    assert spaced([]) == ""
