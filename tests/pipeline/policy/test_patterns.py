from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.language import sentences
from pipeline.policy.pack import PatternSet
from pipeline.policy.patterns import PatternError, compile_pattern

WORDS = {"weapon": ("gun", "box cutter"), "hands": ("hands", "hand")}


def found(pattern: str, text: str) -> list[str]:
    patterns = PatternSet([compile_pattern(pattern, WORDS)])
    return [" ".join(s.words[f.start : f.stop]) for s in sentences(text.split()) for f in patterns.all(s)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("drop it", "Drop it!", ["drop it"]),
        ("drop it", "He dropped it.", []),
        ("put (your|both)? <hands> (up|down)", "put hands up", ["put hands up"]),
        ("put (your|both)? <hands> (up|down)", "Put BOTH hands down, now", ["put both hands down"]),
        ("drop (the|that) <weapon>", "drop the box cutter", ["drop the box cutter"]),
        ("step *{0,2} back", "step a bit back", ["step a bit back"]),
        ("step *{0,2} back", "step a little bit more back", []),
        ("stop *ing", "stop running", ["stop running"]),
        ("stop *ing", "stop the car", []),
        ("sit * down", "sit yourself down", ["sit yourself down"]),
        ("(get|come on) (out (of|from)|away) it", "come on out of it", ["come on out of it"]),
    ],
)
def test_matches_words(pattern: str, text: str, expected: list[str]) -> None:
    assert found(pattern, text) == expected


def test_a_name_is_captured_and_may_be_two_words() -> None:
    pattern = compile_pattern("my name is @name", WORDS)
    match = pattern.regex.match("my name is dana whitfield ")
    assert match is not None
    assert match["name"].split() == ["dana", "whitfield"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("* down", "starts with a word"),
        ("*{0,2} down", "starts with a word"),
        ("(put|get", "not closed"),
        ("put) it", "not opened"),
        ("put <knives>", "<knives> is not a list"),
        ("(put|get?) it", "alternative may not be empty"),
        ("please?", "not optional"),
        ("", "empty"),
        ("put | get", None),
        ("Drop IT", "cannot read"),
        ("(|put)", "empty"),
        ("?", "nothing to repeat"),
    ],
)
def test_says_what_is_wrong_with_a_pattern(pattern: str, message: str | None) -> None:
    if message is None:
        compile_pattern(pattern, WORDS)
        return
    with pytest.raises(PatternError, match=message):
        compile_pattern(pattern, WORDS)


@given(st.text(alphabet="ab()|?*{0,2}<weapon>@name- ", max_size=25))
def test_any_text_compiles_or_is_refused(source: str) -> None:
    try:
        pattern = compile_pattern(source, WORDS)
    except PatternError:
        return
    assert pattern.firsts
    assert pattern.regex.match("") is None


@given(st.lists(st.sampled_from(["put", "your", "hands", "up", "down", "please"]), max_size=8))
def test_the_first_words_lose_no_match(words: list[str]) -> None:
    pattern = compile_pattern("(put|your)? (hands|your hands) (up|down)?", WORDS)
    text = "".join(w + " " for w in words)
    starts = {sum(len(w) + 1 for w in words[:k]): k for k in range(len(words))}
    by_regex = {starts[at] for at in starts if pattern.regex.match(text, at)}
    by_index = {f.start for s in sentences(words) for f in PatternSet([pattern]).all(s)}
    assert by_index == by_regex
