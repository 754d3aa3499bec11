from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import no_progress
from pipeline.detectors.view_obstructed import ViewObstructed, place_of
from pipeline.errors import NotMeasurable
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, PictureState, Recording
from tests.benchmarks.obstructed_scenes import Over, Worn
from tests.pipeline.media.made import Encode, make

FIGURES = {"share": 0.31, "across": 0.2, "down": 0.8, "ramp": 0.0092, "inside": 2.0, "outside": 100.0}
MOTION = PictureState(0.0, 20.0, "in_motion")


def found(*states: PictureState) -> list[Finding]:
    return list(ViewObstructed()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=states)))


def test_what_it_says() -> None:
    (one,) = found(MOTION, PictureState(5.0, 29.0, "obstructed", FIGURES))
    assert (one.label, one.start, one.end, one.score) == ("view_obstructed", 5.0, 29.0, 0.93)
    assert one.summary == "Something before the lens covers about 31% of the picture (lower left) for 24 s"
    assert (
        one.evidence["seconds_judged"] == 15.0
        and one.evidence["range_outside"] == 100.0
        and one.evidence["where"] == "lower left"
    )


@pytest.mark.parametrize(
    "state",
    [
        PictureState(5.0, 14.0, "obstructed", FIGURES),
        PictureState(5.0, 29.0, "obstructed", FIGURES | {"share": 0.05}),
        PictureState(5.0, 29.0, "dark_textured", FIGURES),
    ],
)
def test_what_is_none(state: PictureState) -> None:
    assert not found(MOTION, state)


def test_without_motion_by_day_it_is_not_measured() -> None:
    with pytest.raises(NotMeasurable, match="does not move by daylight"):
        found(PictureState(5.0, 29.0, "still", {}))


@given(st.dictionaries(st.sampled_from(sorted(FIGURES)), st.floats(0, 1e6)))
def test_how_sure_stays_between_none_and_all(figures: dict[str, float]) -> None:
    for one in found(MOTION, PictureState(5.0, 29.0, "obstructed", {"share": 0.3, **figures})):
        assert 0.4 <= one.score <= 0.95


def test_places() -> None:
    assert place_of({}) == "middle"
    assert place_of({"across": 0.8}) == "right" and place_of({"across": 0.8, "down": 0.1}) == "upper right"
    assert place_of({"down": 0.1}) == "top" and place_of({"down": 0.9}) == "bottom"


@pytest.mark.parametrize(("kind", "soft", "count"), [("flap", 0.009, 1), ("dashboard", 0.0006, 0)])
def test_on_a_file(tmp_path: Path, kind: str, soft: float, count: int) -> None:
    over = Over(kind, 8.0, 26.0, 0.35, 25.0, soft, seed=4)
    moves = (("walk", 0.0), ("drive", 8.0), ("walk", 26.0)) if kind == "dashboard" else (("walk", 0.0),)
    scene = Worn(34.0, over=(over,), moves=moves, rate_hz=2, seed=8)
    path = make(tmp_path / "a.mp4", scene, encode=Encode(gop=2, b_frames=0))  # type: ignore[arg-type]
    with open_media(path, tmp_path / "scratch") as media:
        findings = list(ViewObstructed()(Scan()(Evidence(media.probe(), media), no_progress)))
    assert len(findings) == count
    for one in findings:
        assert (one.start, one.end) == (pytest.approx(8.0, abs=1.6), pytest.approx(26.0, abs=1.6))
