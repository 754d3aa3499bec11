from __future__ import annotations

import numpy as np
import pytest

from models.training.speaker_space import Windows, discriminants, error_rate
from models.training.speaker_voices import parted


def test_directions_that_tell_voices_apart_come_first() -> None:
    rng = np.random.default_rng(1)
    given = []
    for _ in range(40):
        voice = np.repeat(np.arange(4), 30)
        vectors = rng.normal(0, 2.0, (120, 6))
        vectors[:, 3] += rng.normal(0, 8.0, 4)[voice]
        given.append(Windows((vectors - vectors.mean(axis=0)).astype(np.float32), voice, np.ones(120)))
    columns, between = discriminants(given, 3)
    assert columns.shape == (6, 3)
    assert int(np.abs(columns[:, 0]).argmax()) == 3
    assert between[0] == pytest.approx(16.0, rel=0.4)
    assert (np.diff(between) <= 0).all()
    within = np.concatenate(
        [w.vectors[w.voice == v] - w.vectors[w.voice == v].mean(axis=0) for w in given for v in range(4)]
    )
    assert (within @ columns).std(axis=0) == pytest.approx(np.ones(3), rel=0.05)


def test_impure_windows_do_not_count() -> None:
    voice = np.repeat(np.arange(2), 50)
    vectors = np.random.default_rng(2).normal(0, 1, (100, 3)).astype(np.float32)
    spoiled = vectors.copy()
    share = np.ones(100)
    spoiled[40:60] += 100
    share[40:60] = 0.6
    good = [Windows(vectors[np.r_[:40, 60:100]], voice[np.r_[:40, 60:100]], np.ones(80))]
    assert discriminants([Windows(spoiled, voice, share)], 2)[1] == pytest.approx(discriminants(good, 2)[1])


def test_error_ignores_names_edges_and_counts_wrong_missed_and_false() -> None:
    active = np.zeros((2, 800), bool)
    active[0, 100:300], active[1, 400:600] = True, True
    labels = np.full(800, -1)
    labels[100:300], labels[400:600] = 5, 0
    assert error_rate(active, labels) == 0.0
    labels[80:120] = 5
    assert error_rate(active, labels) == 0.0
    assert error_rate(active, np.where(labels >= 0, 0, -1)) == pytest.approx(0.5)
    assert error_rate(active, np.full(800, -1)) == pytest.approx(1.0)
    labels[700:750] = 0
    assert error_rate(active, labels) == pytest.approx(50 / 300)


def test_voices_are_either_fitted_on_or_kept_out() -> None:
    voices = {str(i): [np.zeros(1, np.float32)] for i in range(25)}
    fitted, kept = parted(voices, 5)
    assert len(kept) == 5
    assert set(fitted) | set(kept) == set(voices)
    assert not set(fitted) & set(kept)
    assert parted(voices, 5)[1].keys() == kept.keys()
