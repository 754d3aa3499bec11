"""A line through delays of which some are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sync.line import between, fit_line

TIMES = np.linspace(0, 3500, 24)


@given(st.floats(-50, 50), st.floats(-0.02, 0.02), st.integers(0, 7), st.integers(0, 2**32 - 1))
def test_offset_and_drift_survive_wild_delays(drift_ppm: float, at_zero: float, wild: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    delays = at_zero + drift_ppm * 1e-6 * TIMES + rng.normal(0, 2e-4, len(TIMES))
    delays[rng.choice(len(TIMES), wild, replace=False)] = rng.uniform(-0.15, 0.15, wild)
    line = fit_line(TIMES, delays, 0.0, 3500.0)
    assert line is not None
    assert line.slope_known
    assert line.slope_ppm == pytest.approx(drift_ppm, abs=3.0)
    middle = line.at_zero + line.slope_ppm * 1e-6 * 1750
    assert middle == pytest.approx(at_zero + drift_ppm * 1e-6 * 1750, abs=2e-3)


def test_no_line_through_chance() -> None:
    rng = np.random.default_rng(1)
    assert fit_line(TIMES, rng.uniform(-0.15, 0.15, len(TIMES)), 0.0, 3500.0) is None


def test_a_short_stretch_tells_no_drift() -> None:
    line = fit_line(np.array([0.0, 8.0, 16.0, 24.0]), np.array([0.001, 0.0012, 0.001, 0.0011]), 20.0, 24.0)
    assert line is not None
    assert not line.slope_known
    assert line.slope_ppm == 20.0


def test_people_on_two_sides_put_the_clocks_midway() -> None:
    delays = np.where(np.arange(24) % 3 == 0, 0.031, -0.029)
    line = fit_line(TIMES, delays, 0.0, 3500.0)
    assert line is not None
    moved = between(line, TIMES, delays)
    assert moved.at_zero + moved.slope_ppm * 1e-6 * 1750 == pytest.approx(0.001, abs=1e-3)
    assert moved.error == pytest.approx(0.03, abs=1e-3)
    one_side = fit_line(TIMES, np.full(24, 0.01), 0.0, 3500.0)
    assert one_side is not None
    assert between(one_side, TIMES, np.full(24, 0.01)) == one_side
