from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.media.recording_file import MediaFile, open_media
from pipeline.media.scan import ScanResult
from pipeline.types import Span
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make, sound

FAULTS = (
    Event("black", 2.2, 5.0),
    Event("freeze", 7.0, 11.0),
    Event("freeze_running_clock", 13.4, 17.6),
    Event("covered", 19.0, 22.4),
    Event("still", 24.0, 29.0),
    Event("night", 31.0, 33.0),
    Event("night_lamps", 33.0, 35.0),
)
EXPECTED = {"black": [(2.2, 5.0)], "still": [(7.0, 11.0), (13.4, 17.6)], "dark_textured": [(19.0, 22.4)]}


def scanned(path: Path, scratch: Path) -> ScanResult:
    with open_media(path, scratch) as media:
        return media.scan()


def edges(found: ScanResult, kind: str) -> list[tuple[float, float]]:
    return [(s.start, s.end) for s in found.picture or () if s.kind == kind]


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (Encode(gop=15), "a.mp4"),
        (Encode(gop=30, b_frames=3, preset="fast"), "a.mkv"),
        (Encode(gop=75), "a.mp4"),
        (Encode(gop=15), "a.ts"),
        (Encode("mjpeg"), "a.avi"),
    ],
    ids=["GOP 1 s", "GOP 2 s, B frames", "GOP 5 s", "transport stream", "intra only"],
)
def test_each_state_is_found_with_its_edges(tmp_path: Path, scratch: Path, encode: Encode, name: str) -> None:
    path = make(tmp_path / name, Scene(36.0, FAULTS), encode=encode)
    found = scanned(path, scratch)
    for kind, expected in EXPECTED.items():
        assert np.ravel(edges(found, kind)) == pytest.approx(np.ravel(expected), abs=2.1 / 15), kind
    assert any(24.0 < s.start < s.end < 29.1 for s in found.picture or () if s.kind == "still_noisy")


def test_few_pictures_are_decoded_where_each_is_a_key_frame(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.avi", Scene(10.0), encode=Encode("mjpeg"))
    found = scanned(path, scratch)
    assert 10 <= found.pictures <= 23
    assert found.method == "key frames"


def test_rare_key_frames_make_it_decode_more_and_say_so(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(10.0), encode=Encode(gop=150))
    found = scanned(path, scratch)
    assert 18 <= found.pictures <= 23
    assert found.method == "key frames; every frame in 100% where they are rare"


def test_curves_run_at_one_value_a_second(tmp_path: Path, scratch: Path) -> None:
    path = make(tmp_path / "a.mp4", Scene(8.0, (Event("black", 3.0, 6.0),)))
    found = scanned(path, scratch)
    assert found.brightness is not None and found.motion is not None
    assert found.brightness.rate_hz == 1.0 and len(found.brightness.values) == 9
    assert found.brightness.at(Span(3.0, 6.0)).max() < 2
    assert found.brightness.at(Span(0.0, 3.0)).min() > 60
    assert np.isnan(found.motion.values[0]) and found.motion.values[1] > 5


def test_the_same_pass_yields_the_sound(plain: Path, scratch: Path) -> None:
    with open_media(plain, scratch) as media:
        alone = media.audio
        assert alone is not None
        before = alone.read_int16(Span(0.0, 6.0))
        found = media.scan()
        assert media.audio is found.sound and found.sound is not None
        assert np.array_equal(found.sound.read_int16(Span(0.0, 6.0)), before)
        assert len(list(scratch.iterdir())) == 1
    assert not list(scratch.iterdir())


def test_full_range_pictures_are_measured_like_limited_ones(tmp_path: Path, scratch: Path) -> None:
    limited = make(tmp_path / "a.mp4", Scene(3.0))
    full = tmp_path / "b.mp4"
    ffmpeg("-i", str(limited), "-vf", "scale=in_range=tv:out_range=pc,format=yuvj420p", "-c:v", "libx264", str(full))
    levels = [scanned(path, scratch).brightness for path in (limited, full)]
    assert levels[0] is not None and levels[1] is not None
    assert levels[1].values == pytest.approx(levels[0].values, abs=1.5)


def test_ten_bit_pictures(tmp_path: Path, scratch: Path) -> None:
    plain8 = make(tmp_path / "a.mp4", Scene(6.0, (Event("black", 2.0, 5.0),)))
    deep = tmp_path / "b.mp4"
    ffmpeg("-i", str(plain8), "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
           "keyint=15:log-level=error", str(deep))  # fmt: skip
    found = scanned(deep, scratch)
    assert edges(found, "black") == [(2.0, 5.0)]


def test_progress_rises_to_one(plain: Path, scratch: Path) -> None:
    shares: list[float] = []
    with open_media(plain, scratch) as media:
        media.scan(shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 2


def test_picture_and_sound_that_start_apart(tmp_path: Path, scratch: Path) -> None:
    bare = make(tmp_path / "bare.mkv", Scene(5.0), sound(5.0))
    path = tmp_path / "a.mkv"
    ffmpeg("-itsoffset", "2.5", "-i", str(bare), "-i", str(bare), "-map", "0:v", "-map", "1:a", "-c", "copy", str(path))
    with open_media(path, scratch) as media:
        picture, heard = media.probe().streams
        assert (picture.start, heard.start) == (pytest.approx(2.5, abs=0.05), 0.0)
        found = media.scan()
    assert edges(found, "gap") == [(0.0, pytest.approx(2.5, abs=0.05))]


def test_a_recording_far_from_zero_on_its_own_clock(tmp_path: Path, scratch: Path) -> None:
    bare = make(tmp_path / "bare.ts", Scene(8.0, (Event("black", 3.0, 6.0),)), sound(8.0))
    path = tmp_path / "a.ts"
    ffmpeg("-i", str(bare), "-c", "copy", "-output_ts_offset", "40000", str(path))
    found = scanned(path, scratch)
    assert np.ravel(edges(found, "black")) == pytest.approx([3.0, 6.0], abs=0.07)


def test_closing_twice_is_harmless(plain: Path, scratch: Path) -> None:
    media = MediaFile(plain, scratch)
    assert media.audio is not None
    media.close()
    media.close()
    assert not list(scratch.iterdir())
