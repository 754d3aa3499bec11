"""The stage on made conversations: curves, clocks, voices, and what cannot be measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.contract import BackendInfo, no_progress
from pipeline.errors import NotMeasurable
from pipeline.stages.vocal_effort import ONE_FOR_ALL, VocalEffort
from pipeline.types import Evidence, ScoredSpan, Span
from tests.pipeline.stages.audio_in_memory import evidence_with
from tests.pipeline.stages.made_voices import CONVERSATION, Said, recording_of


@pytest.fixture(scope="module")
def measured() -> Evidence:
    return VocalEffort()(recording_of(CONVERSATION, 21.0), no_progress)


def test_curves_lie_on_the_recordings_clock(measured: Evidence) -> None:
    for curve in (measured.alpha_ratio, measured.pitch, measured.vocal_effort):
        assert curve is not None
        assert (curve.rate_hz, curve.start, len(curve.values)) == (10.0, 0.0, 210)
        assert curve.values.dtype == np.float32


def test_nothing_is_said_where_nobody_speaks(measured: Evidence) -> None:
    for curve in (measured.alpha_ratio, measured.pitch, measured.vocal_effort):
        assert curve is not None
        assert np.isnan(curve.at(Span(0.0, 0.4))).all()
        assert np.isnan(curve.at(Span(20.1, 21.0))).all()


def test_pitch_and_tilt_are_those_of_the_voices(measured: Evidence) -> None:
    assert measured.pitch is not None
    assert measured.alpha_ratio is not None
    calm, raised = Span(0.5, 2.5), Span(5.5, 7.3)
    assert np.nanmedian(measured.pitch.at(calm)) == pytest.approx(12 * np.log2(120 / 55), abs=0.7)
    assert np.nanmedian(measured.pitch.at(raised)) == pytest.approx(12 * np.log2(180 / 55), abs=0.7)
    assert np.nanmedian(measured.alpha_ratio.at(raised)) < np.nanmedian(measured.alpha_ratio.at(calm)) - 4


def test_raised_turns_have_a_high_probability(measured: Evidence) -> None:
    assert measured.vocal_effort is not None
    for line in CONVERSATION:
        mean = float(np.nanmean(measured.vocal_effort.at(Span(line.start, line.end))))
        assert (mean > 0.5) == line.raised


def test_sound_that_starts_late_keeps_its_clock(measured: Evidence) -> None:
    late = [replace(x, start=x.start + 4, end=x.end + 4) for x in CONVERSATION]
    shifted = VocalEffort()(recording_of(late, 25.0, start=4.0), no_progress)
    assert shifted.vocal_effort is not None
    assert measured.vocal_effort is not None
    assert shifted.vocal_effort.start == 4.0
    assert np.allclose(shifted.vocal_effort.values, measured.vocal_effort.values, atol=1e-3, equal_nan=True)


@pytest.mark.parametrize("block", [1.0, 7.3])
def test_the_size_of_the_blocks_changes_nothing(measured: Evidence, block: float) -> None:
    again = VocalEffort(block=block)(recording_of(CONVERSATION, 21.0), no_progress)
    assert again.vocal_effort is not None
    assert measured.vocal_effort is not None
    assert len(again.vocal_effort.values) == len(measured.vocal_effort.values)
    difference = np.abs(again.vocal_effort.values - measured.vocal_effort.values)
    assert np.nanmax(difference) < 0.1


def test_without_voices_one_usual_effort_is_used_and_that_is_said() -> None:
    evidence = VocalEffort()(recording_of(CONVERSATION, 21.0, voices=False), no_progress)
    assert evidence.backends["vocal_effort"].remarks == (ONE_FOR_ALL,)
    assert evidence.vocal_effort is not None
    assert np.isfinite(evidence.vocal_effort.at(Span(0.7, 2.3))).all()


def test_the_coefficients_are_named_by_their_hash(measured: Evidence) -> None:
    info = measured.backends["vocal_effort"]
    assert len(info.weights["vocal_effort.toml"]) == 64
    assert info.remarks == ()


def test_speech_that_no_voice_claims_is_still_measured() -> None:
    evidence = recording_of([*CONVERSATION, Said("v3", 21.0, 23.0)], 24.0)
    assert evidence.voices is not None
    kept = tuple(t for t in evidence.voices.exclusive if t.voice != "v3")
    without = replace(evidence, voices=replace(evidence.voices, turns=kept, exclusive=kept))
    measured = VocalEffort()(without, no_progress)
    assert measured.vocal_effort is not None
    assert np.isfinite(measured.vocal_effort.at(Span(21.2, 22.8))).all()


def test_overlaps_are_kept_out_of_the_usual_effort() -> None:
    evidence = recording_of(CONVERSATION, 21.0)
    shared = VocalEffort()(replace(evidence, overlaps=(ScoredSpan(0.5, 2.5),)), no_progress)
    assert shared.vocal_effort is not None
    assert np.isfinite(shared.vocal_effort.at(Span(0.7, 2.3))).any()


def test_progress_ends_at_one() -> None:
    seen: list[float] = []
    VocalEffort(block=5.0)(recording_of(CONVERSATION, 21.0), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


def test_no_sound_track_is_not_measurable() -> None:
    with pytest.raises(NotMeasurable, match="sound"):
        VocalEffort()(replace(evidence_with(None), speech=()), no_progress)


def test_speech_must_have_been_looked_for() -> None:
    with pytest.raises(NotMeasurable, match="speech"):
        VocalEffort()(replace(recording_of(CONVERSATION, 21.0), speech=None), no_progress)


def test_a_recording_in_which_nobody_speaks_has_empty_curves() -> None:
    evidence = VocalEffort()(recording_of([], 3.0), no_progress)
    assert evidence.vocal_effort is not None
    assert len(evidence.vocal_effort.values) == 30
    assert np.isnan(evidence.vocal_effort.values).all()


def test_a_rough_diarizer_s_voices_are_judged_against_all_speech_too() -> None:
    """Every raised turn was given to another voice than the calm ones, as the embedded diarizer does."""
    evidence = recording_of(
        [replace(x, voice=f"{x.voice} shouting" if x.raised else x.voice) for x in CONVERSATION], 21.0
    )
    rough = replace(evidence, backends={"diarize": BackendInfo("embedded", "4", draft=True)})
    measured = VocalEffort()(rough, no_progress)
    assert measured.backends["vocal_effort"].name == "vocal effort rule, voices roughly told apart"
    assert measured.vocal_effort is not None
    for said in CONVERSATION:
        if said.raised:
            assert np.nanmean(measured.vocal_effort.at(Span(said.start, said.end))) >= 0.45


def test_known_voices_are_judged_by_the_rule_for_known_voices(measured: Evidence) -> None:
    assert measured.backends["vocal_effort"].name == "vocal effort rule"
