from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.media.dark_edges import DarkEdges, _switch
from pipeline.media.frames import FrameReader
from pipeline.media.recording_file import open_media
from tests.pipeline.media.made import Encode, Event, Scene, make


def test_a_switch_is_one_step_that_lasts() -> None:
    assert _switch([(1.0, 120.0), (1.1, 118.0), (1.2, 9.0), (1.3, 8.0)], 120.0, 8.0) == (1.1, 1.2)
    assert _switch([(1.0, 8.0), (1.1, 8.0), (1.2, 119.0), (1.3, 121.0)], 8.0, 120.0) == (1.1, 1.2)


@pytest.mark.parametrize(
    "seen",
    [
        [(1.0, 120.0), (1.1, 119.0)],
        [(1.0, 9.0), (1.1, 8.0), (1.2, 8.0)],
        [(1.0, 120.0), (1.1, 60.0), (1.2, 9.0), (1.3, 8.0)],
        [(1.0, 120.0), (1.1, 9.0), (1.2, 119.0), (1.3, 8.0)],
        [(1.0, 120.0), (1.1, 9.0)],
        [],
    ],
    ids=["none", "before the first", "in steps", "a flash", "seen once", "nothing"],
)
def test_anything_else_is_left_to_a_full_search(seen: list[tuple[float, float]]) -> None:
    assert _switch(seen, 120.0, 8.0) is None


FAULT = Event("covered", 3.4, 6.8)


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (Encode(gop=30, b_frames=0, more=("-sc_threshold", "0")), "a.mp4"),
        (Encode(gop=30, b_frames=3, preset="fast"), "a.mkv"),
        (Encode(gop=30, b_frames=0, more=("-b:v", "400k", "-maxrate", "400k", "-bufsize", "400k")), "a.mp4"),
        (Encode(gop=30, more=("-x264-params", "open-gop=1")), "a.mp4"),
        (Encode(gop=90), "a.mp4"),
        (Encode("libvpx-vp9", 30, 34), "a.mkv"),
        (Encode("mpeg4", 12), "a.avi"),
        (Encode(gop=30), "a.ts"),
    ],
    ids=["no B frames", "B frames", "constant rate", "open GOP", "long GOP", "VP9", "MPEG-4", "transport stream"],
)
def test_edges_lie_on_the_frame(tmp_path: Path, scratch: Path, encode: Encode, name: str) -> None:
    path = make(tmp_path / name, Scene(9.0, (FAULT,), noise=2.0), encode=encode)
    with open_media(path, scratch) as media:
        (state,) = (s for s in media.scan().picture or () if s.kind == "dark_textured")
    assert (state.start, state.end) == (pytest.approx(3.4, abs=0.04), pytest.approx(6.8, abs=0.04))


def test_a_cover_that_comes_slowly_is_placed_frame_by_frame(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float | None] = []
    glimpsed = DarkEdges._seen
    monkeypatch.setattr(DarkEdges, "_seen", lambda *args: asked.append(glimpsed(*args)) or asked[-1])
    events = (Event("light", 2.6, 3.4), FAULT, Event("light", 6.8, 7.6))
    path = make(tmp_path / "a.mp4", Scene(9.0, events, noise=1.0), encode=Encode(gop=30, more=("-sc_threshold", "0")))
    with open_media(path, scratch) as media:
        (state,) = (s for s in media.scan().picture or () if s.kind == "dark_textured")
    assert asked == [None, None]
    assert (state.start, state.end) == (pytest.approx(3.4, abs=0.04), pytest.approx(6.8, abs=0.04))


def test_most_edges_need_no_full_search(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[float] = []
    looks = FrameReader.looks
    monkeypatch.setattr(FrameReader, "looks", lambda self, a, b: searched.append(a) or looks(self, a, b))
    encode = Encode(gop=30, b_frames=0, more=("-sc_threshold", "0"))
    path = make(tmp_path / "a.mp4", Scene(9.0, (FAULT,)), encode=encode)
    with open_media(path, scratch) as media:
        media.scan()
    assert searched == []


@pytest.mark.parametrize("end", [8.6, 9.5], ids=["ends", "lasts"])
def test_what_ends_behind_the_last_key_frame(tmp_path: Path, scratch: Path, end: float) -> None:
    scene = Scene(9.4, (Event("covered", 5.4, end),))
    path = make(tmp_path / "a.mp4", scene, encode=Encode(gop=30, more=("-sc_threshold", "0")))
    with open_media(path, scratch) as media:
        (state,) = (s for s in media.scan().picture or () if s.kind == "dark_textured")
    assert (state.start, state.end) == (pytest.approx(5.4, abs=0.04), pytest.approx(min(end, 9.4), abs=0.04))


def test_a_fade_takes_longer_than_a_cover(tmp_path: Path, scratch: Path) -> None:
    fade, more = Event("fade", 2.0, 14.0), ("-sc_threshold", "0")
    path = make(tmp_path / "a.mp4", Scene(16.0, (fade,), noise=2.0), encode=Encode(gop=15, more=more))
    with open_media(path, scratch) as media:
        (state,) = (s for s in media.scan().picture or () if s.kind == "black")
    assert min(state.figures["falls"], state.figures["rises"]) >= 0.4
    assert min(state.figures["falls_alike"], state.figures["rises_alike"]) >= 0.7
    path = make(tmp_path / "b.mp4", Scene(9.0, (FAULT,), noise=1.0), encode=Encode(gop=15, more=more))
    with open_media(path, scratch) as media:
        (state,) = (s for s in media.scan().picture or () if s.kind == "dark_textured")
    assert max(state.figures.get("falls", 0.0), state.figures.get("rises", 0.0)) == 0.0
    assert max(state.figures.get("alike_before", 0.0), state.figures.get("alike_after", 0.0)) < 0.2
