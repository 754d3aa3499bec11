"""What the network is fed with, how chunks are joined, how spans are cut, and what is said without weights."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract import SAMPLE_RATE_HZ, BackendUnavailable
from models.overlap_network import (
    CHUNK_FRAMES,
    CHUNK_SAMPLES,
    FEATURES,
    FRAME_RATE_HZ,
    HOP,
    NOT_SHIPPED,
    Array,
    OverlapNetwork,
    log_spectra,
    probabilities,
    probe,
    spans_of,
)
from tests.pipeline.stages.made_voices import Said, vowel


def _loud(features: Array) -> Array:
    """Stands for the network: a frame's mean feature as the third class."""
    level = 1 / (1 + np.exp(-features.mean(axis=2)))
    return np.stack([1 - level, np.zeros_like(level), level], axis=2).astype(np.float32)


def test_a_chunk_has_the_frames_that_the_network_was_trained_on() -> None:
    features = log_spectra(np.random.default_rng(1).normal(0, 0.1, CHUNK_SAMPLES).astype(np.float32))
    assert features.shape == (CHUNK_FRAMES, FEATURES)
    assert features.dtype == np.float32
    assert np.abs(features.mean(axis=0)).max() < 1e-3


def test_features_do_not_know_the_gain() -> None:
    noise = np.random.default_rng(4).normal(0, 1e-3, CHUNK_SAMPLES).astype(np.float32)
    samples = vowel(Said("a", 0, 7))[:CHUNK_SAMPLES] + noise
    difference = np.abs(log_spectra(samples) - log_spectra(samples * np.float32(0.3)))
    assert np.median(difference) < 0.01


def test_two_series_of_harmonics_show_in_the_fine_bins() -> None:
    one = log_spectra(vowel(Said("a", 0, 7, pitch_hz=110))[:CHUNK_SAMPLES])
    two = log_spectra((vowel(Said("a", 0, 7, pitch_hz=110)) + vowel(Said("b", 0, 7, pitch_hz=170)))[:CHUNK_SAMPLES])
    assert np.abs(one[:, 40:] - two[:, 40:]).mean() > 0.3


@given(count=st.integers(0, 400_000))
@settings(max_examples=15, deadline=None)
def test_there_is_one_row_per_20_ms_whatever_the_length(count: int) -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, count).astype(np.float32)
    rows = probabilities(samples, _loud)
    assert rows.shape == (-(-count // HOP), 3)
    assert np.allclose(rows.sum(axis=1), 1.0, atol=1e-4)


def test_a_burst_is_seen_where_it_is_also_across_chunks() -> None:
    samples = np.random.default_rng(3).normal(0, 1e-3, 20 * SAMPLE_RATE_HZ).astype(np.float32)
    samples[9 * SAMPLE_RATE_HZ : 10 * SAMPLE_RATE_HZ] *= 300
    both = probabilities(samples, _loud)[:, 2]
    strongest = np.flatnonzero(both > 0.5 * (both.max() + np.median(both)))
    assert strongest.min() / FRAME_RATE_HZ == pytest.approx(9.0, abs=0.08)
    assert strongest.max() / FRAME_RATE_HZ == pytest.approx(10.0, abs=0.08)


def test_samples_that_are_no_numbers_do_no_harm() -> None:
    samples = np.full(SAMPLE_RATE_HZ, np.nan, np.float32)
    assert np.isfinite(probabilities(samples, _loud)).all()


def _curve(*stretches: tuple[float, float]) -> Array:
    out = np.full(500, 0.05, np.float32)
    for start, end in stretches:
        out[round(start * FRAME_RATE_HZ) : round(end * FRAME_RATE_HZ)] = 0.95
    return out


def test_spans_are_cut_where_the_probability_is_high() -> None:
    (span,) = spans_of(_curve((2.0, 4.0)), OverlapNetwork(threshold=0.5))
    assert span.start == pytest.approx(2.0, abs=0.05)
    assert span.end == pytest.approx(4.0, abs=0.05)
    assert 0.8 < span.score <= 1.0


def test_short_breaks_are_bridged_and_short_spans_dropped() -> None:
    settings = OverlapNetwork(threshold=0.5, smoothing=0.02)
    assert len(spans_of(_curve((2.0, 3.0), (3.1, 4.0)), settings)) == 1
    assert len(spans_of(_curve((2.0, 3.0), (3.4, 4.0)), settings)) == 2
    assert spans_of(_curve((2.0, 2.2)), settings) == ()


@given(st.lists(st.floats(0, 1), max_size=300))
@settings(max_examples=40, deadline=None)
def test_spans_are_in_order_long_enough_and_scored(values: list[float]) -> None:
    chosen = OverlapNetwork(threshold=0.5)
    spans = spans_of(np.array(values, np.float32), chosen)
    for before, after in pairwise(spans):
        assert before.end + chosen.longest_break < after.start + 1e-6
    for span in spans:
        assert span.end - span.start >= chosen.min_duration - 1e-6
        assert 0 <= span.score <= 1


def test_without_weights_it_says_so(tmp_path: Path) -> None:
    network = replace(OverlapNetwork(), weights=tmp_path / "none.onnx")
    assert network.info.weights == {}
    assert network.info.draft
    with pytest.raises(BackendUnavailable, match="install"):
        network.detect(np.zeros(SAMPLE_RATE_HZ, np.float32))


def test_probe_tells_whether_weights_are_there() -> None:
    available, reason = probe()
    assert available or reason == NOT_SHIPPED


@pytest.mark.skipif(not probe().available, reason=NOT_SHIPPED)
def test_the_shipped_network_is_silent_on_noise_and_on_one_voice() -> None:
    noise = np.random.default_rng(5).normal(0, 0.02, 8 * SAMPLE_RATE_HZ).astype(np.float32)
    assert OverlapNetwork().detect(noise) == ()
    assert sum(s.end - s.start for s in OverlapNetwork().detect(vowel(Said("a", 0, 8)))) < 1.0
