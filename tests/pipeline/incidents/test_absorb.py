"""A voice that one camera splits off is the speaker that the others hear; two people at once are not."""

from __future__ import annotations

from pipeline.incidents.absorb import absorbed
from pipeline.incidents.activity import Activity, activity_of, frames_of
from pipeline.types import Member
from tests.pipeline.incidents.made import Line, camera

SPEAKER = [(("a", "v1"), ""), (("b", "v1"), "")]
SPLIT = [(("b", "v2"), "")]
A = [(10.0, 14.0, "v1", "x"), (20.0, 24.0, "v1", "y")]


def activities(of_a: list[Line], of_b: list[Line]) -> dict[str, Activity]:
    members = [Member(camera(name, lines), 0.0, "clock") for name, lines in (("a", of_a), ("b", of_b))]
    frames = frames_of(members)
    return {m.evidence.recording.id: activity_of(m, frames) for m in members}


def test_a_shout_of_its_own_is_the_speaker() -> None:
    heard = activities(A, [(10.0, 14.0, "v1", "x"), (20.0, 24.0, "v2", "y")])
    (group,) = absorbed([SPEAKER, SPLIT], heard)
    assert [voice for voice, _ in group] == [("a", "v1"), ("b", "v1"), ("b", "v2")]


def test_a_voice_that_speaks_at_once_with_the_speaker_is_another() -> None:
    heard = activities(A, [(10.0, 14.0, "v1", "x"), (20.0, 24.0, "v1", "y"), (20.0, 24.0, "v2", "z")])
    assert absorbed([SPEAKER, SPLIT], heard) == [SPEAKER, SPLIT]


def test_what_no_other_camera_heard_stays_a_voice() -> None:
    heard = activities(A, [(10.0, 14.0, "v1", "x"), (40.0, 44.0, "v2", "y")])
    assert absorbed([SPEAKER, SPLIT], heard) == [SPEAKER, SPLIT]


def test_a_voice_that_a_person_named_stays() -> None:
    heard = activities(A, [(10.0, 14.0, "v1", "x"), (20.0, 24.0, "v2", "y")])
    assert absorbed([SPEAKER, SPLIT], heard, frozenset({("b", "v2")})) == [SPEAKER, SPLIT]
