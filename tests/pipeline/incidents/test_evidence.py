"""What several cameras heard stands once, under one speaker; what one camera heard stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.incidents import incident_evidence
from pipeline.incidents.grouping import NO_CLOCK
from pipeline.types import Evidence, Role
from tests.pipeline.incidents.made import camera, incident

DROP = (10.0, 12.0, "v1", "drop the knife right now")
HANDS = (13.0, 15.0, "v2", "show me your hands")
PLEASE = (16.0, 18.0, "v3", "please do not hurt me i am sorry")
AGAIN = (20.0, 22.0, "v1", "get down on the ground")
TURN = (23.0, 25.0, "v2", "turn around slowly")
LINES = (DROP, HANDS, PLEASE, AGAIN, TURN)
NAMES = {"v1": "v2", "v2": "v3", "v3": "v1"}
OTHER = tuple((a, b, NAMES[v], text) for a, b, v, text in LINES)
GARBLED = tuple((a + 0.1, b + 0.1, v, text.replace("e", "a").replace("kn", "n")) for a, b, v, text in OTHER)


def two(one: Evidence, other: Evidence, offset: float = 5.0):
    return incident_evidence(incident(("a", 0.0), ("b", offset)), [one, other])


def test_each_utterance_stands_once_from_the_camera_that_heard_it_best() -> None:
    a = camera("a", LINES, levels={"v1": 35, "v2": 15, "v3": 20})
    b = camera("b", GARBLED, offset=5.0, levels={"v2": 15, "v3": 35, "v1": 20})
    found = two(a, b)
    assert found.turns is not None
    assert [(t.text, t.recording, t.also_heard_by) for t in found.turns if t.recording == "a"] == [
        (line[3], "a", ("b",)) for line in (DROP, PLEASE, AGAIN)
    ]
    assert [t.start for t in found.turns if t.recording == "b"] == [13.1, 23.1]
    assert len(found.turns) == 5
    assert len({t.speaker for t in found.turns}) == 3


def test_voices_are_one_speaker_and_wear_the_camera_that_hears_them_loudest() -> None:
    a = camera("a", LINES, levels={"v1": 35, "v2": 15, "v3": 18})
    b = camera("b", OTHER, offset=5.0, levels={"v2": 15, "v3": 35, "v1": 18})
    speakers = two(a, b).speakers
    assert [s.voices for s in speakers] == [
        (("a", "v1"), ("b", "v2")),
        (("a", "v2"), ("b", "v3")),
        (("a", "v3"), ("b", "v1")),
    ]
    assert [s.wears for s in speakers] == ["CAM-a", "CAM-b", None]
    assert [(s.name, s.role) for s in speakers] == [
        ("officer 1", Role.OFFICER),
        ("officer 2", Role.OFFICER),
        ("voice 1", None),
    ]
    assert "loudest on CAM-a" in speakers[0].reason


def test_a_cameras_gain_makes_nobody_its_wearer() -> None:
    a = camera("a", LINES, levels={"v1": 40, "v2": 40, "v3": 40})
    b = camera("b", OTHER, offset=5.0, levels={"v1": 10, "v2": 10, "v3": 10})
    assert [s.wears for s in two(a, b).speakers] == [None, None, None]


def test_two_people_at_once_are_two_utterances() -> None:
    one, other = (30.0, 32.0, "v1", "get on the ground"), (30.2, 32.0, "v2", "put your hands up")
    a = camera("a", (*LINES, one), levels={"v1": 35, "v2": 15})
    b = camera("b", (*OTHER, (*other[:2], "v3", other[3])), offset=5.0, levels={"v3": 35, "v2": 15})
    found = two(a, b)
    assert [t.text for t in found.turns or () if t.start >= 30] == [one[3], other[3]]


def test_what_one_camera_alone_heard_stays() -> None:
    whisper = (40.0, 42.0, "v2", "i think she is alone in there")
    a = camera("a", (*LINES, whisper))
    b = camera("b", OTHER, offset=5.0)
    assert [t.also_heard_by for t in two(a, b).turns or () if t.start == 40.0] == [()]


def test_more_words_on_the_worse_camera_stay_as_a_turn_of_their_own() -> None:
    longer = (10.0, 14.5, "v1", "drop the knife right now or somebody here gets hurt")
    a = camera("a", (*LINES[2:], longer), levels={"v1": 10})
    b = camera("b", ((10.0, 12.0, "v2", "drop the knife right now"), *OTHER[2:]), offset=5.0, levels={"v2": 30})
    texts = [t.text for t in two(a, b).turns or () if t.start < 15]
    assert texts[0] == "drop the knife right now"
    assert texts[1].endswith("somebody here gets hurt")
    assert not texts[1].startswith("drop")


def test_cameras_that_hear_different_places_share_nothing() -> None:
    a, b = camera("a", LINES), camera("b", ((10.0, 12.0, "v1", "the store is closed"),), offset=5.0)
    apart = incident(("a", 0.0), ("b", 5.0), unmatched=("b",))
    found = incident_evidence(apart, [a, b])
    assert found.turns is not None
    assert len(found.turns) == 6
    assert all(len(s.voices) == 1 for s in found.speakers)


def test_a_recording_without_a_place_stays_out() -> None:
    a, b = camera("a", LINES), camera("b", OTHER, offset=5.0)
    unknown = replace(incident(), recordings=(("a", 0.0, "container clock"), ("b", 0.0, NO_CLOCK)))
    found = incident_evidence(unknown, [a, b])
    assert {t.recording for t in found.turns or ()} == {"a"}
    assert len(found.members) == 2


def test_nothing_measured_is_not_nothing_said() -> None:
    a = replace(camera("a", ()), turns=None)
    assert incident_evidence(incident(("a", 0.0)), [a]).turns is None


def test_a_name_given_by_a_person_holds() -> None:
    a = camera("a", [(s, e, "Kim" if v == "v1" else v, t) for s, e, v, t in LINES])
    b = camera("b", [(s, e, "Kim" if v == "v3" else v, t) for s, e, v, t in OTHER], offset=5.0)
    named = incident_evidence(incident(("a", 0.0), ("b", 5.0)), [a, b], frozenset({("a", "Kim"), ("b", "Kim")}))
    (kim,) = [s for s in named.speakers if s.name == "Kim"]
    assert kim.voices[:2] == (("a", "Kim"), ("b", "Kim"))
    assert "by a person" in kim.reason
    by_times = two(a, b)
    assert all(s.name != "Kim" for s in by_times.speakers)


def test_roles_of_cameras_are_put_together() -> None:
    a = camera("a", LINES, roles={"v1": Role.OFFICER})
    b = camera("b", OTHER, offset=5.0, roles={"v3": Role.OFFICER, "v1": Role.CIVILIAN})
    assert [s.name for s in two(a, b).speakers] == ["officer 1", "officer 2", "civilian 1"]
    other = camera("b", OTHER, offset=5.0, roles={"v2": Role.CIVILIAN})
    divided = two(a, other).speakers[0]
    assert divided.role is None
    assert "do not agree" in divided.reason


LINE = st.tuples(
    st.integers(0, 80), st.integers(1, 4), st.sampled_from(("v1", "v2")), st.sampled_from(("a b", "c d e"))
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINE, max_size=8), st.lists(LINE, max_size=8))
def test_whatever_was_heard(one: list, other: list) -> None:
    cameras = [
        camera(name, [(float(s), float(s + d), v, text) for s, d, v, text in lines])
        for name, lines in (("a", one), ("b", other))
    ]
    found = incident_evidence(incident(("a", 0.0), ("b", 0.0)), cameras)
    turns = found.turns or ()
    assert list(turns) == sorted(turns, key=lambda t: (t.start, t.end, t.recording))
    assert len(turns) <= len(one) + len(other)
    assert all(t.recording not in t.also_heard_by for t in turns)
    assert {t.voice for t in turns} <= {s.name for s in found.speakers}
    voices = [voice for s in found.speakers for voice in s.voices]
    assert len(voices) == len(set(voices))


@pytest.mark.parametrize("name", ["vocal_effort", "level"])
def test_curves_are_read_from_the_camera_that_a_turn_is_from(name: str) -> None:
    a = camera("a", LINES, levels={"v1": 35, "v2": 15})
    b = camera("b", OTHER, offset=5.0, levels={"v2": 15, "v3": 35})
    found = two(a, b)
    values = [found.values(name, t) for t in found.turns or ()]
    if name == "vocal_effort":
        assert all(len(v) == 0 for v in values)
    else:
        assert [round(float(v.mean())) for v in values[:2]] == [-25, -25]
