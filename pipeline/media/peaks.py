"""The waveform's smallest and largest sample per stretch, in the file format of BBC audiowaveform (version 2, 8 bit).

Layout, little-endian: int32 version (2), uint32 flags (1: 8 bit), int32 sample rate, int32 samples per pair, uint32
pairs, int32 channels (1); then int8 smallest, int8 largest per pair. Zero is the recording's zero.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from models.contract import SAMPLE_RATE_HZ
from pipeline.media.audio import SoundOnDisk
from pipeline.types import Span

PAIRS_HZ = 50
PER_PAIR = SAMPLE_RATE_HZ // PAIRS_HZ
BLOCK = 60
"""seconds read at a time"""


def write_peaks(sound: SoundOnDisk, path: Path) -> None:
    """Write the peaks of a whole recording, from its zero to the end of its sound. 360 kB an hour."""
    pairs = max(1, int(np.ceil(sound.end * PAIRS_HZ)))
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(struct.pack("<iIiiIi", 2, 1, SAMPLE_RATE_HZ, PER_PAIR, pairs, 1))
            for first in range(0, pairs, BLOCK * PAIRS_HZ):
                last = min(pairs, first + BLOCK * PAIRS_HZ)
                samples = sound.read_int16(Span(first / PAIRS_HZ, last / PAIRS_HZ)).reshape(-1, PER_PAIR)
                lows_highs = np.stack([samples.min(axis=1), samples.max(axis=1)], axis=1)
                file.write((lows_highs >> 8).astype(np.int8).tobytes())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
