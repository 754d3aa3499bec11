"""Covers stretches of sound with silence or a tone. The sound below is thrown away, not made quieter.

Changing a voice is left out on purpose: shifting pitch or formants can be shifted back, and what throws enough away to
be sure (a few noise bands) can still be understood by listeners (Shannon et al. 1995, "Speech recognition with
primarily temporal cues"). Muting or a tone over the speaker's turns leaves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.media.footage import Sound
from pipeline.redaction.plan import SoundCover, SoundSpan

TONE_HZ = 1000.0
TONE_LEVEL = 0.1
"""peak of full scale: -20 dBFS, as line-up tones are set"""
RAMP = 0.005
"""seconds before and after a stretch in which the sound fades, so that it does not click; they lie outside of it"""


def covered_sound(samples: Sound, start: float, rate_hz: int, spans: Sequence[SoundSpan]) -> Sound:
    """The samples, shape (n, channels), with the stretches covered. `start`: time of the first, recording's clock."""
    length = len(samples) / rate_hz
    due = [s for s in spans if s.span.start - RAMP < start + length and start < s.span.end + RAMP]
    if not due:
        return samples
    times = start + np.arange(len(samples)) / rate_hz
    out = samples.copy()
    for each in due:
        hidden = _hidden(times, each)
        out *= (1.0 - hidden)[:, None]
    toned = np.zeros(len(samples), np.float32)
    for each in due:
        if each.cover is SoundCover.TONE:
            np.maximum(toned, _hidden(times, each), out=toned)
    return out + (TONE_LEVEL * toned * np.sin(2 * np.pi * TONE_HZ * times).astype(np.float32))[:, None]


def _hidden(times: np.ndarray, each: SoundSpan) -> np.ndarray:
    """1 inside the stretch, falling to 0 over the ramps outside of it."""
    outside = np.maximum(each.span.start - times, times - each.span.end)
    return np.clip(1.0 - outside / RAMP, 0.0, 1.0).astype(np.float32)
