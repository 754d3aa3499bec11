"""Raised voices where a diarizer took one person for two, on vowels whose effort is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.effort_among_all import FEATURES, MOST_ODDS, as_one_voice, features, load_among_all
from models.vocal_effort import FRAME_RATE_HZ, Run, Windows, frames_of, windows_of
from tests.pipeline.stages.made_voices import Said, vowel

RULE = load_among_all()
TURN = 1.5
"""seconds"""


def _windows(raised: list[bool], voices: list[str], pitch_hz: float = 120.0) -> Windows:
    """Turns of one person, given to `voices`."""
    samples = np.concatenate(
        [
            vowel(Said(v, 0, TURN, raised=up, pitch_hz=pitch_hz), i)
            for i, (up, v) in enumerate(zip(raised, voices, strict=True))
        ]
    )
    length = int(TURN * FRAME_RATE_HZ)
    runs = [Run(i * length, (i + 1) * length, voice) for i, voice in enumerate(voices)]
    return windows_of(frames_of(samples), runs, round(10 * TURN) * len(raised))


def test_shouting_that_was_taken_for_another_voice_is_raised() -> None:
    raised = [False, True, False, True, False, False, True, False]
    windows = _windows(raised, ["loud" if up else "calm" for up in raised])
    probability, truth = RULE.probability(windows), np.repeat(raised, 15)
    known = np.isfinite(probability)
    assert (probability[known & truth] >= 0.45).mean() > 0.9
    assert (probability[known & ~truth] < 0.45).mean() > 0.9


@pytest.mark.parametrize("pitch_hz", [110.0, 200.0])
def test_one_who_never_raises_the_voice_is_not_reported(pitch_hz: float) -> None:
    probability = RULE.probability(_windows([False] * 8, ["a", "b"] * 4, pitch_hz))
    assert np.nanmax(probability) < 0.45


def test_two_calm_people_of_different_pitch_are_calm() -> None:
    low, high = (_windows([False] * 6, [who] * 6, hz) for who, hz in (("a", 110.0), ("b", 210.0)))
    both = Windows(
        np.concatenate([low.voice, high.voice + 1]),
        ("a", "b"),
        np.concatenate([low.alone, high.alone]),
        np.concatenate([low.run, high.run + low.run.max() + 1]),
        np.concatenate([low.figures, high.figures]),
    )
    assert (RULE.probability(both)[np.isfinite(both.figures[:, 0])] < 0.45).mean() > 0.9


def test_the_coefficients_name_their_source_and_both_files() -> None:
    assert len(RULE.weight) == len(FEATURES)
    assert "embedded diarizer" in RULE.source
    assert sorted(RULE.info.weights) == ["effort_among_all.toml", "vocal_effort.toml"]
    assert all(len(value) == 64 for value in RULE.info.weights.values())


def test_nobody_speaks() -> None:
    windows = windows_of(frames_of(np.zeros(16000, np.float32)), [], 10)
    assert np.isnan(RULE.probability(windows)).all()
    assert as_one_voice(windows).voices == ()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=4, max_size=4), st.integers(0, 3))
def test_whoever_speaks_is_judged_where_it_was_measured(voices: list[str], missing: int) -> None:
    windows = _windows([False, True, False, False], voices)
    figures = windows.figures.copy()
    figures[missing * 15 : (missing + 1) * 15] = np.nan
    windows = replace(windows, figures=figures)
    rows = features(windows, RULE.rule)
    assert (np.isfinite(rows).all(axis=1) == windows.measured).all()
    assert np.nanmax(np.abs(rows)) <= MOST_ODDS
    probability = RULE.probability(windows)
    assert (np.isfinite(probability) == windows.measured).all()
