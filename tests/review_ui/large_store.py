"""A large made store: an incident of four cameras of an hour each with 20,000 findings, and one recording with as many.

Always the same, letter for letter. `python -m tests.review_ui.large_store FOLDER` makes one to look at by hand.
"""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from pipeline.artifacts import recording_folder
from pipeline.store import Store
from pipeline.types import Curve, Diarization, Evidence, Finding, Incident, Recording, Role, Turn, VoiceTurn, Word
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import START, make_media, recording, run

ID = "1a26e00000000001"
HOUR = 3600.0
CAMERAS: Mapping[str, float] = {"AX-4101": 0.0, "AX-4102": 12.4, "AX-4103": 31.25, "AX-4104": 55.0}
"""camera -> seconds after the first one's start at which its own recording starts"""
ALONE = "AX-4199"
PIECE = 60.0
"""Seconds of picture that are encoded; the hour is this piece over and over, copied without encoding."""
ONE_OFF = "camera_off_gap"

KINDS: Sequence[tuple[str, str, bool]] = (
    ("spoken_command", "command", True),
    ("raised_voice", "raised_voice", True),
    ("overlapping_speech", "overlapping_speech", False),
    ("multi_officer_commands", "multi_officer_commands", True),
    ("name_sharing", "officer_name_given", True),
    ("techniques", "explained", True),
    ("shouted_command", "shouted_command", True),
    ("muted_audio", "muted", False),
    ("lens_covered", "lens_covered", False),
    ("picture_blurred", "blurred", False),
)
"""detector, label, whether somebody says it"""
_SAID = """
sir please stop hands show me the car door keep still down slow talk with your name licence paper wait here there
listen okay easy officer what why home house phone street light left right back front turn away step out stay calm
drop that knife bag understand help medic water breathe minute thank you moment radio
"""
_WORDS = _SAID.split()
_ROLES = (Role.OFFICER, Role.OFFICER, Role.CIVILIAN, None, Role.RADIO)


@dataclass(frozen=True)
class Large:
    """A filled store. `cameras` belong to the incident `ID`, `alone` to none."""

    path: Path
    cameras: tuple[Recording, ...]
    alone: Recording

    @property
    def recordings(self) -> tuple[Recording, ...]:
        return (*self.cameras, self.alone)


