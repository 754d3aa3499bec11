from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.detectors.shouted_command import ShoutedCommand
from pipeline.policy import load_policy
from pipeline.types import (
    Curve,
    Evidence,
    Finding,
    HeardTurn,
    Incident,
    IncidentEvidence,
    Member,
    Recording,
    Role,
    Turn,
)

DETECTOR = ShoutedCommand(load_policy())
RECORDING = Recording("r", Path("r.mp4"), 60.0)
TURN = Turn(10.0, 12.0, "v1", Role.OFFICER, "Get on the ground!")


def effort(value: float, start: float = 10.0, end: float = 12.0) -> Curve:
    values = np.full(600, np.nan, np.float32)
    values[int(start * 10) : int(end * 10)] = value
    return Curve(10.0, 0.0, values)


def findings(curve: Curve | None, *turns: Turn) -> list[Finding]:
    return list(DETECTOR(Evidence(RECORDING, turns=turns or (TURN,), vocal_effort=curve)))


def test_an_order_with_a_raised_voice() -> None:
    (found,) = findings(effort(0.9))
    assert (found.label, found.start, found.end) == ("shouted_command", 10.0, 12.0)
    assert found.evidence["raised_share"] == 1.0
    assert 0.7 < found.score < 0.9, "as sure as the order and the voice together"
    assert found.evidence["clause"] == "1.2-tone"


def test_calm_unmeasured_or_no_order() -> None:
    assert not findings(effort(0.2))
    assert not findings(None)
    assert not findings(effort(0.9, 10.0, 10.2)), "too little of it was measured"
    assert not findings(effort(0.9), Turn(10.0, 12.0, "v1", Role.OFFICER, "What is your name?"))


def test_says_what_it_reads_so_that_it_is_not_analysed_without() -> None:
    assert "vocal_effort" in DETECTOR.reads


def test_across_cameras_the_one_that_the_turn_is_from_is_asked() -> None:
    calm = Evidence(Recording("a", Path("a"), 60.0), vocal_effort=effort(0.1))
    loud = Evidence(Recording("b", Path("b"), 60.0), vocal_effort=effort(0.95))
    rows = (("a", 0.0, "sound"), ("b", 3.0, "sound"))
    heard = HeardTurn(13.0, 15.0, "officer 1", Role.OFFICER, "Drop it!", recording="b")
    members = (Member(calm, 0.0, "sound"), Member(loud, 3.0, "sound"))
    (found,) = DETECTOR(IncidentEvidence(Incident("i", "i", None, rows, "by hand"), members, (heard,)))
    assert (found.subject, found.start) == ("i", 13.0)
