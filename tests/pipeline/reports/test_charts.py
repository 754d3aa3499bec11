"""Places on the strip of an incident."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reports.charts import LEFT, WIDTH, strip, ticks
from pipeline.sequence import Mark
from pipeline.types import Span


def mark(start: float, lane: str) -> Mark:
    return Mark(start, start + 1, "listening", "listening", lane, "f", "r", start)


def test_marks_lie_on_their_lane_at_their_time() -> None:
    dots = strip([mark(0, "technique"), mark(50, "force"), mark(60, "other")], Span(0, 100))
    assert [(d.x, d.lane) for d in dots] == [(LEFT, 0), (LEFT + WIDTH / 2, 2)]


@given(st.floats(-100, 1e5), st.floats(0.001, 50_000))
def test_ticks_are_few_and_on_the_drawing(start: float, duration: float) -> None:
    found = ticks(Span(start, start + duration))
    assert len(found) <= 15 and all(LEFT - 1 <= x <= LEFT + WIDTH + 1 for x, _ in found)
