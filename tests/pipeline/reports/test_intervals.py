"""Intervals against published values, and rules that hold for any count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson

from pipeline.reports.intervals import rate, share


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_rates_have_the_exact_poisson_interval(events: int, low: float, high: float) -> None:
    found = rate(events, 1.0)  # the limits are those of Garwood's table
    assert found is not None and (found.low, found.high) == (
        pytest.approx(low, abs=5e-4),
        pytest.approx(high, abs=5e-4),
    )


@given(st.integers(0, 400), st.floats(0.01, 1000))
def test_a_rate_lies_in_its_interval_whose_tails_are_small(events: int, hours: float) -> None:
    found = rate(events, hours)
    assert found is not None and found.low <= found.value <= found.high
    assert poisson.cdf(events, found.high * hours) == pytest.approx(0.025, abs=1e-6)
    if events:
        assert poisson.sf(events - 1, found.low * hours) == pytest.approx(0.025, abs=1e-6)


def test_shares_have_wilsons_interval() -> None:
    found = share(8, 10)
    assert found is not None and (round(found.low, 3), round(found.high, 3)) == (0.490, 0.943)


def test_of_nothing_there_is_no_rate() -> None:
    assert rate(0, 0.0) is None and share(0, 0) is None


@given(st.integers(0, 400), st.integers(1, 400))
def test_shares_are_those_of_scipy(hits: int, of: int) -> None:
    found = share(min(hits, of), of)
    assert found is not None
    expected = binomtest(min(hits, of), of).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((float(expected.low), float(expected.high)), abs=1e-12)
