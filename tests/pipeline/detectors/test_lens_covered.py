from __future__ import annotations

from pathlib import Path

import pytest

from models.contract import no_progress
from pipeline.detectors.lens_covered import LensCovered
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, PictureState, Recording
from tests.pipeline.media.made import Encode, Event, Scene, make

DAY = {"brightness_around": 110.0, "detail_around": 12.0}


def found(*states: PictureState, duration: float = 60.0) -> list[Finding]:
    return list(LensCovered()(Evidence(Recording("r", Path("a.mp4"), duration), picture=states)))


def test_labels_and_words() -> None:
    dark, black = found(
        PictureState(5, 15, "dark_textured", {"detail": 0.4, **DAY}), PictureState(30, 34.5, "black", DAY)
    )
    assert (dark.label, black.label) == ("lens_covered", "dark_picture")
    assert dark.summary == "The picture is dark without any shape: something may cover the lens (10.0 s)"
    assert black.summary == "The picture is black (4.5 s)"


def test_short_stretches_and_other_states_are_left_out() -> None:
    assert not found(
        PictureState(5, 6.7, "black", DAY), PictureState(10, 30, "still", DAY), PictureState(10, 30, "corrupt")
    )


def test_surer_by_day_than_at_night() -> None:
    by_day, at_night, throughout = found(
        PictureState(5, 15, "dark_textured", {"detail": 0.4, **DAY}),
        PictureState(5, 15, "dark_textured", {"detail": 0.4, "brightness_around": 14.0, "detail_around": 1.8}),
        PictureState(0, 60, "dark_textured", {"detail": 0.4}),
    )
    assert by_day.score > 0.75 > at_night.score > throughout.score >= 0.3
    assert throughout.summary.endswith("(60.0 s, the whole recording)")


def test_surer_the_fewer_shapes() -> None:
    scores = [
        f.score for d in (0.1, 0.4, 0.79) for f in found(PictureState(5, 15, "dark_textured", {"detail": d, **DAY}))
    ]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 3


def test_half_as_sure_where_shapes_are_left() -> None:
    plain, folds = (found(PictureState(5, 15, "dark_textured", {"detail": d, **DAY}))[0].score for d in (0.79, 1.4))
    assert 0.45 < folds < 0.55 < plain


FADES = {"falls": 0.4, "rises": 0.2}
STANDS = {"alike_before": 0.9, "alike_after": 0.5}
MOVES = {"moved": 1.0, "alike_within": 0.1, "pictures": 4.0}


@pytest.mark.parametrize("place", [FADES, STANDS, MOVES, {"falls": 0.4, "alike_after": 0.5}])
@pytest.mark.parametrize(("kind", "bright"), [("dark_textured", 20.0), ("black", 8.0)])
def test_a_dark_place_is_none(kind: str, bright: float, place: dict[str, float]) -> None:
    dark = {**DAY, "detail": 0.5, "bright": bright}
    assert found(PictureState(5, 15, kind, dark)) and not found(PictureState(5, 15, kind, {**dark, **place}))


def test_a_cloth_that_sways_before_the_lens_is_no_place() -> None:
    cloth = {**DAY, "detail": 0.45, "bright": 20.0, **MOVES, "moved": 1.8}
    assert found(PictureState(5, 15, "dark_textured", cloth))
    assert not found(PictureState(5, 15, "dark_textured", {**cloth, "moved": 0.85}))
    assert not found(PictureState(5, 15, "dark_textured", {**cloth, "falls": 0.4}))


def test_a_place_that_hovers_about_the_limit_is_none() -> None:
    dark = {"brightness": 5.0, "bright": 9.0, "detail": 0.78}
    assert not found(PictureState(0, 15, "black", {**dark, "brightness_around": 5.1, "detail_around": 0.81}))
    assert found(PictureState(0, 15, "black", {**dark, "brightness_around": 5.1, "detail_around": 2.2}))
    assert found(PictureState(0, 15, "black", dark))


def test_where_nothing_at_all_shows_it_is_black_however_it_came() -> None:
    (black,) = found(PictureState(5, 15, "black", {**DAY, "detail": 0.1, "bright": 3.0, **FADES, **MOVES}))
    assert black.score > 0.9 and black.summary == "The picture is black (10.0 s)"


