"""Few frames tell as much of a held picture's ends as all of them do, and nothing is told from too few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.media.frames import FrameReader, Seen
from pipeline.media.glimpses import GlimpseReader
from pipeline.media.recording_file import open_media
from pipeline.types import PictureState
from tests.pipeline.media.made import Encode, Event, Scene, make

WALK = Scene(9.0, (Event("freeze", 2.6, 6.6),), noise=2.0)
FIXED = ("-sc_threshold", "0")
ENCODES = {
    "no B frames": Encode(gop=30, b_frames=0, more=FIXED),
    "B frames": Encode(gop=30, b_frames=3, preset="fast"),
    "constant rate": Encode(gop=30, b_frames=0, more=("-b:v", "400k", "-maxrate", "400k", "-bufsize", "400k", *FIXED)),
    "open groups": Encode(gop=30, more=("-x264-params", "open-gop=1")),
    "MPEG-4": Encode("mpeg4", 20),
}


def held(path: Path, scratch: Path) -> PictureState:
    with open_media(path, scratch) as media:
        (state,) = (s for s in media.scan().picture or () if s.kind == "still")
    return state


def nothing(*_: object) -> Any:
    return iter(())


@pytest.mark.parametrize("encode", ENCODES.values(), ids=ENCODES.keys())
def test_ends_are_those_that_all_frames_show(
    tmp_path: Path, scratch: Path, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "a.mkv", WALK, encode=encode)
    few = held(path, scratch)
    monkeypatch.setattr(GlimpseReader, "at_jump", nothing)
    monkeypatch.setattr(GlimpseReader, "all_from", nothing)
    every = held(path, scratch)
    assert few.span == every.span
    assert (few.start, few.end) == (pytest.approx(2.6, abs=0.07), pytest.approx(6.6, abs=0.07))
    for name in ("jump", "jump_likeness", "motion_after", "motion_before"):
        assert few.figures[name] == pytest.approx(every.figures[name], rel=0.15, abs=0.1)


def counted(of: type, name: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a method has given something since."""
    given, old = [0], getattr(of, name)

    def counting(*args: Any) -> Any:
        for one in old(*args):
            given[0] += 1
            yield one

    monkeypatch.setattr(of, name, counting)
    return lambda: given[0]


def test_a_plain_freeze_is_not_decoded_in_full(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "a.mp4", WALK, encode=ENCODES["no B frames"])
    looked_at = [0]
    of = Seen.of

    def looking(at: float, frame: Any) -> Seen:
        looked_at[0] += 1
        return of(at, frame)

    monkeypatch.setattr(Seen, "of", looking)
    read = counted(FrameReader, "frames", monkeypatch)
    held(path, scratch)
    assert read() == 0
    assert looked_at[0] < 40  # two groups of 30 frames and what follows would be over 70


def test_a_wearer_who_pauses_before_the_freeze_does_not_move_its_start(tmp_path: Path, scratch: Path) -> None:
    scene = Scene(9.0, (Event("still", 2.2, 3.2), Event("freeze", 3.6, 7.0)), noise=2.0, ease=0.2)
    path = make(tmp_path / "a.mp4", scene, encode=ENCODES["no B frames"])
    assert held(path, scratch).start == pytest.approx(3.6, abs=0.14)
