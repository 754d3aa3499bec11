from __future__ import annotations

from pathlib import Path

import pytest

from models.contract import no_progress
from pipeline.detectors.frozen_picture import FrozenPicture
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, PictureState, Recording
from tests.pipeline.media.made import Encode, Event, Scene, make

FREEZE = {
    "grain": 0.0, "motion_before": 25.0, "last_motion": 24.0, "jump": 110.0, "motion_after": 22.0, "jump_likeness": 0.1,
}  # fmt: skip


def found(kind: str = "still", end: float = 15.0, **changed: float) -> list[Finding]:
    state = PictureState(10.0, end, kind, {**FREEZE, **changed})
    return list(FrozenPicture()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(state,))))


def test_a_freeze() -> None:
    (freeze,) = found()
    assert (freeze.label, freeze.start, freeze.end) == ("frozen", 10.0, 15.0)
    assert freeze.summary == "The picture does not change for 5.0 s, then jumps"
    assert freeze.score > 0.9


def test_one_that_its_encoder_gives_away() -> None:
    def told(before: float, after: float) -> list[Finding]:
        state = PictureState(10.0, 13.0, "still", {"lavish_before": before, "lavish_after": after, "lavish_keys": 2.0})
        return list(FrozenPicture()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(state,))))

    (freeze,) = told(4.4, 2.7)
    assert freeze.summary.endswith("2.7 times those of the same scene before and after, then next to none")
    assert told(1.8, 2.7) == [] and told(4.4, 1.3) == []


def test_what_a_decoder_repeats_in_place_of_damaged_pictures_is_none() -> None:
    freeze = PictureState(10.0, 15.0, "still", FREEZE)
    for damaged, told in ((PictureState(9.5, 14.0, "corrupt"), 0), (PictureState(4.0, 11.0, "corrupt"), 1)):
        evidence = Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(damaged, freeze))
        assert len(list(FrozenPicture()(evidence))) == told


SAME_KEYS = {
    "keys": 4.0, "keys_before": 1.2, "keys_after": 1.1, "keys_held": 0.1, "grain": 0.0, "grain_before": 0.9,
    "grain_last": 0.8, "grain_jump": 1.5, "grain_after": 0.9, "moved_before": 4.0, "moved_after": 3.0, "interval": 0.07,
    "keys_still_before": 1.0, "keys_still_after": 1.0,
}  # fmt: skip


def same_keys(*, end: float = 15.0, **changed: float) -> list[Finding]:
    state = PictureState(10.0, end, "still", {**SAME_KEYS, **changed})
    return list(FrozenPicture()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(state,))))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"moved_before": 1.0, "moved_after": 0.5, "grain_jump": 0.0},
        {"moved_before": 40.0, "moved_after": 0.5, "grain_before": 12.0, "grain_last": 12.0},
        {"grain_before": 0.1, "grain_last": 0.05, "grain_after": 0.1, "grain_jump": 6.0},
    ],
    ids=["a wearer who stands", "on a shelf", "from a walk into standing", "the encode leaves the sway out"],
)
def test_key_frames_that_show_the_same_noise(changed: dict[str, float]) -> None:
    (freeze,) = same_keys(**changed)
    assert freeze.summary.endswith("nor does its noise, in 4 pictures that were coded by themselves")


@pytest.mark.parametrize(
    "changed",
    [
        {"keys_held": 0.6},
        {"keys_before": 0.2, "keys_held": 0.0},
        {"moved_before": 30.0, "moved_after": 25.0},
        {"grain_before": 0.1, "grain_last": 0.05, "grain_after": 0.1, "grain_jump": 0.2},
        {"grain_last": 28.0},
        {"end": 11.8},
        {"moved_before": 0.5, "moved_after": 0.5, "keys_still_after": 0.12, "grain_jump": 0.0},
        {"moved_before": 30.0, "moved_after": 0.5, "keys_still_after": 0.3, "grain_jump": 0.0},
    ],
    ids=[
        "live noise",
        "no noise to tell",
        "put down",
        "sets off gently",
        "a cover comes",
        "too short",
        "as little noise after",
        "as little noise after motion",
    ],
)
def test_key_frames_that_prove_nothing(changed: dict[str, float]) -> None:
    assert not same_keys(**changed)


def test_one_freeze_is_told_once() -> None:
    states = (PictureState(10.0, 15.0, "still", FREEZE), PictureState(10.2, 15.0, "still", SAME_KEYS))
    (freeze,) = FrozenPicture()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=states))
    assert freeze.start == 10.0


