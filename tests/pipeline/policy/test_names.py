from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy import find_answer, find_names, load_policy

split = str.split

POLICY = load_policy()
SENTENCES = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
CASES = [(label, *row) for label in SENTENCES if label != "nothing" for row in SENTENCES[label]]


@pytest.mark.parametrize(("label", "name", "text"), CASES)
def test_names_said_and_asked(label: str, name: str, text: str) -> None:
    assert name in [m.name for m in find_names(POLICY, text.split()) if m.label == label]


@pytest.mark.parametrize("text", SENTENCES["nothing"])
def test_no_name_of_the_speaker(text: str) -> None:
    assert not find_names(POLICY, text.split())


def test_title_and_agency_as_heard() -> None:
    words = split("Hi, I'm Sergeant Ruiz with the Port Alder Police Department, how are you?")
    match = next(m for m in find_names(POLICY, words) if m.label == "officer_name_given")
    assert (match.title, match.name, match.agency) == ("sergeant", "Ruiz", "Port Alder Police Department")
    assert " ".join(words[match.first : match.last + 1]) == "I'm Sergeant Ruiz"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Calvin. Calvin Reed.", "Calvin"),
        ("ned edward", "ned edward"),
        ("it's anton", "anton"),
        ("Put Mrs. Haddad.", "Haddad"),
        ("uh vernon sir", "vernon"),
        ("I don't have to tell you that", None),
        ("Why?", None),
        ("Nobody.", None),
        ("no", None),
        ("what did i do", None),
        ("I'm not telling you.", None),
    ],
)
def test_bare_answers(text: str, name: str | None) -> None:
    found = find_answer(POLICY, text.split(), "name_given_by_person")
    assert (found.name if found else None) == name


@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_words_can_be_looked_at(words: list[str]) -> None:
    for match in find_names(POLICY, words):
        assert 0 <= match.first <= match.last < len(words)
    find_answer(POLICY, words, "officer_name_given")
