from __future__ import annotations

from pathlib import Path

from pipeline.detectors.name_sharing import NameSharing, contact_spans
from pipeline.policy import load_policy
from pipeline.types import Evidence, Finding, LineLabels, Recording, Role, Turn, Word

POLICY = load_policy()
OFFICER, CIVILIAN, RADIO = Role.OFFICER, Role.CIVILIAN, Role.RADIO


def turn(start: float, role: Role | None, text: str, length: float = 2.0) -> Turn:
    return Turn(start, start + length, None if role is None else f"{role}_1", role, text)


def findings(*turns: Turn) -> list[Finding]:
    return list(NameSharing(POLICY)(Evidence(Recording("r", Path("r.mp4"), 1000.0), turns=turns)))


def test_a_whole_introduction() -> None:
    found = findings(
        turn(0, OFFICER, "Hi, I'm Officer Baker with Metro Police. What's your name?"),
        turn(3, CIVILIAN, "Dana Whit."),
    )
    given, asked, answered = sorted(found, key=lambda f: (f.start, f.label != "officer_name_given"))
    assert (given.label, given.evidence["name"], given.evidence["title"]) == ("officer_name_given", "Baker", "officer")
    assert given.evidence["agency"] == "Metro Police"
    assert given.evidence["seconds_from_first_contact"] == 0
    assert asked.label == "name_asked"
    assert (answered.label, answered.evidence["name"]) == ("name_given_by_person", "Dana Whit")
    assert answered.role is CIVILIAN


def test_a_bare_name_counts_only_as_an_answer_in_time() -> None:
    asked = turn(0, OFFICER, "What's your name?")
    assert [f.label for f in findings(asked, turn(3, CIVILIAN, "Dana."))] == ["name_asked", "name_given_by_person"]
    assert [f.label for f in findings(asked, turn(60, CIVILIAN, "Dana."))] == ["name_asked"]
    assert not findings(turn(3, CIVILIAN, "Dana."))


def test_a_name_that_was_not_recognised_is_said_to_be_so() -> None:
    asked = turn(0, OFFICER, "can you tell me your name")
    (_, found) = findings(asked, turn(3, None, "my name is that your car sir"))
    assert (found.label, found.evidence["name"]) == ("name_given_by_person", None)
    assert "the name itself was not recognised" in found.summary
    assert found.score < 0.5
    assert not findings(turn(3, None, "my name is that your car sir"))
    assert len(findings(asked, turn(3, CIVILIAN, "my name is not your business"))) == 1


def test_an_officer_who_is_asked() -> None:
    found = findings(turn(0, CIVILIAN, "Who are you? What's your name?"), turn(3, OFFICER, "Officer Prue. P-R-U-E."))
    assert [(f.label, f.evidence["name"]) for f in found] == [("officer_name_given", "Prue")]


def test_roles_decide_whose_name_it_is() -> None:
    assert not findings(turn(0, RADIO, "My name is Baker"))
    assert not findings(turn(0, CIVILIAN, "What's your name?"))
    assert [f.label for f in findings(turn(0, CIVILIAN, "My name is Ruth."))] == ["name_given_by_person"]


def test_unknown_role_lowers_the_score_and_is_said() -> None:
    (known,) = findings(turn(0, OFFICER, "I'm Officer Baker."))
    (unknown,) = findings(turn(0, None, "I'm Officer Baker."))
    assert unknown.score < known.score
    assert "role is not known" in unknown.summary


def test_certainty_of_the_recogniser() -> None:
    words = tuple(
        Word(w, k * 0.5, k * 0.5 + 0.4, c) for k, (w, c) in enumerate([("I'm", 0.9), ("Officer", 0.9), ("Baker", 0.3)])
    )
    (found,) = findings(Turn(0.0, 5.0, "v1", OFFICER, "I'm Officer Baker", words))
    assert (found.start, found.end) == (0.0, 1.4)
    assert found.evidence["certainty"] == 0.7
    assert found.score < 0.9


def talk(length: float, *extra: Turn) -> list[Turn]:
    turns = [
        turn(t, OFFICER if k % 2 else CIVILIAN, "so that is how it went")
        for k, t in enumerate(range(0, int(length), 5))
    ]
    return sorted([*turns, *extra], key=lambda t: t.start)


def test_a_minute_of_contact_without_names_is_pointed_out() -> None:
    (found,) = findings(*talk(90))
    assert found.label == "no_name_shared"
    assert found.span.duration >= 60
    assert 0.5 <= found.score <= 0.7


def test_short_contact_or_a_name_in_it_is_not() -> None:
    assert not findings(*talk(40))
    assert [f.label for f in findings(*talk(90, turn(31, OFFICER, "I'm Officer Baker.", 1.0)))] == [
        "officer_name_given"
    ]


def test_contact_needs_both_sides_and_ends_in_silence() -> None:
    assert not contact_spans([turn(t, OFFICER, "x") for t in range(0, 90, 5)], 15.0)
    two = contact_spans(
        [*talk(30), *[Turn(t.start + 100, t.end + 100, t.voice, t.role, t.text) for t in talk(30)]], 15.0
    )
    assert [(s.start, s.end) for s in two] == [(0.0, 27.0), (100.0, 127.0)]


def test_the_classifier_finds_what_no_rule_does_for_the_role_it_fits() -> None:
    asked = turn(0, OFFICER, "who would I be putting on the form for you")
    likely = (LineLabels(0, {"name_asked": 0.9, "name_given_by_person": 0.9}),)

    def labels(one: Turn, likely: tuple[LineLabels, ...] | None) -> list[Finding]:
        evidence = Evidence(Recording("r", Path("r.mp4"), 1000.0), turns=(one,), line_labels=likely)
        return list(NameSharing(POLICY)(evidence))

    assert labels(asked, None) == []
    (found,) = labels(asked, likely)
    assert (found.label, found.evidence["layer"], found.text) == ("name_asked", "classifier", asked.text)
    assert 0.5 < found.score < 0.95
    assert labels(turn(0, RADIO, asked.text), likely) == []
    (given,) = labels(turn(0, CIVILIAN, asked.text), likely)
    assert (given.label, given.evidence["name"]) == ("name_given_by_person", None)
    assert "the name itself was not recognised" in given.summary


def test_an_answer_counts_after_a_question_that_only_the_classifier_found() -> None:
    turns = (turn(0, OFFICER, "who would I be putting on the form for you"), turn(3, CIVILIAN, "Dana."))
    likely = (LineLabels(0, {"name_asked": 0.9}), LineLabels(1, {}))
    evidence = Evidence(Recording("r", Path("r.mp4"), 1000.0), turns=turns, line_labels=likely)
    assert [(f.label, f.evidence["name"]) for f in NameSharing(POLICY)(evidence)] == [
        ("name_asked", None), ("name_given_by_person", "Dana"),
    ]  # fmt: skip