STANDING = {"motion_before": 1.0, "last_motion": 1.0, "jump": 30.0, "jump_likeness": 0.9, "motion_after": 1.0}


def test_a_wearer_who_stands_lies_elsewhere_at_once() -> None:
    shifted = {"jump_unlit": 29.0, "jump_shift": 1.4, "jump_left": 6.0, "interval": 0.07, "jump_likeness": 0.97}
    assert found(**{**STANDING, **shifted})
    for changed in ({"jump_shift": 0.1}, {"jump_left": 25.0}, {"grain": 0.1}, {"interval": 0.2}, {"motion_after": 9.0}):
        assert not found(**{**STANDING, **shifted, **changed})


def test_things_lie_elsewhere_at_once() -> None:
    assert found(**STANDING, jump_both=20.0, interval=0.04)
    for changed in ({"jump_both": 3.0}, {"jump": 15.0}, {"interval": 0.2}):  # a lamp, somebody who sets off, slow
        assert not found(**{**STANDING, "jump_both": 20.0, "interval": 0.04, **changed})


def test_live_key_frames_are_no_freeze() -> None:
    assert found() and not found(keys_alive=0.9)


@pytest.mark.parametrize(
    "changed",
    [
        {"jump": 6.0},
        {"jump": 30.0, "motion_after": 28.0, "last_motion": 5.0},
        {"jump_likeness": 0.98, "motion_after": 1.0, "jump_unlit": 4.0},
        {"jump_likeness": 0.93, "motion_before": 0.1, "last_motion": 22.0, "motion_after": 1.2, "jump": 22.0},
        {"grain": 0.4, "brightness": 15.0, "last_motion": 5.0},
        {"grain": 0.9, "last_motion": 5.0},
        {"last_motion": 90.0, "brightness": 20.0},
        {"kind": "still_noisy"},
        {"kind": "black"},
        {"end": 11.8},
    ],
    ids=[
        "sets off gently",
        "moves on as fast",
        "change of light",
        "light in a still room",
        "noise in the dark",
        "perhaps noise",
        "another picture comes and stands",
        "live noise",
        "black",
        "too short",
    ],
)
def test_what_is_not_one(changed: dict[str, float]) -> None:
    assert not found(**changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {
            "motion_before": 10.5,
            "last_motion": 6.3,
            "jump": 28.0,
            "motion_after": 5.8,
            "jump_likeness": 0.96,
            "jump_unlit": 25.0,
        },
        {"jump": 61.0, "motion_after": 49.0, "jump_likeness": 0.14, "interval": 0.2},
    ],
    ids=["a fixed view in which things move", "5 frames a second"],
)
def test_a_picture_that_does_not_stir_may_jump_less(changed: dict[str, float]) -> None:
    assert found(**changed)  # type: ignore[arg-type]
    assert not found(**changed, grain=0.8)  # type: ignore[arg-type]


def test_a_freeze_amid_shaking_may_jump_no_further_than_the_motion_round_it() -> None:
    assert found(jump=20.0, motion_after=30.0, jump_likeness=0.98, grain=1.0)


PAUSE = {
    "motion_before": 8.4, "last_motion": 8.3, "jump": 8.8, "motion_after": 7.1, "jump_likeness": 0.95,
    "jump_unlit": 8.9, "grain": 0.02, "noise_before": 2.0, "noise_after": 3.1, "noise_held": 0.0, "interval": 0.07,
}  # fmt: skip


def test_one_that_goes_on_at_once_as_it_stopped_amid_gentle_motion() -> None:
    assert found(**PAUSE)
    for slow in ({"last_motion": 6.0}, {"jump": 5.5}, {"noise_after": 0.5}, {"grain": 0.1}, {"jump_likeness": 0.98}):
        assert not found(**{**PAUSE, **slow})


NOISE = {"noise_before": 5.0, "noise_after": 5.4, "noise_held": 0.3, "noise_key": 1.9}
SAME_PLACE = {"jump": 5.0, "motion_after": 11.0, "jump_likeness": 0.98}


def test_one_that_resumes_on_nearly_the_same_picture_is_told_by_its_noise() -> None:
    (freeze,) = found(**SAME_PLACE, **NOISE)
    assert freeze.evidence["noise_stops"] is True
    assert not found(**SAME_PLACE)


@pytest.mark.parametrize(
    "changed",
    [{"noise_after": 0.6}, {"noise_key": 4.0}, {"noise_held": 2.0}, {"noise_before": 0.0}],
    ids=["removed by the encoder", "new in a key frame", "goes on", "none before"],
)
def test_noise_that_a_live_camera_might_lose_too(changed: dict[str, float]) -> None:
    assert not found(**{**SAME_PLACE, **NOISE, **changed})


