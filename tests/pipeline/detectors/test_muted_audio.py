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
from pipeline.media import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Curve, Evidence, Finding, PictureState, Recording, StreamFacts
from tests.pipeline.media.made import Scene, make, sound

PICTURE = StreamFacts("video", "h264", 0.0, None)


def evidence(
    duration: float,
    silent: list[tuple[float, float]] = [],  # noqa: B006
    empty: list[tuple[float, float]] = [],  # noqa: B006
    picture: tuple[PictureState, ...] | None = (),
) -> Evidence:
    values = np.full(round(duration * 20), 0.01, np.float32)
    for start, end in silent:
        values[round(start * 20) : round(end * 20)] = 0.0
    for start, end in empty:
        values[round(start * 20) : round(end * 20)] = np.nan
    streams = (PICTURE,) if picture is not None else ()
    recording = Recording("r", Path("a.mp4"), duration, streams=streams)
    return Evidence(recording, peak=Curve(20.0, 0.0, values), picture=picture)


def said(given_: Evidence, detector: MutedAudio | None = None) -> list[tuple[str, float, float]]:
    return [(f.label, f.start, f.end) for f in (detector or MutedAudio())(given_)]


def test_the_silent_buffer_is_information_not_a_fault() -> None:
    (found,) = MutedAudio()(evidence(90, [(0, 30)]))
    assert (found.label, found.start, found.end, found.score) == ("pre_event_buffer", 0.0, 30.025, 1.0)
    assert found.summary == "No sound for the first 30.0 s: the pre-event buffer"


def test_silence_elsewhere_is_muted() -> None:
    assert said(evidence(90, [(40, 52)])) == [("muted", 39.975, 52.025)]


def test_a_buffer_is_no_longer_than_cameras_keep() -> None:
    assert said(evidence(900, [(0, 400)])) == [("muted", 0.0, 400.025)]


def test_without_a_picture_there_is_no_buffer() -> None:
    assert said(evidence(90, [(0, 30)], picture=None)) == [("muted", 0.0, 30.025)]


def test_sound_that_ends_early() -> None:
    assert said(evidence(90, empty=[(70, 90)])) == [("sound_ends_early", 69.975, 90.0)]


def test_sound_that_starts_late_is_the_buffer_too() -> None:
    assert said(evidence(90, empty=[(0, 20)])) == [("pre_event_buffer", 0.0, 20.025)]


def test_silent_throughout() -> None:
    assert said(evidence(20, [(0, 20)])) == [("no_sound", 0.0, 20.0)]


def test_a_click_does_not_end_a_silence_but_sound_does() -> None:
    assert said(evidence(60, [(10, 15), (15.1, 20)])) == [("muted", 9.975, 20.025)]
    assert [label for label, *_ in said(evidence(60, [(10, 15), (15.5, 20)]))] == ["muted", "muted"]


def test_short_drop_outs_are_not_reported() -> None:
    assert said(evidence(60, [(10, 11.8)])) == []
    assert len(said(evidence(60, [(10, 11.8)]), MutedAudio(min_duration=1.0))) == 1


def test_a_quiet_room_is_not_silence() -> None:
    quiet = evidence(30)
    assert quiet.peak is not None
    quiet.peak.values[:] = 2 / 32768
    assert said(quiet) == []
    quiet.peak.values[:] = 1 / 32768
    assert [label for label, *_ in said(quiet)] == ["no_sound"]


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
    found: list[Finding] = list(MutedAudio(gated_pauses=1000)(Evidence(recording, peak=Curve(20.0, 0.0, values))))
    assert all(0 <= f.start < f.end <= recording.duration and f.span.duration >= 2.0 for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_on_a_real_file_edges_lie_within_50_ms(tmp_path: Path) -> None:
    truth = ((0.0, 5.0), (8.3, 11.1), (14.0, 16.5))
    path = make(tmp_path / "a.mp4", Scene(20.0), sound(18.0, muted=truth))
    with open_media(path, tmp_path / "scratch") as media:
        found = list(MutedAudio()(Scan()(Evidence(media.probe(), media), no_progress)))
    assert [f.label for f in found] == ["pre_event_buffer", "muted", "muted", "sound_ends_early"]
    edges = [edge for f in found for edge in (f.start, f.end)]
    assert edges == pytest.approx([0.0, 5.0, 8.3, 11.1, 14.0, 16.5, 18.0, 20.0], abs=0.05)
