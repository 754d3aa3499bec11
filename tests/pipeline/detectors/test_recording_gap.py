from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.contract import no_progress
from pipeline.detectors.recording_gap import RecordingGap
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Curve, Evidence, PictureState, Recording
from tests.pipeline.media.made import Encode, Scene, make, sound, with_gap


def evidence(start: float, end: float, level: Curve | None = None) -> Evidence:
    state = PictureState(start, end, "gap", {"seconds": end - start})
    return Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(state,), level=level)


def level(missing: bool) -> Curve:
    values = np.full(1200, -40.0, np.float32)
    if missing:
        values[200:300] = np.nan
    return Curve(20.0, 0.0, values, "dBFS")


@pytest.mark.parametrize(
    ("heard", "summary"),
    [
        (level(missing=True), "The file holds no picture for 5.0 s, and no sound"),
        (level(missing=False), "The file holds no picture for 5.0 s; the sound goes on"),
        (None, "The file holds no picture for 5.0 s"),
    ],
)
def test_a_gap_says_whether_the_sound_goes_on(heard: Curve | None, summary: str) -> None:
    (gap,) = RecordingGap()(evidence(10.0, 15.0, heard))
    assert (gap.label, gap.start, gap.end, gap.summary) == ("recording_gap", 10.0, 15.0, summary)


@pytest.mark.parametrize(("start", "end"), [(0.0, 5.0), (50.0, 60.0), (10.0, 11.9)], ids=["before", "after", "short"])
def test_what_is_none(start: float, end: float) -> None:
    assert not list(RecordingGap()(evidence(start, end)))


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_a_jump_of_the_times_is_found_and_rare_pictures_are_none(tmp_path: Path, name: str) -> None:
    bare = make(tmp_path / "bare.mp4", Scene(8.0), sound(8.0), Encode(gop=15, b_frames=2))
    path = with_gap(bare, tmp_path / name, after=4.0, seconds=3.0)
    slow = make(tmp_path / "slow.mp4", Scene(12.0, rate_hz=1), encode=Encode(gop=2, more=("-r", "0.4")))
    found = []
    for file in (path, slow):
        with open_media(file, tmp_path / "scratch") as media:
            found.append(list(RecordingGap()(Scan()(Evidence(media.probe(), media), no_progress))))
    (gap,) = found[0]
    assert (gap.start, gap.end) == (pytest.approx(4.0, abs=0.15), pytest.approx(7.0, abs=0.15))
    assert gap.evidence["sound"] == "missing"
    assert found[1] == []
