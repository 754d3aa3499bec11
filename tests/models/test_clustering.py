from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clustering import BayesianClustering, by_appearance, most_likely_path

DIMENSIONS = 25
BETWEEN = np.linspace(7.0, 1.0, DIMENSIONS)


def talk(voices: int, windows: int, seed: int = 1, stay: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Windows of a talk by the model's own assumptions, and who speaks in each."""
    rng = np.random.default_rng(seed)
    means = rng.normal(0, 1, (voices, DIMENSIONS)) * np.sqrt(BETWEEN)
    who = [0]
    for _ in range(windows - 1):
        who.append(who[-1] if rng.random() < stay else int(rng.integers(voices)))
    labels = np.array(who)
    vectors = means[labels] + rng.normal(0, 1, (windows, DIMENSIONS))
    return vectors - vectors.mean(axis=0), by_appearance(labels)


def agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Share of pairs of windows that both groupings treat alike."""
    return float(((a[:, None] == a) == (b[:, None] == b)).mean())


@pytest.mark.parametrize("voices", [2, 3, 5])
def test_voices_are_counted_and_told_apart(voices: int) -> None:
    vectors, true = talk(voices, 500)
    found = BayesianClustering().voices(vectors, BETWEEN)
    assert found.max() + 1 == voices
    assert agreement(found, true) > 0.97


def test_one_voice_is_one_voice() -> None:
    vectors, _ = talk(1, 300)
    assert BayesianClustering().voices(vectors, BETWEEN).max() == 0


def test_an_hour_of_windows_is_grouped_from_a_sample() -> None:
    vectors, true = talk(4, 14_000, stay=0.98)
    found = BayesianClustering(rounds=5).voices(vectors, BETWEEN)
    assert agreement(found[::20], true[::20]) > 0.97


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_few_windows_do_not_stop_it(count: int) -> None:
    found = BayesianClustering().voices(np.zeros((count, DIMENSIONS)), BETWEEN)
    assert found.tolist() == [0] * count


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 60), st.floats(0.0, 50.0))
def test_labels_are_numbered_by_appearance(seed: int, windows: int, scale: float) -> None:
    vectors = np.random.default_rng(seed).normal(0, scale, (windows, DIMENSIONS))
    found = BayesianClustering().voices(vectors, BETWEEN)
    assert len(found) == windows
    assert found.tolist() == by_appearance(found).tolist()


def test_the_same_windows_give_the_same_voices() -> None:
    vectors, _ = talk(3, 400, seed=5)
    first, second = (BayesianClustering().voices(vectors.copy(), BETWEEN) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_numbers_follow_the_first_appearance() -> None:
    assert by_appearance(np.array([7, 7, 2, 9, 2, 7])).tolist() == [0, 0, 1, 2, 1, 0]


def test_a_path_changes_where_it_pays() -> None:
    fit = np.zeros((20, 2))
    fit[:10, 0], fit[10:, 1] = 1.0, 1.0
    fit[4, 1] = 1.5
    assert most_likely_path(fit, np.full(20, 3.0)).tolist() == [0] * 10 + [1] * 10
    assert most_likely_path(fit, np.full(20, 30.0)).tolist() in ([0] * 20, [1] * 20)
    assert most_likely_path(fit, np.full(20, 0.1)).tolist() == [0] * 4 + [1] + [0] * 5 + [1] * 10


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 5))
def test_no_other_path_is_better(seed: int, cost: float) -> None:
    fit = np.random.default_rng(seed).normal(0, 1, (6, 3))

    def worth(path: np.ndarray) -> float:
        return float(fit[np.arange(6), path].sum() - cost * np.count_nonzero(np.diff(path)))

    best = max(worth(np.array(p)) for p in np.ndindex(*[3] * 6))
    assert worth(most_likely_path(fit, np.full(6, cost))) == pytest.approx(best)
