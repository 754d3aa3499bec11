from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.metrics import Said, diarization_error, read_rttm, spoken_words, word_errors

TRUTH = [Said("ann", 0.0, 4.0), Said("bob", 5.0, 9.0)]


def test_the_truth_itself_has_no_error_whatever_its_names() -> None:
    renamed = [Said({"ann": "x", "bob": "a"}[s.speaker], s.start, s.end) for s in TRUTH]
    assert diarization_error(TRUTH, renamed).rate == 0.0


def test_each_kind_of_error_is_counted() -> None:
    error = diarization_error(TRUTH, [Said("a", 0.0, 2.0), Said("b", 5.0, 9.0), Said("b", 9.5, 10.5)], collar=0.0)
    assert error.missed == pytest.approx(2 / 8)
    assert error.false_alarm == pytest.approx(1 / 8)
    assert error.confusion == 0.0
    assert error.scored == pytest.approx(8.0)
    one = diarization_error(TRUTH, [Said("a", 0.0, 9.0)], collar=0.0)
    assert (one.missed, one.false_alarm, one.confusion) == pytest.approx((0.0, 1 / 8, 4 / 8))


def test_overlapping_speech_counts_once_per_speaker() -> None:
    truth = [Said("ann", 0.0, 4.0), Said("bob", 2.0, 4.0)]
    error = diarization_error(truth, [Said("a", 0.0, 4.0)], collar=0.0)
    assert error.missed == pytest.approx(2 / 6)
    assert error.rate == pytest.approx(2 / 6)


def test_the_collar_forgives_edges() -> None:
    moved = [Said("ann", 0.2, 3.8), Said("bob", 5.2, 9.2)]
    assert diarization_error(TRUTH, moved).rate == pytest.approx(0.0)
    assert diarization_error(TRUTH, moved, collar=0.0).rate == pytest.approx(0.1)


def test_nothing_found_is_all_missed_and_no_truth_is_an_error() -> None:
    assert diarization_error(TRUTH, []).missed == pytest.approx(1.0)
    with pytest.raises(ValueError, match="no speech"):
        diarization_error([], TRUTH)


def test_rttm_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    path.write_text("SPKR-INFO x 1 <NA>\nSPEAKER x 1 1.50 2.25 <NA> <NA> ann <NA> <NA>\n\n", encoding="utf-8")
    assert read_rttm(path) == [Said("ann", 1.5, 3.75)]


def test_words_are_compared_without_marks() -> None:
    assert spoken_words("Don\u2019t move! 'Stop', he said.") == ["don't", "move", "stop", "he", "said"]


@pytest.mark.parametrize(
    ("truth", "found", "errors"),
    [("a b c", "a b c", 0), ("a b c", "", 3), ("", "a", 1), ("a b c", "a x c d", 2), ("a b c d", "b c d", 1)],
)
def test_word_errors_are_counted(truth: str, found: str, errors: int) -> None:
    assert word_errors(truth.split(), found.split()) == errors


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_word_errors_are_a_distance(a: list[str], b: list[str]) -> None:
    assert word_errors(a, b) == word_errors(b, a)
    assert abs(len(a) - len(b)) <= word_errors(a, b) <= max(len(a), len(b))