def fill(path: Path, findings: int = 20_000, turns: int = 8_000) -> Large:
    """Both subjects, each with so many findings; the incident's turns are shared out among its cameras."""
    cameras = tuple(
        recording(f"{device}.mp4", duration=HOUR, start=START + timedelta(seconds=at), device=device)
        for device, at in CAMERAS.items()
    )
    alone = recording(f"{ALONE}.mp4", duration=HOUR, start=START + timedelta(days=1), device=ALONE)
    with Store(path) as store:
        for one in (*cameras, alone):
            store.add_recording(one)
        members = tuple((one.id, at, "sound") for one, at in zip(cameras, CAMERAS.values(), strict=True))
        store.save_incidents([Incident(ID, "An hour with four cameras", START, members, "clock")])
        for number, one in enumerate(cameras):
            _measured(store, one, turns // len(cameras), seed=number)
            _found(store, one, findings // len(cameras) - (1 if number == 0 else 0), seed=number)
        off = finding(ID, ONE_OFF, 1800.0, 1830.0, 0.95, "Camera AX-4104 made no recording for 30 s.")
        store.replace_findings(run(ID, ONE_OFF), [off], of_incident=True)
        _measured(store, alone, turns // len(cameras), seed=91)
        _found(store, alone, findings, seed=91)
    return Large(path, cameras, alone)


def _measured(store: Store, item: Recording, count: int, seed: int) -> None:
    """Turns with every word timed, voices, and the curves of loudness and effort."""
    chance = random.Random(seed)
    said = tuple(_turns(chance, count, item.duration, seed))
    stretches = tuple(VoiceTurn(turn.voice or "v1", turn.start, turn.end) for turn in said)
    times = np.arange(0.0, item.duration, 0.05)
    level = Curve(20.0, 0.0, (-42 + 14 * np.sin(times / 9) + 5 * np.sin(times * 2.1)).astype(np.float32))
    effort = Curve(10.0, 0.0, (0.5 + 0.45 * np.sin(times[::2] / 40)).astype(np.float32))
    evidence = Evidence(item, turns=said, voices=Diarization(stretches, stretches), level=level, vocal_effort=effort)
    store.save_step(run(item.id, "scan"), evidence, ("level",), [])
    store.save_step(run(item.id, "vocal_effort"), evidence, ("vocal_effort",), [])
    store.save_step(run(item.id, "diarize"), evidence, ("voices",), [])
    store.save_step(run(item.id, "turns"), evidence, ("turns",), [])


def _turns(chance: random.Random, count: int, duration: float, seed: int) -> Iterator[Turn]:
    every = duration / max(1, count)
    for number in range(count):
        voice = number % len(_ROLES)
        at = number * every + chance.uniform(0.0, 0.2 * every)
        words = []
        for text in chance.choices(_WORDS, k=chance.randint(3, 9)):
            words.append(Word(text, round(at, 3), round(at + 0.16, 3), round(chance.uniform(0.3, 1.0), 2)))
            at += 0.2
        text = " ".join(word.text for word in words)
        start, end = words[0].start, words[-1].end
        yield Turn(start, end, f"v{seed}{voice}", _ROLES[voice], text, tuple(words), "made")


def _found(store: Store, item: Recording, count: int, seed: int) -> None:
    chance = random.Random(1000 + seed)
    for place, (detector, label, spoken) in enumerate(KINDS):
        own = count // len(KINDS) + (1 if place < count % len(KINDS) else 0)
        rows = [_one(chance, item, detector, label, spoken, number, seed) for number in range(own)]
        store.replace_findings(run(item.id, detector), rows)


def _one(
    chance: random.Random, item: Recording, detector: str, label: str, spoken: bool, number: int, seed: int
) -> Finding:
    start = round(chance.uniform(0.0, item.duration - 6.0), 3)
    end = round(start + chance.uniform(0.2, 4.0), 3)
    words = " ".join(chance.choices(_WORDS, k=5)) if spoken else ""
    evidence = {
        "why": "figures of a made recording: nothing was measured",
        "rule": f"rule number {number % 7} of the made policy pack",
        "level_db": round(chance.uniform(2.0, 20.0), 1),
        "seconds": round(end - start, 2),
    }
    more: dict[str, object] = {"label": label, "text": words, "evidence": evidence}
    if spoken:
        more |= {"speaker": f"v{seed}{number % 2}", "role": Role.OFFICER}
    said = f'Heard: "{words}"' if words else f"Observation number {number}."
    return finding(item.id, detector, start, end, round(chance.random(), 3), said, **more)


def make_copies(folder: Path, large: Large, size: str = "320x180") -> None:
    """Review files of every recording: one piece encoded once, an hour of it copied, the same file for all."""
    first = large.recordings[0]
    make_media(folder, large.path, first, PIECE, size)
    made = recording_folder(large.path, first.id)
    for name in ("review.mp4", "silent.mp4"):
        _over_and_over(made / name, HOUR)
    _peaks_over_and_over(made / "peaks.dat", HOUR)
    for other in large.recordings[1:]:
        place = recording_folder(large.path, other.id)
        place.mkdir(parents=True, exist_ok=True)
        for file in made.iterdir():
            (place / file.name).hardlink_to(file)


def _over_and_over(path: Path, seconds: float) -> None:
    long = path.with_name(f"long {path.name}")
    copied = ("-c", "copy", "-t", str(seconds), "-movflags", "+faststart")
    times = ("-stream_loop", str(round(seconds / PIECE)))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *times, "-i", str(path), *copied, str(long)]
    subprocess.run(command, check=True)
    long.replace(path)


def _peaks_over_and_over(path: Path, seconds: float) -> None:
    """The same waveform over and over; the layout is that of `pipeline.media.peaks`."""
    head = struct.Struct("<iIiiIi")
    data = path.read_bytes()
    version, flags, rate_hz, per_pair, _, channels = head.unpack(data[: head.size])
    pairs = round(seconds * rate_hz / per_pair)
    body = data[head.size :]
    body = (body * (2 * pairs // len(body) + 1))[: 2 * pairs]
    path.write_bytes(head.pack(version, flags, rate_hz, per_pair, pairs, channels) + body)


def main() -> None:
    """Makes the store with its review files."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    large = fill(folder / "bwc.db")
    make_copies(folder, large)
    print(f"python -m review_ui --store {large.path}    and then /?c={ID} or /?r={large.alone.id[:16]}")


if __name__ == "__main__":
    main()
