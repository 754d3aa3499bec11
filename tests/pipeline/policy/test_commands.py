from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy import COMMAND_CATEGORIES, find_commands, load_policy

split = str.split

POLICY = load_policy()
SENTENCES = tomllib.loads((Path(__file__).parent / "orders.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", SENTENCES["orders"])
def test_an_order_is_found(text: str) -> None:
    assert find_commands(POLICY, text.split())


@pytest.mark.parametrize("text", SENTENCES["other"])
def test_the_same_words_may_be_no_order(text: str) -> None:
    assert not find_commands(POLICY, text.split())


@pytest.mark.xfail(strict=True, reason="known misses of the rules")
@pytest.mark.parametrize("text", SENTENCES["missed_orders"])
def test_known_misses(text: str) -> None:
    assert find_commands(POLICY, text.split())


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Put your hands on the dash", "hands"),
        ("get down on the ground", "ground"),
        ("don't move", "stop"),
        ("Don't drop it", "stop"),
        ("Come over here", "come"),
        ("Back up!", "back"),
        ("Drop the bat.", "weapon"),
        ("step out of the car for me", "out_of_car"),
        ("License and registration, please.", "identify"),
        ("Be quiet.", "quiet"),
        ("Turn around.", "other"),
    ],
)
def test_what_an_order_is_about(text: str, category: str) -> None:
    assert find_commands(POLICY, text.split())[0].category == category


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("Drop the bat.", True),
        ("I need you to step back.", True),
        ("Calm down.", False),
        ("Can you step back?", False),
        ("Let's go outside.", False),
    ],
)
def test_clear_or_not(text: str, clear: bool) -> None:
    assert find_commands(POLICY, text.split())[0].clear is clear


def test_says_which_rule_fired_and_on_which_words() -> None:
    words = split("Sir, um, I need you to put the fucking knife down, okay?")
    (match,) = find_commands(POLICY, words)
    assert match.text == "put the fucking knife down,"
    assert (match.first, match.last) == (6, 10)
    assert any(match.rule == p.source for p in POLICY.commands["weapon"].phrases.patterns)
    assert match.lead == "need"
    assert match.clause in POLICY.clauses


def test_several_orders_in_one_breath() -> None:
    found = find_commands(POLICY, split("hands up hands out the window and turn the car off"))
    assert [m.category for m in found] == ["hands", "hands", "out_of_car"]


def test_first_aid_is_no_order_but_a_weapon_is() -> None:
    assert not find_commands(POLICY, split("Where are you hurt? Let me see your hands."))
    assert find_commands(POLICY, split("Where are you hurt? Drop the knife."))


def test_an_order_to_an_officer_does_not_silence_one_to_the_person() -> None:
    found = find_commands(POLICY, split("Cuff him. Sir, get on the ground."))
    assert [m.category for m in found] == ["ground"]


@given(st.lists(st.sampled_from(split("sir put your hands up get on the ground he told me did you stop, now. and to"))))
def test_matches_lie_in_the_words_and_do_not_overlap(words: list[str]) -> None:
    last = -1
    for match in find_commands(POLICY, words):
        assert last < match.first <= match.last < len(words)
        assert match.category in COMMAND_CATEGORIES
        last = match.last


@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_words_can_be_looked_at(words: list[str]) -> None:
    find_commands(POLICY, words)
