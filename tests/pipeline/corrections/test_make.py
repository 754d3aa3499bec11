"""Making corrections: what cannot be meant is refused in one line that says what there is."""

from __future__ import annotations

import pytest

from pipeline.corrections import assign, merge, rename, set_role, speakers_of, split
from pipeline.errors import CorrectionError
from pipeline.types import Role, Span
from tests.pipeline.corrections.test_apply import ID, TURNS


def test_speakers_are_listed_in_order_of_being_heard() -> None:
    found = speakers_of(TURNS)
    assert [(s.voice, s.turns, s.seconds) for s in found] == [("v1", 2, 3.5), ("v2", 1, 2.0), ("v3", 1, 2.0)]
    assert found[0].sample == "show me your hands"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: rename(ID, TURNS, "v8", "Tarn", "kim"), "no voice 'v8' here; there are: v1, v2, v3"),
        (lambda: rename(ID, TURNS, "v1", "v2", "kim"), "merge them"),
        (lambda: rename(ID, TURNS, "v1", "  ", "kim"), "1 to 80 characters"),
        (lambda: rename(ID, TURNS, "v1", "x" * 81, "kim"), "1 to 80 characters"),
        (lambda: merge(ID, TURNS, "v1", "v1", "kim"), "with itself"),
        (lambda: merge(ID, TURNS, "v1", "v4", "kim"), "no voice 'v4'"),
        (lambda: set_role(ID, TURNS, "v1", Role.RADIO, " "), "say who"),
        (lambda: assign(ID, TURNS, [Span(40, 50)], "v1", "kim"), "nobody speaks there"),
        (lambda: split(ID, TURNS, "v1", 30.0, "new", "kim"), "nothing to split"),
        (lambda: split(ID, TURNS, "v1", 0.0, "new", "kim"), "nothing to split"),
        (lambda: split(ID, TURNS, "v3", 0.0, "new", "kim"), "nothing to split"),
        (lambda: split(ID, TURNS, "v1", 6.0, "v2", "kim"), "choose a new one"),
    ],
)
def test_what_cannot_be_meant_is_refused(make: object, says: str) -> None:
    with pytest.raises(CorrectionError, match=says):
        make()  # type: ignore[operator]
