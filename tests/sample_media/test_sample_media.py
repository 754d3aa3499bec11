"""The committed sample media are what truth.toml says they are."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2] / "sample_media"
TRUTH = tomllib.loads((FOLDER / "truth.toml").read_text(encoding="utf-8"))
RECORDINGS = {r["file"]: r for r in TRUTH["recording"]}
RATE_HZ = 16_000
EDGE = 0.1
"""Seconds at each end of a silence in which the codec's 64 ms blocks may carry sound across."""

each_recording = pytest.mark.parametrize("row", RECORDINGS.values(), ids=RECORDINGS)


@cache
def sound_of(file: str) -> NDArray[np.int16]:
    """The sound track at 16 kHz, first sample at the time 0 of the recording."""
    with av.open(str(FOLDER / file)) as media:
        resampler = av.AudioResampler("s16", "mono", RATE_HZ)
        frames = list(media.decode(audio=0))
        assert frames[0].time == 0
        return np.concatenate([part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)])


SILENT = ("muted_audio", "pre_event_buffer")


def events(row: dict[str, Any], *detectors: str) -> Iterator[dict[str, Any]]:
    return (e for e in row["event"] if e["detector"] in detectors)


def level_db(samples: NDArray[np.int16]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean((samples / 32768.0) ** 2)) + 1e-9))


def test_every_file_is_in_the_truth_and_all_are_small() -> None:
    files = sorted(FOLDER.glob("*.mp4"))
    assert {f.name for f in files} == set(RECORDINGS)
    assert sum(f.stat().st_size for f in files) < 12e6


