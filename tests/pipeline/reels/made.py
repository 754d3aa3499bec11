"""A small store with made recordings of one incident: two cameras whose clocks differ, words, findings, a roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.file_hash import sha256_of
from pipeline.media.probe import probe
from pipeline.roster import Assignment
from pipeline.store import Store
from pipeline.types import Evidence, Finding, Incident, Recording, Role, Run, SoundFit, StepState, Turn, Verdict, Word
from tests.pipeline.media.made import Encode, Scene, make

START = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
OFFSET, DRIFT_PPM = 1.0, 20_000.0
"""of the second camera: it starts a second later, and its seconds are 2 % longer (more than any clock: to be seen)"""
LENGTH = 6.0
RATE_HZ = 10


class Counting(Scene):
    """Each picture has the grey of its time: 16 + 30 * seconds in a known patch."""

    def frame(self, number: int) -> NDArray[np.uint8]:
        out = super().frame(number)
        out[30:70, 40:120] = round(16 + 30 * number / self.rate_hz)
        return out


def tone(hz: float, level: float = 0.2) -> NDArray[np.int16]:
    at = np.arange(round(LENGTH * 48_000)) / 48_000
    return np.asarray(32767 * level * np.sin(2 * np.pi * hz * at), np.int16)


def recording(path: Path, device: str) -> Recording:
    return replace(probe(path, sha256_of(path)).recording, start_utc=START, device=device)


def cameras(folder: Path) -> tuple[Recording, Recording]:
    """160x120 with a quiet 300 Hz, and 120x160 at another rate with a loud 800 Hz."""
    one = make(
        folder / "cam one.mp4", Counting(LENGTH, width=160, height=120, rate_hz=RATE_HZ, noise=0.0), tone(300, 0.02)
    )
    two = make(
        folder / "cam two.mkv", Counting(LENGTH, width=120, height=160, rate_hz=15, noise=0.0), tone(800, 0.4),
        Encode(), tags=("title=Doe Jane 4471",),
    )  # fmt: skip
    return recording(one, "CAM-1"), recording(two, "CAM-2")


def words(text: str, start: float, each: float = 0.4) -> tuple[Word, ...]:
    return tuple(Word(w, start + n * each, start + (n + 1) * each - 0.05) for n, w in enumerate(text.split()))


TURNS = (
    Turn(1.0, 2.6, "v1", Role.OFFICER, "I am Officer Parker", words("I am Officer Parker", 1.0)),
    Turn(3.0, 4.6, "v2", Role.CIVILIAN, "please do not shout", words("please do not shout", 3.0)),
)


def fill(folder: Path) -> tuple[Path, Recording, Recording, str]:
    """The store's file, both recordings, and the id of a confirmed finding of "listening"."""
    one, two = cameras(folder)
    path = folder / "bwc.db"
    with Store(path) as store:
        for each in (one, two):
            store.add_recording(each)
        now = datetime.now(UTC)
        step = Run(one.id, "turns", "1", "f", StepState.DONE, "", {}, None, now, 0.1)
        store.save_step(step, Evidence(one, turns=TURNS), ("turns",), ())
        incident = Incident(
            "incident-1", "made", START, ((one.id, 0.0, "clock"), (two.id, OFFSET, "sound")), "clock",
            (SoundFit(two.id, DRIFT_PPM, 20.0, 0.01),),
        )  # fmt: skip
        store.save_incidents([incident])
        finding = Finding(
            one.id, "techniques", "listening", 3.0, 4.0, 0.9, "Listens: asks and waits", role=Role.OFFICER
        )
        other = Finding(one.id, "techniques", "listening", 5.0, 5.5, 0.4, "Perhaps listens")
        store.replace_findings(replace(step, step="techniques"), [finding, other])
        store.add_review(finding.id, Verdict.CONFIRMED, "kim")
        store.replace_roster(
            [Assignment("1041", "J. Parker", "Patrol 3", "North", "CAM-1", datetime(2020, 1, 1, tzinfo=UTC), None)],
            "roster.csv", "kim",
        )  # fmt: skip
    return path, one, two, finding.id
