from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.command_rate import command_rate, per_minute
from pipeline.types import Span


def test_orders_a_minute() -> None:
    orders = [Span(10 + 5 * k, 11 + 5 * k) for k in range(6)]
    assert per_minute(orders, Span(10, 40)) == 12.0
    assert per_minute(orders[:2], Span(10, 16)) == 12.0, "short stretches count as ten seconds"


def test_the_curve_is_high_where_the_orders_are() -> None:
    orders = [Span(100 + 3 * k, 101 + 3 * k) for k in range(10)]
    curve = command_rate(orders, Span(0, 300))
    assert curve.at(Span(0, 80)).max() == 0
    assert abs(float(curve.at(Span(112, 116)).mean()) - 20) <= 1.5
    assert curve.unit and len(curve.values) == 300


@given(st.lists(st.floats(0, 500), max_size=40), st.floats(1, 500))
def test_never_negative_and_as_long_as_the_stretch(starts: list[float], length: float) -> None:
    curve = command_rate([Span(s, s + 1) for s in starts], Span(0, length))
    assert np.all(curve.values >= 0)
    assert abs(len(curve.values) - length * curve.rate_hz) <= 1
