from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.media.obstructed import obstructed, unrest
from pipeline.media.picture import Plane, look
from pipeline.media.samples import Samples
from pipeline.types import PictureState

WIDTH, HEIGHT, COUNT = 640, 360, 34
Cover = NDArray[np.float32]


def world(seed: int = 3) -> Plane:
    """A busy texture far larger than the picture: patches of all sizes with hard edges, in focus."""
    draw = np.random.default_rng(seed)
    out = np.full((3 * HEIGHT, 4 * WIDTH), 120, np.uint8)
    for _ in range(900):
        x, y = int(draw.integers(4 * WIDTH)), int(draw.integers(3 * HEIGHT))
        w, h = int(draw.integers(20, 160)), int(draw.integers(20, 160))
        out[y : y + h, x : x + w] = draw.integers(20, 235)
    return out


def cover(soft: float, share: float = 0.35) -> Cover:
    """How much of each point something at the left covers; its border is `soft` points wide (standard deviation)."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    mask[:, : int(share * WIDTH)] = 1.0
    return mask if not soft else np.asarray(cv2.GaussianBlur(mask, (0, 0), soft), np.float32)


@dataclass
class Film:
    """Pictures at one a second, as a reader and as samples."""

    pictures: list[Plane]
    asked: int = 0

    def frames(self, start: float, end: float) -> Iterator[tuple[float, av.VideoFrame]]:
        self.asked += 1
        yield start, av.VideoFrame.from_ndarray(self.pictures[round(start)], format="gray")

    def samples(self) -> Samples:
        samples = Samples()
        for at, picture in enumerate(self.pictures):
            samples.add(look(av.VideoFrame.from_ndarray(picture, format="gray"), float(at)))
        return samples

    def states(self, kind: str = "obstructed") -> list[PictureState]:
        return [s for s in obstructed(self.samples(), self, float(len(self.pictures))) if s.kind == kind]


def film(covered: Callable[[int], Cover | None], moving: Callable[[int], bool] = lambda at: True) -> Film:
    """A walk, or a stand where `moving` says so, with something dark before the picture where `covered` gives it."""
    draw, seen, place, pictures = np.random.default_rng(5), world(), (0, 0), []
    for at in range(COUNT):
        if moving(at):
            place = (int(draw.integers(2 * HEIGHT)), int(draw.integers(3 * WIDTH)))
        picture = seen[place[0] :, place[1] :][:HEIGHT, :WIDTH].astype(np.float32)
        over = covered(at)
        if over is not None:
            picture = picture * (1 - over) + 30 * over
        pictures.append(np.clip(picture + draw.normal(0, 2, picture.shape), 0, 255).astype(np.uint8))
    return Film(pictures)


def between(over: Cover, first: int = 9, last: int = 24) -> Callable[[int], Cover | None]:
    return lambda at: over if first <= at <= last else None


@pytest.mark.parametrize("soft", [5.0, 8.0])
def test_something_on_the_lens(soft: float) -> None:
    (state,) = film(between(cover(soft))).states()
    assert (state.start, state.end) == (pytest.approx(9, abs=1.01), pytest.approx(25, abs=1.01))
    assert state.figures["share"] == pytest.approx(0.35, abs=0.05)
    assert state.figures["across"] < 0.25 and state.figures["down"] == pytest.approx(0.5, abs=0.05)
    assert state.figures["inside"] < 0.2 * state.figures["outside"]


def test_it_goes_on_where_the_wearer_stands() -> None:
    """Nothing moves from 14 s on for 6 s: the stretch is not cut in two."""
    (state,) = film(between(cover(6.0), 6, 29), lambda at: not 14 <= at < 20).states()
    assert state.start <= 7 and state.end >= 29


def test_what_is_in_focus_is_not_on_the_lens() -> None:
    """As a car's dashboard or a pillar: it is looked at once more, and left."""
    dashboard = film(between(cover(0.0)))
    assert dashboard.states() == [] and dashboard.asked > 0


def test_a_bare_part_of_the_world_is_none() -> None:
    """A dark floor: its border is in focus, and moves."""
    draw = np.random.default_rng(1)

    def floor(at: int) -> Cover:
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        mask[int(HEIGHT * 0.55 + draw.integers(-25, 25)) :] = 1.0
        return mask

    assert film(lambda at: floor(at) if 8 <= at <= 25 else None).states() == []


def test_what_is_there_throughout_may_belong_to_the_camera() -> None:
    assert film(lambda at: cover(6.0)).states() == []


def test_a_dark_picture_between_does_not_make_it_come_and_go() -> None:
    always = film(lambda at: cover(6.0))
    always.pictures[10:16] = [np.zeros_like(picture) for picture in always.pictures[10:16]]
    assert always.states() == []


def test_nothing_is_told_of_a_wearer_who_stands_or_of_the_night() -> None:
    standing = film(between(cover(6.0)), lambda at: False)
    assert standing.states() == [] and standing.states("in_motion") == []
    night = film(between(cover(6.0)))
    night.pictures = [picture // 9 for picture in night.pictures]
    assert night.states() == [] and night.states("in_motion") == []


def test_where_it_could_be_told() -> None:
    (stretch,) = film(lambda at: None, lambda at: at < 20).states("in_motion")
    assert stretch.start == 0.0 and 18.0 <= stretch.end <= 29.0


def test_too_short_and_none_at_all() -> None:
    assert film(between(cover(6.0), 10, 16)).states() == []
    assert list(obstructed(Samples(), Film([]), 0.0)) == []


def test_unrest_is_blind_to_an_even_change_of_light() -> None:
    pattern = np.random.default_rng(2).uniform(0, 200, (17, 40)).astype(np.float32)
    brighter = np.stack([pattern + step for step in range(8)])
    assert float(unrest(brighter).max()) < 1e-3
    assert float(unrest(np.random.default_rng(3).uniform(0, 200, (8, 17, 40)).astype(np.float32)).min()) > 10
