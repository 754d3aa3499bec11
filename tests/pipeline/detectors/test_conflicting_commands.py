from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detectors.conflicting_commands import ConflictingCommands, conflicts
from pipeline.policy import load_policy
from pipeline.policy.orders import OrderFinder
from pipeline.types import Evidence, Finding, HeardTurn, Incident, IncidentEvidence, Member, Recording, Role, Turn

POLICY = load_policy()
RECORDING = Recording("r", Path("r.mp4"), 1000.0)


def turn(start: float, text: str, voice: str | None = "v1", role: Role | None = Role.OFFICER) -> Turn:
    return Turn(start, start + 1.5, voice, role, text)


def findings(*turns: Turn) -> list[Finding]:
    return list(ConflictingCommands(POLICY)(Evidence(RECORDING, turns=turns)))


def test_both_lines_and_what_clashes() -> None:
    (found,) = findings(turn(10, "Don't move!"), turn(14, "Get on the ground!", "v2"))
    assert (found.start, found.end) == (10.0, 15.5)
    (pair,) = found.evidence["pairs"]
    assert (pair["first"]["words"], pair["second"]["words"]) == ("Don't move!", "Get on the ground!")
    assert pair["cannot_both"] == [["keep still", "go down"]]
    assert pair["seconds_apart"] == 4.0
    assert found.evidence["voices"] == ["v1", "v2"]
    assert "Don't move!" in found.summary and "2 officers" in found.summary


def test_one_officer_may_contradict_himself() -> None:
    (found,) = findings(turn(10, "Keep your hands on the wheel."), turn(13, "Give me your license."))
    assert "one officer" in found.summary


@pytest.mark.parametrize(
    "turns",
    [
        (turn(10, "Get on the ground!"), turn(12, "Show me your hands!", "v2")),
        (turn(10, "Don't move!"), turn(20.5, "Come here!", "v2")),
        (turn(10, "Sir, come here."), turn(12, "Ma'am, get back.", "v2")),
        (turn(10, "Stop! Come here."),),
        (turn(10, "On your knees."), turn(14, "Okay, now stand up.")),
        (turn(10, "Come here."), turn(12, "Get back!", "v2", Role.CIVILIAN)),
        (turn(10, "Come here."), turn(12, "He told me to get back.", "v2")),
        (turn(10, "Walk to me, keep coming, stop."), turn(13, "Kneel.")),
    ],
    ids=["both can be done", "too late", "two people", "one breath", "next step", "public", "report", "ended by stop"],
)
def test_no_conflict(turns: tuple[Turn, ...]) -> None:
    assert not findings(*turns)


def test_linked_pairs_are_one_finding_with_every_pair() -> None:
    (found,) = findings(
        turn(10, "Get on the ground!"), turn(12, "Come here!", "v2"), turn(14, "Get down on the ground!"),
        turn(16, "Don't move!", "v3"),
    )  # fmt: skip
    assert len(found.evidence["pairs"]) == 5
    assert "4 more such pairs" in found.summary


def test_across_cameras() -> None:
    heard = tuple(
        HeardTurn(start, start + 1, speaker, Role.OFFICER, text, recording=camera)
        for start, speaker, text, camera in (
            (10.0, "officer 1", "Stay in the car!", "a"), (12.0, "officer 2", "Get out of the car!", "b"),
        )
    )  # fmt: skip
    members = tuple(Member(Evidence(Recording(n, Path(n), 100.0)), 0.0, "sound") for n in "ab")
    incident = Incident("i", "incident", None, (("a", 0.0, "sound"), ("b", 0.0, "sound")), "by hand")
    (found,) = ConflictingCommands(POLICY)(IncidentEvidence(incident, members, heard))
    assert (found.subject, found.evidence["voices"]) == ("i", ["officer 1", "officer 2"])


lines = st.sampled_from(
    ["Don't move!", "Get on the ground!", "Come here!", "Get back!", "Hands up!", "What's your name?"]
)


@given(st.lists(st.tuples(st.floats(0, 40), lines, st.sampled_from(["v1", "v2"])), max_size=10))
def test_every_pair_clashes_lies_within_the_window_and_is_named_once(rows: list[tuple[float, str, str]]) -> None:
    turns = sorted((turn(start, text, voice) for start, text, voice in rows), key=lambda t: t.start)
    found = conflicts(POLICY, list(OrderFinder(POLICY).orders(turns)))
    assert all(c.clashes and c.first.turn is not c.second.turn for c in found)
    assert all(0 <= c.second.span.start - c.first.span.start <= POLICY.windows.conflict_within for c in found)
    pairs = [(id(c.first), id(c.second)) for c in found]
    assert len(pairs) == len(set(pairs))
    told = [p for f in findings(*turns) for p in f.evidence["pairs"]]
    assert len(told) == len(found)
