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
from pipeline.media import make_review_files, open_media
from pipeline.store import Store
from pipeline.types import (
    ClockSource,
    Diarization,
    Evidence,
    Finding,
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
    Word,
)

START = datetime(2025, 3, 14, 21, 2, 5, tzinfo=UTC)
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [a](javascript:alert(1)) ‮אבג‬ 👮'
LONG_WORD = "stop" * 2500

DRAFT = BackendInfo("pocketsphinx", "5.1.1", {"en-us.lm.bin": "ab" * 32}, {"beam": 1e-20}, draft=True)
VOICES = BackendInfo("speaker features", "1", remarks=("no torch: voices told apart by averages",))

_SAID: tuple[tuple[float, str, Role | None, str], ...] = (
    (4.0, "v1", Role.OFFICER, "Evening sir. I'm Officer Dane with the city police."),
    (9.5, "v3", Role.CIVILIAN, "What is this about"),
    (12.0, "v1", Role.OFFICER, "You were stopped because your left brake light is out."),
    (18.5, "v3", Role.CIVILIAN, "I just had it fixed last week man"),
    (23.0, "radio", Role.RADIO, "Two Adam nine, plate comes back clear."),
    (28.0, "v1", Role.OFFICER, "Do you have your licence and insurance with you?"),
    (33.0, "v3", Role.CIVILIAN, "It is in the back, hold on."),
    (36.5, "v1", Role.OFFICER, "Keep your hands where I can see them."),
    (38.2, "v2", Role.OFFICER, "Show me your hands! Show me your hands!"),
    (39.1, "v1", Role.OFFICER, "Don't reach! Stop moving!"),
    (41.5, "v3", Role.CIVILIAN, "I'm not, I'm just getting the papers"),
    (44.0, "v2", Role.OFFICER, "Get out of the car, get on the ground, now!"),
    (44.6, "v1", Role.OFFICER, "Stay in the car!"),
    (48.0, "v3", Role.CIVILIAN, "Which one do you want"),
    (52.0, "v1", Role.OFFICER, "All right. All right. Let's slow down. I'm going to open your door."),
    (60.5, None, None, "inaudible wind"),
    (66.0, "v3", Role.CIVILIAN, HOSTILE),
    (72.0, "v1", Role.OFFICER, "Thank you for your patience. " + LONG_WORD),
    (90.0, "v1", Role.OFFICER, "You are free to go. Drive carefully."),
)


def recording_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def recording(name: str, *, duration: float = 120.0, start: datetime | None = START, device: str | None = "AX-1041",
              problems: tuple[str, ...] = ()) -> Recording:  # fmt: skip
    streams = (
        StreamFacts("video", "h264", 0.0, duration, rate_hz=30.0, width_px=1280, height_px=720),
        StreamFacts("audio", "aac", 0.0, duration, rate_hz=48000, channels=1),
    )
    clock = ClockSource.CONTAINER if start else None
    return Recording(
        id=recording_id(name), path=Path("evidence") / name, duration=duration, start_utc=start, clock_source=clock,
        device=device, container="mov,mp4", streams=streams, size_bytes=48_000_000, problems=problems,
    )  # fmt: skip


def run(subject: str, step: str, state: StepState = StepState.DONE, reason: str = "", *,
        backend: BackendInfo | None = None, **settings: object) -> Run:  # fmt: skip
    return Run(subject, step, "1", f"print of {step}", state, reason, settings, backend, datetime.now(UTC), 0.1)


def turns() -> tuple[Turn, ...]:
    chance = random.Random(7)
    made = []
    for start, voice, role, text in _SAID:
        words, at = [], start
        for word in text.split():
            length = min(0.12 + 0.05 * len(word), 1.2)
            words.append(Word(word, round(at, 3), round(at + length, 3), round(chance.uniform(0.3, 1.0), 2)))
            at += length + 0.06
        reason = {"v1": "says a name and gives orders", "v2": "gives orders", "v3": "asks questions"}.get(
            voice or "", ""
        )
        made.append(Turn(start, round(at, 3), voice, role, text, tuple(words), reason))
    return tuple(made)


def _finding(
    subject: str, detector: str, start: float, end: float, score: float, summary: str, **more: object
) -> Finding:
    return Finding(subject, detector, str(more.pop("label", detector)), start, end, score, summary, **more)  # type: ignore[arg-type]


