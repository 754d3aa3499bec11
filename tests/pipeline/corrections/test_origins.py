from __future__ import annotations

from pipeline.corrections import assign, put_right, rename, reword, set_role
from pipeline.types import Role, Span, Turn, Word

WORDS = tuple(Word(text, 5.0 + n, 5.9 + n, 0.9) for n, text in enumerate(("put", "it", "down", "now")))
TURNS = (
    Turn(0, 2, "v1", None, "hello"),
    Turn(5, 9, "v2", Role.OFFICER, "put it down now", WORDS),
    Turn(10, 12, "v1", None, "why"),
)


def test_each_measured_turn_knows_what_became_of_it_and_by_which_corrections() -> None:
    made = [
        set_role("r", TURNS, "v1", Role.CIVILIAN, "kim"),
        assign("r", TURNS, [Span(5, 7)], "other", "kim"),
        reword("r", TURNS, Span(10, 12), "", "lee"),
    ]
    first, cut, gone = put_right(TURNS, made)
    assert (first.number, first.turns[0].role, first.corrections) == (0, Role.CIVILIAN, (made[0],))
    assert [(t.text, t.voice) for t in cut.turns] == [("put it", "other"), ("down now", "v2")]
    assert cut.corrections == (made[1],)
    assert (gone.number, gone.turns, gone.corrections) == (2, (), (made[0], made[2]))


def test_what_changes_nothing_has_no_part_in_it() -> None:
    lost = rename("r", TURNS, "v2", "Tarn", "kim")
    others = (TURNS[0], TURNS[2])
    assert put_right(others, [lost]) == [] and put_right(TURNS, []) == []
