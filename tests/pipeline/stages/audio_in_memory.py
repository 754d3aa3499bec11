"""Evidence whose sound lies in memory, for tests of stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.types import Evidence, Recording, Span


@dataclass(frozen=True, eq=False)
class AudioInMemory:
    """An `AudioTrack`: samples that begin at `start` on the recording's clock."""

    samples: Samples
    start: float = 0.0

    @property
    def duration(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    def read(self, span: Span) -> Samples:
        first = round((span.start - self.start) * SAMPLE_RATE_HZ)
        count = round(span.duration * SAMPLE_RATE_HZ)
        out = np.zeros(count, np.float32)
        begin, end = max(0, first), min(len(self.samples), first + count)
        if begin < end:
            out[begin - first : end - first] = self.samples[begin:end]
        return out

    def blocks(self, seconds: float) -> Iterator[tuple[float, Samples]]:
        step = round(seconds * SAMPLE_RATE_HZ)
        for at in range(0, len(self.samples), step):
            yield self.start + at / SAMPLE_RATE_HZ, self.samples[at : at + step]


@dataclass(frozen=True, eq=False)
class MediaInMemory:
    """A `Media` without picture."""

    audio: AudioInMemory | None
    path: Path = Path("in_memory.wav")


def evidence_with(samples: Samples | None, start: float = 0.0, duration: float | None = None) -> Evidence:
    """A recording with this sound from `start` on; None: no sound track."""
    audio = None if samples is None else AudioInMemory(samples, start)
    if duration is None:
        duration = 10.0 if audio is None else audio.start + audio.duration
    recording = Recording(id="0" * 64, path=Path("in_memory.wav"), duration=duration)
    return Evidence(recording=recording, media=MediaInMemory(audio))
