"""Clips of every kind of source against a full decode: pictures by their numbers, clicks against flashes."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from pipeline.errors import BwcError, ClipError, DiskFull, MediaChanged, NotMedia
from pipeline.media.cut.check import Memory, faults
from pipeline.media.cut.cutting import Cut, cut
from pipeline.media.cut.kind import CutKind
from pipeline.media.cut.original import container_of
from tests.pipeline.media.cut import browser
from tests.pipeline.media.cut.counted import KINDS, OTHERS, decode, expected, number_of, steps
from tests.pipeline.media.made import ffmpeg

IN_STEP = 0.020
LAST_PACKET = 1024 / 44100 + 0.001
"""Seconds that a decoder which does not heed the container's length goes on for: the rest of the last packet"""
START, END = 1.734, 7.4


def check_exact(source, made: Cut, start: float, end: float) -> None:
    """Every picture of the clip is the right one at the right time, and clicks come with flashes."""
    got, due = decode(made.path), expected(source.seen.pictures, source.origin, start, end)
    assert [n for _, n in got.pictures] == [n for _, n in due]
    assert max(abs(a - b) for (a, _), (b, _) in zip(got.pictures, due, strict=True)) < 0.001
    if got.sound:
        assert abs(got.sound[0]) < 0.001
        assert -0.002 < got.sound[1] - (made.end - made.start) < LAST_PACKET
    apart = steps(source.seen)
    assert all(min(apart) - IN_STEP <= step <= max(apart) + IN_STEP for step in steps(got))


@pytest.mark.parametrize("kind", [*KINDS, *OTHERS])
def test_an_exact_clip_holds_the_pictures_of_its_stretch(kind: str, source, tmp_path: Path) -> None:
    made_of = source(kind)
    length = made_of.seen.pictures[-1][0] - made_of.origin
    end = min(END, length - 0.1)
    made = cut(made_of.path, START, end, tmp_path / "clip.part")
    check_exact(made_of, made, START, end)
    assert (made.start, made.end) == (START, round(end, 3))
    with av.open(str(made.path)) as file:
        assert abs(file.duration / av.time_base - (end - START)) < 1 / 15
        assert file.streams.video[0].codec_context.name == "h264"


def test_pictures_are_copied_where_that_holds(source, tmp_path: Path) -> None:
    for kind in ("plain", "b_frames", "variable_rate", "no_sound", "transport_stream", "baseline", "rotated"):
        made = cut(source(kind).path, 0.5, 8.5, tmp_path / "clip.part")
        assert made.copied > 2.0 and made.joins, kind
        anew = cut(source(kind).path, 0.5, 8.5, tmp_path / "anew.part", copying=False)
        assert anew.copied == 0 and "asked for" in anew.remarks[0]
        assert decode(anew.path).pictures == decode(made.path).pictures


def test_a_copied_picture_is_the_source_s_to_the_bit(source, tmp_path: Path) -> None:
    made = cut(source("plain").path, 1.5, 6.5, tmp_path / "clip.part")
    whole = {n: hash_of(f) for n, f in _numbered(source("plain").path)}
    same = [whole[n] == hash_of(f) for n, f in _numbered(made.path)]
    assert sum(same) >= 15 * made.copied and not same[0]


def _numbered(path: Path):
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            yield number_of(frame.to_ndarray(format="gray")), frame


def hash_of(frame: av.VideoFrame) -> str:
    return hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest()


@pytest.mark.parametrize("edge", ["on a key frame", "on a picture", "between", "one picture", "all of it"])
def test_edges_fall_where_they_are_put(edge: str, source, tmp_path: Path) -> None:
    start, end = {
        "on a key frame": (2.0, 6.0), "on a picture": (2.067, 6.133), "between": (2.09, 6.11),
        "one picture": (3.01, 3.03), "all of it": (0.0, 9.0),
    }[edge]  # fmt: skip
    made = cut(source("b_frames").path, start, end, tmp_path / "clip.part")
    check_exact(source("b_frames"), made, start, end)


def test_turned_pictures_stay_turned(source, tmp_path: Path) -> None:
    for copying, kind in itertools.product((True, False), (CutKind.EXACT, CutKind.ORIGINAL)):
        made = cut(source("rotated").path, 1.5, 6.5, tmp_path / "clip.part", kind, copying=copying)
        with av.open(str(made.path)) as file:
            assert next(file.decode(video=0)).rotation == 90


