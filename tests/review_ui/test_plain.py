from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.types import ClockSource, Role
from review_ui import plain


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0.0 s"),
        (9.94, "9.9 s"),
        (42.4, "42 s"),
        (60.0, "1 min 00 s"),
        (3599.4, "59 min 59 s"),
        (3600.0, "1 h 00 min"),
        (59.7, "1 min 00 s"),
        (7325.0, "2 h 02 min"),
    ],
)
def test_lengths(seconds: float, said: str) -> None:
    assert plain.duration(seconds) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("v2", "Voice 2"),
        ("SPEAKER_03", "Voice 3"),
        ("Diaz", "Diaz"),
        ("radio", "Radio"),
        ("v2x", "V2x"),
        (None, "Voice not told apart"),
    ],
)
def test_voices(name: str | None, said: str) -> None:
    assert plain.voice(name) == said


def test_everything_has_a_word() -> None:
    assert set(plain.CLOCKS) == {*ClockSource, None}
    assert set(plain.ROLES) == {*Role, None}
    assert plain.kind("brand_new").title == "Brand new"
    assert plain.step("brand_new") == "Brand new"


def test_no_word_judges_a_person() -> None:
    text = " ".join(f"{kind.title} {kind.about}" for kind in plain.KINDS.values()).lower()
    assert not any(word in text for word in ("guilt", " lie", "violat", "verdict", "misconduct", "suspect"))


@given(st.text(max_size=60))
def test_text_among_markdown_says_the_same_and_marks_nothing(text: str) -> None:
    escaped = plain.as_text(f"a {text} b")
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(f"a {text} b".split())
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>$:~!]", escaped)
