"""Stretches without sound: what is a mute and what is not. What silence itself is: test_silence."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import no_progress
from pipeline.detectors.muted_audio import MutedAudio
from pipeline.errors import NotMeasurable
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Curve, Evidence, Finding, PictureState, Recording
from tests.pipeline.made_sound import PICTURE, evidence
from tests.pipeline.media.made import Scene, make, sound


def said(given_: Evidence, detector: MutedAudio | None = None) -> list[tuple[str, float, float]]:
    return [(f.label, f.start, f.end) for f in (detector or MutedAudio())(given_)]


def test_the_silent_buffer_is_no_mute() -> None:
    assert said(evidence(90, [(0, 30)])) == []


def test_silence_elsewhere_is_muted() -> None:
    (found,) = MutedAudio()(evidence(90, [(40, 52)]))
    assert (found.label, found.start, found.end) == ("muted", 39.975, 52.025)
    assert found.summary == "No sound for 12.1 s" and found.score > 0.95


def test_a_buffer_is_no_longer_than_cameras_keep() -> None:
    assert said(evidence(900, [(0, 400)])) == [("muted", 0.0, 400.025)]


def test_without_a_picture_there_is_no_buffer() -> None:
    assert said(evidence(90, [(0, 30)], picture=None)) == [("muted", 0.0, 30.025)]


def test_sound_that_ends_early() -> None:
    assert said(evidence(90, empty=[(70, 90)])) == [("sound_ends_early", 69.975, 90.0)]


def test_sound_that_starts_late_can_be_the_buffer_too() -> None:
    assert said(evidence(90, empty=[(0, 20)])) == []


def test_silent_throughout() -> None:
    assert said(evidence(20, [(0, 20)])) == [("no_sound", 0.0, 20.0)]


def test_a_click_does_not_end_a_silence_but_sound_does() -> None:
    assert said(evidence(60, [(10, 15), (15.1, 20)])) == [("muted", 9.975, 20.025)]
    assert [label for label, *_ in said(evidence(60, [(10, 15), (15.5, 20)]))] == ["muted", "muted"]


def test_short_drop_outs_are_not_reported() -> None:
    assert said(evidence(60, [(10, 11.6)])) == []
    assert len(said(evidence(60, [(10, 11.6)]), MutedAudio(min_duration=1.0))) == 1
    assert len(said(evidence(60, [(10, 11.75)]))) == 1  # two seconds, of which a codec ate some


def test_where_the_file_is_damaged_nothing_was_muted() -> None:
    gap = PictureState(30, 40, "gap")
    assert said(evidence(90, empty=[(31, 39)], picture=(gap,))) == []
    assert len(said(evidence(90, silent=[(31, 39)], picture=(gap,)))) == 1  # the sound is there, and silent


def test_where_even_pauses_are_exactly_silent_a_mute_cannot_be_told() -> None:
    with pytest.raises(NotMeasurable, match="pauses"):
        said(evidence(60, [(5, 5.5), (12, 12.4), (20, 40)]))
    assert [label for label, *_ in said(evidence(60, [(5, 5.5), (20, 40)]))] == ["muted"]  # one drop-out is no gate
    assert [label for label, *_ in said(evidence(60, [(20, 40)], empty=[(5, 5.5), (8, 8.4)]))] == ["muted"]  # lost data


def test_never_measured() -> None:
    assert said(Evidence(Recording("r", Path("a.mp4"), 60.0))) == []


@given(st.lists(st.booleans(), min_size=1, max_size=400))
def test_findings_lie_inside_in_order_and_are_long_enough(flags: list[bool]) -> None:
    values = np.where(np.array(flags), 0.0, 0.1).astype(np.float32)
    recording = Recording("r", Path("a.mp4"), len(flags) / 20, streams=(PICTURE,))
    try:
        found: list[Finding] = list(MutedAudio(gated_pauses=1000)(Evidence(recording, peak=Curve(20.0, 0.0, values))))
    except NotMeasurable:
        return
    assert all(0 <= f.start < f.end <= recording.duration and f.span.duration >= 1.7 for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_on_a_real_file_edges_lie_within_50_ms(tmp_path: Path) -> None:
    truth = ((0.0, 5.0), (8.3, 11.1), (14.0, 16.5))
    path = make(tmp_path / "a.mp4", Scene(20.0), sound(18.0, muted=truth))
    with open_media(path, tmp_path / "scratch") as media:
        found = list(MutedAudio()(Scan()(Evidence(media.probe(), media), no_progress)))
    assert [f.label for f in found] == ["muted", "muted", "sound_ends_early"]
    edges = [edge for f in found for edge in (f.start, f.end)]
    assert edges == pytest.approx([8.3, 11.1, 14.0, 16.5, 18.0, 20.0], abs=0.05)
