from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store import Store
from pipeline.types import Diarization, Evidence, Role, ScoredSpan, Span, Turn, VoiceTurn
from review_ui import speech
from tests.review_ui import made_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "bwc.db")


ITEM = made_store.recording("a.mp4")


def save(store: Store, **measured: object) -> None:
    store.add_recording(ITEM)
    store.save_step(made_store.run(ITEM.id, "any"), Evidence(ITEM, **measured), list(measured), [])


def test_officers_come_first_then_civilians_then_radio(store: Store) -> None:
    said = (
        Turn(0, 9, "v1", Role.RADIO, "a"),
        Turn(10, 12, "v2", Role.CIVILIAN, "b"),
        Turn(13, 14, "v3", Role.OFFICER, "c", role_reason="says a name"),
        Turn(15, 19, "v4", Role.OFFICER, "d"),
    )
    save(store, turns=said)
    lanes = speech.voices(store, ITEM.id)
    assert [lane.title for lane in lanes] == ["Voice 4", "Voice 3", "Voice 2", "Voice 1"]
    assert lanes[1].reason == "says a name"


def test_voices_that_overlap_stay_overlapping(store: Store) -> None:
    both = (VoiceTurn("v1", 0.0, 5.0), VoiceTurn("v2", 3.0, 6.0))
    alone = (VoiceTurn("v1", 0.0, 4.0), VoiceTurn("v2", 4.0, 6.0))
    save(store, voices=Diarization(both, alone), turns=(Turn(0, 4, "v1", Role.OFFICER, "a"),))
    lanes = {lane.key: lane for lane in speech.voices(store, ITEM.id)}
    assert lanes["v1"].spans == (Span(0.0, 5.0),)
    assert lanes["v2"].spans == (Span(3.0, 6.0),)
    assert (lanes["v1"].role, lanes["v2"].role) == (Role.OFFICER, None)


def test_a_voice_has_the_role_it_has_longest(store: Store) -> None:
    save(
        store,
        turns=(Turn(0, 1, "v1", Role.CIVILIAN, "a"), Turn(2, 9, "v1", Role.OFFICER, "b"), Turn(9, 12, "v1", None, "c")),
    )
    assert speech.voices(store, ITEM.id)[0].role is Role.OFFICER


def test_speech_without_voices_is_one_lane(store: Store) -> None:
    save(store, speech=(ScoredSpan(1, 2), ScoredSpan(4, 6)))
    (lane,) = speech.voices(store, ITEM.id)
    assert (lane.title, lane.spans) == ("Speech", (Span(1, 2), Span(4, 6)))


def test_nothing_measured_is_no_lane_and_no_transcript(store: Store) -> None:
    store.add_recording(ITEM)
    assert speech.voices(store, ITEM.id) == []
    assert speech.transcript(store, ITEM.id) == {"measured": False, "turns": []}


def test_measured_and_nobody_spoke_is_not_the_same(store: Store) -> None:
    save(store, turns=())
    assert speech.transcript(store, ITEM.id) == {"measured": True, "turns": []}


def test_a_crowd_shares_the_last_lane_and_nobody_is_lost(store: Store) -> None:
    said = tuple(Turn(n, n + 0.5 + n / 100, f"v{n}", None, "x") for n in range(30))
    save(store, turns=said)
    lanes = speech.voices(store, ITEM.id)
    assert len(lanes) == speech.MOST_LANES + 1
    assert lanes[-1].title == "20 more voices"
    assert sum(len(lane.spans) for lane in lanes) == 30


def test_imported_names_are_kept(store: Store) -> None:
    save(store, turns=(Turn(0, 1, "Ofc. Díaz", Role.OFFICER, "a"), Turn(2, 3, None, None, "b")))
    assert {lane.title for lane in speech.voices(store, ITEM.id)} == {"Ofc. Díaz", "Voice not told apart"}
