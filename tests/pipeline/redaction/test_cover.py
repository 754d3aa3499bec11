from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.media.footage import Picture
from pipeline.redaction.cover import CELLS, GREY, STEPS, covered, place_px
from pipeline.redaction.plan import Cover, Key, Region, Shape
from pipeline.types import Span


def noisy(width: int = 160, height: int = 120, at: float = 1.0) -> Picture:
    draw = np.random.default_rng(3)
    y = draw.integers(0, 256, (height, width)).astype(np.uint8)
    u, v = (draw.integers(0, 256, (height // 2, width // 2)).astype(np.uint8) for _ in range(2))
    return Picture(at, at + 0.1, y, u, v)


def region(cover: Cover = Cover.FILL, shape: Shape = Shape.BOX, *keys: Key) -> Region:
    return Region(Span(0.5, 2), keys or (Key(0.5, 0.25, 0.25, 0.5, 0.5),), shape, cover)


def test_a_filled_place_holds_one_grey_and_the_rest_is_untouched() -> None:
    before = noisy()
    after = covered(before, [region()])
    place = place_px(Key(0, 0.25, 0.25, 0.5, 0.5), 160, 120)
    assert set(np.unique(after.y[place.slices()])) == {GREY[0]}
    assert set(np.unique(after.u[place.slices(2)])) == {GREY[1]}
    outside = np.ones(before.y.shape, bool)
    outside[place.slices()] = False
    assert np.array_equal(after.y[outside], before.y[outside])


@pytest.mark.parametrize("cover", [Cover.BLUR, Cover.PIXELATE])
def test_a_coarse_cover_keeps_a_few_greys_alone(cover: Cover) -> None:
    after = covered(noisy(), [region(cover)])
    place = place_px(Key(0, 0.25, 0.25, 0.5, 0.5), 160, 120)
    part = after.y[place.slices()]
    assert not np.array_equal(part, noisy().y[place.slices()])
    if cover is Cover.PIXELATE:
        assert len({tuple(row) for row in part}) <= CELLS
        assert len(np.unique(part)) <= 256 // STEPS + 1
    else:
        assert int(np.abs(np.diff(part.astype(int), axis=1)).max()) <= STEPS


def test_an_ellipse_leaves_its_corners() -> None:
    before = noisy()
    after = covered(before, [region(Cover.FILL, Shape.ELLIPSE)])
    place = place_px(Key(0, 0.25, 0.25, 0.5, 0.5), 160, 120)
    assert after.y[place.top, place.left] == before.y[place.top, place.left]
    assert after.y[60, 80] == GREY[0]
    assert after.y[32, 80] == GREY[0]


def test_a_moving_place_is_covered_where_it_comes_from_and_where_it_goes() -> None:
    moving = region(Cover.FILL, Shape.BOX, Key(1.0, 0.0, 0.0, 0.2, 0.2), Key(1.1, 0.5, 0.0, 0.2, 0.2))
    after = covered(noisy(), [moving])
    assert after.y[5, 10] == GREY[0]
    assert after.y[5, 90] == GREY[0]


def test_pictures_of_other_times_are_not_touched_and_the_edges_are() -> None:
    assert covered(noisy(at=2.0), [region()]) is not None
    assert np.array_equal(covered(noisy(at=2.0), [region()]).y, noisy().y)
    assert not np.array_equal(covered(noisy(at=0.45), [region()]).y, noisy().y)  # still shown when the place begins
    assert not np.array_equal(covered(noisy(at=1.99), [region()]).y, noisy().y)


@settings(max_examples=60)
@given(st.floats(-0.5, 0.99), st.floats(-0.5, 0.99), st.floats(0.001, 1), st.floats(0.001, 1), st.sampled_from(Cover))
def test_a_place_anywhere_is_covered_without_fault(x: float, y: float, w: float, h: float, cover: Cover) -> None:
    key = Key(1, x, y, w, h)
    after = covered(noisy(64, 48), [Region(Span(0, 2), (key,), Shape.ELLIPSE, cover)])
    assert after.y.shape == (48, 64)
    middle = (int((y + h / 2) * 48), int((x + w / 2) * 64))
    if cover is Cover.FILL and 0 <= middle[0] < 48 and 0 <= middle[1] < 64:
        assert after.y[middle] == GREY[0]
