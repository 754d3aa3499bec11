"""Who wears which camera: a wearer is a few hand widths from their own microphone and metres from every other.

Levels of two cameras are compared only with each other at the same moments, and only between speakers: what a camera's
gain adds to all of them does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.incidents.activity import RATE_HZ, Bools

AHEAD_DB = 6.0
"""by how much the wearer must lead the next speaker: twice the distance takes 6 dB off (inverse square law)"""
LEAST_SPEECH = 3.0
"""seconds in which a speaker talks alone, from which the level counts"""

Levels = NDArray[np.float32]


@dataclass(frozen=True)
class Wearing:
    """The evidence that a speaker wears a camera."""

    recording: str
    camera: str
    ahead_db: float


def wearers(
    speaking: Sequence[Bools], levels: Mapping[str, Levels], cameras: Mapping[str, str]
) -> list[Wearing | None]:
    """For each speaker the camera that they are clearly nearest to, if any. `cameras`: recording -> device or file."""
    crowd = np.sum(speaking, axis=0) if len(speaking) else np.zeros(0)
    alone = [row & (crowd == 1) for row in speaking]
    found: list[Wearing | None] = [None] * len(speaking)
    for recording, own in levels.items():
        lead = _lead(recording, own, alone, levels, cameras)
        ranked = sorted((value, n) for n, value in enumerate(lead) if np.isfinite(value))
        if len(ranked) < 2 or ranked[-1][0] - ranked[-2][0] < AHEAD_DB:
            continue
        ahead, best = ranked[-1][0] - ranked[-2][0], ranked[-1][1]
        before = found[best]
        if before is None or ahead > before.ahead_db:
            found[best] = Wearing(recording, cameras[recording], round(float(ahead), 1))
    return found


def _lead(
    recording: str, own: Levels, alone: Sequence[Bools], levels: Mapping[str, Levels], cameras: Mapping[str, str]
) -> list[float]:
    """How much louder each speaker is on this camera than on the others, dB; NaN: too little heard of both."""
    others = [level for other, level in levels.items() if cameras[other] != cameras[recording]]
    out = []
    for row in alone:
        differences = [own[row] - other[row] for other in others]
        medians = [float(np.nanmedian(d)) for d in differences if np.isfinite(d).sum() >= LEAST_SPEECH * RATE_HZ]
        out.append(min(medians) if medians else float("nan"))
    return out
