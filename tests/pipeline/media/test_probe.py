from __future__ import annotations

import hashlib
from array import array
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.packets import PacketIndex
from pipeline.media.probe import device, start_utc, variable_rate
from pipeline.media.recording_file import open_media
from pipeline.types import ClockSource, Media
from tests.pipeline.media.made import Scene, make, sound


def test_the_facts_of_a_plain_recording(plain: Path, scratch: Path) -> None:
    with open_media(plain, scratch) as media:
        recording = media.probe()
    assert recording.id == hashlib.sha256(plain.read_bytes()).hexdigest()
    assert recording.path == plain and recording.size_bytes == plain.stat().st_size
    assert recording.duration == pytest.approx(6.0, abs=0.03)
    assert recording.start_utc == datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
    assert recording.clock_source is ClockSource.CONTAINER
    assert recording.problems == () and recording.claimed_duration is None
    picture, heard = recording.streams
    assert (picture.kind, picture.codec, picture.width_px, picture.height_px) == ("video", "h264", 320, 180)
    assert picture.rate_hz == pytest.approx(15.0) and not picture.variable_frame_rate and picture.rotation_deg == 0
    assert (heard.kind, heard.codec, heard.rate_hz, heard.channels) == ("audio", "aac", 48000.0, 1)
    assert picture.start == 0.0 and heard.start == 0.0


def test_it_serves_stages_as_media(plain: Path, scratch: Path) -> None:
    with open_media(plain, scratch) as media:
        handle: Media = media
        assert handle.path == plain and handle.audio is not None


def test_hashing_tells_how_far_it_is(plain: Path, scratch: Path) -> None:
    shares: list[float] = []
    with open_media(plain, scratch) as media:
        media.probe(shares.append)
    assert shares and shares == sorted(shares) and shares[-1] == 1.0


def test_the_zero_of_the_clock_is_the_earliest_stamp(tmp_path: Path, scratch: Path) -> None:
    late = make(tmp_path / "late.mp4", Scene(4.0), sound(3.0), sound_starts=1.5)
    with open_media(late, scratch) as media:
        picture, heard = media.probe().streams
    assert picture.start == 0.0
    assert heard.start == pytest.approx(1.5, abs=0.03)


def test_several_sound_tracks_are_said(tmp_path: Path, scratch: Path, plain: Path) -> None:
    from tests.pipeline.media.made import ffmpeg

    path = tmp_path / "two.mp4"
    ffmpeg("-i", str(plain), "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy", str(path))
    with open_media(path, scratch) as media:
        assert media.probe().problems == ("only the first of 2 sound tracks is analysed",)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"creation_time": "2026-03-14T15:09:26.000000Z"}, datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)),
        ({"creation_time": "2026-03-14T15:09:26+02:00"}, datetime(2026, 3, 14, 13, 9, 26, tzinfo=UTC)),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1980-01-01T00:00:00Z"}, None),
        (
            {"creation_time": "1904-01-01T00:00:00Z", "date": "2025-02-03T04:05:06"},
            datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC),
        ),
        ({"date": "2025"}, None),
        ({"creation_time": "yesterday, about noon-ish"}, None),
        ({}, None),
    ],
)
def test_when_it_began(tags: dict[str, str], expected: datetime | None) -> None:
    assert start_utc(tags) == expected


@given(st.dictionaries(st.sampled_from(["creation_time", "date"]), st.text(max_size=40)))
def test_no_text_in_a_tag_breaks_the_clock(tags: dict[str, str]) -> None:
    found = start_utc(tags)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"com.apple.quicktime.make": "Acme", "com.apple.quicktime.model": "B4", "title": "x"}, "Acme B4"),
        ({"SERIAL_NUMBER": "X60A1234B"}, "X60A1234B"),
        ({"title": "  Unit 12\nnight "}, "Unit 12 night"),
        ({"comment": "cam 7"}, "cam 7"),
        ({"encoder": "Lavf62"}, None),
    ],
)
def test_which_camera(tags: dict[str, str], expected: str | None) -> None:
    assert device(tags) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([i / 30 for i in range(300)], False),
        ([round(i / 30, 3) for i in range(300)], False),
        ([i / 30 + (2.5 if i > 150 else 0) for i in range(300)], False),
        ([i / 30 for i in range(300) if i % 5], True),
        ([0.0, 1.0], False),
    ],
)
def test_variable_frame_rate(times: list[float], expected: bool) -> None:
    assert variable_rate(PacketIndex(0, "video", times=array("d", times))) is expected
