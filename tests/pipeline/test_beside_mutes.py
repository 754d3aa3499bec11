"""Which words stand on which side of a mute, and how far from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.beside_mutes import END, MUTE, Moment, moments_of, pieces_beside, seconds_apart
from pipeline.types import Role, Span
from tests.pipeline.incidents.made import turn
from tests.pipeline.made_sound import evidence

AT = Moment(MUTE, Span(100.0, 140.0))


def test_the_mutes_and_the_end() -> None:
    assert [m.kind for m in moments_of(evidence(300, [(0, 30), (100, 140), (280, 300)]), 2.0)] == [MUTE, END]
    (end,) = moments_of(evidence(300, live=2 / 32768), 2.0)
    assert end.span == Span(300.0, 300.0)


def test_only_what_officers_and_unknown_voices_say_is_looked_at() -> None:
    lines = [turn((90.0, 95.0, "v1", "one two three"), 0.0, 1.0, role) for role in (*Role, None)]
    assert {p.whole.role for p in pieces_beside(lines, AT, 60, 30)} == {Role.OFFICER, None}


@given(st.floats(0, 290), st.floats(0.5, 200), st.integers(1, 30), st.booleans())
def test_every_word_is_on_one_side_and_pieces_are_within_reach(
    start: float, seconds: float, words: int, timed: bool
) -> None:
    said = turn((start, start + seconds, "v1", "word " * words), 0.0, 1.0, Role.OFFICER)
    said = said if timed else replace(said, words=())
    everywhere = list(pieces_beside([said], AT, 1e6, 1e6))
    assert sum(len(p.turn.text.split()) for p in everywhere) == words
    for piece in pieces_beside([said], AT, 60, 30):
        count = len(piece.turn.text.split())
        assert seconds_apart(piece, 0, count - 1, AT) >= 0
        assert piece.turn.start <= 170.0 if piece.after else piece.turn.end >= 40.0


def test_the_side_of_a_turn_without_times_of_words_is_its_start() -> None:
    said = replace(turn((90.0, 160.0, "v1", "all of it"), 0.0, 1.0, Role.OFFICER), words=())
    (piece,) = pieces_beside([said], AT, 60, 30)
    assert not piece.after and seconds_apart(piece, 0, 1, AT) == pytest.approx(0.0)
