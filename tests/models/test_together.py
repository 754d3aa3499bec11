"""Words and sentences as one classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.contract import BackendInfo, LineContext
from models.sentence_classifier import Head
from models.together import Together

LINE = LineContext("a line", "officer")


@dataclass
class Words:
    said: Mapping[str, float]
    info: BackendInfo = field(default_factory=lambda: BackendInfo("words", "1", {"w.npz": "aa"}, {"n": 3}))

    def label_probabilities(self, lines: Sequence[LineContext]) -> list[Mapping[str, float]]:
        return [self.said for _ in lines]


@dataclass
class Sentences(Words):
    info: BackendInfo = field(default_factory=lambda: BackendInfo("sentences", "2", {"m.safetensors": "bb"}))
    share: float = 0.5
    scale: float = 1.0
    shift: float = 0.0

    @property
    def head(self) -> Head:
        labels, none = tuple(self.said), np.zeros((0, 0), np.float32)
        ones = np.ones(len(labels), np.float32)
        return Head(labels, none, ones, self.share, ones * self.scale, ones * self.shift, {})


def both(words: Mapping[str, float], sentences: Mapping[str, float], **kinds: float) -> Mapping[str, float]:
    return Together(Words(words), Sentences(sentences, **kinds)).label_probabilities([LINE])[0]  # type: ignore[arg-type]


def test_logits_are_averaged_by_share_then_scaled_and_shifted() -> None:
    # odds 1:4 and 9:1; half and half: root of 1/4 * 9 = 1.5
    assert both({"x": 0.2}, {"x": 0.9})["x"] == pytest.approx(1.5 / 2.5)
    assert both({"x": 0.2}, {"x": 0.9}, share=0.0)["x"] == pytest.approx(0.2)
    assert both({"x": 0.2}, {"x": 0.9}, share=1.0)["x"] == pytest.approx(0.9)
    scaled = both({"x": 0.2}, {"x": 0.9}, scale=2.0, shift=float(np.log(2)))["x"]
    assert scaled == pytest.approx(4.5 / 5.5)  # odds 1.5 squared, doubled


def test_a_label_that_one_of_them_knows_keeps_its_probability() -> None:
    found = both({"x": 0.2, "mine": 0.3}, {"yours": 0.7, "x": 0.2})
    assert found == {"x": pytest.approx(0.2), "mine": 0.3, "yours": 0.7}
    assert both({}, {}) == {}


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_two_lie_between_the_one_and_the_other(a: float, b: float, share: float) -> None:
    found = both({"x": a}, {"x": b}, share=share)["x"]
    assert min(a, b) - 2e-6 <= found <= max(a, b) + 2e-6


def test_what_a_run_records_names_both_and_all_weights() -> None:
    info = Together(Words({}), Sentences({}, share=0.4)).info  # type: ignore[arg-type]
    assert (info.name, info.version) == ("words and sentences", "1 and 2")
    assert info.weights == {"w.npz": "aa", "m.safetensors": "bb"}
    assert info.settings == {"n": 3, "sentences_share": 0.4}


def test_no_lines() -> None:
    assert Together(Words({}), Sentences({})).label_probabilities([]) == []  # type: ignore[arg-type]