@pytest.mark.parametrize("one", [{"falls": 0.4}, {"rises": 0.4}, {"alike_before": 0.9}, {"brightness_around": 20.0}])
def test_unsure_where_it_may_be_a_dark_place(one: dict[str, float]) -> None:
    (dark,) = found(PictureState(5, 15, "dark_textured", {**DAY, "detail": 0.1, "bright": 20.0, **one}))
    assert dark.score < 0.5 and dark.summary.endswith("; a very dark place cannot be told from a cover")


@pytest.mark.parametrize(
    "cover", [{"falls": 0.1, "rises": 0.07}, {"alike_before": 0.3, "alike_after": 1.0}, {**MOVES, "alike_within": 0.9}]
)
def test_what_covers_for_sure(cover: dict[str, float]) -> None:
    (dark,) = found(PictureState(5, 15, "dark_textured", {**DAY, "detail": 0.1, "bright": 20.0, **cover}))
    assert dark.score > 0.9 and "dark place" not in dark.summary


def test_a_faint_one_is_told_by_both_of_its_ends() -> None:
    faint = {**DAY, "detail": 1.3, "bright": 30.0, "faint": 1.0}
    assert found(PictureState(5, 15, "dark_textured", faint))
    assert not found(PictureState(5, 15, "dark_textured", {**faint, "alike_after": 0.5}))


def test_never_measured() -> None:
    assert not list(LensCovered()(Evidence(Recording("r", Path("a.mp4"), 60.0))))


def test_a_cloth_with_folds_over_the_lens(tmp_path: Path) -> None:
    scene = Scene(14.0, (Event("cloth", 5.0, 9.0),))
    (cover,) = on_file(make(tmp_path / "a.mp4", scene, encode=Encode(gop=15)), tmp_path / "scratch")
    assert cover == ("lens_covered", pytest.approx(5.0, abs=0.07), pytest.approx(9.0, abs=0.07))
    night = Scene(14.0, (), setting="cloth")
    assert on_file(make(tmp_path / "b.mp4", night, encode=Encode(gop=15)), tmp_path / "scratch") == []


def test_standing_in_the_dark_between_lit_places(tmp_path: Path) -> None:
    scene = Scene(14.0, (Event("night", 5.0, 9.0),), noise=3.0, sway=0.0, contrast=0.7)
    assert on_file(make(tmp_path / "a.mp4", scene, encode=Encode(gop=15)), tmp_path / "scratch") == []


def test_a_cover_whose_noise_looks_like_detail(tmp_path: Path) -> None:
    scene = Scene(14.0, (Event("covered", 5.0, 9.0),), noise=7.5, covered_level=30)
    (cover,) = on_file(make(tmp_path / "a.mp4", scene, encode=Encode(gop=15)), tmp_path / "scratch")
    assert cover == ("lens_covered", pytest.approx(5.0, abs=0.07), pytest.approx(9.0, abs=0.07))


def on_file(path: Path, scratch: Path) -> list[tuple[str, float, float]]:
    with open_media(path, scratch) as media:
        evidence = Scan()(Evidence(media.probe(), media), no_progress)
    return [(f.label, f.start, f.end) for f in LensCovered()(evidence)]


@pytest.mark.parametrize("encode", [Encode(gop=15), Encode(gop=60, quality=30)], ids=["GOP 1 s", "GOP 4 s"])
def test_covers_are_found_and_controls_are_not(tmp_path: Path, encode: Encode) -> None:
    events = (
        Event("covered", 3.0, 7.4),
        Event("night", 9.0, 12.0),
        Event("night_lamps", 12.0, 15.0),
        Event("fade", 16.0, 19.0),
        Event("light", 20.0, 23.0),
        Event("black", 24.0, 27.2),
    )
    path = make(tmp_path / "a.mp4", Scene(29.0, events, seed=4), encode=encode)
    (covered, black) = on_file(path, tmp_path / "scratch")
    assert (covered[0], black[0]) == ("lens_covered", "dark_picture")
    assert [*covered[1:], *black[1:]] == pytest.approx([3.0, 7.4, 24.0, 27.2], abs=0.2)