def test_full_range_stays_full_range(source, tmp_path: Path) -> None:
    made = cut(source("full_range").path, 0.5, 8.5, tmp_path / "clip.part")
    with av.open(str(made.path)) as file:
        assert {frame.format.name for frame in file.decode(video=0)} == {"yuvj420p"}


@pytest.mark.parametrize("frame", [28, 29, 58])
def test_a_start_right_before_a_key_frame_of_an_avi_is_found(frame: int, source, tmp_path: Path) -> None:
    """AVI searches by decode time, so it lands on that key frame, and refuses a place before its beginning."""
    made_of = source("avi_b_frames")
    start = round(made_of.seen.pictures[frame][0] - made_of.origin + 0.01, 3)
    made = cut(made_of.path, start, start + 1.5, tmp_path / "clip.part")
    check_exact(made_of, made, start, start + 1.5)


def test_an_original_clip_of_a_file_without_its_index_holds_what_it_says(source, tmp_path: Path) -> None:
    made_of = source("avi_cut_off")
    for start in (0.7, 1.95, 3.95):
        made = cut(made_of.path, start, start + 1.2, tmp_path / "clip.part", CutKind.ORIGINAL)
        got = decode(made.path)
        due = expected(made_of.seen.pictures, made_of.origin, made.start, made.end)
        assert len(got.pictures) == made.pictures
        assert [n for _, n in got.pictures] == [n for _, n in due]


def test_an_original_clip_up_to_the_end_of_the_sound(source, tmp_path: Path) -> None:
    made_of = source("sound_ends_early")
    made = cut(made_of.path, 4.5, 9.0, tmp_path / "clip.part", CutKind.ORIGINAL)
    got = decode(made.path)
    assert [n for _, n in got.pictures][-1] == made_of.seen.pictures[-1][1]
    assert got.sound is not None
    assert got.sound[1] == pytest.approx(6.0 - made.start, abs=0.05)


@pytest.mark.parametrize("kind", ["plain", "b_frames", "open_gop", "variable_rate", "hevc", "transport_stream", "avi"])
def test_an_original_clip_begins_at_the_key_frame_before_and_says_so(kind: str, source, tmp_path: Path) -> None:
    made_of = source(kind)
    made = cut(made_of.path, START, 6.4, tmp_path / "clip.part", CutKind.ORIGINAL)
    assert made.start <= START and made.end >= 6.4 - 0.01 and made.asked == (START, 6.4)
    got = decode(made.path)
    first = got.pictures[0][0]
    due = [n for t, n in made_of.seen.pictures if made.start - 0.001 <= t - made_of.origin < made.end - 0.001]
    assert [n for _, n in got.pictures] == due
    apart = steps(made_of.seen)
    assert first < 0.1
    assert all(min(apart) - IN_STEP <= step <= max(apart) + IN_STEP for step in steps(got))


def test_an_original_clip_holds_the_source_s_own_bytes(source, tmp_path: Path) -> None:
    made = cut(source("hevc").path, START, 6.4, tmp_path / "clip.part", CutKind.ORIGINAL)
    with av.open(str(source("hevc").path)) as whole, av.open(str(made.path)) as clip:
        own = {bytes(p) for p in whole.demux(video=0) if p.size}
        assert all(bytes(p) in own for p in clip.demux(video=0) if p.size)
    assert container_of(source("hevc").path) == ("mp4", ".mp4")
    assert container_of(source("avi").path)[1] in (".mp4", ".mkv")


@pytest.mark.parametrize("kind", ["plain", "late_sound", "transport_stream"])
def test_sound_alone_is_cut_to_the_sample(kind: str, source, tmp_path: Path) -> None:
    made_of = source(kind)
    made = cut(made_of.path, START, END, tmp_path / "clip.part", audio_only=True)
    got = decode(made.path)
    assert made.pictures == 0 and not got.pictures
    assert got.sound and -0.001 < got.sound[1] - got.sound[0] - (END - START) < LAST_PACKET
    due = [c - made_of.origin - START for c in made_of.seen.clicks]
    assert got.clicks and all(min(abs(c - d) for d in due) < 0.003 for c in got.clicks)
    original = cut(made_of.path, START, END, tmp_path / "o.part", CutKind.ORIGINAL, audio_only=True)
    assert original.start <= max(START, 2.95) and decode(original.path).sound


def test_a_source_of_sound_alone(source, tmp_path: Path) -> None:
    alone = cut(source("plain").path, 0.0, 9.0, tmp_path / "sound.m4a", audio_only=True).path
    made = cut(alone, 2.25, 5.5, tmp_path / "clip.part")
    assert made.pictures == 0 and len(decode(made.path).clicks) >= 2
    original = cut(alone, 2.25, 5.5, tmp_path / "o.part", CutKind.ORIGINAL)
    assert original.start <= 2.25 and original.end >= 5.5 - 0.03


