"""The fit on voices made of vowels: what a wrong diarization teaches, and the file that ships."""

from __future__ import annotations

import tomllib

import numpy as np

from models.effort_among_all import FEATURES, load_among_all
from models.effort_rule import load_rule
from models.training.effort_among_all import Heard, as_toml, fitted
from models.vocal_effort import FRAME_RATE_HZ, Run, frames_of, windows_of
from tests.pipeline.stages.made_voices import Said, vowel


def _heard(speaker: str, seed: int, pitch_hz: float, truth_shifted: bool = False) -> Heard:
    """Six turns of one person, two of them raised and taken for another voice."""
    raised = [False, True, False, False, True, False]
    said = [vowel(Said("", 0, 1.5, raised=up, pitch_hz=pitch_hz), seed + i) for i, up in enumerate(raised)]
    length = int(1.5 * FRAME_RATE_HZ)
    runs = [Run(i * length, (i + 1) * length, "loud" if up else "calm") for i, up in enumerate(raised)]
    windows = windows_of(frames_of(np.concatenate(said)), runs, 90)
    truth = np.repeat(raised, 15).astype(np.float64)
    return Heard(frozenset({speaker}), (windows, 1 - truth if truth_shifted else truth))


def test_shouting_taken_for_another_voice_is_learnt_from_all_speech() -> None:
    rule = fitted([_heard(f"R{n:02d}", 10 * n, 100.0 + 10 * n) for n in range(1, 5)], load_rule())
    windows, truth = _heard("R09", 900, 125.0).conversation
    probability = rule.probability(windows)
    known = np.isfinite(probability)
    assert ((probability >= 0.5) == (truth == 1))[known].mean() > 0.9


def test_who_is_left_out_teaches_nothing() -> None:
    some = [_heard("R01", 1, 110.0), _heard("R02", 2, 130.0)]
    wrong = _heard("R03", 3, 120.0, truth_shifted=True)
    kept, without = fitted(some, load_rule()), fitted([*some, wrong], load_rule(), without=["03"])
    assert (kept.weight, kept.bias) == (without.weight, without.bias)
    assert fitted([*some, wrong], load_rule()).weight != kept.weight


def test_the_file_holds_what_was_fitted() -> None:
    data = tomllib.loads(as_toml(load_among_all()))
    assert tuple(data["weight"][name] for name in FEATURES) == load_among_all().weight
    assert (data["bias"], data["source"]) == (load_among_all().bias, load_among_all().source)
