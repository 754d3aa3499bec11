from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy import load_policy
from pipeline.policy.decide import decide
from pipeline.policy.pack import Bar
from pipeline.policy.techniques import Line, find_techniques

POLICY = load_policy()
LINES = tomllib.loads(Path(__file__).with_name("techniques.toml").read_text("utf-8"))
YES = [(label, line) for label, said in LINES.items() for line in said["yes"]]
NO = [(label, line) for label, said in LINES.items() for line in said["no"]]


def labels(text: str, role: str | None = "officer", before: str = "") -> set[str]:
    return {m.label for m in find_techniques(POLICY, Line(text.split(), role, before.split()))}


def test_every_label_has_lines() -> None:
    assert set(LINES) == set(POLICY.techniques)


@pytest.mark.parametrize(("label", "line"), YES)
def test_found(label: str, line: str) -> None:
    assert label in labels(line)


@pytest.mark.parametrize(("label", "line"), NO)
def test_not_found(label: str, line: str) -> None:
    assert label not in labels(line)


@pytest.mark.parametrize(("label", "line"), YES)
def test_capitals_and_punctuation_are_not_needed(label: str, line: str) -> None:
    plain = "".join(c for c in line.lower() if c.isalnum() or c in " '’")
    assert label in labels(plain)


@pytest.mark.parametrize(("label", "line"), YES)
def test_only_officers_earn_them_but_for_cues_of_inability(label: str, line: str) -> None:
    mine = {label} if label == "noncompliance_cue" else set()
    assert labels(line, "civilian") & {label} == mine
    assert labels(line, "radio") <= {"noncompliance_cue"}


def test_words_of_others_do_not_count() -> None:
    assert "slow_down" not in labels("He told me take your time.")
    assert "slow_down" in labels("I already told you, take your time.")


def test_an_answer_counts_by_the_question_before_it() -> None:
    assert "reason_explained" in labels("Somebody's window got broken.", before="Why did you stop me?")
    assert "reason_explained" not in labels("Somebody's window got broken.", before="It's cold out.")


def test_a_match_shows_its_words_and_rule() -> None:
    (match,) = find_techniques(POLICY, Line(["Okay,", "take", "your", "time."], "officer"))
    assert (match.label, match.first, match.last, match.text) == ("slow_down", 1, 3, "take your time.")
    assert "take" in match.rule


@given(st.text(max_size=60), st.sampled_from(["officer", "civilian", "radio", None]))
def test_any_text_can_be_searched(text: str, role: str | None) -> None:
    words = text.split()
    for match in find_techniques(POLICY, Line(words, role)):
        assert 0 <= match.first <= match.last < len(words)
        assert (role or "officer") in POLICY.techniques[match.label].said_by


def test_layers() -> None:
    bar = Bar(threshold=0.6, veto=0.1)
    assert decide(False, None, bar) is None
    assert decide(False, 0.59, bar) is None
    assert decide(True, 0.05, bar) is None
    rule, both, alone = decide(True, None, bar), decide(True, 0.7, bar), decide(False, 0.7, bar)
    assert rule and both and alone
    assert (rule.layer, both.layer, alone.layer) == ("rule", "rule and classifier", "classifier")
    assert both.score > max(rule.score, alone.score)
    assert alone.score >= 0.5
    assert decide(True, 0.3, bar) == rule


@given(st.booleans(), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5))
def test_more_probability_never_takes_a_label_away(rule: bool, low: float, high: float, veto: float) -> None:
    bar = Bar(0.5, veto)
    if decide(rule, min(low, high), bar):
        assert decide(rule, max(low, high), bar)


def test_a_demand_of_an_unknown_voice_announces_nothing() -> None:
    assert "camera_off_announced" not in labels("turn your camera off i want my privacy", None)
    assert "camera_off_announced" in labels("i'm turning my camera off", None)
    assert "camera_off_announced" in labels("turn your camera off", "officer")
