from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.picture import Look
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Lights, Samples, runs


def seen(at: float, value: float, bright: float | None = None, detail: float = 5.0) -> Look:
    view = np.full((68, 160), value, np.float32)
    fine = np.full((136, 320), 90, np.uint8)
    return Look(at, value, value if bright is None else bright, detail, view, view[:17, :40], fine, spread=6.0)


def samples(*looks: Look) -> Samples:
    out = Samples()
    for one in looks:
        out.add(one)
    return out


def test_a_picture_that_comes_twice_counts_once() -> None:
    assert list(samples(seen(0, 9), seen(1, 9), seen(1, 9), seen(0.5, 9), seen(2, 9)).at) == [0, 1, 2]


def test_alike_and_dark() -> None:
    rules = PictureRules()
    rows = samples(seen(0, 90), seen(1, 90.5), seen(2, 130), seen(3, 5), seen(4, 30, 60, 0.3), seen(5, 30, 200, 0.3))
    assert rows.alike(rules).tolist() == [False, True, False, False, False, True]
    assert rows.dark(rules).tolist() == [False, False, False, True, True, False]


def test_dim_without_an_edge_is_dark_between_far_lighter_pictures() -> None:
    rules, dim = PictureRules(), [seen(i, 20, 40, 1.5) for i in range(3, 6)]
    day, night = ([seen(i, level) for i in (0, 1, 2, 6, 7)] for level in (90.0, 38.0))
    first = samples(*sorted((*day, *dim), key=lambda look: look.at)).dark(rules)
    assert first.tolist() == [False] * 3 + [True] * 3 + [False] * 2
    for rows in (samples(*sorted((*night, *dim), key=lambda look: look.at)), samples(*dim)):
        assert not rows.dark(rules).any()


def test_curves_leave_out_what_nobody_looked_at() -> None:
    curve = samples(seen(0, 10), seen(2.4, 20), seen(9, 30)).curve("brightness", 10.0, "luma")
    expected = [10, 10, 20, 20, np.nan, np.nan, np.nan, np.nan, 30, 30, 30]
    assert np.array_equal(curve.values, np.array(expected, np.float32), equal_nan=True)
    assert np.isnan(Samples().curve("brightness", 3.0, "luma").values).all()


@given(st.lists(st.booleans(), max_size=60))
def test_runs_are_exactly_the_true_values(flags: list[bool]) -> None:
    found = runs(np.array(flags, dtype=bool))
    assert [i for first, last in found for i in range(first, last + 1)] == [i for i, flag in enumerate(flags) if flag]
    assert all(b[0] - a[1] > 1 for a, b in pairwise(found))


def test_the_light_of_pictures_in_between() -> None:
    lights = Lights()
    for number in range(20):
        lights.add(number / 10, 100.0 + number)
    assert lights.between(0.5, 0.8) == [(0.5, 105.0), (0.6, 106.0), (0.7, 107.0)]
    assert lights.between(5.0, 6.0) == [] == Lights().between(0.0, 9.0)
