"""Key frames that are coded anew and yet show the same noise."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.frames import FrameReader
from pipeline.media.picture import look
from pipeline.media.rules import PictureRules
from pipeline.media.same_keys import SameKeys, same
from pipeline.media.samples import Samples
from pipeline.types import PictureState
from tests.pipeline.media.made import Encode, Event, Scene, make

RULES = PictureRules()
STANDING = Scene(14.0, (Event("freeze", 4.0, 9.0),), sway=0.05, noise=5.0)


def states(path: Path, dark: bool = False) -> tuple[list[PictureState], list[PictureState]]:
    """(held pictures, the whole recording as one still stretch with what is noted of it)."""
    with av.open(str(path)) as container:
        video, samples = container.streams.video[0], Samples()
        for frame in container.decode(video):
            if frame.key_frame and (not samples.at or frame.time - samples.at[-1] >= RULES.sample_every):
                samples.add(look(frame, float(frame.time)))
        keys = SameKeys(FrameReader(container, video.index, 0.0), samples, RULES)
        return keys.states(np.full(len(samples), dark), []), keys.noted(
            [PictureState(0.0, 14.0, "still", {})], np.full(len(samples), True)
        )


@pytest.mark.parametrize(
    "encode",
    [Encode(gop=15, quality=24, b_frames=0), Encode("mpeg4", 12), Encode("libopenh264", 15, more=("-b:v", "500k"))],
    ids=["H.264", "MPEG-4", "OpenH264"],
)
def test_the_same_noise_in_several_key_frames(tmp_path: Path, encode: Encode) -> None:
    (state,), (whole,) = states(make(tmp_path / "a.mp4", STANDING, encode=encode))
    assert state.start == pytest.approx(4.0, abs=0.4)  # an encoder may go on refining what is held
    assert state.end == pytest.approx(9.0, abs=0.1)
    assert state.figures["keys"] >= 4
    assert state.figures["keys_held"] <= 0.35 * min(state.figures["keys_before"], state.figures["keys_after"])
    assert "keys_alive" not in whole.figures


def test_a_live_still_scene(tmp_path: Path) -> None:
    scene = Scene(14.0, (Event("light", 5.0, 9.0),), sway=0.0, noise=3.0)
    found, (whole,) = states(make(tmp_path / "a.mp4", scene, encode=Encode(gop=15, quality=30, b_frames=0)))
    assert not found
    assert whole.figures.get("keys_alive", 0.7) >= 0.7


def test_a_scene_without_noise_says_nothing(tmp_path: Path) -> None:
    scene = Scene(14.0, (Event("still", 4.0, 9.0),), noise=0.0)
    found, _ = states(make(tmp_path / "a.mp4", scene, encode=Encode(gop=15, quality=30, b_frames=0)))
    assert all(s.figures["moved_before"] > 8 or s.figures["moved_after"] > 8 for s in found)  # the detector asks that


def test_what_is_dark_is_left_to_others(tmp_path: Path) -> None:
    assert states(make(tmp_path / "a.mp4", STANDING, encode=Encode("mpeg4", 12)), dark=True)[0] == []


def test_runs_of_key_frames() -> None:
    calm = np.array([np.nan, 1.2, 1.1, 1.3, 0.1, 0.0, 0.2, 1.2, 1.1, 0.9])
    assert same(calm, 2 * calm, RULES) == [(4, 6)]
    assert same(calm, np.where(calm < 0.5, 2.0, calm), RULES) == []  # the calmest tenth alone is the same


@given(st.lists(st.floats(0.8, 1.2), min_size=1, max_size=60), st.floats(0.1, 5.0))
def test_live_noise_is_never_the_same(spread: list[float], level: float) -> None:
    calm = np.array([np.nan, *(level * one for one in spread)])
    assert same(calm, calm, RULES) == []
