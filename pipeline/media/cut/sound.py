"""The sound of a clip, cut to the sample and encoded anew: silence where the source has none."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import av.container
import numpy as np

from pipeline.media.cut.window import Source
from pipeline.media.placed_sound import Block, Form, gapless

LEAD = 1.0
"""Seconds decoded before the cut, so that the decoder has settled; ten times what any codec here needs"""
RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
"""Sampling rates of AAC (ISO/IEC 14496-3, table 1.18)"""
OTHER_RATE_HZ = 48000
BITS_PER_CHANNEL = 96_000
"""AAC-LC at 96 kbit/s a channel: ample for speech, and the sound is encoded a second time here"""


def form_of(stream: av.AudioStream) -> Form:
    """The source's own rate where AAC has it; one channel stays one, more become two."""
    rate = stream.codec_context.sample_rate
    return Form(rate if rate in RATES_HZ else OTHER_RATE_HZ, "mono" if stream.codec_context.channels == 1 else "stereo")


def blocks(source: Source, start: float, end: float, form: Form) -> Iterator[Block]:
    """The sound of the recording from `start` to `end` without a gap, (end - start) * rate samples in all."""
    return gapless(_decoded(source, start, end), source.origin + start, end - start, form)


def _decoded(source: Source, start: float, end: float) -> Iterator[av.AudioFrame]:
    """Sound frames from a little before `start`; what cannot be decoded is left out."""
    for at, packet in source.sound_packets(max(0.0, start - LEAD)):
        if at > end + LEAD:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue  # a hole, filled with silence


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
