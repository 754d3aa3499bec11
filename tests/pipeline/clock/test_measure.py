"""The whole way on made recordings: find the stamp, read it, find what is planted, in fonts the reader never saw."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from models.stamp_text import StampText
from pipeline.clock.measure import Reading, read_clock
from pipeline.media.program import ffmpeg_program
from pipeline.media.recording_file import open_media
from tests.pipeline.clock.conftest import MakeClip
from tests.pipeline.clock.made import NOON, Clip, Piece

SMALL = Clip(12.0, width_px=480, height_px=270, rate_hz=10.0, digit_share=0.045)
JUMP = replace(
    SMALL,
    pieces=(Piece(0.0, NOON + 0.4), Piece(5.3, NOON + 95.4)),
    below="OVELIA BC2 X6031A24",
    created="2024-05-17T11:58:30Z",
)


def read(path: Path, scratch: Path, reader: StampText) -> Reading:
    with open_media(path, scratch) as media:
        return read_clock(media, media.probe(), reader)


def test_a_jump_is_found_to_a_few_pictures(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    clock = read(clips(JUMP), tmp_path, reader).clock
    assert (clock.state, clock.zone, clock.dated) == ("read", "Z", True)
    before, after = clock.pieces
    assert after.start == pytest.approx(5.3, abs=0.25)
    assert after.shows - before.at(after.start) == pytest.approx(95.0, abs=0.25)
    assert before.at(0.0) == pytest.approx(NOON + 0.4, abs=0.15)
    assert clock.container_utc == "2024-05-17T11:58:30+00:00"


def test_the_other_lines_of_the_stamp_are_read(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    clock = read(clips(JUMP), tmp_path, reader).clock
    assert any("BC2" in line and "X6031A24" in line for line in clock.lines)


def test_the_stamp_is_where_the_box_says(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    box = read(clips(JUMP), tmp_path, reader).clock.box_px
    assert box is not None
    left, top, right, bottom = box
    assert left > 240
    assert right <= 480
    assert 0 <= top < bottom < 60


def test_a_date_in_a_line_of_its_own_is_read_with_the_time(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    two = replace(JUMP, text="%H:%M:%S", below="05/17/2024", corner="bottom left", look="outline")
    reading = read(clips(two), tmp_path, reader)
    clock = reading.clock
    assert (clock.state, clock.dated, clock.layout) == ("read", True, "time first MDY422222")
    assert clock.pieces[0].at(0.0) == pytest.approx(NOON + 0.4, abs=0.3)
    assert [round(after.shows - before.at(after.start)) for before, after in pairwise(clock.pieces)] == [95]
    assert clock.box_px is not None
    assert clock.box_px[3] - clock.box_px[1] > 30  # both lines


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_picture_that_is_stored_turned_is_read_upright(
    turned: int, clips: MakeClip, reader: StampText, tmp_path: Path
) -> None:
    path = tmp_path / "turned.mp4"
    turns = {90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}[turned]
    made = [
        ffmpeg_program(),
        "-v",
        "error",
        "-i",
        str(clips(JUMP)),
        "-vf",
        turns,
        "-g",
        "10",
        str(tmp_path / "plain.mp4"),
    ]
    subprocess.run(made, check=True)
    said = [ffmpeg_program(), "-v", "error", "-display_rotation", str(turned), "-i", str(tmp_path / "plain.mp4")]
    subprocess.run([*said, "-c", "copy", str(path)], check=True)
    clock = read(path, tmp_path, reader).clock
    assert clock.state == "read"
    assert [round(after.shows - before.at(after.start)) for before, after in pairwise(clock.pieces)] == [95]
    left, top, right, bottom = clock.box_px or (0, 0, 0, 0)
    upright = {90: (270, 480), 180: (480, 270), 270: (270, 480)}[turned]
    assert 0 <= left < right <= upright[0]
    assert 0 <= top < bottom <= upright[1]
    side = {90: left > 200, 180: top > 200, 270: right < 70}[turned]
    assert side, "the upper edge as it is shown lies at another side of the frame as stored"


def test_a_stop_within_a_long_group_of_pictures_is_found(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    stop = replace(
        SMALL,
        pieces=(Piece(0.0, NOON + 0.4), Piece(4.3, NOON + 0.4, stopped=True), Piece(7.9, NOON + 0.4)),
        font="liberation/LiberationMono-Bold.ttf",
        corner="bottom left",
        look="outline",
        text="%m/%d/%Y %I:%M:%S %p",
        gop=2.0,
    )
    clock = read(clips(stop), tmp_path, reader).clock
    assert [piece.runs for piece in clock.pieces] == [True, False, True]
    assert clock.pieces[1].start == pytest.approx(4.3, abs=0.7)
    assert clock.pieces[1].end == pytest.approx(7.9, abs=0.25)


def test_without_a_stamp_there_is_none(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    clock = read(clips(replace(SMALL, text=None, sign="OPEN 10:30:00", duration=6.0)), tmp_path, reader).clock
    assert clock.state == "absent"
    assert clock.pictures > 3
    assert not clock.pieces


def test_a_clock_that_was_never_set_is_told_apart(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    unset = replace(SMALL, pieces=(Piece(0.0, 946684800.0),), text="%Y-%m-%d %H:%M:%S", duration=8.0)
    clock = read(clips(unset), tmp_path, reader).clock
    assert clock.state == "not_set"
    assert clock.pieces[0].shows == pytest.approx(946684800.5, abs=0.6)


@pytest.mark.parametrize("text", ["0000-00-00T00:00:00Z", "00/00/0000 %H:%M:%S"])
def test_a_date_of_noughts_was_never_set(text: str, clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    unset = replace(
        SMALL, pieces=(Piece(0.0, 5.2),), text=text, duration=8.0, font="liberation/LiberationMono-Bold.ttf"
    )
    clock = read(clips(unset), tmp_path, reader).clock
    assert clock.state == "not_set"
    assert clock.lines[0].startswith("0000-00-00 00:00:0")


def test_make_and_serial_far_along_the_line_are_read_whole(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    text = "%Y-%m-%d %H:%M:%S -0500 OVELIA BODY 3 X60A12745"
    clock = read(clips(replace(SMALL, text=text, width_px=854, duration=6.0)), tmp_path, reader).clock
    assert clock.zone == "-05:00"
    assert [line.replace(" ", "") for line in clock.lines] == ["OVELIABODY3X60A12745"]
