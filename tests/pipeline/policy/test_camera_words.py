"""Words about the camera, by the shipped pack and by an agency's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.policy.camera_words import ANNOUNCE, CLOSING, UNMUTED, find_reason, find_remark
from pipeline.policy.load import check_policy, load_policy

RULES = load_policy().camera_words
EVERY = (ANNOUNCE, UNMUTED, CLOSING)


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("I'm going to mute for tactical talk.", ANNOUNCE, "tactical plan"),
        ("Okay, going on mute, sarge wants a word.", ANNOUNCE, "talk with a supervisor"),
        ("Turning my body camera off for patient privacy.", ANNOUNCE, "medical privacy"),
        ("camera's going dark, she's getting dressed", ANNOUNCE, "victim or witness"),
        ("I was muted because I was talking to the detective.", UNMUTED, "talk among officers"),
        ("Audio's back on.", UNMUTED, None),
        ("Body cam off, end of call.", ANNOUNCE, "call ended"),
        ("Nothing further, I'm clear of the scene.", CLOSING, "call ended"),
    ],
)
def test_what_is_said_and_why(text: str, kind: str, reason: str | None) -> None:
    remark, why = find_remark(RULES, text.split(), EVERY), find_reason(RULES, text.split())
    assert remark is not None and remark.kind == kind
    assert (why.name if why else None) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Is your camera off?",
        "Don't turn your camera off.",
        "Turn the car off and step out.",
        "Do you have a camera on the store?",
        "You can record me all you want.",
        "Put your hands behind your back.",
        "",
    ],
)
def test_what_is_nothing_of_the_kind(text: str) -> None:
    assert find_remark(RULES, text.split(), EVERY) is None


def test_only_the_kinds_that_are_asked_for() -> None:
    words = ["Nothing", "further", "on", "this", "call."]
    assert find_remark(RULES, words, (ANNOUNCE,)) is None
    assert find_remark(RULES, words, (CLOSING,)) is not None


def test_the_words_that_said_so_are_numbered_in_the_utterance() -> None:
    words = ["All", "right,", "I'm", "going", "to", "mute", "while", "we", "talk."]
    remark = find_remark(RULES, words, EVERY)
    assert remark is not None
    assert words[remark.first : remark.last + 1] == remark.text.split() and "mute" in remark.text


def test_an_agency_adds_words_and_reasons_of_its_own(tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(
        'name = "own"\nversion = "1"\nextends = "model_policy"\n'
        '[camera_words]\nannounce = ["...", "closing my eye"]\n'
        '[camera_words.reasons]\n"prayer" = ["(pray|praying|prayer)"]\n',
        "utf-8",
    )
    assert check_policy(pack) == []
    rules = load_policy(pack).camera_words
    said = ["Closing", "my", "eye", "while", "they're", "praying."]
    assert find_remark(rules, said, EVERY) is not None
    assert (why := find_reason(rules, said)) is not None and why.name == "prayer"
    assert find_remark(rules, ["Going", "on", "mute."], EVERY) is not None


def test_what_cannot_be_meant_names_its_line(tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(
        'name = "own"\nversion = "1"\nextends = "model_policy"\n'
        '[camera_words]\nanounce = ["x"]\nclosing = ["(end"]\n[camera_words.reasons]\nprayer = "pray"\n',
        "utf-8",
    )
    said = [str(problem) for problem in check_policy(pack)]
    assert any(":5:" in line and "did you mean 'announce'" in line for line in said)
    assert any(":6:" in line and "bracket is not closed" in line for line in said)
    assert any(":8:" in line and "list of texts" in line for line in said)
