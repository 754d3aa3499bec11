from __future__ import annotations

from dataclasses import replace
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
    bright = value if bright is None else bright
    return Look(at, value, bright, detail, view, view[:17, :40], fine, spread=6.0, typical=value)


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


DAY = [seen(i, 90) for i in (0, 1, 2, 7, 8)]


def darkened(inside: list[Look], around: list[Look]) -> list[bool]:
    """Which of the pictures inside are dark."""
    ordered, times = sorted((*around, *inside), key=lambda look: look.at), {look.at for look in inside}
    flags = samples(*ordered).dark(PictureRules())
    return [bool(flag) for flag, look in zip(flags, ordered, strict=True) if look.at in times]


def test_an_exposure_that_opens_up_under_a_cover() -> None:
    assert all(darkened([seen(i, level, 40, 1.5) for i, level in ((3, 15), (4, 24), (5, 28), (6, 28.5))], DAY))


def test_a_headlamp_is_no_light_round_a_cover() -> None:
    dim = [seen(i, 17, 24, 1.0) for i in range(3, 7)]
    lamps = [replace(look, typical=18.0) for look in DAY]
    assert all(darkened(dim, DAY)) and not any(darkened(dim, lamps))


def test_a_cover_past_which_light_leaks() -> None:
    leaky = [replace(seen(i, 30, 160, 3.0), typical=20.0, leak=0.1, leak_detail=0.8) for i in range(3, 7)]
    assert all(darkened(leaky, DAY))
    for changed in ({"leak": 0.4}, {"leak_detail": 3.0}, {"leak": float("nan")}):
        assert not any(darkened([replace(look, **changed) for look in leaky], DAY))


def test_key_frames_are_compared_with_the_key_frame_before() -> None:
    draw = np.random.default_rng(2)
    planes = [np.asarray(draw.normal(90, 3, (136, 320)).round(), np.uint8) for _ in range(3)]
    looks = [replace(seen(i, 90), key=i != 1, fine=planes[i]) for i in range(3)]
    rows = samples(*looks, replace(seen(3, 90), key=True, fine=planes[2]))
    assert np.isnan(rows.key_calm[0]) and np.isnan(rows.key_calm[1])
    assert rows.key_calm[2] > 2.0 and rows.key_calm[3] == 0.0
    assert list(rows.key) == [1, 0, 1, 1]


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
