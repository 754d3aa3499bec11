from __future__ import annotations

from pathlib import Path

import pytest

from models.contract import no_progress
from pipeline.detectors.picture_blurred import PictureBlurred
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, PictureState, Recording
from tests.pipeline.media.made import Encode, Event, Scene, make


def found(kind: str = "blurred", end: float = 22.0, sharpness: float = 0.05) -> list[Finding]:
    state = PictureState(10.0, end, kind, {"sharpness": sharpness, "sharpness_else": 0.5})
    return list(PictureBlurred()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(state,))))


def test_a_long_blur() -> None:
    (blur,) = found()
    assert (blur.label, blur.start, blur.end, blur.score) == ("picture_blurred", 10.0, 22.0, 0.86)
    assert blur.summary == "The picture is blurred for 12 s"


@pytest.mark.parametrize("changed", [{"kind": "still"}, {"end": 19.0}, {"sharpness": 0.3}])
def test_what_is_none(changed: dict[str, float]) -> None:
    assert not found(**changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("noise", [1.0, 2.0])
def test_on_a_file_with_shaking_and_night(tmp_path: Path, noise: float) -> None:
    events = (Event("blur", 6.0, 18.0), Event("shake", 20.0, 31.0), Event("night", 31.0, 42.0))
    path = make(tmp_path / "a.mp4", Scene(44.0, events, noise=noise, rate_hz=5), encode=Encode(gop=5, b_frames=0))
    with open_media(path, tmp_path / "scratch") as media:
        (blur,) = PictureBlurred()(Scan()(Evidence(media.probe(), media), no_progress))
    assert (blur.start, blur.end) == (pytest.approx(6.0, abs=1.0), pytest.approx(18.0, abs=1.0))
