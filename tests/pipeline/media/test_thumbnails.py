from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.thumbnails import FEWEST, MOST, plan_strip


@pytest.mark.parametrize(
    ("duration", "every", "count"), [(3600, 10, 360), (600, 10, 60), (60, 5, 12), (14400, 36, 400), (5, 1, 5)]
)
def test_how_many(duration: float, every: float, count: int) -> None:
    strip = plan_strip(duration)
    assert (strip.every, strip.count) == (every, count)


@given(st.floats(0.04, 50_000))
def test_never_too_many_and_all_inside(duration: float) -> None:
    strip = plan_strip(duration)
    assert 1 <= strip.count <= MOST + 1
    assert (strip.count - 1) * strip.every < duration
    assert strip.count >= min(FEWEST, int(duration))
