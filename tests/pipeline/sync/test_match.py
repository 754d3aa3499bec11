"""Two sounds are one event, or it is said why not."""

from __future__ import annotations

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.sync import compare
from tests.pipeline.sync.made import print_of, reader, recorded, talk

SCENE = talk(420.0, 11)
ONE = recorded(SCENE, 0.0, 300.0, seed=1)
TWO = recorded(SCENE, 100.0, 300.0, drift_ppm=40.0, noise=0.3, seed=2)
ONE_PRINT, TWO_PRINT = print_of(ONE), print_of(TWO)


def test_offset_and_drift_to_milliseconds() -> None:
    found = compare(ONE_PRINT, TWO_PRINT, reader(ONE), reader(TWO)).match
    assert found is not None
    assert found.method == "phases"
    middle = found.offset + 100 * (1 + found.drift_ppm * 1e-6)
    assert middle == pytest.approx(100 + 100 * (1 + 40e-6), abs=1e-3)
    assert found.drift_ppm == pytest.approx(40.0, abs=5.0)
    assert found.error < 0.005


def test_without_the_sound_the_prints_do() -> None:
    found = compare(ONE_PRINT, TWO_PRINT).match
    assert found is not None
    assert found.method == "onsets"
    assert found.offset == pytest.approx(100.0, abs=0.02)


@pytest.mark.parametrize("clock", [100.0, 88.0, 2000.0])
def test_a_clock_helps_or_is_contradicted(clock: float) -> None:
    found = compare(ONE_PRINT, TWO_PRINT, reader(ONE), reader(TWO), (clock, 30.0)).match
    assert found is not None
    assert found.offset == pytest.approx(100.0, abs=0.01)


def test_unrelated_sound_is_no_match_and_says_so() -> None:
    other = recorded(talk(300.0, 12), 0.0, 300.0, seed=3)
    found = compare(ONE_PRINT, print_of(other), reader(ONE), reader(other), (0.0, 30.0))
    assert found.match is None
    assert "do not match" in found.reason


def _with_beeps(samples: Samples, first: float, every: float) -> Samples:
    times = np.arange(round(0.5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    beep = (0.6 * np.sin(2 * np.pi * 1200 * times) * (np.sin(2 * np.pi * 7 * times) > 0)).astype(np.float32)
    out = samples.copy()
    for at in np.arange(first, len(out) / SAMPLE_RATE_HZ - 1, every):
        start = round(at * SAMPLE_RATE_HZ)
        out[start : start + len(beep)] += beep
    return out


@pytest.mark.parametrize("every", [20.0, 1000.0])
def test_the_same_beep_is_no_match(every: float) -> None:
    one = _with_beeps(recorded(talk(200.0, 13), 0.0, 200.0, seed=4), 5.0, every)
    two = _with_beeps(recorded(talk(200.0, 14), 0.0, 200.0, seed=5), 11.0, every)
    for clock in (None, (0.0, 30.0)):
        assert compare(print_of(one), print_of(two), reader(one), reader(two), clock).match is None


def test_nothing_heard_is_said() -> None:
    silent = np.zeros(160_000, np.float32)
    assert "too little sound" in compare(ONE_PRINT, print_of(silent)).reason
