"""How many orders a minute: over a stretch, and as a curve for the timeline and the chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.types import Curve, Span

RATE_HZ = 1.0
"""Samples of the curve a second."""
WINDOW = 30.0
"""Seconds that the curve counts over, centred: long enough that one order is no spike of 60 a minute, short enough that
an episode of ten seconds stands out."""


def per_minute(orders: Sequence[Span], over: Span) -> float:
    """Orders that start in `over`, a minute; a stretch under 10 s counts as 10 s, else two words would be "60"."""
    count = sum(over.start <= o.start <= over.end for o in orders)
    return round(count * 60.0 / max(over.duration, 10.0), 1)


def command_rate(orders: Sequence[Span], over: Span, window: float = WINDOW) -> Curve:
    """Orders a minute within `window` seconds around each moment of `over`; at the ends over what there is of it."""
    count = max(1, int(np.ceil(over.duration * RATE_HZ)))
    times = over.start + np.arange(count) / RATE_HZ
    starts = np.sort([o.start for o in orders])
    low, high = np.maximum(times - window / 2, over.start), np.minimum(times + window / 2, over.end)
    inside = np.searchsorted(starts, high, "right") - np.searchsorted(starts, low, "left")
    values = inside * 60.0 / np.maximum(high - low, min(10.0, window))
    return Curve(RATE_HZ, over.start, values.astype(np.float32), "orders a minute")
