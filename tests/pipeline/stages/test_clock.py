"""The stage: reads on its own or while a scan decodes, with one and the same result; says what it could not read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.clock.profile import load_profiles
from pipeline.errors import NotMeasurable
from pipeline.media.recording_file import open_media
from pipeline.provenance import fingerprint
from pipeline.stages.clock import Clock
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Recording
from tests.pipeline.clock.conftest import MakeClip, clips  # noqa: F401  (the fixture)
from tests.pipeline.clock.made import NOON, Clip, Piece

SMALL = Clip(8.0, (Piece(0.0, NOON + 0.4),), width_px=480, height_px=270, rate_hz=10.0, digit_share=0.045)


def silent(share: float) -> None:
    """No progress is shown."""


def test_the_scans_pictures_are_enough(clips: MakeClip, tmp_path: Path) -> None:  # noqa: F811
    alone, beside = Clock(load_profiles([])), Clock(load_profiles([]))
    with open_media(clips(SMALL), tmp_path) as media:
        by_itself = alone(Evidence(media.probe(), media), silent)
    with open_media(clips(SMALL), tmp_path) as media:
        beside.prepare(media)
        scanned = Scan()(Evidence(media.probe(), media), silent)
        pictures = media.observers[0].pictures  # type: ignore[attr-defined]
        with_scan = beside(scanned, silent)
    assert pictures == 8
    assert by_itself.clock == with_scan.clock
    assert by_itself.clock is not None
    assert by_itself.clock.pieces[0].at(0.0) == pytest.approx(NOON + 0.4, abs=0.1)
    assert not by_itself.not_analysed


def test_no_picture_and_no_media_are_not_measurable(tmp_path: Path) -> None:
    transcript = Evidence(Recording("r", Path("a.vtt"), 10.0))
    with pytest.raises(NotMeasurable):
        Clock()(transcript, silent)


def test_a_further_profile_makes_the_measurement_stale() -> None:
    assert fingerprint(Clock(), []) != fingerprint(Clock(load_profiles([])), [])
    assert fingerprint(Clock(load_profiles([])), []) == fingerprint(Clock(load_profiles([])), [])


def test_a_failure_while_looking_on_does_not_end_the_scan(clips: MakeClip, tmp_path: Path) -> None:  # noqa: F811
    with open_media(clips(replace(SMALL)), tmp_path) as media:
        stage = Clock()
        stage.prepare(media)
        media.observers[0].reader = None  # type: ignore[attr-defined]
        scanned = Scan()(Evidence(media.probe(), media), silent)
        assert scanned.picture is not None
        with pytest.raises(AttributeError):
            stage(scanned, silent)
