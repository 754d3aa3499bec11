"""The print of the sound lies at its true place and costs little room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ, no_progress
from pipeline.codec import encode
from pipeline.errors import NotMeasurable
from pipeline.stages.band_flux import MeasureBandFlux
from tests.pipeline.stages.audio_in_memory import evidence_with


def test_a_sound_is_found_where_it_begins() -> None:
    samples = np.zeros(70 * SAMPLE_RATE_HZ, np.float32)
    rng = np.random.default_rng(1)
    samples[65 * SAMPLE_RATE_HZ : 66 * SAMPLE_RATE_HZ] = rng.normal(0, 0.1, SAMPLE_RATE_HZ)
    flux = MeasureBandFlux()(evidence_with(samples), no_progress).band_flux
    assert flux is not None
    assert flux.values.shape[1] == 8
    assert abs(len(flux.values) - 7000) < 5
    loudest = flux.start + int(np.argmax(flux.values.sum(axis=1, dtype=int))) / flux.rate_hz
    assert loudest == pytest.approx(65.0, abs=0.025)


def test_an_hour_takes_few_megabytes() -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, 60 * SAMPLE_RATE_HZ).astype(np.float32)
    flux = MeasureBandFlux()(evidence_with(samples), no_progress).band_flux
    assert 60 * len(encode(flux)) < 3_500_000


def test_without_sound_nothing_is_measured() -> None:
    with pytest.raises(NotMeasurable):
        MeasureBandFlux()(replace(evidence_with(np.zeros(16, np.float32)), media=None), no_progress)
