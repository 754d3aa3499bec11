"""Every offset is looked at, either way, and one that does not fit does not stand out."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.sync.coarse import coarse_match, every_offset
from pipeline.sync.match import ANYWHERE
from pipeline.types import BandFlux
from tests.pipeline.sync.made import print_of, recorded, talk

SCENE = talk(120.0, 2)


@pytest.mark.parametrize("offset", [-41.37, 0.0, 3.21, 44.5])
def test_offsets_either_way_are_found(offset: float) -> None:
    first = max(0.0, -offset)
    one = print_of(recorded(SCENE, first, 60.0, seed=1))
    two = print_of(recorded(SCENE, first + offset, 60.0, seed=2))
    found = coarse_match(one, two)
    assert found is not None
    assert found.offset == pytest.approx(offset, abs=0.015)
    assert found.score > ANYWHERE


def test_a_late_sound_track_moves_the_offset() -> None:
    one = print_of(recorded(SCENE, 0.0, 60.0, seed=1))
    two = print_of(recorded(SCENE, 20.0, 60.0, seed=2))
    late = BandFlux(two.rate_hz, two.start + 4.0, two.values)
    found = coarse_match(one, late)
    assert found is not None
    assert found.offset == pytest.approx(16.0, abs=0.015)


def test_drift_is_seen_over_half_an_hour() -> None:
    rng = np.random.default_rng(4)
    base = rng.integers(0, 60, (190_000, 8)).astype(np.uint8)
    base[rng.uniform(size=len(base)) < 0.7] = 0
    drifted = base[np.clip(np.round(np.arange(180_000) * (1 + 50e-6)).astype(int), 0, len(base) - 1)]
    found = coarse_match(BandFlux(100.0, 0.0, base), BandFlux(100.0, 0.0, drifted))
    assert found is not None
    assert found.drift_ppm == pytest.approx(50.0, abs=10.0)


def test_only_what_is_allowed_is_looked_at() -> None:
    every = every_offset(print_of(recorded(SCENE, 0.0, 60.0, seed=1)), print_of(recorded(SCENE, 30.0, 60.0, seed=2)))
    assert every is not None
    near = every.best((-5.0, 5.0))
    assert near is None or near.score < ANYWHERE
    best = every.best()
    assert best is not None
    assert best.score > 2 * best.rival


def test_other_words_do_not_fit_and_silence_cannot() -> None:
    one, two = print_of(talk(60.0, 5)), print_of(talk(60.0, 6))
    found = coarse_match(one, two)
    assert found is None or found.score < ANYWHERE
    silent = print_of(np.zeros(960_000, np.float32))
    assert coarse_match(one, silent) is None
    assert coarse_match(one, BandFlux(100.0, 0.0, np.zeros((0, 8), np.uint8))) is None
