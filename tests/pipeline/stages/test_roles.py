from __future__ import annotations

import numpy as np

from pipeline.policy import load_policy
from pipeline.stages.roles import decide, nearest_voice, tell_roles
from pipeline.types import Curve, Role, Turn, VoiceTurn

POLICY = load_policy()


def turn(voice: str | None, text: str, role: Role | None = None, start: float = 0.0) -> Turn:
    return Turn(start, start + 2.0, voice, role, text)


def roles(*turns: Turn) -> dict[str | None, Role | None]:
    return {t.voice: t.role for t in tell_roles(turns, POLICY)}


def level(loud: float, quiet: float) -> Curve:
    """v1 speaks 0-10 s, v2 10-20 s."""
    values = np.concatenate([np.full(200, loud), np.full(200, quiet)]).astype(np.float32)
    return Curve(20.0, 0.0, values, "dBFS")


VOICES = (VoiceTurn("v1", 0, 10), VoiceTurn("v2", 10, 20))


def test_what_is_said_tells() -> None:
    told = roles(
        turn("a", "Metro police department, step out of the car. You're being detained."),
        turn("b", "Why are you stopping me, officer? What did I do?"),
        turn("c", "Four Adam six, be advised, caller states the male is still there."),
        turn("d", "I had the fish yesterday."),
    )
    assert told == {"a": Role.OFFICER, "b": Role.CIVILIAN, "c": Role.RADIO, "d": None}


def test_the_reason_is_given_in_words() -> None:
    (made,) = tell_roles([turn("a", "Drop the knife! Get back!")], POLICY)
    assert made.role is Role.OFFICER
    assert "gave orders" in made.role_reason
    assert "Drop the knife!" in made.role_reason
    (unknown,) = tell_roles([turn("a", "I had the fish.")], POLICY)
    assert unknown.role_reason == "nothing said tells the role"


def test_divided_evidence_is_not_guessed_at() -> None:
    (made,) = tell_roles([turn("a", "Stop moving! Stay right there! Why are you stopping me? I live here.")], POLICY)
    assert made.role is None
    assert "divided" in made.role_reason


def test_imported_roles_stay() -> None:
    (made,) = tell_roles([turn("a", "Drop the knife! Get back!", Role.CIVILIAN)], POLICY)
    assert made.role is Role.CIVILIAN


def test_no_voice_no_role() -> None:
    assert roles(turn(None, "Drop the knife! Get back!")) == {None: None}


def test_the_wearer_is_the_nearest() -> None:
    found = nearest_voice(VOICES, level(-20, -32))
    assert found is not None
    assert found[0] == "v1"
    assert "12 dB" in found[1].reason
    turns = [turn("v1", "so how was it"), turn("v2", "it was fine", start=12.0)]
    assert [t.role for t in tell_roles(turns, POLICY, VOICES, level(-20, -32))] == [Role.OFFICER, None]


def test_levels_that_are_alike_tell_nothing() -> None:
    assert nearest_voice(VOICES, level(-20, -23)) is None
    assert nearest_voice(VOICES, None) is None
    assert nearest_voice((), level(-20, -40)) is None
    assert nearest_voice(VOICES[:1], level(-20, -40)) is None


def test_nothing_decides_nothing() -> None:
    assert decide([]) == (None, "nothing said tells the role")