def test_sound_that_starts_late_is_preceded_by_silence(source, tmp_path: Path) -> None:
    made = cut(source("late_sound").path, 0.5, 6.5, tmp_path / "clip.part")
    got = decode(made.path)
    assert got.sound and -0.002 < got.sound[1] - 6.0 < LAST_PACKET
    assert min(got.clicks) > 2.0


def test_a_picture_that_starts_late_starts_late_in_the_clip(source, tmp_path: Path) -> None:
    made_of = source("late_picture")
    made = cut(made_of.path, 0.5, 6.5, tmp_path / "clip.part")
    begins = made_of.seen.pictures[0][0] - made_of.origin
    assert decode(made.path).pictures[0][0] == pytest.approx(begins - 0.5, abs=0.001)
    assert any("no picture before" in remark for remark in made.remarks)


def test_an_end_behind_the_source_s_is_said(source, tmp_path: Path) -> None:
    made = cut(source("plain").path, 5.5, 60.0, tmp_path / "clip.part")
    assert made.end == pytest.approx(9.0, abs=0.05) and made.asked == (5.5, 60.0)
    assert any("the source ends at" in remark for remark in made.remarks)


def test_a_file_that_was_cut_off_is_cut_up_to_where_it_holds_pictures(source, tmp_path: Path) -> None:
    made_of = source("cut_off")
    made = cut(made_of.path, 1.5, 8.9, tmp_path / "clip.part")
    check_exact(made_of, made, 1.5, 8.9)
    assert made.end < 6.0 and made.copied > 1.0


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (5.0, 5.0, "an end after its start"),
        (-1.0, 2.0, "no time before 0"),
        (60.0, 61.0, "no clip can begin at 60.000"),
    ],
)
def test_what_cannot_be_meant_is_one_line(start: float, end: float, says: str, source, tmp_path: Path) -> None:
    for kind in CutKind:
        with pytest.raises(ClipError, match=says) as error:
            cut(source("plain").path, start, end, tmp_path / "clip.part", kind)
        assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_no_sound_and_no_file_are_one_line(source, tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="has no sound"):
        cut(source("no_sound").path, 1.0, 2.0, tmp_path / "clip.part", audio_only=True)
    with pytest.raises(NotMedia, match="no such file"):
        cut(tmp_path / "gone.mp4", 1.0, 2.0, tmp_path / "clip.part")


def test_the_source_is_never_changed(source, tmp_path: Path) -> None:
    path = source("plain").path
    before = (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, path.stat().st_size)
    path.chmod(0o444)
    for kind in CutKind:
        cut(path, START, END, tmp_path / "clip.part", kind)
        cut(path, START, END, tmp_path / "sound.part", kind, audio_only=True)
    assert before == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, path.stat().st_size)


def test_a_source_that_changes_meanwhile_gives_no_clip(source, tmp_path: Path) -> None:
    path = tmp_path / "grows.mp4"
    path.write_bytes(source("plain").path.read_bytes())

    def grow(_: float) -> None:
        with path.open("ab") as file:
            file.write(b"\0" * 64)

    with pytest.raises(MediaChanged):
        cut(path, START, END, tmp_path / "clip.part", progress=grow)
    assert [p.name for p in tmp_path.iterdir()] == ["grows.mp4"]


def test_a_clip_says_when_it_began_and_what_it_does_not_take_over(source, tmp_path: Path) -> None:
    two = tmp_path / "two.mp4"
    path = str(source("plain").path)
    maps, began = ["-map", "0:v", "-map", "0:a", "-map", "0:a"], "creation_time=2026-03-14T15:09:26Z"
    ffmpeg("-i", path, *maps, "-c", "copy", "-metadata", began, str(two))
    for kind in CutKind:
        made = cut(two, START, END, tmp_path / "clip.part", kind)
        assert made.remarks[-1] == "not taken over: 1 sound track"
        with av.open(str(made.path)) as file:
            assert file.metadata["creation_time"].startswith("2026-03-14T15:09:27")


def test_what_a_killed_cut_left_is_taken_away_in_the_end(source, tmp_path: Path) -> None:
    old, new = tmp_path / ".clip-making-old", tmp_path / ".clip-making-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "edge0.part").write_bytes(b"x")
    os.utime(old, (0, 0))
    cut(source("plain").path, START, END, tmp_path / "clip.part")
    assert not old.exists() and new.exists()


