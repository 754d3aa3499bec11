"""Characters of a line from what each column shows."""

from __future__ import annotations

import numpy as np

from models.stamp_text import CLASSES
from pipeline.clock.marks import marks_of, text_of


def row(text: str, wide: int = 3) -> np.ndarray:
    """A line whose columns show each letter `wide` times, then two columns of nothing."""
    columns = [c for letter in text for c in [letter] * wide + [" "] * 2]
    out = np.full((len(columns), len(CLASSES)), np.log(0.001), np.float32)
    out[np.arange(len(columns)), [CLASSES.index(c) for c in columns]] = np.log(0.95)
    return out


def test_runs_of_columns_are_letters_in_order() -> None:
    found = marks_of(row("2024-05"))
    assert "".join(m.letter for m in found) == "2024-05"
    assert [m.column for m in found] == sorted(m.column for m in found)
    assert all(m.sure > 0.9 for m in found)


def test_equal_neighbours_stay_two() -> None:
    assert text_of(marks_of(row("11:22:00")))[0] == "11:22:00"


def test_a_wide_gap_is_a_blank() -> None:
    assert text_of(marks_of(row("AXON  3")))[0] == "AXON 3"


def test_of_two_letters_in_one_place_the_surer_is_taken() -> None:
    whole = row("1234567")
    whole[5:7, CLASSES.index("B")] = 0.0
    assert len(marks_of(whole)) == 7


def test_an_empty_line_has_no_letters() -> None:
    assert marks_of(row("   ")) == []
    assert text_of([]) == ("", [])
