"""Where a recording is blurred for long."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples, runs
from pipeline.types import PictureState, ms

SMOOTH = 5
"""pictures whose middle sharpness counts: one sharp or blurred picture alone says nothing"""
FEWEST = 10
"""pictures that must tell, for a recording to be compared with itself"""


def blurred(samples: Samples, end: float, rules: PictureRules) -> Iterator[PictureState]:
    """Stretches of `blur_least` seconds and longer in a recording that is sharp at other times.

    A recording that is never sharp may come from a soft camera, and nothing is told of it; nor of pictures that are
    dark, noisy or bare.
    """
    at, sharp = samples.column("at"), samples.column("sharpness")
    sharp = np.where(samples.column("brightness") >= rules.blur_bright, sharp, np.nan)
    told = np.isfinite(sharp)
    if told.sum() < FEWEST or np.percentile(sharp[told], 90) < rules.focused:
        return
    for first, last in runs(_middle(np.where(told, sharp, np.inf)) <= rules.blurred):
        until = float(at[last + 1]) if last + 1 < len(at) else end
        if until - at[first] >= rules.blur_least:
            figures = {
                "sharpness": round(float(np.nanmedian(sharp[first : last + 1])), 3),
                "sharpness_else": round(float(np.percentile(sharp[told], 90)), 3),
                "pictures": float(last - first + 1),
            }
            yield PictureState(ms(float(at[first])), ms(until), "blurred", figures)


def _middle(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of `SMOOTH` values round each, of fewer near the ends."""
    out = values.copy()
    for i in range(len(values)):
        half = min(SMOOTH // 2, i, len(values) - 1 - i)
        out[i] = np.median(values[i - half : i + half + 1])
    return out
