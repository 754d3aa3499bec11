"""Brings clips of different cameras to a like loudness: one gain for each clip, by the level of what is heard in it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipeline.media.footage import Sound

WANTED_DB = -23.0
"""dB of full scale, RMS of the louder blocks: near what broadcasters aim at (EBU R 128)"""
GATE_DB = -50.0
"""blocks below this are pauses"""
MOST_DB = 18.0
"""gain up or down at most: more would bring up noise alone"""
CEILING = 0.89
"""of full scale (-1 dB): louder peaks are bent, not cut"""
BLOCK = 0.4
"""seconds (the block of EBU R 128)"""


def gain_of(pieces: Iterable[Sound], rate_hz: int) -> float:
    """The factor for a clip; 1 where nothing in it is louder than a pause."""
    step = round(BLOCK * rate_hz)
    powers: list[float] = []
    left = np.zeros((0, 1), np.float32)
    for piece in pieces:
        mono = piece.mean(axis=1, keepdims=True)
        left = np.concatenate([left, mono])
        while len(left) >= step:
            powers.append(float(np.mean(left[:step] ** 2)))
            left = left[step:]
    if len(left) > step // 4:
        powers.append(float(np.mean(left**2)))
    loud = [p for p in powers if p > 10 ** (GATE_DB / 10)]
    if not loud:
        return 1.0
    upper = sorted(loud)[len(loud) // 4 :]
    level_db = 10 * np.log10(float(np.mean(upper)))
    return float(10 ** (np.clip(WANTED_DB - level_db, -MOST_DB, MOST_DB) / 20))


def levelled(samples: Sound, gain: float) -> Sound:
    """The samples with the gain; peaks above the ceiling are bent so that they stay below full scale."""
    out = samples * np.float32(gain)
    over = np.abs(out) > CEILING
    if over.any():
        room = 1.0 - CEILING
        bent = np.sign(out) * (CEILING + room * np.tanh((np.abs(out) - CEILING) / room))
        out = np.where(over, bent, out)
    return np.asarray(out, np.float32)
