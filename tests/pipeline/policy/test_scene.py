from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.policy.scene import scene_of
from pipeline.types import (
    Curve,
    Evidence,
    HeardTurn,
    Incident,
    IncidentEvidence,
    LineLabels,
    Member,
    Recording,
    Role,
    ScoredSpan,
    Span,
    Turn,
)


def recording(name: str, turns: tuple[Turn, ...] = (), effort: float = 0.0) -> Evidence:
    curve = Curve(10.0, 0.0, np.full(1000, effort, np.float32))
    labels = tuple(LineLabels(n, {"command": 0.1 * (n + 1)}) for n in range(len(turns)))
    return Evidence(
        Recording(name, Path(f"{name}.mp4"), 100.0),
        turns=turns,
        vocal_effort=curve,
        line_labels=labels,
        overlaps=(ScoredSpan(1.0, 2.0),),
    )


def incident(*members: Evidence, offsets: tuple[float, ...], turns: tuple[HeardTurn, ...]) -> IncidentEvidence:
    rows = tuple((m.recording.id, offset, "sound") for m, offset in zip(members, offsets, strict=True))
    placed = tuple(Member(m, offset, "sound") for m, offset in zip(members, offsets, strict=True))
    return IncidentEvidence(Incident("i", "incident", None, rows, "by hand"), placed, turns)


def test_a_recording() -> None:
    turn = Turn(5.0, 7.0, "v1", Role.OFFICER, "Step back.")
    scene = scene_of(recording("a", (turn,), 0.9))
    assert (scene.subject, scene.turns, scene.overlaps) == ("a", (turn,), (Span(1.0, 2.0),))
    assert scene.labels == {0: {"command": 0.1}}
    assert scene.raised([(turn, turn.span)]) == 1.0
    assert scene.raised([(turn, Span(500, 501))]) is None


def test_an_incident_asks_the_camera_that_the_turn_is_from() -> None:
    own = Turn(5.0, 7.0, "v2", Role.OFFICER, "Step back.")
    heard = HeardTurn(15.0, 17.0, "officer 1", Role.OFFICER, "Step back.", recording="b", heard_as="v2")
    scene = scene_of(incident(recording("a"), recording("b", (own,), 0.8), offsets=(0.0, 10.0), turns=(heard,)))
    assert scene.subject == "i"
    assert scene.labels == {0: {"command": 0.1}}
    assert scene.raised([(heard, heard.span)]) == 1.0
    quiet = replace(heard, recording="a")
    assert scene.raised([(quiet, quiet.span)]) == 0.0


def test_one_camera_is_left_to_the_recording() -> None:
    heard = HeardTurn(5.0, 7.0, "officer 1", Role.OFFICER, "Step back.", recording="a")
    assert scene_of(incident(recording("a"), offsets=(0.0,), turns=(heard,))).turns == ()
