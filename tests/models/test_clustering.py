from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clustering import BayesianClustering, FirstGroups, by_appearance, most_likely_path

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


def found_in(vectors: np.ndarray, rounds: int = 30) -> np.ndarray:
    first = FirstGroups(distances=(0.6, 0.4), most=8).of(vectors * np.sqrt(BETWEEN / (BETWEEN + 1.0)))
    return BayesianClustering(rounds=rounds).voices(vectors, BETWEEN, first)


def agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Share of pairs of windows that both groupings treat alike."""
    return float(((a[:, None] == a) == (b[:, None] == b)).mean())


@pytest.mark.parametrize("voices", [2, 3, 5])
def test_voices_are_counted_and_told_apart(voices: int) -> None:
    vectors, true = talk(voices, 500)
    found = found_in(vectors)
    assert found.max() + 1 == voices
    assert agreement(found, true) > 0.97


def test_one_voice_is_one_voice() -> None:
    vectors, _ = talk(1, 300)
    assert found_in(vectors).max() == 0


def test_an_hour_of_windows_is_grouped_from_a_sample() -> None:
    vectors, true = talk(4, 14_000, stay=0.98)
    found = found_in(vectors, rounds=5)
    assert agreement(found[::20], true[::20]) > 0.97


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_few_windows_do_not_stop_it(count: int) -> None:
    found = found_in(np.zeros((count, DIMENSIONS)))
    assert found.tolist() == [0] * count


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 60), st.floats(0.0, 50.0))
def test_labels_are_numbered_by_appearance(seed: int, windows: int, scale: float) -> None:
    vectors = np.random.default_rng(seed).normal(0, scale, (windows, DIMENSIONS))
    found = found_in(vectors)
    assert len(found) == windows
    assert found.tolist() == by_appearance(found).tolist()


def test_groups_are_cut_by_angle_whatever_the_length() -> None:
    rng = np.random.default_rng(2)
    corners = np.repeat(np.eye(3), 20, axis=0) * rng.uniform(0.5, 3.0, (60, 1)) + rng.normal(0, 0.02, (60, 3))
    (first,) = FirstGroups(distances=(0.5,)).of(corners)
    assert sorted(np.bincount(first).tolist()) == [20, 20, 20]
    assert FirstGroups(distances=(1.5,)).of(corners)[0].max() == 0


def test_of_several_starts_the_one_that_explains_most_is_kept() -> None:
    vectors, true = talk(3, 500)
    one, two = np.zeros(500, np.int64), np.minimum(true, 1)
    for starts in ([one, true, two], [true, two, one]):
        assert agreement(BayesianClustering().voices(vectors, BETWEEN, starts), true) > 0.97
    assert BayesianClustering().voices(vectors, BETWEEN, [one]).max() == 0


def test_equal_groupings_are_tried_once() -> None:
    corners = np.repeat(np.eye(3), 20, axis=0)
    assert len(FirstGroups(distances=(0.9, 0.8, 0.5)).of(corners)) == 1


def test_groups_that_are_small_or_too_many_go_to_the_nearest() -> None:
    corners = np.repeat(np.eye(4), [30, 30, 30, 1], axis=0) + 0.01
    assert FirstGroups(distances=(0.5,), least_share=0.05).of(corners)[0].max() == 2
    assert FirstGroups(distances=(0.5,), most=2).of(corners)[0].max() == 1


def test_the_same_windows_give_the_same_voices() -> None:
    vectors, _ = talk(3, 400, seed=5)
    first, second = (found_in(vectors.copy()) for _ in range(2))
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
