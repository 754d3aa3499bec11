from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.unanswered_question import UnansweredQuestion
from pipeline.policy import load_policy
from pipeline.policy.questions import asks, questions
from pipeline.types import Evidence, Finding, Recording, Role, Turn

POLICY = load_policy()
OFFICER, CIVILIAN = Role.OFFICER, Role.CIVILIAN


def turn(start: float, role: Role | None, text: str) -> Turn:
    return Turn(start, start + 2, str(role), role, text)


def findings(*turns: Turn, duration: float = 100.0) -> list[Finding]:
    return list(UnansweredQuestion(POLICY)(Evidence(Recording("r", Path("r"), duration), turns=turns)))


def test_an_officer_who_speaks_in_time() -> None:
    asked = turn(0, CIVILIAN, "Why are you here?")
    assert not findings(asked, turn(11, OFFICER, "Your neighbor called."))
    (late,) = findings(asked, turn(13, OFFICER, "Your neighbor called."))
    assert late.evidence["seconds_until_an_officer_spoke"] == 11
    assert "the next officer spoke 11 s after it" in late.summary
    (never,) = findings(asked, turn(3, CIVILIAN, "Hello?"), duration=6.0) or findings(asked)
    assert never.evidence["seconds_until_an_officer_spoke"] is None


def test_the_recording_must_go_on_long_enough() -> None:
    assert not findings(turn(0, CIVILIAN, "Why?"), duration=8.0)


def test_only_the_person_asks() -> None:
    assert not findings(turn(0, OFFICER, "Why are you here?"), turn(0, None, "Why are you here?"))


@pytest.mark.parametrize("text", ["why am i being stopped", "hey what did i do", "can i go home now", "¿Por qué?"])
def test_questions(text: str) -> None:
    assert asks(turn(0, CIVILIAN, text))


@pytest.mark.parametrize("text", ["what a night", "I know why.", "when i was young", "because he is here", ""])
def test_no_questions(text: str) -> None:
    assert not asks(turn(0, CIVILIAN, text))


@given(
    st.lists(
        st.tuples(st.floats(0, 500), st.sampled_from([*Role]), st.sampled_from(["Why?", "Yes.", "no"])), max_size=8
    )
)
def test_seconds_are_never_negative(said: list[tuple[float, Role, str]]) -> None:
    turns = [turn(start, role, text) for start, role, text in sorted(said)]
    assert all(q.seconds is None or q.seconds >= 0 for q in questions(turns))
