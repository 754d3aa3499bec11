"""`bwc clip`: what it prints, makes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.commands import main
from tests.pipeline.clips.conftest import film, kept

__all__ = ("film", "kept")


def bwc(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["clip", *arguments])


def test_a_stretch_with_times_in_either_form(kept) -> None:
    done = bwc(kept.recording.id[:8], "1.5", "0:00:04.250", "--captions", "vtt", "--why", "training")
    assert done.exit_code == 0, done.output
    name = "unit_12_patrol_0h00m01.500_to_0h00m04.250_exact.mp4"
    assert f"{name}: exact, from 1.500 to 4.250 s of the recording" in done.output
    assert "are the source's own" in done.output and "the sound is encoded anew" in done.output
    assert Path(name).exists() and Path(name).with_suffix(".vtt").exists()


def test_the_same_again_is_refused_in_one_line(kept) -> None:
    assert bwc(str(kept.recording.path), "1", "3", "--out", "a.mp4").exit_code == 0
    again = bwc(str(kept.recording.path), "1", "3", "--out", "a.mp4")
    assert again.exit_code == 2 and "is there already" in again.output
    assert bwc(str(kept.recording.path), "1", "3", "--out", "a.mp4", "--overwrite").exit_code == 0


def test_an_original_states_its_true_in_and_out(kept) -> None:
    done = bwc(kept.recording.path.name, "2.5", "4.4", "--kind", "original", "--json", "--out", "o.mp4")
    *progress, made = [json.loads(line) for line in done.stdout.splitlines()]
    assert (made["start"], made["asked"], made["kind"]) == (2.0, [2.5, 4.4], "original")
    shares = [row["done"] for row in progress]
    assert shares == sorted(shares) and shares[-1] == 1.0
    shown = bwc(kept.recording.path.name, "2.5", "4.4", "--kind", "original", "--out", "p.mp4").output
    assert "from 2.000 to" in shown and "asked for: 2.500 to 4.400 s" in shown


def test_a_finding_and_sound_alone(kept) -> None:
    done = bwc("--finding", kept.finding.id[:8], "--pad", "1", "--audio-only", "--out", "f.m4a")
    assert done.exit_code == 0 and "from 1.000 to 4.400 s" in done.output


def test_a_list_goes_on_after_one_that_fails(kept) -> None:
    rows = [
        f"{kept.recording.id},1,3,one.mp4",
        f"{kept.recording.id},60,61,two.mp4",
        f"{kept.recording.id},3,5,three.mp4",
    ]
    Path("clips.csv").write_text("recording,start,end,out\n" + "\n".join(rows))
    Path("out").mkdir()
    done = bwc("--list", "clips.csv", "--folder", "out")
    assert done.exit_code == 1 and "clip 2 of 3" in done.output and "no clip can begin at 60.000" in done.output
    assert {p.name for p in Path("out").glob("*.mp4")} == {"one.mp4", "three.mp4"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give one"),
        (("x.mp4",), "give one"),
        (("x.mp4", "1"), "give one"),
        (("x.mp4", "1", "2", "--finding", "ab"), "give one"),
        (("--list", "x.csv", "--finding", "ab"), "give one"),
        (("x.mp4", "1", "2"), "no such recording"),
        (("ID", "later", "2"), "is no time"),
        (("ID", "5", "2"), "an end after its start"),
        (("ID", "1", "2", "--captions", "ass"), "no captions of the form"),
        (("ID", "1", "2", "--out", "x.avi"), "call it x.mp4"),
    ],
)
def test_wrong_use_is_one_line(arguments: tuple[str, ...], says: str, kept) -> None:
    done = bwc(*(kept.recording.id if each == "ID" else each for each in arguments))
    assert done.exit_code == 2 and says in done.output and "Traceback" not in done.output
    assert not list(Path().glob("*.mp4")) and not list(Path().glob(".clip-making*"))