def findings_of(subject: str) -> list[Finding]:
    why = {"rule": "an order of the policy pack, spoken by an officer", "certainty": 0.71, "policy": "common 1"}
    orders = [
        {"words": "show me your hands", "voice": "v2", "start": 38.2, "end": 39.4, "clear": True},
        {"words": "don't reach", "voice": "v1", "start": 39.1, "end": 39.8, "clear": True},
    ]
    return [
        _finding(subject, "name_sharing", 4.0, 7.4, 0.86, 'An officer gives a name: "Officer Dane".', speaker="v1",
                 role=Role.OFFICER, text="I'm Officer Dane with the city police",
                 evidence={"rule": "a title followed by a name", "name": "Dane", "seconds_from_first_contact": 0.0}),
        _finding(subject, "spoken_command", 36.5, 38.6, 0.78, "One order: keep your hands where I can see them.",
                 speaker="v1", role=Role.OFFICER, text="Keep your hands where I can see them.", evidence=why),
        _finding(subject, "spoken_command", 38.2, 41.0, 0.9, "Two orders in a row: show me your hands.", speaker="v2",
                 role=Role.OFFICER, text="Show me your hands! Show me your hands!", evidence=why),
        _finding(subject, "spoken_command", 39.1, 40.9, 0.55, "Two orders: don't reach; stop moving.", speaker="v1",
                 role=Role.OFFICER, text="Don't reach! Stop moving!", evidence=why),
        _finding(subject, "multi_officer_commands", 38.2, 41.0, 0.83, "Two officers give orders within 1 s of each other.",
                 role=Role.OFFICER, text="Show me your hands! / Don't reach!",
                 evidence={"voices": ["v1", "v2"], "orders": orders, "pair_within": 2.0, "seconds_overlapped": 1.8}),
        _finding(subject, "multi_officer_commands", 44.0, 46.4, 0.91, "Two officers give opposite orders at one time.",
                 role=Role.OFFICER, text="Get out of the car, get on the ground, now! / Stay in the car!",
                 evidence={"voices": ["v1", "v2"], "opposite": True, "seconds_overlapped": 1.3}),
        _finding(subject, "overlapping_speech", 38.9, 41.0, 0.8, "Two people speak at once for 2.1 s.",
                 evidence={"seconds": 2.1, "voices": ["v1", "v2"]}),
        _finding(subject, "overlapping_speech", 44.6, 46.0, 0.6, "Two people speak at once for 1.4 s.",
                 evidence={"seconds": 1.4}),
        _finding(subject, "raised_voice", 38.2, 41.0, 0.88, "A voice is raised for 2.8 s.", speaker="v2",
                 role=Role.OFFICER, evidence={"level_db": 11.2, "pitch_st": 5.5, "why": "11 dB above this voice's usual"}),
        _finding(subject, "muted_audio", 100.0, 118.0, 0.97, "No sound for 18 s.",
                 evidence={"seconds": 18.0, "rule": "every sample at most one step of 16 bits for 5 s or more"}),
        _finding(subject, "name_sharing", 66.0, 68.0, 0.4, HOSTILE, text=HOSTILE, evidence={"<b>key</b>": HOSTILE}),
    ]  # fmt: skip


def make_media(folder: Path, store: Path, item: Recording, seconds: float) -> None:
    """A moving test picture with tones, made into review files as the pipeline does it."""
    source = folder / "source.mp4"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y",
        "-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=15:duration={seconds}",
        "-f", "lavfi", "-i", f"aevalsrc='0.4*sin(2*PI*220*t)*abs(sin(t/3))*lt(mod(t\\,7)\\,5)':d={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-c:a", "aac", str(source),
    ]  # fmt: skip
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
        store.replace_findings(run(other.id, "spoken_command"), [
            _finding(other.id, "spoken_command", 9.0, 11.0, 0.7, "One order: show me your hands.", evidence={}),
        ])  # fmt: skip
        members = (
            (first.id, 0.0, "container clock"),
            (other.id, 30.0, "container clock"),
            (second.id, 150.0, "container clock"),
        )
        incident = Incident("incident0001", "2025-03-14 21:02 UTC, 2 cameras", START, members, "clock")
        store.save_incidents([incident])
        gap = _finding(incident.id, "camera_off_gap", 120.0, 150.0, 0.95,
                       "Camera AX-1041 made no recording for 30 s; another camera recorded all of it.",
                       evidence={"device": "AX-1041", "recording_before": first.id, "recording_after": second.id,
                                 "seconds_seen_by_other_cameras": 30.0,
                                 "why": "the camera recorded before and after; its clock says that nothing was recorded in between"})  # fmt: skip
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
    for detector in ("multi_officer_commands", "spoken_command", "raised_voice", "overlapping_speech", "name_sharing",
                     "muted_audio", "lens_covered"):  # fmt: skip
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
                rows.append(_finding(item.id, kind, start, start + chance.uniform(0.2, 4.0), chance.random(),
                                     f"Observation number {number}.", evidence={"level_db": chance.uniform(0, 20)}))  # fmt: skip
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
