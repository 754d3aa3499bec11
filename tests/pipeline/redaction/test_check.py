"""The second look finds what was left, whoever left it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.media.probe import Probed, probe
from pipeline.redaction.check import PICTURE_BOUND, check
from pipeline.redaction.plan import Cover, Key, Plan, Region, SoundCover, SoundSpan
from pipeline.redaction.render import Rendered, render
from pipeline.types import Span
from tests.pipeline.media.made import ffmpeg
from tests.pipeline.redaction import made

WHOLE = Span(0, made.DURATION)


DUE = Span(1, 3)


def place(span: Span = DUE, cover: Cover = Cover.FILL) -> Region:
    def key(at: float) -> Key:
        x, y = made.corner(at)
        return Key(at, x / made.WIDTH, y / made.HEIGHT, made.SIDE / made.WIDTH, made.SIDE / made.HEIGHT)

    return Region(span, (key(0.0), key(4.0)), cover=cover)


PLAN = Plan("", (place(),), (SoundSpan(Span(1, 2)), SoundSpan(Span(2.5, 3.2), SoundCover.MUTE)))


@pytest.fixture(scope="module")
def probed(hidden: Path) -> Probed:
    return probe(hidden, "a" * 64)


def rendered(hidden: Path, probed: Probed, plan: Plan, out: Path) -> Rendered:
    return render(hidden, probed, WHOLE, plan, out)


@pytest.mark.parametrize("cover", list(Cover))
def test_a_covered_copy_passes(hidden: Path, probed: Probed, tmp_path: Path, cover: Cover) -> None:
    plan, out = replace(PLAN, regions=(place(cover=cover),)), tmp_path / "out.mp4.part"
    looked = check(hidden, probed, out, rendered(hidden, probed, plan, out), plan)
    assert looked.passed, looked.problems
    assert looked.pictures >= 29
    assert looked.worst_picture < PICTURE_BOUND
    assert looked.sounds == 2


def test_what_was_left_uncovered_is_found(hidden: Path, probed: Probed, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4.part"
    looked = check(hidden, probed, out, rendered(hidden, probed, Plan(), out), PLAN)
    assert any("still shows" in problem for problem in looked.problems)
    assert any("still be heard" in problem for problem in looked.problems)
    assert looked.worst_picture > 0.9
    assert looked.worst_sound > 0.5  # white noise, of which the codec keeps the shape alone


def test_one_picture_that_was_left_is_enough(hidden: Path, probed: Probed, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4.part"
    short = Plan("", (place(Span(1, 2.95)),), PLAN.sound)  # its last picture is that of 2.933 s; 2.9667 is not covered
    made_so = rendered(hidden, probed, Plan("", (place(Span(1, 2.9)),), PLAN.sound), out)
    looked = check(hidden, probed, out, made_so, short)
    assert [p for p in looked.problems if "still shows" in p] == ["a covered place at 2.933 s still shows its source"]


def test_sound_that_is_quieter_and_not_gone_is_found(hidden: Path, probed: Probed, tmp_path: Path) -> None:
    out, quiet = tmp_path / "out.mp4.part", tmp_path / "quiet.mp4"
    made_so = rendered(hidden, probed, replace(PLAN, sound=()), out)
    ffmpeg("-i", str(out), "-af", "volume=-18dB", "-c:v", "copy", str(quiet))
    looked = check(hidden, probed, quiet, made_so, PLAN)
    assert any("still be heard" in problem for problem in looked.problems)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (("-metadata", f"comment={made.SECRET}"), "remark of its source"),
        (("-metadata", "comment=by somebody"), "says things about itself: comment"),
        (("-metadata:s:a", f"handler_name={made.SECRET}"), "remark of its source"),
    ],
)
def test_remarks_are_found(hidden: Path, probed: Probed, tmp_path: Path, what: tuple[str, ...], said: str) -> None:
    out, marked = tmp_path / "out.mp4.part", tmp_path / "marked.mp4"
    made_so = rendered(hidden, probed, PLAN, out)
    ffmpeg(
        "-fflags", "+bitexact", "-i", str(out), "-map", "0", "-c", "copy", *what, "-fflags", "+bitexact", str(marked)
    )
    assert any(said in problem for problem in check(hidden, probed, marked, made_so, PLAN).problems)


def test_further_streams_and_chapters_are_found(hidden: Path, probed: Probed, tmp_path: Path) -> None:
    out, more = tmp_path / "out.mp4.part", tmp_path / "more.mp4"
    made_so = rendered(hidden, probed, PLAN, out)
    ffmpeg("-i", str(out), "-i", str(hidden), "-map", "0", "-map", "1:s", "-map_chapters", "1", "-c", "copy", str(more))
    problems = check(hidden, probed, more, made_so, PLAN).problems
    assert any("not only video, audio" in p for p in problems)
    assert "the file holds chapters" in problems


def test_a_picture_that_is_missing_is_found(hidden: Path, probed: Probed, tmp_path: Path) -> None:
    out, cut = tmp_path / "out.mp4.part", tmp_path / "cut.mp4"
    made_so = rendered(hidden, probed, PLAN, out)
    ffmpeg("-i", str(out), "-t", "3", "-c", "copy", str(cut))
    assert any("were written" in p for p in check(hidden, probed, cut, made_so, PLAN).problems)