def test_progress_rises_to_one(source, tmp_path: Path) -> None:
    shares: list[float] = []
    cut(source("plain").path, START, END, tmp_path / "clip.part", progress=shares.append)
    assert shares[-1] == 1.0 and all(0 <= share <= 1 for share in shares)
    assert all(b >= a - 0.02 for a, b in itertools.pairwise(shares))


CUTTING = "import sys; from pathlib import Path; from pipeline.media.cut.cutting import cut; "


def test_killed_half_way_leaves_nothing_that_looks_finished(source, tmp_path: Path) -> None:
    slow = "import time; cut(Path(sys.argv[1]), 0.5, 8.5, Path(sys.argv[2]), progress=lambda s: time.sleep(0.05))"
    process = subprocess.Popen([sys.executable, "-c", CUTTING + slow, source("plain").path, tmp_path / "clip.mp4.part"])
    waited = time.monotonic()
    while not any(p.is_file() for p in tmp_path.rglob("*")) and time.monotonic() - waited < 300:
        time.sleep(0.05)
    process.kill()
    process.wait()
    left = [p.name for p in tmp_path.rglob("*") if p.is_file()]
    assert left and all(name.endswith(".part") for name in left)


def test_a_full_disk_is_one_line_and_leaves_nothing(source, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: the system refuses to write on in the same way."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)); "
    run = """
from pipeline.errors import DiskFull
from pipeline.media.cut.kind import CutKind
for kind in CutKind:
    for alone in (False, True):
        try:
            cut(Path(sys.argv[1]), 0.5, 8.5, Path(sys.argv[2]), kind, audio_only=alone)
        except DiskFull as error:
            print(str(error))
"""
    command = [sys.executable, "-c", CUTTING + limited + run, str(source("plain").path), str(tmp_path / "clip.part")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(said) == 4 and all("no space left" in line for line in said)
    assert list(tmp_path.rglob("*")) == []
    assert issubclass(DiskFull, Exception)


def test_a_clip_that_shows_something_else_is_told(source, tmp_path: Path) -> None:
    made = cut(source("plain").path, 1.0, 6.0, tmp_path / "clip.part")
    shown = tuple(round(1.0 + n / 15, 9) for n in range(75))
    memory = Memory()
    with av.open(str(source("plain").path)) as file:
        for frame in itertools.islice(file.decode(video=0), 100):
            memory.seen(round(frame.time, 9), frame)
    assert faults(made.path, 1.0, shown, made.joins, memory) == []
    late = Memory({at: memory.small[round(at + 2.0, 9)] for at in shown[:3]})
    assert any("another picture" in fault for fault in faults(made.path, 1.0, shown, made.joins, late))
    assert any("instead of 80" in fault for fault in faults(made.path, 1.0, (*shown, *range(10, 15)), (), memory))


@pytest.mark.browser
@pytest.mark.skipif(browser.chromium() is None, reason="no Chromium here")
def test_a_browser_plays_across_the_joins(source, tmp_path: Path) -> None:
    with browser.page() as tab:
        for kind in ("plain", "b_frames", "baseline", "transport_stream", "full_range", "open_gop"):
            start = 0.0 if kind == "open_gop" else START  # only the first group of that one is closed
            made = cut(source(kind).path, start, 7.39, tmp_path / f"{kind}.mp4")
            assert made.joins
            seen = browser.play(tab, made.path, decode(made.path).pictures, made.joins, 15)
            assert seen.error == "" and len(seen.ran) == len(made.joins), kind
            assert all(came >= to for (_, to), came in zip(seen.ran, seen.reached, strict=True)), kind
            assert seen.pictures > 10 and seen.wrong == 0, kind


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_gives_a_clip_or_one_line(seed: int, source, tmp_path: Path) -> None:
    draw, path = random.Random(seed), source("b_frames").path
    damaged = bytearray(path.read_bytes())
    for _ in range((20, 300, 3000)[seed]):
        damaged[draw.randrange(4000, len(damaged))] = draw.randrange(256)
    (tmp_path / "damaged.mp4").write_bytes(damaged)
    for kind in CutKind:
        try:
            made = cut(tmp_path / "damaged.mp4", START, END, tmp_path / "clip.part", kind)
        except BwcError as error:
            assert "\n" not in str(error)
            assert [p.name for p in tmp_path.iterdir()] == ["damaged.mp4"]
        else:
            assert decode(made.path).pictures
            made.path.unlink()
