from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from pipeline.media.review_copy import CopySettings
from pipeline.store import Store
from pipeline.types import Evidence, NotAnalysed, Recording, StepState
from review_ui import plain, timeline
from tests.review_ui import made_store
from tests.review_ui.conftest import Made


def document(store: Store, recording: Recording) -> dict:
    return timeline.document(store, recording, timeline.placed_findings(store, recording.id))


@pytest.fixture
def said(made: Made) -> dict:
    with Store(made.path) as store:
        return document(store, made.recordings["first"])


def lane(said: dict, key: str) -> dict:
    return next(one for one in said["lanes"] if one["key"] == key)


def test_every_detector_has_a_lane_and_plain_words(said: dict) -> None:
    names = list(dict.fromkeys(detector.name for detector in (*DETECTORS, *INCIDENT_DETECTORS)))
    # in the order of the plain words: what a reviewer looks for first is at the top
    lanes = [one["key"] for one in said["lanes"] if one["group"] == "findings"]
    assert lanes == [f"kind:{name}" for name in plain.KINDS]
    assert set(names) == set(plain.KINDS)


def test_looked_for_and_not_found_is_not_the_same_as_not_analysed(said: dict) -> None:
    assert (lane(said, "kind:lens_covered")["state"], lane(said, "kind:lens_covered")["reason"]) == ("done", "")
    frozen = lane(said, "kind:frozen_picture")
    assert (frozen["state"], frozen["reason"]) == ("not analysed", "the picture could not be decoded")


def test_a_step_that_never_ran_says_so(made: Made) -> None:
    with Store(made.path) as store:
        said = document(store, made.recordings["text"])
    states = {one["key"]: (one["state"], one["reason"]) for one in said["lanes"]}
    assert states["kind:spoken_command"] == ("not analysed", "this was not looked for yet")
    assert states["kind:camera_off_gap"] == ("not analysed", "the recording belongs to no incident")


def test_a_failed_step_shows_its_reason(made: Made) -> None:
    first = made.recordings["first"]
    with Store(made.path) as store:
        store.replace_findings(made_store.run(first.id, "raised_voice", StepState.FAILED, "out of memory"), [])
        raised = lane(document(store, first), "kind:raised_voice")
    assert (raised["state"], raised["reason"]) == ("not analysed", "out of memory")


def test_a_finding_of_the_incident_is_moved_onto_each_cameras_clock(made: Made) -> None:
    with Store(made.path) as store:
        for name, expected in (("first", (120.0, 150.0)), ("other", (90.0, 120.0)), ("second", (-30.0, 0.0))):
            found = document(store, made.recordings[name])["findings"]
            at = found["kind"].index("camera_off_gap")
            assert (found["start"][at], found["end"][at]) == expected


def test_the_axis_shows_what_lies_outside_the_recording(made: Made) -> None:
    with Store(made.path) as store:
        assert document(store, made.recordings["first"])["axis"] == [0.0, 150.0]
        assert document(store, made.recordings["second"])["axis"] == [-30.0, 80.0]
        assert document(store, made.recordings["text"])["axis"] == [0.0, 200.0]


times = st.floats(-1e6, 1e6, allow_nan=False)


@settings(deadline=None)
@given(st.floats(0.1, 1e5), st.lists(st.tuples(times, times)))
def test_the_axis_always_holds_the_recording_and_never_much_more(
    duration: float, spans: list[tuple[float, float]]
) -> None:
    first, last = timeline.axis(duration, [(min(span), max(span)) for span in spans])
    room = max(timeline.OUTSIDE_LEAST, duration * timeline.OUTSIDE_SHARE) + 0.001
    assert -room <= first <= 0.0
    assert duration - 0.001 <= last <= duration + room


