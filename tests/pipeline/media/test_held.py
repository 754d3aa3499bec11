from __future__ import annotations

from itertools import pairwise

import av
import numpy as np
import pytest

from pipeline.media.frames import Step
from pipeline.media.held import joined, jump_in, settled, stop_in
from pipeline.media.picture import look
from pipeline.media.rules import PictureRules

DRAW = np.random.default_rng(3)
SHOWN = [
    look(av.VideoFrame.from_ndarray(DRAW.integers(0, 255, (90, 160), np.uint8), "gray"), i / 10) for i in range(30)
]


def step(number: int, local: float, noise: float = 0.0, *, key: bool = False) -> Step:
    return Step(SHOWN[number - 1], SHOWN[number], 0.0, local, noise, key)


LIVE, HELD = (20.0, 2.0), (0.2, 0.1)
STEPS = [
    *(step(i, *LIVE) for i in range(1, 9)),
    *(step(i, *HELD) for i in range(9, 12)),
    step(12, 5.0, 0.7, key=True),
    *(step(i, *HELD) for i in range(13, 20)),
    step(20, 40.0, 3.0),
    *(step(i, *LIVE) for i in range(21, 29)),
]


def test_a_held_picture_begins_after_the_last_frame_that_moves() -> None:
    stop = stop_in(STEPS[:14], 1.4)
    assert stop.at == pytest.approx(0.9) and len(stop.repeats) == 6
    assert stop.figures == {"motion_before": 20.0, "last_motion": 20.0, "noise_before": 2.0}


def test_it_ends_at_the_first_frame_that_moves() -> None:
    jump = jump_in(STEPS[14:], 9.9)
    assert jump.at == pytest.approx(2.0) and jump.held is SHOWN[19]
    assert (jump.figures["jump"], jump.figures["motion_after"], jump.figures["noise_after"]) == (40.0, 20.0, 2.0)
    assert jump.figures["interval"] == pytest.approx(0.1)


def test_key_frames_are_told_apart_and_the_quietest_counts() -> None:
    figures = joined(stop_in(STEPS[:14], 1.4), jump_in(STEPS[14:], 9.9))
    assert (figures["noise_held"], figures["noise_key"]) == (0.1, 0.7)
    assert figures["drift"] > 10  # these pictures are all different
    assert "noise_key" not in joined(None, jump_in(STEPS[14:], 9.9))


def test_without_frames_the_default_stands() -> None:
    assert (stop_in([], 4.0).at, jump_in([], 5.0).at) == (4.0, 5.0)
    assert joined(None, None) == {}
    assert stop_in(STEPS[8:11], 4.0).at == pytest.approx(0.9)


def test_what_drifts_before_it_stands_still_is_not_held_yet() -> None:
    drifting = [look(av.VideoFrame.from_ndarray(np.full((90, 160), 90 + v, np.uint8), "gray"), i / 10)
                for i, v in enumerate([0, 20, 40, 60, 60, 61, 60])]  # fmt: skip
    steps = [Step(one, other, 0.1, 0.2, 0.1, False) for one, other in pairwise(drifting)]
    stop = settled(stop_in(steps, 0.0), drifting[-1], PictureRules())
    assert stop.at == pytest.approx(0.3) and len(stop.repeats) == 4
    assert settled(stop_in(STEPS[:14], 1.4), SHOWN[29], PictureRules()).at == pytest.approx(0.9)


def test_no_stop_comes_after_the_jump() -> None:
    jump = jump_in(STEPS[14:], 9.9)
    late = stop_in(STEPS, 2.2)
    assert late.at > jump.at and jump.held is not None
    assert settled(late, jump.held, PictureRules()).at <= jump.at


def gentle(number: int, grain: float) -> Step:
    return Step(SHOWN[number - 1], SHOWN[number], grain, 1.0, 0.0, False)


def test_a_stop_amid_motion_too_small_for_the_blocks_shows_in_the_grain() -> None:
    steps = [*(gentle(i, 0.9) for i in range(1, 11)), *(gentle(i, 0.02) for i in range(11, 16))]
    assert stop_in(steps, 1.3).at == pytest.approx(1.1)
    assert stop_in(steps[:12], 1.1).at == pytest.approx(1.1)
    assert stop_in(steps[:10], 1.0).at == pytest.approx(0.1)  # no held frame to compare with
