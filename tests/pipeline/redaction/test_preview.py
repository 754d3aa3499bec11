from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.probe import probe
from pipeline.redaction.cover import GREY
from pipeline.redaction.plan import Key, Plan, RedactionError, Region, SoundSpan
from pipeline.redaction.preview import APART, MOST, sheet_times, write_film, write_sheet
from pipeline.types import Span
from tests.pipeline.redaction.test_check import PLAN

WHOLE = Span(0, 4)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 20)), min_size=1, max_size=6))
def test_a_sheet_has_few_times_that_lie_apart_and_in_the_places(stretches: list[tuple[float, float]]) -> None:
    regions = tuple(Region(Span(a, a + b), (Key(a, 0.1, 0.1, 0.1, 0.1),)) for a, b in stretches)
    times = sheet_times(Plan("", regions), Span(0, 100))
    assert 1 <= len(times) <= MOST
    assert times == sorted(times)
    assert all(b - a >= APART - 0.001 for a, b in pairwise(times[:-1]))
    assert all(any(r.span.start - 0.001 <= t <= r.span.end + 0.001 for r in regions) for t in times)


def test_the_sheet_shows_covered_pictures(hidden: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    count = write_sheet(hidden, probe(hidden, "a" * 64), WHOLE, PLAN, out)
    sheet = cv2.imread(str(out))
    assert count >= 3
    assert sheet.shape[1] > 1000
    grey = (np.abs(sheet.astype(int) - round(1.164 * (GREY[0] - 16))).max(axis=2) < 6).sum()
    assert grey > count * 1000  # the filled places


def test_a_plan_without_places_has_no_sheet_and_has_a_film(hidden: Path, tmp_path: Path) -> None:
    plan = Plan("", (), (SoundSpan(Span(1, 2)),))
    with pytest.raises(RedactionError, match="sound alone"):
        write_sheet(hidden, probe(hidden, "a" * 64), WHOLE, plan, tmp_path / "sheet.png")
    write_film(hidden, probe(hidden, "a" * 64), WHOLE, plan, tmp_path / "film.mp4")
    assert probe(tmp_path / "film.mp4", "b" * 64).recording.duration == pytest.approx(4.0, abs=0.1)
