"""An incident as the player draws it: one clock, each event once, and nothing hidden that was not analysed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.corrections import reword_part
from pipeline.incidents.grouping import NO_CLOCK
from pipeline.store import Store
from pipeline.types import Span, Verdict
from review_ui import stores, together
from tests.review_ui import made_incident


@pytest.fixture
def store(tmp_path: Path) -> Any:
    path = tmp_path / "bwc.db"
    made_incident.fill(path)
    stores.use(path)
    with Store(path) as opened:
        yield opened


def drawn(store: Store) -> dict[str, Any]:
    return together.document(store, together.scene(store, made_incident.ID))


def test_the_cameras_with_what_each_recorded(store: Store) -> None:
    cameras = drawn(store)["cameras"]
    assert [one["device"] for one in cameras] == ["AX-1041", "AX-3305", "AX-2210"]
    assert [(row["start"], row["end"]) for row in cameras[2]["recordings"]] == [(4.0, 12.0), (20.0, 28.0)]
    assert cameras[2]["recordings"][0]["offset_source"] == "sound; container clock agrees"
    assert drawn(store)["recording"]["duration"] == made_incident.LENGTH


def test_an_event_on_two_cameras_stands_once_on_the_incidents_clock(store: Store) -> None:
    found = drawn(store)["findings"]
    rows = list(zip(found["kind"], found["start"], found["recordings"], strict=True))
    orders = [row for row in rows if row[0] == "spoken_command"]
    assert len(orders) == 1 and orders[0][1] == 9.0 and len(orders[0][2]) == 2
    assert [row[1] for row in rows if row[0] == "muted_audio"] == [5.0], "one second into a recording that began at 4 s"


def test_a_verdict_on_the_other_cameras_finding_counts(store: Store) -> None:
    second = next(r.id for r in store.recordings() if r.path.name == "second.mp4")
    (order,) = store.findings(recording=second, detector="spoken_command")
    store.add_review(order.id, Verdict.CONFIRMED, "anna", "heard on both")
    found = drawn(store)["findings"]
    assert found["verdict"][found["kind"].index("spoken_command")] == "confirmed"


def test_lanes_of_speakers_and_kinds(store: Store) -> None:
    said = drawn(store)
    speakers = [lane for lane in said["lanes"] if lane["group"] == "speech"]
    assert speakers and all(lane["title"].startswith("Officer") for lane in speakers)
    assert len(said["speech"]["start"]) == 3
    kinds = [lane for lane in said["lanes"] if lane["group"] == "findings"]
    assert kinds[0]["title"] in ("Several officers command", "Camera off in between")
    assert next(lane for lane in kinds if lane["key"] == "kind:frozen_picture")["state"] == "not analysed"


def test_where_one_camera_was_not_looked_at_its_stretch_is_hatched(store: Store) -> None:
    gaps = [gap for gap in drawn(store)["not_analysed"] if "kind:muted_audio" in gap["lanes"]]
    assert [(gap["start"], gap["end"], gap["reason"]) for gap in gaps] == [
        (2.0, 26.0, "third.mp4: not looked for yet"),
        (20.0, 28.0, "later.mp4: not looked for yet"),
    ]


def test_the_dispatch_record_of_its_own_cameras_only(store: Store) -> None:
    assert drawn(store)["flags"] == [{"at": 3.0, "title": "on scene", "text": "call 25-0001, 1041"}]


def test_the_merged_transcript_leads_back_to_the_recording(store: Store) -> None:
    said = together.transcript(store, together.scene(store, made_incident.ID))
    assert said["measured"] is True
    assert [(turn["start"], turn["text"]) for turn in said["turns"]] == [
        (6.0, "My name is Officer Dane"),
        (9.0, "Drop the knife"),
        (9.5, "Show me your hands"),
    ]
    assert (said["turns"][2]["at"], said["turns"][2]["until"]) == (5.5, 7.0)
    assert [(turn["camera"], turn["heard_as"]) for turn in said["turns"]] == [
        ("AX-1041", "v1"),
        ("AX-1041", "v1"),
        ("AX-2210", "v1"),
    ]


def test_the_merged_transcript_tells_who_put_words_right_on_the_recording_they_were_taken_from(store: Store) -> None:
    heard = together.transcript(store, together.scene(store, made_incident.ID))["turns"][2]
    span = Span(heard["at"], heard["until"])
    turns = store.turns(heard["recording"])
    store.add_correction(reword_part(heard["recording"], turns, span, heard["heard_as"], "Both hands up", "kim"))
    first, second, third = together.transcript(store, together.scene(store, made_incident.ID))["turns"]
    assert (third["text"], third["start"]) == ("Both hands up", 9.5)
    assert third["corrected"].startswith("kim, ") and third["corrected"].endswith(
        "'Show me your hands' was 'Both hands up'"
    )
    assert (first["corrected"], second["corrected"]) == ("", "")


def test_why_says_whose_clock_its_figures_are_on(store: Store) -> None:
    scene = together.scene(store, made_incident.ID)
    muted = next(f for f in scene.findings if f.stored.finding.detector == "muted_audio")
    assert together.reasons(scene)[muted.stored.id]["clock"] == "times here are of second.mp4, which began at 0:04"


def test_a_recording_without_a_place_is_named_and_not_mixed_in(store: Store) -> None:
    incident = store.incident(made_incident.ID)
    second = next(r.id for r in store.recordings() if r.path.name == "second.mp4")
    rows = tuple(
        (r, 0.0 if r == second else at, NO_CLOCK if r == second else said) for r, at, said in incident.recordings
    )
    store.save_incidents([replace(incident, recordings=rows)])
    said = drawn(store)
    assert "muted_audio" not in said["findings"]["kind"]
    assert "Nobody knows when second.mp4 was recorded" in said["notes"][0] and "Its 2 findings" in said["notes"][0]
