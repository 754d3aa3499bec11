"""A camera on a shelf: nothing moves, and only its noise says that it is live."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.media.recording_file import open_media
from pipeline.types import PictureState
from tests.pipeline.media.made import Encode, Event, Scene, make

SHELF = Scene(16.0, (Event("freeze", 5.0, 9.4),), sway=0.0, noise=4.0)


def still_beside(path: Path, scratch: Path) -> list[PictureState]:
    with open_media(path, scratch) as media:
        return [s for s in media.scan().picture or () if "still_beside" in s.figures]


@pytest.mark.parametrize("gop", [15, 30])
def test_a_held_picture_in_a_still_scene(tmp_path: Path, scratch: Path, gop: int) -> None:
    path = make(tmp_path / "a.mp4", SHELF, encode=Encode(gop=gop, quality=22, b_frames=0))
    (state,) = still_beside(path, scratch)
    assert (state.start, state.end) == (pytest.approx(5.0, abs=0.2), pytest.approx(9.4, abs=0.2))
    assert state.figures["noise_held"] < 0.2 * min(state.figures["noise_before"], state.figures["noise_after"])


@pytest.mark.parametrize(
    ("scene", "quality"),
    [
        (Scene(12.0, sway=0.0, noise=4.0), 22),
        (Scene(12.0, (Event("light", 5.0, 8.0),), sway=0.0, noise=4.0), 22),
        (SHELF, 40),
        (Scene(12.0, (Event("freeze", 5.0, 9.4),), noise=4.0), 22),
    ],
    ids=["live", "light", "noise removed", "held amid motion"],
)
def test_nothing_is_said_of(tmp_path: Path, scratch: Path, scene: Scene, quality: int) -> None:
    path = make(tmp_path / "a.mp4", scene, encode=Encode(gop=15, quality=quality, b_frames=0))
    assert still_beside(path, scratch) == []
