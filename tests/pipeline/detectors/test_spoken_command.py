from __future__ import annotations

from pathlib import Path

from pipeline.detectors.spoken_command import SpokenCommand
from pipeline.policy import load_policy
from pipeline.types import Evidence, Finding, Recording, Role, Turn, Word

POLICY = load_policy()
DETECTOR = SpokenCommand(POLICY)


def turn(start: float, text: str, role: Role | None = Role.OFFICER, voice: str | None = "v1", end: float = 0.0) -> Turn:
    return Turn(start, end or start + 2.0, voice, role, text)


def spoken(start: float, text: str, confidence: float | None = None, each: float = 0.4) -> Turn:
    """A turn whose words have times, `each` seconds apart."""
    words = tuple(
        Word(w, start + k * each, start + k * each + each / 2, confidence) for k, w in enumerate(text.split())
    )
    return Turn(words[0].start, words[-1].end, "v1", Role.OFFICER, text, words)


def findings(*turns: Turn) -> list[Finding]:
    recording = Recording("r", Path("r.mp4"), 1000.0)
    return list(DETECTOR(Evidence(recording, turns=turns)))


def test_one_finding_per_utterance_with_its_reasons() -> None:
    (found,) = findings(turn(3.0, "Sir, step back. Step back!"))
    assert (found.label, found.start, found.end) == ("command", 3.0, 5.0)
    assert (found.speaker, found.role) == ("v1", Role.OFFICER)
    assert found.evidence["category"] == "back"
    assert found.evidence["clear"] is True
    assert [o["words"] for o in found.evidence["orders"]] == ["step back.", "Step back!"]
    assert found.evidence["policy"] == "model_policy 1"
    assert "step back" in found.summary


def test_the_span_is_that_of_the_words_where_they_have_times() -> None:
    (found,) = findings(spoken(10.0, "okay so sir I need you to put your hands up right now"))
    assert (found.start, found.end) == (12.8, 14.2)
    assert found.text == "put your hands up"


def test_orders_far_apart_in_one_turn_are_two_findings() -> None:
    early, late = findings(spoken(0.0, "Step back. " + "We talked about it before. " * 4 + "Sit down.", each=0.5))
    assert early.end < late.start


def test_never_for_the_public_or_the_radio() -> None:
    assert not findings(turn(1.0, "Get back!", Role.CIVILIAN), turn(4.0, "Drop the gun!", Role.RADIO))


def test_unknown_role_is_said_and_lowers_the_score() -> None:
    known, unknown = findings(turn(1.0, "Get back!"), turn(5.0, "Get back!", None, None))
    assert unknown.score < known.score
    assert unknown.role is None
    assert "role is not known" in unknown.summary
    assert "role" not in known.summary


def test_unknown_speaker_who_talks_as_the_public_does() -> None:
    assert not findings(turn(1.0, "Get out of my yard! Go home!", None))
    assert findings(turn(1.0, "Get out of my yard! Go home!"))


def test_a_vague_order_scores_lower_and_is_called_so() -> None:
    clear, vague = findings(turn(1.0, "Sit down."), turn(5.0, "Calm down."))
    assert vague.score < clear.score
    assert vague.evidence["clear"] is False
    assert vague.summary.startswith("Request or unspecific order")


def test_unsure_words_lower_the_score() -> None:
    sure, unsure = findings(spoken(0.0, "drop the knife", 1.0), spoken(9.0, "drop the knife", 0.2))
    assert unsure.score < sure.score
    assert unsure.evidence["certainty"] == 0.2


def test_a_loop_of_the_recogniser_counts_once() -> None:
    turns = [turn(float(k), "Drop the gun!", end=k + 0.5) for k in range(12)]
    (found,) = findings(*turns)
    assert found.evidence["times_in_a_row"] == 12
    assert "may have looped" in found.summary
    assert found.score < findings(turns[0])[0].score


def test_a_person_who_repeats_an_order_is_counted() -> None:
    assert len(findings(*[turn(float(k), "Drop the gun!", end=k + 0.5) for k in range(4)])) == 4


def test_two_voices_with_the_same_times_keep_both_findings() -> None:
    found = findings(turn(1.0, "Get back!", voice="v1"), turn(1.0, "Get down!", voice="v2"))
    assert len({f.id for f in found}) == 2


def test_no_turns_no_findings() -> None:
    assert not findings()
    assert not findings(turn(1.0, ""))
