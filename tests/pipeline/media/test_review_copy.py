from __future__ import annotations

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipeline.media.packets import read_packets
from pipeline.media.recording_file import open_media
from pipeline.media.review_copy import CopySettings, make_review_files
from pipeline.types import Span
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make, sound


def made(path: Path, folder: Path, scratch: Path, settings: CopySettings | None = None) -> set[str]:
    shares: list[float] = []
    with open_media(path, scratch) as media:
        make_review_files(media, folder, shares.append, settings)
    assert shares == sorted(shares) and shares[-1] == 1.0
    return {p.name for p in folder.iterdir()}


def test_the_copy_suits_a_browser(tmp_path: Path, scratch: Path) -> None:
    big = make(tmp_path / "big.mp4", Scene(6.0, width=1280, height=720), sound(6.0), Encode(gop=60))
    folder = tmp_path / "review"
    expected = {"review.mp4", "silent.mp4", "peaks.dat", "thumbnails.jpg", "thumbnails.json"}
    assert made(big, folder, scratch) == expected
    with av.open(str(folder / "review.mp4")) as container:
        picture, heard = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (picture.width, picture.height) == (854, 480)
        assert (picture.start_time, heard.start_time, heard.codec_context.name) == (0, 0, "aac")
        keys = read_packets(container)[0]["video"].key_times()
    assert keys == pytest.approx(np.arange(6.0))
    data = (folder / "review.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(folder / "silent.mp4")) as container:
        assert [s.type for s in container.streams] == ["video"]


def test_small_pictures_stay_small(plain: Path, tmp_path: Path, scratch: Path) -> None:
    made(plain, tmp_path / "review", scratch)
    with av.open(str(tmp_path / "review" / "review.mp4")) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 180)


@pytest.mark.parametrize("name", ["late.mp4", "late.mkv", "late.ts"])
def test_late_sound_stays_in_time(tmp_path: Path, scratch: Path, name: str) -> None:
    path = make(tmp_path / name, Scene(6.0), sound(4.0, muted=((0.0, 1.0),)), sound_starts=2.0)
    made(path, tmp_path / "review", scratch)
    with open_media(tmp_path / "review" / "review.mp4", scratch) as copy:
        assert copy.audio is not None and copy.audio.start == 0.0
        heard = np.abs(copy.audio.read(Span(0.0, 6.0)))
    assert np.flatnonzero(heard > 0.005)[0] / 16000 == pytest.approx(3.0, abs=0.04)


def test_a_late_picture_stays_in_time(tmp_path: Path, scratch: Path) -> None:
    bare = make(tmp_path / "bare.mkv", Scene(5.0, (Event("black", 2.0, 4.0),)), sound(5.0))
    path = tmp_path / "a.mkv"
    ffmpeg("-itsoffset", "1.5", "-i", str(bare), "-i", str(bare), "-map", "0:v", "-map", "1:a", "-c", "copy", str(path))
    made(path, tmp_path / "review", scratch)
    with open_media(tmp_path / "review" / "review.mp4", scratch) as copy:
        black = [s for s in copy.scan().picture or () if s.kind == "black"]
    assert [(s.start, s.end) for s in black] == [(pytest.approx(3.5, abs=0.07), pytest.approx(5.5, abs=0.07))]


def test_a_variable_rate_keeps_its_times(tmp_path: Path, scratch: Path) -> None:
    drop = ("-vf", "select='not(between(t,1,2.2))'", "-fps_mode", "vfr")
    path = make(tmp_path / "a.mp4", Scene(7.0, (Event("black", 4.0, 6.0),)), encode=Encode(more=drop))
    made(path, tmp_path / "review", scratch)
    with open_media(tmp_path / "review" / "review.mp4", scratch) as copy:
        black = [s for s in copy.scan().picture or () if s.kind == "black"]
    assert [(s.start, s.end) for s in black] == [(pytest.approx(4.0, abs=0.07), pytest.approx(6.0, abs=0.07))]


def test_without_a_picture(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.m4a", None, sound(3.0))
    assert made(path, tmp_path / "review", scratch) == {"review.m4a", "peaks.dat"}
    with av.open(str(tmp_path / "review" / "review.m4a")) as container:
        assert container.duration == pytest.approx(3e6, abs=1e5)


def test_without_sound(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(3.0))
    assert made(path, tmp_path / "review", scratch) == {"review.mp4", "silent.mp4", "thumbnails.jpg", "thumbnails.json"}


def test_thumbnails_show_the_times_that_the_index_says(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(15.0, (Event("black", 4.6, 9.4),)))
    made(path, tmp_path / "review", scratch)
    index = json.loads((tmp_path / "review" / "thumbnails.json").read_text())
    sheet = cv2.imread(str(tmp_path / "review" / "thumbnails.jpg"), cv2.IMREAD_GRAYSCALE)
    assert sheet is not None
    assert sheet.shape == (index["rows"] * index["height_px"], index["columns"] * index["width_px"])
    assert (index["every"], index["count"]) == (1.25, 12)
    for i in range(index["count"]):
        top, left = i // index["columns"] * index["height_px"], i % index["columns"] * index["width_px"]
        shown = sheet[top + 20 : top + index["height_px"] - 10, left : left + index["width_px"]]
        key = int(i * index["every"])  # the copy's key frame at or before that time
        assert (shown.mean() < 8) == (5 <= key <= 9), i


def test_making_it_again_replaces_it(plain: Path, tmp_path: Path, scratch: Path) -> None:
    first = made(plain, tmp_path / "review", scratch)
    assert made(plain, tmp_path / "review", scratch) == first