def test_noise_that_stops_in_a_still_scene() -> None:
    state = {"jump": 0.0, "noise_before": 0.6, "noise_after": 0.7, "noise_held": 0.02, "still_beside": 1.0}
    (freeze,) = found(**state)
    assert freeze.summary == "The picture does not change for 5.0 s, nor does its noise, which changes before and after"
    assert not found(**{**state, "noise_after": 0.1})


def test_a_stop_within_a_fifth_of_a_second_needs_the_noise_to_stop() -> None:
    slow = {"jump": 20.0, "motion_after": 30.0, "jump_likeness": 0.98, "interval": 0.2}
    assert not found(**slow)
    assert found(**slow, **{**NOISE, "noise_key": 4.0})


def test_less_sure_where_only_the_end_is_abrupt() -> None:
    (both,), (one,) = found(), found(motion_before=0.5, last_motion=0.4)
    assert one.score < 0.8 < both.score
    (eased,) = found(last_motion=7.0)
    assert eased.evidence["stopped_in_motion"] is False


def test_a_picture_still_to_the_end_is_not_reported() -> None:
    state = PictureState(10.0, 60.0, "still", {"grain": 0.0, "motion_before": 25.0, "last_motion": 24.0})
    assert not list(FrozenPicture()(Evidence(Recording("r", Path("a.mp4"), 60.0), picture=(state,))))


CONSTANT = ("-b:v", "300k", "-maxrate", "300k", "-bufsize", "300k")


def on_file(path: Path, scratch: Path) -> list[tuple[float, float]]:
    with open_media(path, scratch) as media:
        evidence = Scan()(Evidence(media.probe(), media), no_progress)
    return [(f.start, f.end) for f in FrozenPicture()(evidence)]


@pytest.mark.parametrize(
    "encode",
    [Encode(gop=15), Encode(gop=15, quality=34), Encode(gop=15, more=CONSTANT)],
    ids=["good", "coarse", "constant rate"],
)
def test_freezes_are_found_and_controls_are_not(tmp_path: Path, encode: Encode) -> None:
    events = (
        Event("freeze", 3.0, 7.4),
        Event("still", 9.0, 14.0),
        Event("black", 15.0, 18.0),
        Event("shake", 19.0, 21.0),
        Event("light", 22.0, 24.0),
        Event("freeze_running_clock", 25.0, 29.2),
    )
    path = make(tmp_path / "a.mp4", Scene(31.0, events, seed=5), encode=encode)
    found_ = on_file(path, tmp_path / "scratch")
    assert [edge for span in found_ for edge in span] == pytest.approx([3.0, 7.4, 25.0, 29.2], abs=0.2)


def test_standing_still_while_the_light_goes_is_no_freeze(tmp_path: Path) -> None:
    scene = Scene(16.0, (Event("still", 1.0, 15.0), Event("light", 6.0, 10.0)), noise=1.5)
    assert on_file(make(tmp_path / "a.mp4", scene, encode=Encode(gop=15, quality=35)), tmp_path / "scratch") == []


def test_a_freeze_that_ends_behind_the_last_key_frame(tmp_path: Path) -> None:
    encode = Encode(gop=30, more=("-sc_threshold", "0"))
    path = make(tmp_path / "a.mp4", Scene(9.6, (Event("freeze", 5.4, 8.6),)), encode=encode)
    (frozen,) = on_file(path, tmp_path / "scratch")
    assert frozen == (pytest.approx(5.4, abs=0.07), pytest.approx(8.6, abs=0.07))


def test_a_cover_behind_the_last_key_frame_ends_no_freeze(tmp_path: Path) -> None:
    scene = Scene(10.6, (Event("covered", 8.6, 10.6), Event("still", 2.0, 12.0)), noise=0.5)
    path = make(tmp_path / "a.mp4", scene, encode=Encode(gop=30, quality=33, more=("-sc_threshold", "0")))
    assert on_file(path, tmp_path / "scratch") == []


def test_an_encoder_that_catches_up_with_a_wearer_who_sets_off(tmp_path: Path) -> None:
    encode = Encode(gop=30, quality=33, more=("-sc_threshold", "0"))
    scene = Scene(12.0, (Event("still", 2.0, 9.6),), noise=0.5)
    assert on_file(make(tmp_path / "a.mp4", scene, encode=encode), tmp_path / "scratch") == []
