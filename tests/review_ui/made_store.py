"""Stores for the tests of the screen, filled through the store's own verbs: an incident of two cameras with one gap.

`python -m tests.review_ui.made_store FOLDER` makes one to look at by hand.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg

from models.contract import BackendInfo
from pipeline.artifacts import recording_folder
from pipeline.media.recording_file import open_media
from pipeline.media.review_copy import make_review_files
from pipeline.store import Store
from pipeline.types import (
    ClockSource,
    Diarization,
    Evidence,
    Incident,
    NotAnalysed,
    Recording,
    Role,
    Run,
    ScoredSpan,
    StepState,
    StreamFacts,
    Turn,
    Verdict,
    VoiceTurn,
)
from tests.review_ui.made_content import finding, findings_of, turns

START = datetime(2025, 3, 14, 21, 2, 5, tzinfo=UTC)
DRAFT = BackendInfo("pocketsphinx", "5.1.1", {"en-us.lm.bin": "ab" * 32}, {"beam": 1e-20}, draft=True)
VOICES = BackendInfo("speaker features", "1", remarks=("no torch: voices told apart by averages",))


def recording_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def recording(
    name: str,
    *,
    duration: float = 120.0,
    start: datetime | None = START,
    device: str | None = "AX-1041",
    problems: tuple[str, ...] = (),
) -> Recording:
    streams = (
        StreamFacts("video", "h264", 0.0, duration, rate_hz=30.0, width_px=1280, height_px=720),
        StreamFacts("audio", "aac", 0.0, duration, rate_hz=48000, channels=1),
    )
    clock = ClockSource.CONTAINER if start else None
    return Recording(
        id=recording_id(name),
        path=Path("evidence") / name,
        duration=duration,
        start_utc=start,
        clock_source=clock,
        device=device,
        container="mov,mp4",
        streams=streams,
        size_bytes=48_000_000,
        problems=problems,
    )


def run(
    subject: str,
    step: str,
    state: StepState = StepState.DONE,
    reason: str = "",
    *,
    backend: BackendInfo | None = None,
    **settings: object,
) -> Run:
    return Run(subject, step, "1", f"print of {step}", state, reason, settings, backend, datetime.now(UTC), 0.1)


def make_media(folder: Path, store: Path, item: Recording, seconds: float, size: str = "640x360") -> None:
    """A moving test picture with tones, made into review files as the pipeline does it."""
    source = folder / "source.mp4"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=size={size}:rate=15:duration={seconds}",
        "-f",
        "lavfi",
        "-i",
        f"aevalsrc='0.4*sin(2*PI*220*t)*abs(sin(t/3))*lt(mod(t\\,7)\\,5)':d={seconds}",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-threads",
        "1",
        "-c:a",
        "aac",
        str(source),
    ]
    subprocess.run(command, check=True)
    with TemporaryDirectory() as scratch, open_media(source, Path(scratch)) as media:
        make_review_files(media, recording_folder(store, item.id))


def fill(path: Path) -> dict[str, Recording]:
    """An incident of two cameras (one with a gap), a transcript without media, a file that failed. No media."""
    first = recording("AX1041 first part.mp4", problems=("cut off at 118.0 s of 120.0 s",))
    second = recording("AX1041 second part.mp4", start=START + timedelta(seconds=150), duration=80.0)
    other = recording("AX2210.mp4", start=START + timedelta(seconds=30), duration=170.0, device="AX-2210")
    text = Recording(id=recording_id("vendor.vtt"), path=Path("evidence/vendor.vtt"), duration=200.0)
    with Store(path) as store:
        for one in (first, second, other, text):
            store.add_recording(one)
        store.note_failure(Path("evidence/empty.mp4"), "empty: 0 bytes")
        _save_measurements(store, first)
        _save_findings(store, first)
        store.replace_findings(
            run(other.id, "spoken_command"),
            [
                finding(other.id, "spoken_command", 9.0, 11.0, 0.7, "One order: show me your hands.", evidence={}),
            ],
        )
        members = (
            (first.id, 0.0, "container clock"),
            (other.id, 30.0, "container clock"),
            (second.id, 150.0, "container clock"),
        )
        incident = Incident("incident0001", "2025-03-14 21:02 UTC, 2 cameras", START, members, "clock")
        store.save_incidents([incident])
        gap = finding(
            incident.id,
            "camera_off_gap",
            120.0,
            150.0,
            0.95,
            "Camera AX-1041 made no recording for 30 s; another camera recorded all of it.",
            evidence={
                "device": "AX-1041",
                "recording_before": first.id,
                "recording_after": second.id,
                "seconds_seen_by_other_cameras": 30.0,
                "why": "the camera recorded before and after; nothing was recorded in between",
            },
        )
        store.replace_findings(run(incident.id, "camera_off_gap"), [gap], of_incident=True)
    return {"first": first, "second": second, "other": other, "text": text}


def _save_measurements(store: Store, item: Recording) -> None:
    said = turns()
    stretches = tuple(VoiceTurn(turn.voice, turn.start, turn.end) for turn in said if turn.voice)
    evidence = Evidence(
        item,
        turns=said,
        voices=Diarization(stretches, stretches),
        speech=tuple(ScoredSpan(t.start, t.end) for t in said),
    )
    wind = NotAnalysed(56.0, 64.0, "words", "wind louder than speech")
    dark = NotAnalysed(0.0, 2.5, "picture", "no key frame before 2.5 s")
    store.save_step(run(item.id, "transcribe", backend=DRAFT), evidence, (), [wind])
    store.save_step(run(item.id, "diarize", backend=VOICES), evidence, ("voices", "speech"), [])
    store.save_step(run(item.id, "turns"), evidence, ("turns",), [])
    store.save_step(run(item.id, "scan"), evidence, (), [dark])


def _save_findings(store: Store, item: Recording) -> None:
    made = findings_of(item.id)
    policy = {"name": "common", "version": "1", "sha256": "cd" * 32}
    for detector in (
        "multi_officer_commands",
        "spoken_command",
        "raised_voice",
        "overlapping_speech",
        "name_sharing",
        "muted_audio",
        "lens_covered",
    ):
        store.replace_findings(run(item.id, detector, policy=policy), [f for f in made if f.detector == detector])
    not_measured = run(item.id, "frozen_picture", StepState.NOT_MEASURED, "the picture could not be decoded")
    store.replace_findings(not_measured, [])
    store.add_review(made[0].id, Verdict.CONFIRMED, "anna", "clear on the recording")
    store.add_review(made[7].id, Verdict.UNSURE, "anna")
    store.add_review(made[9].id, Verdict.UNSURE, "ben", "is this the camera or the file?")
    store.add_review(made[9].id, Verdict.DISMISSED, "anna", "the microphone was off by policy, see log")


def fill_crowded(path: Path, count: int = 20_000, duration: float = 3600.0) -> Recording:
    """One hour with `count` findings and 2,000 turns."""
    chance = random.Random(11)
    item = recording("crowded.mp4", duration=duration)
    kinds = ("spoken_command", "raised_voice", "overlapping_speech", "multi_officer_commands", "name_sharing")
    said = []
    for number in range(2000):
        start = round(number * duration / 2000, 3)
        voice = f"v{number % 5 + 1}"
        role = (Role.OFFICER, Role.OFFICER, Role.CIVILIAN, None, Role.RADIO)[number % 5]
        said.append(Turn(start, start + 2.2, voice, role, f"turn number {number} says some words", ()))
    with Store(path) as store:
        store.add_recording(item)
        store.save_step(run(item.id, "turns"), Evidence(item, turns=tuple(said)), ("turns",), [])
        for kind in kinds:
            rows = []
            for number in range(count // len(kinds)):
                start = chance.uniform(0, duration - 10)
                rows.append(
                    finding(
                        item.id,
                        kind,
                        start,
                        start + chance.uniform(0.2, 4.0),
                        chance.random(),
                        f"Observation number {number}.",
                        evidence={"level_db": chance.uniform(0, 20)},
                    )
                )
            store.replace_findings(run(item.id, kind), rows)
    return item


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = fill(folder / "bwc.db")
    make_media(folder, folder / "bwc.db", made["first"], 118.0)
    fill_crowded(folder / "crowded.db")
    print(made["first"].id)


if __name__ == "__main__":
    main()
