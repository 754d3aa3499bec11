from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.policy import load_policy
from pipeline.stages.roles import WEARER, Cue, decide, nearest_voice, sound_cues, speaker_names, tell_roles
from pipeline.types import Curve, Role, Turn, VoiceSound, VoiceTurn

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


def sound(voice: str, level: float, low: float = 2.0, high: float = 8.0, fall: float = 18.0) -> VoiceSound:
    return VoiceSound(voice, 10.0, level, low, high, fall)


def test_the_wearer_is_loud_and_dry() -> None:
    near = [sound("v1", -40), sound("v2", -36, fall=25), sound("v3", -44, fall=16)]
    ((voice, cue),) = sound_cues(near)
    assert (voice, cue.role) == ("v2", Role.OFFICER)
    assert WEARER in cue.reason


def test_loud_alone_or_dry_alone_is_not_near() -> None:
    assert not list(sound_cues([sound("v1", -40), sound("v2", -30, fall=16)]))  # a shout from afar
    assert not list(sound_cues([sound("v1", -40), sound("v2", -43, fall=30)]))
    assert not list(sound_cues([sound("v1", -40)]))
    assert not list(sound_cues([]))


def test_a_radio_is_narrow_at_both_ends_and_never_the_wearer() -> None:
    radio = sound("v3", -30, low=-23, high=-6, fall=28)
    cues = dict(sound_cues([sound("v1", -36, fall=25), sound("v2", -44), radio]))
    assert {voice: cue.role for voice, cue in cues.items()} == {"v1": Role.OFFICER, "v3": Role.RADIO}


def test_where_the_whole_track_is_narrow_nobody_is_a_radio() -> None:
    narrow = [sound("v1", -40, low=-20, high=-30), sound("v2", -41, low=-22, high=-31)]
    assert not list(sound_cues(narrow))
    assert not list(sound_cues([sound("v1", -40), sound("v2", -41, low=-22)]))  # a low cut alone


def test_who_answers_orders_is_the_public() -> None:
    turns = [
        turn("a", "Stop right there! Get on the ground!", start=0),
        turn("b", "All right, all right.", start=2.5),
        turn("a", "Put your hands behind your back!", start=5),
        turn("b", "I can't, my shoulder.", start=7.5),
        turn("a", "Turn around!", start=10),
        turn("b", "Okay.", start=12.5),
        turn("c", "Watch his left hand.", start=30),
    ]
    assert roles(*turns) == {"a": Role.OFFICER, "b": Role.CIVILIAN, "c": None}
    assert any("answered orders (3 times)" in t.role_reason for t in tell_roles(turns, POLICY))


def test_who_says_a_name_when_asked_is_the_public() -> None:
    turns = [turn("a", "What's your name?", start=0), turn("b", "Marcus. Marcus Odom.", start=2.5)]
    assert roles(*turns)["b"] is Role.CIVILIAN


def test_evidence_from_elsewhere_is_added() -> None:
    cue = Cue(Role.OFFICER, 2.0, "officer: loudest on camera b, so its wearer")
    (made,) = tell_roles([turn("a", "I had the fish.")], POLICY, more={"a": [cue]})
    assert made.role is Role.OFFICER
    assert made.role_reason == cue.reason


def test_speakers_are_named_by_role_and_first_word() -> None:
    worn = replace(turn("v2", "Hello.", Role.OFFICER, 5), role_reason=f"officer: so {WEARER} (9 dB)")
    turns = [turn("v1", "Hi.", Role.CIVILIAN, 1), turn("v3", "Copy.", Role.RADIO, 2), worn]
    turns += [turn("v4", "Stop!", Role.OFFICER, 7), turn("v5", "Mm.", None, 9), turn("v1", "Yes.", Role.CIVILIAN, 11)]
    assert speaker_names(turns) == {
        "v1": "civilian 1",
        "v2": "wearer",
        "v3": "radio",
        "v4": "officer 2",
        "v5": "voice 1",
    }
