from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.detectors.repeated_command import RepeatedCommand
from pipeline.policy import load_policy
from pipeline.types import Evidence, Finding, Recording, Role, Turn

POLICY = load_policy()
RECORDING = Recording("r", Path("r.mp4"), 1000.0)


def turn(start: float, text: str, voice: str = "v1", role: Role = Role.OFFICER) -> Turn:
    return Turn(start, start + 1.0, voice, role, text)


def findings(*turns: Turn) -> list[Finding]:
    return list(RepeatedCommand(POLICY)(Evidence(RECORDING, turns=turns)))


def test_three_utterances_that_want_the_same_in_other_words() -> None:
    (found,) = findings(
        turn(10, "Drop the knife!"), turn(13, "Put it down!", "v2"), turn(16, "I said drop it!"), turn(40, "Drop it!")
    )
    assert (found.start, found.end) == (10.0, 17.0)
    assert (found.evidence["action"], found.evidence["times"]) == ("drop it", 3)
    assert found.evidence["voices"] == ["v1", "v2"]
    assert found.evidence["pauses"] == [2.0, 2.0]
    assert found.speaker is None


def test_three_times_in_one_utterance() -> None:
    (found,) = findings(turn(10, "Get back! Get back! Get back!"))
    assert (found.evidence["times"], found.evidence["utterances"]) == (3, 1)
    assert "in one utterance" in found.summary
    assert found.speaker == "v1"


def test_what_no_name_is_known_for() -> None:
    (found,) = findings(turn(10, "Spit it out!"), turn(12, "Spit it out!"), turn(14, "Sir, spit it out!"))
    assert found.evidence["times"] == 3


@pytest.mark.parametrize(
    "turns",
    [
        (turn(10, "Drop it!"), turn(13, "Drop it!")),
        (turn(10, "Drop it!"), turn(16, "Drop it!"), turn(22, "Drop it!")),
        (turn(10, "Drop it!"), turn(12, "Get back!"), turn(14, "Hands up!")),
        (turn(10, "Stand back! " * 38),),
        tuple(turn(10 + 0.2 * k, "He's down! Get back!") for k in range(12)),
        (turn(10, "Sir, sit down."), turn(12, "Ma'am, sit down."), turn(14, "Sir, sit down.")),
        (turn(10, "Keep coming, keep coming, keep coming, keep coming."),),
        (turn(10, "Get back! Get back! Get back!", role=Role.CIVILIAN),),
    ],
    ids=["twice", "slowly", "different", "loop", "loop of utterances", "two people", "guided", "public"],
)
def test_no_repetition(turns: tuple[Turn, ...]) -> None:
    assert not findings(*turns)


def test_one_event_where_two_names_fit_the_same_words() -> None:
    (found,) = findings(turn(10, "Sit on the curb."), turn(12, "Sit on the curb!"), turn(14, "Sit on the curb now!"))
    assert found.evidence["times"] == 3
