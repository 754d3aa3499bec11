"""Timelines: read again by the library, times held against the findings'."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import opentimelineio as otio

from pipeline.exports.timeline import OnTimeline, write_timeline
from pipeline.types import Recording, StreamFacts
from tests.pipeline.exports.test_elan import FACTS, found


def made(tmp_path: Path, *offsets: float, streams: tuple[StreamFacts, ...] = FACTS, name: str = "cam a.mp4"):
    cameras = [Recording(f"{n:064d}", tmp_path / "in" / name, 60.0, streams=streams) for n in range(len(offsets))]
    placed = [OnTimeline(c, o, [found(10.001, 20.5), found(30, 30)]) for c, o in zip(cameras, offsets, strict=True)]
    return otio.adapters.read_from_string(
        write_timeline("Maple & Co", placed, tmp_path / "out" / "x.otio"), "otio_json"
    )


def seconds(time: otio.opentime.RationalTime) -> float:
    return time.value / time.rate


def test_markers_stand_where_the_findings_are(tmp_path: Path) -> None:
    timeline = made(tmp_path, 0.0)
    assert [track.kind for track in timeline.tracks] == ["Video", "Audio"]
    clip = timeline.tracks[0][0]
    first, second = clip.markers
    assert seconds(first.marked_range.start_time) == 10.001 and seconds(first.marked_range.duration) == 10.499
    assert seconds(second.marked_range.duration) == 0
    assert (first.name, first.comment, first.color) == ("muted", "No sound", "YELLOW")
    assert first.metadata["bwc"]["detector"] == "muted_audio" and not timeline.tracks[1][0].markers
    assert seconds(clip.available_range().duration) == 60.0


def test_media_are_linked_from_where_the_timeline_lies(tmp_path: Path) -> None:
    name = "cam #1? %20.mp4"
    media = made(tmp_path, 0.0, name=name).tracks[0][0].media_reference
    assert unquote(media.target_url) == f"../in/{name}" and "#" not in media.target_url and "?" not in media.target_url


def test_cameras_of_an_incident_lie_on_one_clock(tmp_path: Path) -> None:
    timeline = made(tmp_path, 2.0, 8.25, streams=FACTS[:1])
    first, second = timeline.tracks
    assert isinstance(first[0], otio.schema.Clip)  # the timeline starts with the first camera
    assert seconds(second[0].duration()) == 6.25
    assert seconds(second.range_of_child(second[1]).start_time) == 6.25


def test_sound_alone_and_transcripts_alone(tmp_path: Path) -> None:
    timeline = made(tmp_path, 0.0, streams=FACTS[1:])  # held: its tracks go with it
    assert [track.kind for track in timeline.tracks] == ["Audio"]
    clip = made(tmp_path, 0.0, streams=()).tracks[0][0]
    assert isinstance(clip.media_reference, otio.schema.MissingReference)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    assert made(tmp_path, 0.0, name="half \udce9.mp4").tracks[0][0].name == "half \\udce9.mp4"
