"""The peaks of a made recording: live sound, with stretches that are silent or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.types import Curve, Evidence, PictureState, Recording, StreamFacts

PICTURE = StreamFacts("video", "h264", 0.0, None)
SOUND = StreamFacts("audio", "aac", 0.0, None, 48000.0, 1)


def evidence(
    duration: float,
    silent: Sequence[tuple[float, float]] = (),
    empty: Sequence[tuple[float, float]] = (),
    picture: tuple[PictureState, ...] | None = (),
    *,
    silence: float = 0.0,
    live: float = 0.01,
    name: str = "a.mp4",
    codec: str = "aac",
    repeated: bool = False,
) -> Evidence:
    """Peaks at 20 Hz: `live` with a little to and fro, `silence` in the silent stretches, NaN in the empty ones.

    `repeated`: with what the sound packets say, which is that they repeat in the silent stretches."""
    count = round(duration * 20)
    values = (live * (1 + 0.5 * np.sin(np.arange(count) * 0.7) ** 2)).astype(np.float32)
    for start, end in silent:
        values[round(start * 20) : round(end * 20)] = silence
    for start, end in empty:
        values[round(start * 20) : round(end * 20)] = np.nan
    sound = replace(SOUND, codec=codec)
    streams = (PICTURE, sound) if picture is not None else (sound,)
    recording = Recording("r", Path("/cards") / name, duration, streams=streams)
    given = Evidence(recording, peak=Curve(20.0, 0.0, values), picture=picture)
    return replace(given, sound_repeats=Curve(20.0, 0.0, said(values, silent))) if repeated else given


def said(values: NDArray[np.float32], repeated: Sequence[tuple[float, float]]) -> NDArray[np.float32]:
    """What packets say that repeat in these stretches only; NaN where there are none."""
    out = np.where(np.isnan(values), np.nan, 0.0).astype(np.float32)
    for start, end in repeated:
        out[round(start * 20) : round(end * 20)] = 1.0
    return out
