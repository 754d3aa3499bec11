from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.loops import LOOP_REPEATS, loops, repeated_texts, without_loops

split = str.split


def test_a_loop_of_a_phrase_is_written_once() -> None:
    words = ["okay", *(split("Stand back!") * 38), "copy"]
    kept, times = without_loops(words)
    assert [words[k] for k in kept] == ["okay", "Stand", "back!", "copy"]
    assert times == 38


def test_people_repeat_themselves_a_few_times() -> None:
    words = split("drop it drop it drop it drop it")
    kept, times = without_loops(words)
    assert len(kept) == len(words)
    assert times == 1


def test_case_and_punctuation_do_not_break_a_loop() -> None:
    assert loops(["Run!", "run", "RUN.", "run,", "run", "Run?"])[0].times == 6


def test_utterances_that_say_the_same() -> None:
    texts = ["Back up.", *["Drop it!"] * 7, "Okay."]
    assert repeated_texts(texts) == {0: 1, **dict.fromkeys(range(1, 8), 7), 8: 1}


def test_silence_is_no_loop() -> None:
    assert set(repeated_texts([""] * 20).values()) == {1}


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=60), st.integers(2, 8))
def test_what_is_kept_has_no_loop_of_one_word_and_keeps_order(words: list[str], repeats: int) -> None:
    kept, times = without_loops(words, repeats)
    assert list(kept) == sorted(set(kept))
    assert (times == 1) == (len(kept) == len(words))
    assert set(words) == {words[k] for k in kept}


@given(st.integers(LOOP_REPEATS, 200))
def test_the_count_is_that_of_the_recogniser(times: int) -> None:
    assert without_loops(["no"] * times) == ((0,), times)
