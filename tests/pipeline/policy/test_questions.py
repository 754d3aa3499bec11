"""Questions and the officer who speaks next: the same as by looking through all turns, for any order of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy.questions import questions
from pipeline.types import Role, Turn

TIMES = st.floats(0, 60).map(lambda t: round(t, 1))
TURNS = st.lists(
    st.builds(
        lambda start, length, role: Turn(start, round(start + length, 1), role.value, role, "What did I do?"),
        TIMES, st.floats(0.1, 9).map(lambda t: round(t, 1)), st.sampled_from([Role.OFFICER, Role.CIVILIAN]),
    ),
    max_size=12,
)  # fmt: skip


@given(TURNS)
def test_the_first_officer_who_speaks_after_or_meanwhile(turns: list[Turn]) -> None:
    for found in questions(turns):
        asked = found.turn
        later = [t.start for t in turns if t.role is Role.OFFICER and t.end > asked.end and t.start >= asked.start]
        expected = round(max(0.0, min(later) - asked.end), 1) if later else None
        assert found.seconds == expected
    assert sum(1 for _ in questions(turns)) == sum(t.role is Role.CIVILIAN for t in turns)
