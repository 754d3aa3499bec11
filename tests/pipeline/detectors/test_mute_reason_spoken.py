"""Words about the camera beside a mute, and before the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.detectors.mute_reason_spoken import MuteReasonSpoken
from pipeline.policy import load_policy
from pipeline.types import Evidence, Finding, LineLabels, Role, Turn
from tests.pipeline.incidents.made import turn
from tests.pipeline.made_sound import evidence

POLICY = load_policy()
WHY = "i am going to mute for tactical talk"
PLAIN = "going on mute"
SIR = "stay by the car for me sir"


def said(*lines: tuple[float, str], role: Role | None = Role.OFFICER, confidence: float = 1.0) -> tuple[Turn, ...]:
    return tuple(turn((at, at + 3.0, "v1", text), 0.0, confidence, role) for at, text in lines)


def heard(turns: tuple[Turn, ...], muted: list[tuple[float, float]], duration: float = 300.0) -> Evidence:
    return replace(evidence(duration, muted), turns=turns)


def found(given: Evidence) -> list[Finding]:
    return list(MuteReasonSpoken(POLICY)(given))


def test_a_reason_before_a_mute() -> None:
    (one,) = found(heard(said((50.0, SIR), (94.0, WHY)), [(100, 140)]))
    assert (one.label, one.role, one.text) == ("mute_reason_spoken", Role.OFFICER, WHY)
    assert 94.0 <= one.start < one.end <= 97.0 and one.score == 0.85
    assert one.evidence["reason"] == "tactical plan" and one.evidence["reason_named_by_policy"]
    assert one.evidence["bound_to"] == "mute" and one.evidence["seconds_apart"] == pytest.approx(4.1, abs=0.05)
    assert one.summary == f'Officer says a reason (tactical plan) before a mute at 1:40 for 40 s: "{WHY}"'


def test_announced_without_a_reason() -> None:
    (one,) = found(heard(said((94.0, PLAIN)), [(100, 140)]))
    assert one.label == "mute_announced" and one.evidence["reason"] is None


def test_the_reason_right_after_the_mute() -> None:
    (one,) = found(heard(said((143.0, "i was muted because i was talking to my sergeant")), [(100, 140)]))
    assert one.label == "mute_reason_spoken" and "just after a mute" in one.summary
    assert one.evidence["reason"] == "talk with a supervisor"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("back on, i was on the phone with my sergeant", "talk with a supervisor"),
        ("audio's back, that was the lieutenant", "talk with a supervisor"),
        ("we went silent there, the medics were treating him", "medical privacy"),
    ],
)
def test_being_back_on_in_few_words_counts_with_its_reason(text: str, reason: str) -> None:
    (one,) = found(heard(said((143.0, text)), [(100, 140)]))
    assert one.label == "mute_reason_spoken" and one.evidence["reason"] == reason


@pytest.mark.parametrize("text", ["put your shoes back on, ma'am", "get back on the sidewalk", "i'll get back on that"])
def test_other_things_that_are_back_say_nothing_of_a_mute(text: str) -> None:
    assert not found(heard(said((143.0, text)), [(100, 140)]))


def test_a_line_with_a_reason_says_more_than_a_nearer_one_without() -> None:
    (one,) = found(heard(said((80.0, WHY), (95.0, PLAIN)), [(100, 140)]))
    assert one.text == WHY


def test_the_end_of_the_recording_and_of_its_sound() -> None:
    (one,) = found(heard(said((290.0, "end of call body cam off")), []))
    assert (one.evidence["bound_to"], one.evidence["reason"]) == ("end", "call ended")
    (early,) = found(heard(said((240.0, "end of call body cam off")), [(250, 300)]))
    assert early.evidence["bound_start"] == pytest.approx(250, abs=0.1)


@pytest.mark.parametrize("at", [20.0, 180.0])
def test_far_from_any_mute_the_words_are_bound_to_nothing(at: float) -> None:
    assert found(heard(said((at, WHY)), [(100, 140)])) == []


def test_a_member_of_the_public_and_the_radio_do_not_count() -> None:
    for role in (Role.CIVILIAN, Role.RADIO):
        assert found(heard(said((94.0, WHY), role=role), [(100, 140)])) == []


def test_unknown_voices_and_unsure_words_count_less() -> None:
    (unknown,) = found(heard(said((94.0, WHY), role=None), [(100, 140)]))
    (unsure,) = found(heard(said((94.0, WHY), confidence=0.4), [(100, 140)]))
    assert unknown.score == pytest.approx(0.51) and unsure.score == pytest.approx(0.595)
    assert "whose role is not known" in unknown.summary


def test_the_classifier_counts_where_a_reason_is_given_too() -> None:
    odd = "lights out on the vest sarge wants a word"
    labels = (LineLabels(0, {"camera_off_announced": 0.5}),)
    (one,) = found(replace(heard(said((94.0, odd)), [(100, 140)]), line_labels=labels))
    assert (one.evidence["layer"], one.score) == ("classifier", 0.6)
    without = replace(heard(said((94.0, "lights out on the vest")), [(100, 140)]), line_labels=labels)
    assert found(without) == []


def test_two_mutes_have_a_finding_each_and_one_line_counts_once() -> None:
    both = found(heard(said((94.0, WHY), (194.0, PLAIN)), [(100, 120), (200, 220)], 400.0))
    assert [f.label for f in both] == ["mute_reason_spoken", "mute_announced"]
    once = found(heard(said((94.0, WHY)), [(100, 110), (115, 130)], 400.0))
    assert len(once) == 1


def test_where_mutes_cannot_be_told_the_end_still_counts() -> None:
    faint = evidence(300.0, [(100.0, 140.0)], live=2 / 32768)
    assert found(replace(faint, turns=said((94.0, WHY)))) == []
    assert len(found(replace(faint, turns=said((294.0, WHY))))) == 1


def test_the_silent_buffer_is_no_mute() -> None:
    assert found(heard(said((31.0, "okay we are back on the record")), [(0, 30)])) == []


def test_words_before_and_after_a_mute_in_one_turn_are_told_apart() -> None:
    early, late = said((94.0, SIR), (141.0, "okay i am back i was muted to talk to my sergeant"))
    joined = replace(early, end=late.end, text=f"{early.text} {late.text}", words=(*early.words, *late.words))
    (one,) = found(heard((joined,), [(100, 140)]))
    assert one.evidence["side"] == "after" and one.start >= 140 and "just after a mute at 1:40 for 40 s" in one.summary


def test_what_is_said_of_the_next_mute_is_not_taken_for_the_last_one() -> None:
    lines = said((144.0, "i am going to mute again for tactical talk"))
    (one,) = found(heard(lines, [(100, 140), (150, 160)]))
    assert one.evidence["bound_start"] == pytest.approx(150, abs=0.1)
    lines = said((143.0, "that mute was for an informant"), (147.0, WHY))
    both = found(heard(lines, [(100, 140), (155, 165)]))
    assert [f.evidence["reason"] for f in both] == ["informant", "tactical plan"]


def test_the_reason_may_stand_in_the_turn_beside_it_of_the_same_voice() -> None:
    (one,) = found(heard(said((92.0, PLAIN), (96.0, "supervisor call")), [(100, 140)]))
    assert one.evidence["reason"] == "talk with a supervisor"
    assert one.evidence["reason_said_in"] == "supervisor call" and "supervisor call" in one.summary
    other = (*said((92.0, PLAIN)), replace(said((96.0, "get me your supervisor"))[0], voice="v2", role=Role.CIVILIAN))
    assert [f.label for f in found(heard(other, [(100, 140)]))] == ["mute_announced"]


def test_a_reason_far_from_the_remark_in_a_long_turn_is_not_its_reason() -> None:
    far = "the doctor saw her yesterday " + "and then we drove home and talked about it all " * 5 + "going on mute"
    (one,) = found(heard(said((90.0, far)), [(100, 140)]))
    assert one.label == "mute_announced"


@pytest.mark.parametrize(
    "text",
    ["turn your camera off i want my privacy", "stop recording me", "i'm recording you officer", "why did you mute it"],
)
def test_a_demand_of_a_voice_without_a_role_is_no_announcement(text: str) -> None:
    assert found(heard(said((94.0, text), role=None), [(100, 140)])) == []


def test_a_reason_that_a_member_of_the_public_gives_is_not_the_officers() -> None:
    public = said((92.0, "i want to talk to your supervisor turn the camera off"), role=Role.CIVILIAN)
    assert found(heard(public, [(100, 140)])) == []
    officer = tuple(replace(t, voice="v2") for t in said((96.0, PLAIN)))
    (one,) = found(heard((*public, *officer), [(100, 140)]))
    assert one.label == "mute_announced" and one.evidence["reason"] is None


@pytest.mark.parametrize(
    "text", ["i'm not turning it off", "he told me to mute it", "should i turn mine off", "turn your cameras on"]
)
def test_what_is_denied_asked_or_reported_is_bound_to_nothing(text: str) -> None:
    assert found(heard(said((94.0, text)), [(100, 140)])) == []


def test_nothing_is_called_confirmed() -> None:
    for one in found(heard(said((94.0, WHY), (143.0, "that mute was for an informant")), [(100, 140)])):
        assert "confirm" not in one.summary.lower() and "says" in one.summary
