from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from pipeline.detectors.one_voice import OneVoice
from pipeline.policy import load_policy
from pipeline.types import Evidence, Finding, Recording, Role, Turn

POLICY = load_policy()
RECORDING = Recording("r", Path("r.mp4"), 1000.0)


def talk(start: float, end: float, voice: str, role: Role, every: float = 4.0) -> list[Turn]:
    count = int((end - start) / every)
    return [
        Turn(start + k * every, start + k * every + 2, voice, role, "We have some time here.") for k in range(count)
    ]


def findings(turns: list[Turn]) -> list[Finding]:
    return list(OneVoice(POLICY)(Evidence(RECORDING, turns=tuple(sorted(turns, key=lambda t: t.start)))))


LEADER = talk(0, 120, "v1", Role.OFFICER)
PERSON = talk(2, 120, "v9", Role.CIVILIAN)
OTHER = Turn(61.0, 62.0, "v2", Role.OFFICER, "You doing okay?")


def test_one_officer_of_two_does_the_talking() -> None:
    (found,) = findings([*LEADER, *PERSON, OTHER])
    assert found.evidence["leading_voice"] == found.speaker == "v1"
    assert found.evidence["share"] >= 0.9
    assert found.evidence["officers_heard"] == 2
    assert found.end - found.start >= 60


def test_an_officer_alone_has_nothing_to_share() -> None:
    assert not findings([*LEADER, *PERSON])


def test_two_that_talk_alike() -> None:
    assert not findings([*LEADER, *PERSON, *talk(1, 120, "v2", Role.OFFICER)])


def test_too_short_or_without_the_person() -> None:
    assert not findings([*LEADER[:10], *PERSON[:10], OTHER])
    assert not findings([*LEADER, OTHER])


def test_words_among_officers_do_not_count_as_talk_to_the_person() -> None:
    aside = [
        Turn(3 + 8 * k, 5 + 8 * k, "v2", Role.OFFICER, "Cover the back door, he is by the stairs.") for k in range(12)
    ]
    (found,) = findings([*LEADER, *PERSON, *aside])
    assert found.evidence["seconds_by_voice"].keys() == {"v1"}


def test_a_long_recording_of_many_turns_is_looked_at_in_pieces() -> None:
    turns = [t for k in range(12) for t in talk(k * 80, k * 80 + 78, f"v{k % 2}", Role.OFFICER)] + talk(
        1, 960, "v9", Role.CIVILIAN
    )
    found = findings(turns)
    assert len(found) >= 6
    assert all(a.end <= b.start + 4 for a, b in pairwise(found))
