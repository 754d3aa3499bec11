from __future__ import annotations

from pathlib import Path

import pytest

from models.training.domain_language_model import UnknownWords, build, known_words
from models.training.domain_text import sentences


def test_every_word_can_be_pronounced() -> None:
    words = {word for line in sentences(60, 2) for word in line.split()}
    assert words - known_words() == set()


def test_a_model_is_made_and_prefers_its_own_text(tmp_path: Path) -> None:
    from pocketsphinx import Decoder, NGramModel

    path = tmp_path / "small.lm.bin"
    assert build(["drop the knife", "drop the gun", "get on the ground"], path) == 3
    decoder = Decoder(lm=None, loglevel="FATAL")
    model = NGramModel(decoder.config, decoder.logmath, str(path))
    assert model.prob(["knife", "the", "drop"]) > model.prob(["ground", "the", "drop"])


def test_words_without_a_pronunciation_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownWords, match="xyzzyx"):
        build(["drop the xyzzyx"], tmp_path / "x.bin")
