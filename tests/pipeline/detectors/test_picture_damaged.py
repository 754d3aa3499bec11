from __future__ import annotations

from pathlib import Path

import pytest

from models.contract import no_progress
from pipeline.detectors.picture_damaged import PictureDamaged
from pipeline.detectors.recording_gap import RecordingGap
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, PictureState, Recording
from tests.pipeline.media.made import Encode, Scene, make, overwritten, sound


def on_file(path: Path, scratch: Path) -> list[Finding]:
    with open_media(path, scratch) as media:
        evidence = Scan()(Evidence(media.probe(), media), no_progress)
    return [*PictureDamaged()(evidence), *RecordingGap()(evidence)]


def test_only_damage_long_enough_to_be_seen() -> None:
    states = (
        PictureState(3, 5, "corrupt", {"packets": 4.0}),
        PictureState(8, 8.1, "corrupt"),
        PictureState(9, 20, "gap"),
    )
    (found,) = PictureDamaged()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=states))
    assert (found.label, found.start, found.end, found.score) == ("picture_damaged", 3, 5, 0.99)
    assert found.summary == "The picture data is damaged for 2.0 s"


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("zeros", [True, False], ids=["zeros", "another file's bytes"])
def test_a_lost_region_is_found_to_the_next_key_frame(tmp_path: Path, codec: str, zeros: bool) -> None:
    fixed = ("-sc_threshold", "0") if codec == "libx264" else ()
    encode = Encode(codec, gop=30, b_frames=0, preset="ultrafast", more=fixed)
    path = make(tmp_path / "a.mp4", Scene(8.0), sound(8.0), encode)
    assert on_file(path, tmp_path / "scratch") == []
    (found,) = on_file(overwritten(path, tmp_path / "b.mp4", 2.5, 3.1, zeros=zeros), tmp_path / "scratch")
    assert 2.4 <= found.start <= 2.7
    assert found.end == pytest.approx(4.0, abs=0.1)
