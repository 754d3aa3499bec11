"""What sound packets say without being decoded: whether one is byte for byte one that came just before.

A live microphone never makes the same packet twice, not even in the quietest room; an encoder that is handed zeros, or
any constant, makes one or a few packets again and again (`tests/benchmarks/sound_faults.py`). That tells a mute from a
pause that a codec gave up as nothing, and a held value from faint sound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEW, UNTOLD, REPEATED = 0.0, 0.5, 1.0
RECENT = 128
"""packets back that count as just before: what is made of zeros goes through a cycle of 1 (AAC), 2 or 45 (AMR)"""
LONGEST = 0.25
"""seconds of a packet beyond which nothing is told: a mute of two seconds holds too few of them"""
REPEATING = frozenset(
    (
        *("aac", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "ac3", "eac3", "alac"),
        *("amrnb", "amr_nb", "libopencore_amrnb", "g723_1", "wmav1", "wmav2", "nellymoser"),
        *("adpcm_ima_wav", "adpcm_ima_qt", "adpcm_ms", "adpcm_yamaha"),
    )
)
"""codecs in which silence was measured to repeat; PCM does, too. FLAC counts its packets and G.722 wanders: there a new
packet tells nothing, as in all that were not measured"""
WITHOUT_SOUND = {"opus": 2, "libopus": 2, "amrnb": 1, "amr_nb": 1, "libopencore_amrnb": 1}
"""bytes up to which a packet says only that nothing is sent (pauses not sent); it is taken as the one before it was"""
NEAR = 0.02
"""seconds by which two packets may miss each other and still follow one another (stamps of whole milliseconds)"""


@dataclass
class PacketRun:
    """Packets that follow one another and say the same; seconds on the recording's clock."""

    start: float
    end: float
    said: float


class SoundPackets:
    """Takes the packets of a sound stream in file order."""

    def __init__(self, codec: str) -> None:
        told = codec in REPEATING or codec.startswith("pcm_")
        self._otherwise = NEW if told else UNTOLD
        self._without_sound = WITHOUT_SOUND.get(codec, 0)
        self._recent: deque[int] = deque()
        self._known: set[int] = set()
        self._last = self._otherwise
        self._runs: list[PacketRun] = []

    @property
    def runs(self) -> tuple[PacketRun, ...]:
        return tuple(self._runs)

    def add(self, body: bytes, start: float, length: float) -> None:
        """One packet that is played from `start` on (recording's clock) for so many seconds."""
        said = self._said(body) if length <= LONGEST else UNTOLD
        last = self._runs[-1] if self._runs else None
        if last is not None and last.said == said and abs(start - last.end) <= NEAR:
            last.end = start + length
        elif length > 0:
            self._runs.append(PacketRun(start, start + length, said))

    def _said(self, body: bytes) -> float:
        if len(body) > self._without_sound:
            self._last = REPEATED if self._seen(hash(body)) else self._otherwise
        return self._last

    def _seen(self, body: int) -> bool:
        """Whether such a packet came just before; now it did."""
        if body in self._known:
            return True
        self._known.add(body)
        self._recent.append(body)
        if len(self._recent) > RECENT:
            self._known.discard(self._recent.popleft())
        return False


def repeats(runs: Sequence[PacketRun], count: int, rate_hz: float) -> NDArray[np.float32]:
    """What the packets say in the middle of each of `count` values from 0 on; NaN where the file holds none."""
    out = np.full(count, np.nan, np.float32)
    for run in runs:
        first, last = (int(np.ceil(at * rate_hz - 0.5)) for at in (run.start, run.end))
        out[max(0, first) : max(0, last)] = run.said
    return out
