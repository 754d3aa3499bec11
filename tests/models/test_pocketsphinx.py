from __future__ import annotations

import numpy as np
import pytest

from models import pocketsphinx
from models.contract import SAMPLE_RATE_HZ, RawWord, Samples
from models.pocketsphinx import EXTRA_WORDS, PocketSphinx, extra_words
from tests.models.speech_truth import clip, truth, word_errors


def turn_sound(name: str, index: int) -> tuple[Samples, list[str]]:
    turn = truth(name)[index]
    first, last = (round(t * SAMPLE_RATE_HZ) for t in (turn.start, turn.end))
    return clip(name)[first:last], [w[0] for w in turn.words]


def said(sound: Samples) -> list[str]:
    return [w.text for w in PocketSphinx().transcribe(sound)]


def test_spoken_commands_are_written_down() -> None:
    turns = [turn_sound("commands.flac", i) for i in range(3)] + [turn_sound("talk.flac", i) for i in range(3)]
    errors = sum(word_errors(words, said(sound)) for sound, words in turns)
    assert errors <= 0.2 * sum(len(words) for _, words in turns)


def test_words_carry_times_and_certainty() -> None:
    sound, wanted = turn_sound("commands.flac", 1)
    words = PocketSphinx().transcribe(sound)
    assert [w.text for w in words] == wanted
    duration = len(sound) / SAMPLE_RATE_HZ
    assert all(0 <= w.start < w.end <= duration + 0.05 for w in words)
    assert all(w.confidence is not None and 0 <= w.confidence <= 1 for w in words)
    start = truth("commands.flac")[1].start
    for word, (text, begins, _) in zip(words, truth("commands.flac")[1].words, strict=True):
        assert word.text == text
        assert word.start + start == pytest.approx(begins, abs=0.15)


def test_fillers_and_variant_numbers_are_dropped() -> None:
    class Row:
        def __init__(self, word: str) -> None:
            self.word, self.start_frame, self.end_frame, self.prob = word, 10, 19, 1.2

    rows = [Row(w) for w in ("<s>", "the(2)", "[NOISE]", "<sil>", "o'clock(11)", "++UM++", "</s>")]
    assert tuple(pocketsphinx._words(rows)) == (RawWord("the", 0.1, 0.2, 1.0), RawWord("o'clock", 0.1, 0.2, 1.0))


def test_what_was_heard_before_changes_nothing() -> None:
    sound, _ = turn_sound("talk.flac", 0)
    alone = PocketSphinx().transcribe(sound)
    PocketSphinx().transcribe(np.random.default_rng(1).normal(0, 0.3, SAMPLE_RATE_HZ // 4).astype(np.float32))
    PocketSphinx().transcribe(turn_sound("commands.flac", 2)[0])
    assert PocketSphinx().transcribe(sound) == alone


@pytest.mark.parametrize(
    "sound",
    [np.zeros(0, np.float32), np.full(100, 0.1, np.float32), np.zeros(SAMPLE_RATE_HZ, np.float32)],
    ids=["empty", "six milliseconds", "silence"],
)
def test_nothing_is_heard_in_nothing(sound: Samples) -> None:
    assert PocketSphinx().transcribe(sound) == ()


def test_broken_samples_do_not_stop_it() -> None:
    sound = turn_sound("commands.flac", 1)[0].copy()
    sound[100:104] = np.nan
    assert PocketSphinx().transcribe(sound)


def test_a_quiet_voice_is_written_down_like_a_loud_one() -> None:
    sound, wanted = turn_sound("commands.flac", 1)
    assert word_errors(wanted, said((sound * 0.01).astype(np.float32))) <= 1


def test_it_says_that_it_is_a_draft() -> None:
    info = PocketSphinx().info
    assert info.draft
    assert "draft, low accuracy" in info.remarks
    assert {"en-us.lm.bin", "policing.lm.bin", "policing.dict", "means"} <= set(info.weights)
    assert PocketSphinx().longest <= 30


def test_missing_files_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pocketsphinx.probe().available
    monkeypatch.setattr(pocketsphinx, "DOMAIN_MODEL", EXTRA_WORDS.with_name("nowhere.bin"))
    assert pocketsphinx.probe() == (False, "missing in models/data: nowhere.bin")


def test_extra_words_are_new_and_pronounceable() -> None:
    from pocketsphinx import Decoder

    decoder = Decoder(lm=None, loglevel="FATAL")
    words = list(extra_words())
    assert len(words) == len({w for w, _ in words}) > 5
    for word, phones in words:
        assert decoder.lookup_word(word) is None
        decoder.add_word(word, phones, False)
        assert decoder.lookup_word(word) == phones