@each_recording
def test_hash_and_length(row: dict[str, Any]) -> None:
    path = FOLDER / row["file"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    with av.open(str(path)) as media:
        assert media.duration / av.time_base == pytest.approx(row["duration"], abs=0.1)
        for stream in media.streams:
            assert stream.start_time == 0
            assert float(stream.duration * stream.time_base) == pytest.approx(row["duration"], abs=0.1)


@each_recording
def test_container_says_when_and_which_camera(row: dict[str, Any]) -> None:
    with av.open(str(FOLDER / row["file"])) as media:
        tags = media.metadata
    assert datetime.fromisoformat(tags["creation_time"]) == row["start_utc"]
    assert f"{tags['make']} {tags['model']} {tags['serial']}" == tags["title"] == row["device"]


@each_recording
def test_key_frames_every_two_seconds_or_less(row: dict[str, Any]) -> None:
    with av.open(str(FOLDER / row["file"])) as media:
        times = [float(p.pts * p.time_base) for p in media.demux(video=0) if p.is_keyframe and p.pts is not None]
    assert times[0] == 0
    assert max(b - a for a, b in pairwise([*times, row["duration"]])) <= 2.001


@each_recording
def test_sound_is_digital_silence_exactly_where_the_truth_says(row: dict[str, Any]) -> None:
    sound = sound_of(row["file"])
    spans = [(e["start"], e["end"]) for e in events(row, *SILENT)]
    for start, end in spans:
        first = 0 if start == 0 else round((start + EDGE) * RATE_HZ)
        assert np.abs(sound[first : round((end - EDGE) * RATE_HZ)]).max() <= 1
    on = np.ones(len(sound) // 800, bool)
    for start, end in spans:
        on[max(0, int((start - EDGE) * 20)) : int((end + EDGE) * 20) + 1] = False
    peaks = np.abs(sound[: len(on) * 800].reshape(-1, 800).astype(np.int32)).max(axis=1)
    assert peaks[on][:-2].min() > 20


@each_recording
def test_turns_are_heard_where_they_are_said_to_be(row: dict[str, Any]) -> None:
    sound = sound_of(row["file"])
    voiced = np.zeros(len(sound), bool)
    for turn in row["turn"]:
        voiced[round((turn["start"] - 0.5) * RATE_HZ) : round((turn["end"] + 0.5) * RATE_HZ)] = True
    for event in events(row, *SILENT):
        voiced[
            round((event["start"] - EDGE) * RATE_HZ) if event["start"] else 0 : round((event["end"] + EDGE) * RATE_HZ)
        ] = True
    street = level_db(sound[~voiced])
    for turn in row["turn"]:
        spoken = level_db(sound[round(turn["start"] * RATE_HZ) : round(turn["end"] * RATE_HZ)])
        assert spoken > street + (24 if turn["speaker"] == row["wearer"] else 12), turn["text"]


@each_recording
def test_picture_is_dark_held_and_moving_where_the_truth_says(row: dict[str, Any]) -> None:
    times, pictures = _pictures_of(row["file"])
    brightness = pictures.mean(axis=(1, 2))
    dark = _inside(times, events(row, "lens_covered"))
    assert (brightness[dark] < 40).all()
    assert (brightness[~dark] > 40).all()
    change = np.abs(pictures[LAG:] - pictures[:-LAG]).mean(axis=(1, 2))
    held = _inside(times, events(row, "frozen_picture"))
    assert (change[held[LAG:] & held[:-LAG]] < 0.8).all()
    assert change[~(held[LAG:] | held[:-LAG] | dark[LAG:] | dark[:-LAG])].min() > 1.5


LAG = 12
"""Pictures in a second."""


def _pictures_of(file: str) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Times and small luma pictures without the stamp's rows, shape (n, 30, 60).

    Small, because at a key frame the encoder draws the grain of a held picture anew, which no eye notices.
    """
    times, pictures = [], []
    with av.open(str(FOLDER / file)) as media:
        for frame in media.decode(video=0):
            luma = frame.to_ndarray(format="gray")[34:].astype(np.float32)
            times.append(frame.time)
            pictures.append(cv2.resize(luma, (60, 30), interpolation=cv2.INTER_AREA))
    return np.array(times), np.array(pictures)


def _inside(times: NDArray[np.float64], spans: Iterator[dict[str, Any]]) -> NDArray[np.bool_]:
    inside = np.zeros(len(times), bool)
    for span in spans:
        inside |= (times >= span["start"] - 1e-6) & (times < span["end"] - 1e-6)
    return inside


@each_recording
def test_times_are_in_order_and_inside_the_recording(row: dict[str, Any]) -> None:
    off = [(e["start"], e["end"]) for e in events(row, *SILENT)]
    for turn in row["turn"]:
        words = turn["words"]
        assert (turn["start"], turn["end"]) == (words[0][1], words[-1][2])
        assert all(start < end for _, start, end in words)
        assert all(a[2] <= b[1] + 0.002 for a, b in pairwise(words))
        assert all(turn["end"] <= start or turn["start"] >= end for start, end in off)
        assert turn["end"] <= row["duration"]
    assert all(0 <= e["start"] < e["end"] <= row["duration"] for e in row["event"])


@each_recording
def test_speech_events_follow_from_the_turns(row: dict[str, Any]) -> None:
    def spans(detector: str) -> set[tuple[float, float]]:
        return {(e["start"], e["end"]) for e in events(row, detector)}

    turns = row["turn"]
    assert spans("raised_voice") == {(t["start"], t["end"]) for t in turns if t["raised"]}
    assert spans("spoken_command") == {(t["start"], t["end"]) for t in turns if "command" in t}
    assert spans("name_sharing") == {(t["start"], t["end"]) for t in turns if "name_event" in t}
    for event in events(row, "overlapping_speech"):
        said = {t["speaker"] for t in turns if t["start"] < event["end"] and event["start"] < t["end"]}
        assert len(event["speakers"]) >= 2
        assert set(event["speakers"]) <= said
        assert event["end"] - event["start"] >= 0.7
    for event in events(row, "multi_officer_commands"):
        inside = [t for t in turns if "command" in t and event["start"] <= t["start"] and t["end"] <= event["end"]]
        assert {t["speaker"] for t in inside if t["to"] == event["to"]} >= set(event["speakers"])
        assert len(event["speakers"]) >= 2


def test_two_cameras_tell_the_same_story() -> None:
    """A turn that two files hold lies at the same time of the incident's clock, and at the same true time."""
    for incident in TRUTH["incident"]:
        heard: dict[tuple[str, str, float], set[str]] = {}
        for file in incident["recordings"]:
            row = RECORDINGS[file]
            assert row["start_utc"] == incident["start_utc"] + timedelta(seconds=row["offset"])
            assert row["start_utc"].tzinfo == UTC
            for turn in row["turn"]:
                heard.setdefault((turn["speaker"], turn["text"], round(turn["start"] + row["offset"], 2)), set()).add(
                    file
                )
        if incident["id"] == "maple_street":
            assert sum(len(files) == 2 for files in heard.values()) >= 20


def test_the_gap_of_the_second_camera() -> None:
    gaps = [(i, e) for i in TRUTH["incident"] for e in i["event"]]
    assert [e["label"] for _, e in gaps] == ["camera_off_gap"]
    incident, gap = gaps[0]
    own = sorted(
        (r["offset"], r["offset"] + r["duration"])
        for r in RECORDINGS.values()
        if r["device"] == gap["device"] and r["incident"] == incident["id"]
    )
    assert (own[0][1], own[1][0]) == (gap["start"], gap["end"])
    assert 30 <= gap["end"] - gap["start"] <= 45
    assert gap["start_utc"] == incident["start_utc"] + timedelta(seconds=gap["start"])


def test_everything_the_detectors_look_for_is_planted() -> None:
    labels = {(e["detector"], e["label"]) for r in RECORDINGS.values() for e in r["event"]}
    assert labels == {
        ("muted_audio", "muted"),
        ("shouted_command", "shouted_command"),
        ("pre_event_buffer", "pre_event_buffer"),
        ("lens_covered", "lens_covered"),
        ("lens_covered", "dark_picture"),
        ("frozen_picture", "frozen"),
        ("overlapping_speech", "overlap"),
        ("raised_voice", "raised_voice"),
        ("spoken_command", "command"),
        ("multi_officer_commands", "multi_officer_commands"),
        ("name_sharing", "officer_name_given"),
        ("name_sharing", "name_asked"),
        ("name_sharing", "name_given_by_person"),
    }
    episodes = [e for r in RECORDINGS.values() for e in events(r, "multi_officer_commands")]
    assert {e["shouted"] for e in episodes} == {True, False}
    assert all(any(events(r, *SILENT)) for r in RECORDINGS.values())
    assert any(not any(events(r, "name_sharing")) for r in RECORDINGS.values())
    assert any("decoy" in t for r in RECORDINGS.values() for t in r["turn"])
