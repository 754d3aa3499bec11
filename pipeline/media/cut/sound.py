"""The sound of a clip, cut to the sample and encoded anew: silence where the source has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import av.container
import numpy as np
from numpy.typing import NDArray

from pipeline.media.audio import MISPLACED
from pipeline.media.cut.window import Source

LEAD = 1.0
"""Seconds decoded before the cut, so that the decoder has settled; ten times what any codec here needs"""
RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
"""Sampling rates of AAC (ISO/IEC 14496-3, table 1.18)"""
OTHER_RATE_HZ = 48000
BITS_PER_CHANNEL = 96_000
"""AAC-LC at 96 kbit/s a channel: ample for speech, and the sound is encoded a second time here"""
Block = NDArray[np.float32]


@dataclass(frozen=True)
class Form:
    """How the sound of a clip is laid out."""

    rate_hz: int
    layout: str

    @property
    def channels(self) -> int:
        return 1 if self.layout == "mono" else 2


def form_of(stream: av.AudioStream) -> Form:
    """The source's own rate where AAC has it; one channel stays one, more become two."""
    rate = stream.codec_context.sample_rate
    return Form(rate if rate in RATES_HZ else OTHER_RATE_HZ, "mono" if stream.codec_context.channels == 1 else "stereo")


def blocks(source: Source, start: float, end: float, form: Form) -> Iterator[Block]:
    """The sound from `start` to `end` without a gap, shape (channels, n), full scale 1.0; in all (end - start) * rate.

    Samples lie where their packets' time stamps say; a stamp that misses its place by no more than `MISPLACED` is
    taken as following on, since Matroska rounds stamps to the millisecond.
    """
    total, written = round((end - start) * form.rate_hz), 0
    for at, block in _placed(source, start, end, form):
        if at > written:
            yield from _zeros(min(at, total) - written, form)
            written = min(at, total)
        piece = block[:, max(0, written - at) : max(0, total - at)]
        if piece.shape[1]:
            yield piece
            written += piece.shape[1]
    yield from _zeros(total - written, form)


def _zeros(count: int, form: Form) -> Iterator[Block]:
    """Silence in pieces of at most a second."""
    for at in range(0, count, form.rate_hz):
        yield np.zeros((form.channels, min(form.rate_hz, count - at)), np.float32)


def _placed(source: Source, start: float, end: float, form: Form) -> Iterator[tuple[int, Block]]:
    """(place of the first sample, counted from `start`; samples) of each packet, in file order."""
    assert source.audio is not None
    resampler, due = _resampler(form), None
    for frame in _decoded(source, start, end):
        if frame.pts is None or frame.time_base is None:
            place = due
        else:
            place = round((float(frame.pts * frame.time_base) - source.origin - start) * form.rate_hz)
        if place is None:
            continue
        if due is None or abs(place - due) > MISPLACED * form.rate_hz:
            resampler = _resampler(form)
            due = place
        try:
            made = resampler.resample(frame)
        except ValueError:  # the stream changed its rate or its channels
            resampler = _resampler(form)
            made = resampler.resample(frame)
        for piece in made:
            block = cast(Block, piece.to_ndarray())
            yield due, block
            due += block.shape[1]
        if due > (end - start) * form.rate_hz:
            return


def _decoded(source: Source, start: float, end: float) -> Iterator[av.AudioFrame]:
    """Sound frames from a little before `start`; what cannot be decoded is left out."""
    for at, packet in source.sound_packets(max(0.0, start - LEAD)):
        if at > end + LEAD:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue  # a hole, filled with silence


def _resampler(form: Form) -> av.AudioResampler:
    return av.AudioResampler(format="fltp", layout=form.layout, rate=form.rate_hz)


def add_sound(target: av.container.OutputContainer, form: Form) -> av.AudioStream:
    """A stream of AAC in `target`."""
    stream = target.add_stream("aac", rate=form.rate_hz, layout=form.layout)
    stream.bit_rate = BITS_PER_CHANNEL * form.channels
    return stream


def packets(source: Source, start: float, end: float, form: Form, stream: av.AudioStream) -> Iterator[av.Packet[Any]]:
    """The sound encoded; time zero is the clip's. The encoder's priming lies before zero, where MP4 hides it."""
    at = 0
    for block in blocks(source, start, end, form):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=form.layout)
        frame.sample_rate, frame.pts, frame.time_base = form.rate_hz, at, Fraction(1, form.rate_hz)
        at += block.shape[1]
        yield from stream.encode(frame)
    yield from stream.encode(None)
