from __future__ import annotations

import av
import numpy as np
import pytest

from pipeline.media.picture import (
    brightness_of,
    change,
    fine_changes,
    grain_change,
    likeness,
    local_change,
    look,
    luma,
    noise_change,
    plane_of,
    relit_change,
    shifted_change,
    strips,
)
from tests.pipeline.media.made import Scene


def frame(pixels: np.ndarray[tuple[int, int], np.dtype[np.uint8]], full: bool = False) -> av.VideoFrame:
    height, width = pixels.shape
    planes = np.concatenate([pixels, np.full((height // 2, width), 128, np.uint8)])
    made = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    made.color_range = 2 if full else 1
    return made


def flat(value: int, full: bool = False) -> av.VideoFrame:
    return frame(np.full((180, 320), value, np.uint8), full)


@pytest.mark.parametrize(
    ("value", "full", "expected"), [(16, False, 0), (235, False, 255), (0, True, 0), (255, True, 255), (8, False, 0)]
)
def test_luma_runs_from_black_to_white_whatever_the_range(value: int, full: bool, expected: float) -> None:
    assert luma(flat(value, full)) == pytest.approx(expected, abs=0.01)
    assert luma(flat(value, full)).shape == (90, 160)


@pytest.mark.parametrize("size", [(64, 48), (161, 91), (1920, 1080)])
def test_any_size(size: tuple[int, int]) -> None:
    width, height = size[0] // 2 * 2, size[1] // 2 * 2
    assert look(frame(np.full((height, width), 126, np.uint8)), 0.0).brightness == pytest.approx(128.1, abs=0.2)


def test_the_stamp_is_not_looked_at() -> None:
    scene = Scene(sway=0.0, noise=0.0)
    early, late = look(frame(scene.frame(0)), 0.0), look(frame(scene.frame(15 * 40)), 40.0)
    assert change(early, late) == (0.0, 0.0)
    assert grain_change(*(strips(plane_of(frame(scene.frame(number)))) for number in (0, 600))) == 0.0


def test_noise_is_not_detail() -> None:
    draw = np.random.default_rng(1)
    noisy = np.clip(draw.normal(30, 8, (360, 640)), 16, 235).astype(np.uint8)
    assert look(frame(noisy), 0.0).detail < 0.8 < 10 < look(frame(Scene().frame(0)), 0.0).detail  # noqa: PLR0133


def test_a_change_of_light_keeps_the_shapes_and_a_turn_does_not() -> None:
    seen = Scene(noise=0.0).frame(0)
    dimmed = (16 + (seen.astype(np.float32) - 16) * 0.45).astype(np.uint8)
    here, dim, turned = look(frame(seen), 0.0), look(frame(dimmed), 0.0), look(frame(seen[:, ::-1].copy()), 0.0)
    assert likeness(here, dim) > 0.97 > 0.5 > likeness(here, turned)  # noqa: PLR0133
    assert local_change(here, dim) > 30


def test_nothing_is_like_nothing() -> None:
    assert likeness(look(flat(50), 0.0), look(flat(90), 0.0)) == 1.0


@pytest.mark.parametrize("height", [180, 720])
def test_noise_changes_and_moving_shapes_hardly_do(height: int) -> None:
    draw, width = np.random.default_rng(4), height * 16 // 9
    across = np.linspace(0, 12, width)[None, :] + np.linspace(0, 7, height)[:, None]
    world, moved = (np.asarray(120 + 60 * np.sin(across + by), np.uint8) for by in (0.0, 0.1))
    one, other = (np.asarray(world + draw.normal(0, 4, world.shape), np.uint8) for _ in range(2))
    one, other, world, moved = map(strips, (one, other, world, moved))
    assert noise_change(one, other) == pytest.approx(1.7 * 4, rel=0.15)
    assert noise_change(world, moved) < 1.0
    assert noise_change(one, one) == 0.0


@pytest.mark.parametrize("size", [(10, 10), (16, 16), (48, 12), (12, 48), (161, 91)])
def test_noise_of_any_size(size: tuple[int, int]) -> None:
    empty = strips(np.zeros(size, np.uint8))
    assert noise_change(empty, empty) == grain_change(empty, empty) == 0.0


def test_brightness_at_a_glance() -> None:
    picture = frame(Scene(width=640, height=360).frame(7))
    assert brightness_of(picture) == pytest.approx(look(picture, 0.0).brightness, abs=2.0)
    assert brightness_of(flat(16)) == 0.0 == brightness_of(flat(0, full=True))


def noisy(seed: int, spread: float = 3.0) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.asarray(np.random.default_rng(seed).normal(100, spread, (136, 320)).round(), dtype=np.uint8)


def test_key_frames_differ_by_their_noise_whatever_the_light_and_what_moves() -> None:
    one, other = noisy(1), noisy(2)
    calm, middle = fine_changes(one, other)
    assert 2.5 < calm < middle < 4.5  # noise of 3 steps in each: a mean distance of 3.4
    assert fine_changes(one, one) == (0.0, 0.0)
    assert max(fine_changes(one, one + np.uint8(40))) == 0.0
    moved = other.copy()
    moved[:60] = 200
    moved[:60, ::3] = 20
    assert fine_changes(one, moved)[0] == pytest.approx(calm, abs=0.3)


def world(left: int) -> av.VideoFrame:
    smooth = np.random.default_rng(4).integers(40, 210, (23, 60)).astype(np.uint8)
    wide = np.kron(smooth, np.ones((8, 8), np.uint8))
    return frame(wide[:180, left : left + 320])


def test_a_picture_that_lies_elsewhere() -> None:
    one, other = look(world(40), 0.0), look(world(46), 0.1)
    far, left = shifted_change(one, other)
    assert far == pytest.approx(3.0, abs=0.3)  # 6 pixels of 320
    assert left < 0.4 * local_change(one, other)


def test_what_moves_makes_places_lighter_and_darker_and_a_lamp_does_not() -> None:
    scene = plane_of(world(40)).copy()
    here, there, lamp = scene.copy(), scene.copy(), scene.copy()
    for pixels, left in ((here, 40), (there, 150)):
        pixels[60:120, left : left + 30], pixels[60:120, left + 30 : left + 60] = 235, 16
    lamp[60:120, 200:230] = 235
    assert relit_change(look(frame(here), 0.0), look(frame(there), 0.1))[1] > 40
    assert relit_change(look(frame(scene), 0.0), look(frame(lamp), 0.1))[1] < 15


def test_light_past_a_cover_comes_from_the_border() -> None:
    dark = np.full((180, 320), 30, np.uint8)
    at_edge, inside, wide = dark.copy(), dark.copy(), dark.copy()
    at_edge[:, :24] = 170
    inside[70:110, 140:180] = 170
    wide[:, :200] = 170
    seen = look(frame(at_edge), 0.0)
    share, detail = seen.leaked
    assert 0.05 < share < 0.2 and detail < 0.5 and seen.typical < 30
    assert all(np.isnan(look(frame(pixels), 0.0).leaked).all() for pixels in (dark, inside, wide))