def test_missing_words_hatch_the_lanes_that_need_words_and_no_other(said: dict) -> None:
    wind, dark = said["not_analysed"][1], said["not_analysed"][0]
    assert wind["reason"] == "wind louder than speech"
    assert {"kind:spoken_command", "kind:name_sharing", "kind:multi_officer_commands"} <= set(wind["lanes"])
    assert not {"kind:muted_audio", "kind:lens_covered", "voice:v1"} & set(wind["lanes"])
    assert {"kind:lens_covered", "kind:frozen_picture", "kind:clock_jump"} <= set(dark["lanes"])
    assert not {"kind:muted_audio", "kind:spoken_command", "voice:v1"} & set(dark["lanes"])


def test_a_measurement_that_is_missing_hatches_the_lanes_that_read_it(made: Made) -> None:
    first = made.recordings["first"]
    with Store(made.path) as store:
        gap = NotAnalysed(10.0, 20.0, "vocal_effort", "too little of this voice to compare with")
        store.save_step(made_store.run(first.id, "vocal_effort"), Evidence(first), (), [gap])
        said = document(store, first)
    assert "kind:raised_voice" in next(one["lanes"] for one in said["not_analysed"] if one["what"] == "vocal_effort")


def test_missing_sound_hatches_voices_too(made: Made) -> None:
    first = made.recordings["first"]
    with Store(made.path) as store:
        gap = NotAnalysed(10.0, 20.0, "sound", "the file holds no sound here")
        store.save_step(made_store.run(first.id, "scan"), Evidence(first), (), [gap])
        said = document(store, first)
    lanes = next(one["lanes"] for one in said["not_analysed"] if one["what"] == "sound")
    assert {"voice:v1", "kind:muted_audio", "kind:raised_voice"} <= set(lanes)
    assert "kind:lens_covered" not in lanes


def test_the_other_cameras_lie_on_this_cameras_clock(made: Made) -> None:
    with Store(made.path) as store:
        cameras = document(store, made.recordings["other"])["cameras"]
    assert [(one["name"], one["start"], one["end"]) for one in cameras] == [
        ("AX1041 first part.mp4", -30.0, 90.0),
        ("AX1041 second part.mp4", 120.0, 200.0),
    ]


def test_columns_are_of_one_length_and_in_order_of_time(said: dict) -> None:
    found = said["findings"]
    assert len({len(column) for column in found.values()}) == 1
    assert found["start"] == sorted(found["start"])
    assert found["verdict"][found["kind"].index("muted_audio")] == "dismissed"
    assert found["note"][found["kind"].index("muted_audio")] == "the microphone was off by policy, see log"


def test_findings_on_draft_words_are_marked(said: dict) -> None:
    found = said["findings"]
    assert all(draft == bool(text) for draft, text in zip(found["draft"], found["text"], strict=True))


def test_a_step_of_one_picture_is_a_picture_of_the_review_copy() -> None:
    assert CopySettings().rate_hz == timeline.COPY_RATE_HZ


def test_twenty_thousand_findings(tmp_path: Path) -> None:
    item = made_store.fill_crowded(tmp_path / "bwc.db", count=20_000)
    with Store(tmp_path / "bwc.db") as store:
        said = document(store, item)
    assert len(said["findings"]["id"]) == 20_000
    assert sum(len(column) for column in said["speech"].values()) == 3 * 2000


def test_what_a_recording_and_its_incident_both_tell_stands_once(made: Made) -> None:
    with Store(made.path) as store:
        recording = made.recordings["first"]
        (incident,) = timeline.incidents_of(store, recording.id)[:1]
        offset = next(o for member, o, _ in incident.recordings if member == recording.id)
        own = store.findings(recording=recording.id, detector="spoken_command")[0].finding
        twin = replace(own, subject=incident.id, start=own.start + offset + 0.2, end=own.end + offset + 0.2)
        other = replace(twin, start=offset + 100.0, end=offset + 101.0)
        run = made_store.run(incident.id, "spoken_command")
        store.replace_findings(run, [twin, other], of_incident=True)
        shown = [p for p in timeline.placed_findings(store, recording.id) if p.item.incident == incident.id]
    assert [p.start for p in shown if p.item.finding.detector == "spoken_command"] == [100.0]
