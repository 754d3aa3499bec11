from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import no_progress
from pipeline.errors import NotMeasurable
from pipeline.policy import load_policy
from pipeline.stages.turns import Turns, give_voices
from pipeline.types import Diarization, Evidence, Recording, Turn, VoiceTurn, Word

STAGE = Turns(load_policy())


def words(text: str, start: float = 0.0, each: float = 0.4) -> list[Word]:
    return [Word(w, start + k * each, start + (k + 0.9) * each) for k, w in enumerate(text.split())]


def turns(said: list[Word] | None, *voices: VoiceTurn, measured: bool = True) -> tuple[Turn, ...]:
    diarization = Diarization(voices, voices) if measured else None
    evidence = Evidence(
        Recording("r", Path("r.mp4"), 600.0), words=None if said is None else tuple(said), voices=diarization
    )
    made = STAGE(evidence, no_progress).turns
    assert made is not None
    return made


def test_a_pause_ends_a_turn() -> None:
    made = turns([*words("step back please"), *words("thank you", 3.0)], VoiceTurn("v1", 0, 10))
    assert [t.text for t in made] == ["step back please", "thank you"]
    assert [t.voice for t in made] == ["v1", "v1"]


def test_a_change_of_voice_ends_a_turn() -> None:
    made = turns(words("where are you going home"), VoiceTurn("v1", 0, 1.62), VoiceTurn("v2", 1.62, 5))
    assert [(t.voice, t.text) for t in made] == [("v1", "where are you going"), ("v2", "home")]
    assert made[0].span.end <= made[1].span.start


def test_without_voices_there_are_turns_without_speaker_or_role() -> None:
    made = turns(words("get on the ground"), measured=False)
    assert [(t.voice, t.role) for t in made] == [(None, None)]
    assert made[0].role_reason


def test_without_words_nothing_is_measured() -> None:
    with pytest.raises(NotMeasurable):
        turns(None)
    assert turns([]) == ()


def test_a_long_turn_ends_at_a_sentence() -> None:
    made = turns(words(" ".join(f"sentence number {k} ends." for k in range(40))), VoiceTurn("v1", 0, 100))
    assert len(made) > 1
    assert all(t.text.endswith(".") for t in made)
    assert all(t.span.duration < 25 for t in made)


def test_a_loop_is_written_once_with_its_count() -> None:
    (made,) = turns(words("Stand back! " * 38, each=0.2), VoiceTurn("v1", 0, 100))
    assert made.text == "Stand back! [the same words up to 38 times in a row]"
    assert len(made.words) == 2
    assert made.end > 10


def test_a_word_goes_to_the_voice_that_covers_most_of_it() -> None:
    voices = [VoiceTurn("v1", 0.0, 1.2), VoiceTurn("v2", 1.2, 2.0)]
    assert give_voices([Word("a", 1.0, 1.5), Word("b", 2.1, 2.4), Word("c", 3.0, 3.2)], voices, 0.3) == [
        "v2",
        "v2",
        None,
    ]


exclusive = st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 5)), max_size=10)
spoken = st.lists(st.tuples(st.floats(0, 60), st.floats(0.0, 1.5)), max_size=30)


@given(spoken, exclusive)
def test_every_word_is_in_one_turn_and_in_order(
    said: list[tuple[float, float]], parts: list[tuple[float, float]]
) -> None:
    given_words = [Word(f"w{k}", start, start + length) for k, (start, length) in enumerate(said)]
    voices = [VoiceTurn(f"v{k % 3}", start, start + length) for k, (start, length) in enumerate(parts)]
    made = turns(given_words, *voices)
    assert sorted(w.text for t in made for w in t.words) == sorted(w.text for w in given_words)
    assert [t.start for t in made] == sorted(t.start for t in made)
