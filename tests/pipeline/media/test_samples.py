from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.picture import Look, means
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Lights, Samples, runs


def seen(at: float, value: float, bright: float | None = None, shapes: float = 5.0, large: float = 0.0) -> Look:
    """A picture of this light: `shapes` from block to block, `large` ones across it, a pixel of each block `bright`."""
    squares = np.indices((17, 40)).sum(axis=0) % 2
    blocks = value + shapes * (squares - 0.5) + np.linspace(-large, large, 40)[None, :]
    view = np.kron(blocks, np.ones((4, 4))).astype(np.float32)
    if bright is not None:
        view[1::4, 1::4] = bright
    return Look(at, view, means(view, 4), np.full((136, 320), 90, np.uint8))


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
    assert rows.alike(rules).tolist() == [False, True, False, False, False, False]
    assert rows.dark(rules).tolist() == [False, False, False, True, True, False]


def test_dim_without_an_edge_is_dark_between_far_lighter_pictures() -> None:
    rules, dim = PictureRules(), [seen(i, 20, 40, 1.0, 10.0) for i in range(3, 6)]
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
    assert all(darkened([seen(i, level, 40, 1.0, 10.0) for i, level in ((3, 15), (4, 24), (5, 28), (6, 28.5))], DAY))


ALL = slice(0, 17)


def lit(at: float, level: float, columns: slice, shapes: float = 1.0, rows: slice = ALL) -> Look:
    """A dark picture of which some blocks, 40 across and 17 down, are far lighter."""
    dark = seen(at, level, shapes=shapes)
    view = dark.view.copy()
    view[rows.start * 4 : rows.stop * 4, columns.start * 4 : columns.stop * 4] = 250
    return replace(dark, view=view, blocks=means(view, 4))


def test_a_headlamp_is_no_light_round_a_cover() -> None:
    dim = [seen(i, 17, 24, 1.0, 8.0) for i in range(3, 7)]
    lamps = [lit(look.at, 18, slice(14, 25)) for look in DAY]
    assert min(look.brightness for look in lamps) > 3 * 17
    assert all(darkened(dim, DAY)) and not any(darkened(dim, lamps))


def test_a_cover_past_which_light_leaks() -> None:
    assert all(darkened([lit(i, 20, slice(0, 2)) for i in range(3, 7)], DAY))
    too_much, shapes, inside = (slice(0, 15), 1.0, ALL), (slice(0, 2), 4.0, ALL), (slice(20, 22), 1.0, slice(7, 10))
    for other in (too_much, shapes, inside):
        assert not any(darkened([lit(i, 20, *other) for i in range(3, 7)], DAY))


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
