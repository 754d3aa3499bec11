from __future__ import annotations

import random
import re

import pytest

from models.training.domain_text import SLOT, filled, sentences, slots, written


def test_there_are_thousands_of_sentences_of_plain_words() -> None:
    text = list(sentences())
    assert len(text) > 5000
    assert all(re.fullmatch(r"[a-z]+(?:'[a-z]+)*(?: [a-z]+(?:'[a-z]+)*)*", line) for line in text)


def test_the_same_seed_gives_the_same_text() -> None:
    assert list(sentences(3, 5)) == list(sentences(3, 5))
    assert list(sentences(3, 5)) != list(sentences(3, 6))


def test_every_slot_is_used_and_known() -> None:
    used = {name for pattern in written("domain_patterns.txt") for name in SLOT.findall(pattern)}
    assert used <= set(slots())
    with pytest.raises(KeyError):
        filled("{nowhere}", random.Random(1))
