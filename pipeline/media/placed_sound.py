"""Decoded sound laid where its time stamps say: gaps are silence, overlaps are cut, no sample is counted twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.media.audio import MISPLACED

Block = NDArray[np.float32]
"""shape (channels, n), full scale 1.0"""


@dataclass(frozen=True)
class Form:
    """How sound is laid out: its rate, and "mono" or "stereo"."""

    rate_hz: int
    layout: str

    @property
    def channels(self) -> int:
        return 1 if self.layout == "mono" else 2


def gapless(frames: Iterable[av.AudioFrame], start: float, seconds: float, form: Form) -> Iterator[Block]:
    """The sound of so many seconds from `start` on (seconds of the frames' own stamps), in pieces without a gap.

    Together they are as long as asked for; where no frame holds sound they are zero. A stamp that misses its place by
    no more than `MISPLACED` is taken as following on, since Matroska rounds stamps to the millisecond.
    """
    total, written = round(seconds * form.rate_hz), 0
    for at, block in _placed(frames, start, form):
        if at > written:
            yield from _zeros(min(at, total) - written, form)
            written = min(at, total)
        piece = block[:, max(0, written - at) : max(0, total - at)]
        if piece.shape[1]:
            yield piece
            written += piece.shape[1]
        if written >= total:
            return
    yield from _zeros(total - written, form)


def _zeros(count: int, form: Form) -> Iterator[Block]:
    """Silence in pieces of at most a second."""
    for at in range(0, count, form.rate_hz):
        yield np.zeros((form.channels, min(form.rate_hz, count - at)), np.float32)


def _placed(frames: Iterable[av.AudioFrame], start: float, form: Form) -> Iterator[tuple[int, Block]]:
    """(place of the first sample, counted from `start`; samples) of each frame, in their order."""
    resampler, due, kind = _resampler(form), None, ("", "", 0)
    for frame in frames:
        place = due
        if frame.pts is not None and frame.time_base is not None:
            place = round((float(frame.pts * frame.time_base) - start) * form.rate_hz)
        if place is None:
            continue
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if due is None or abs(place - due) > MISPLACED * form.rate_hz:
            resampler, due, kind = _resampler(form), place, now
        elif now != kind:  # one made for what it was handed first would hand on the rest as it is
            resampler, kind = _resampler(form), now
        for piece in resampler.resample(frame):
            block = cast(Block, piece.to_ndarray())
            yield due, block
            due += block.shape[1]


def _resampler(form: Form) -> av.AudioResampler:
    return av.AudioResampler(format="fltp", layout=form.layout, rate=form.rate_hz)
