"""A profile is cut from a recording without typing, survives its file, and reads another recording of the camera."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.stamp_text import StampText
from pipeline.clock.cut import Cut, cut_profile, write_sheet
from pipeline.clock.measure import read_clock
from pipeline.clock.profile import load_profile, load_profiles, save_profile
from pipeline.errors import ConfigError, NotMeasurable
from pipeline.media.recording_file import open_media
from tests.pipeline.clock.conftest import MakeClip
from tests.pipeline.clock.made import NOON, Clip, Piece

LONG = Clip(24.0, (Piece(0.0, NOON + 0.3),), width_px=480, height_px=270, rate_hz=8.0, digit_share=0.045)


@pytest.fixture(scope="module")
def cut(clips: MakeClip, reader: StampText, tmp_path_factory: pytest.TempPathFactory) -> Cut:
    with open_media(clips(LONG), tmp_path_factory.mktemp("scratch")) as media:
        return cut_profile(media, media.probe(), reader, "made camera")


def test_every_digit_is_cut_and_read_in_other_pictures(cut: Cut) -> None:
    assert min(cut.counts) >= 3
    assert cut.right > 0.99
    assert cut.profile.digits.shape[:2] == (10, 24)


def test_the_sheet_can_be_looked_at(cut: Cut, tmp_path: Path) -> None:
    write_sheet(cut, tmp_path / "sheet.png")
    sheet = cv2.imread(str(tmp_path / "sheet.png"), cv2.IMREAD_GRAYSCALE)
    assert sheet is not None
    assert sheet.shape[1] == 900
    assert np.ptp(sheet) > 200


def test_a_profile_survives_its_file_and_reads_another_recording(
    cut: Cut, clips: MakeClip, reader: StampText, tmp_path: Path
) -> None:
    save_profile(cut.profile, tmp_path / "made.npz")
    profile = load_profile(tmp_path / "made.npz")
    assert (profile.name, profile.layout, profile.place) == ("made camera", cut.profile.layout, cut.profile.place)
    other = replace(LONG, duration=10.0, pieces=(Piece(0.0, NOON + 7000.6),), width_px=640, height_px=360, seed=5)
    with open_media(clips(other), tmp_path / "scratch") as media:
        reading = read_clock(media, media.probe(), reader, profiles=[profile])
    assert reading.clock.profile == "made camera"
    assert reading.clock.pieces[0].at(0.0) == pytest.approx(NOON + 7000.6, abs=0.2)
    assert reading.clock.digits_read > 0.99


def test_a_moment_that_a_person_typed_is_enough(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    with open_media(clips(LONG), tmp_path) as media:
        typed = cut_profile(media, media.probe(), reader, "typed", "2024-05-17T11:58:35", 5.0)
        assert typed.right > 0.99
        with pytest.raises(NotMeasurable, match="write it as"):
            cut_profile(media, media.probe(), reader, "typed", "noon", 5.0)


def test_a_recording_without_a_stamp_gives_none(clips: MakeClip, reader: StampText, tmp_path: Path) -> None:
    with open_media(clips(replace(LONG, text=None, duration=5.0)), tmp_path) as media, pytest.raises(NotMeasurable):
        cut_profile(media, media.probe(), reader, "none")


@pytest.mark.parametrize("content", [b"", b"no profile", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_profile_is_one_line(content: bytes, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.npz"
    wrong.write_bytes(content)
    with pytest.raises(ConfigError) as error:
        load_profiles([tmp_path])
    assert "\n" not in str(error.value)
    assert "wrong.npz" in str(error.value)


def test_arrays_that_are_no_profile_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", digits=np.zeros((10, 3, 3)), facts=np.array('{"clock_profile": "1"}'))
    with pytest.raises(ConfigError, match="not a clock profile"):
        load_profile(tmp_path / "other.npz")


def test_two_profiles_of_one_name_are_refused_and_a_missing_folder_too(cut: Cut, tmp_path: Path) -> None:
    save_profile(cut.profile, tmp_path / "a.npz")
    assert load_profiles([tmp_path])[0].name == "made camera"
    save_profile(cut.profile, tmp_path / "b.npz")
    with pytest.raises(ConfigError, match="two clock profiles"):
        load_profiles([tmp_path])
    with pytest.raises(ConfigError, match="no such folder"):
        load_profiles([tmp_path / "nowhere"])


def test_a_profile_ships() -> None:
    assert [profile.name for profile in load_profiles([])] == ["sample stamp"]
