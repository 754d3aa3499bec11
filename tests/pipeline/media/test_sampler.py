from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipeline.media.picture import Plane
from pipeline.media.recording_file import open_media
from pipeline.media.rules import PictureRules
from pipeline.media.sampler import PictureChooser
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make


class Kept:
    """Remembers the pictures that it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, Plane]] = []

    def __call__(self, at: float, luma: Plane) -> None:
        self.shown.append((at, luma.copy()))


@pytest.mark.parametrize("gop", [15, 60], ids=["key frames", "rare key frames"])
def test_observers_see_every_sampled_picture_at_full_size(tmp_path: Path, scratch: Path, gop: int) -> None:
    scene = Scene(8.0)
    path = make(tmp_path / "a.mp4", scene, encode=Encode(gop=gop))
    kept, watching = Kept(), Kept()
    with open_media(path, scratch) as media:
        alone = media.scan()
        media.watch(watching)
        found = media.scan(observers=[kept])
        again = [(at, luma.copy()) for at, luma in media.pictures()]
    assert (found.picture, found.pictures) == (alone.picture, alone.pictures)
    assert len(kept.shown) == found.pictures == len(watching.shown) == len(again) >= 8
    for (at, luma), (same, twin) in zip(kept.shown, again, strict=True):
        true = scene.frame(round(at * scene.rate_hz))
        assert luma.shape == true.shape == (180, 320)
        assert np.abs(luma.astype(int) - true).mean() < 8
        assert at == same and np.array_equal(luma, twin)


def test_a_rotated_file_is_shown_as_it_lies(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "b.mp4"
    ffmpeg("-display_rotation", "90", "-i", str(make(tmp_path / "a.mp4", Scene(2.0))), "-c", "copy", str(path))
    with open_media(path, scratch) as media:
        assert {luma.shape for _, luma in media.pictures()} == {(180, 320)}


def test_a_file_without_a_picture_shows_none(tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", str(path))
    with open_media(path, scratch) as media:
        assert list(media.pictures()) == []


def test_more_than_eight_bits_are_shown_as_eight(tmp_path: Path, scratch: Path) -> None:
    plain, deep = make(tmp_path / "a.mp4", Scene(2.0)), tmp_path / "b.mp4"
    ffmpeg("-i", str(plain), "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
           "keyint=15:log-level=error", str(deep))  # fmt: skip
    with open_media(deep, scratch) as media:
        luma = next(media.pictures())[1]
    assert luma.dtype == np.uint8 and luma.shape == (180, 320)
    assert cv2.meanStdDev(luma)[1].item() > 10


@pytest.mark.parametrize("gop", [15, 30])
def test_every_key_frame_is_seen_where_groups_refer_to_the_one_before(tmp_path: Path, scratch: Path, gop: int) -> None:
    encode = Encode(gop=gop, b_frames=3, preset="fast", more=("-x264-params", "open-gop=1", "-sc_threshold", "0"))
    path = make(tmp_path / "a.mp4", Scene(12.0), encode=encode)
    with open_media(path, scratch) as media:
        seen = [round(at, 3) for at, _ in media.pictures()]
    assert seen == [i * gop / 15 for i in range(12 * 15 // gop)]


def test_pictures_that_no_other_refers_to_are_left_out_between_rare_key_frames(tmp_path: Path, scratch: Path) -> None:
    events = (Event("black", 2.5, 5.1), Event("covered", 8.2, 10.6))
    decoded = []
    for b_frames in (0, 3):
        encode = Encode(gop=300, b_frames=b_frames, preset="fast", more=("-sc_threshold", "0"))
        path = make(tmp_path / f"{b_frames}.mp4", Scene(13.0, events, rate_hz=30), encode=encode)
        with open_media(path, scratch) as media:
            packets, found = media.probed().packets["video"], media.scan().picture or ()
        with av.open(str(path)) as container:
            chooser = PictureChooser(container.streams.video[0], packets, 0.0, PictureRules())
            given = sum(1 for packet in container.demux(video=0) for _ in chooser.frames(packet))
        decoded.append(len(chooser.lights.at))
        assert given >= 25
        dark = [(s.kind, s.start, s.end) for s in found if s.kind in ("black", "dark_textured")]
        assert dark == [("black", 2.5, 5.1), ("dark_textured", 8.2, 10.6)]
    assert decoded[0] == 390 and decoded[1] < 260


def test_common_and_rare_key_frames_in_one_file(tmp_path: Path, scratch: Path) -> None:
    parts = [make(tmp_path / f"{gop}.ts", Scene(6.0), encode=Encode(gop=gop)) for gop in (15, 90, 15)]
    path = tmp_path / "a.mp4"
    ffmpeg("-i", "concat:" + "|".join(map(str, parts)), "-c", "copy", str(path))
    with open_media(path, scratch) as media:
        seen = [at for at, _ in media.pictures()]
    assert seen == sorted(seen) and max(np.diff(seen)) < 1.1 and 20 <= len(seen) <= 28
