"""Stretches of picture that the file does not hold, or holds damaged."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pipeline.media.packets import PacketIndex
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples
from pipeline.types import PictureState, Span, merged, ms


def gaps(packets: PacketIndex, origin: float, duration: float, rules: PictureRules) -> list[PictureState]:
    """Stretches without any picture: before the first, between two, after the last."""
    times = np.unique(np.asarray(packets.times, dtype=np.float64)) - origin
    if not len(times):
        return []
    steps = np.diff(times)
    usual = float(np.median(steps)) if len(steps) else 0.0
    least = max(rules.gap, rules.gap_steps * usual)
    edges = [(0.0, max(0.0, float(times[0])))]
    edges += [(float(times[i]) + usual, float(times[i + 1])) for i in np.flatnonzero(steps > least)]
    edges.append((min(duration, packets.end - origin), duration))
    return [
        PictureState(ms(a), ms(b), "gap", {"seconds": ms(b - a), "usual_step": ms(usual)})
        for a, b in edges
        if b - a > rules.gap
    ]


def damaged(samples: Samples, packets: PacketIndex, origin: float, undecoded: Iterable[float]) -> list[PictureState]:
    """Stretches in which the picture is damaged, each to the next key frame that is whole.

    Told by pictures that the decoder marked, key frames that it refused, and packets that cannot be whole; bytes
    altered between key frames without breaking a packet are not seen.
    """
    marked = samples.column("at")[samples.column("damaged") > 0]
    bad = np.unique(np.concatenate([marked, list(undecoded), np.asarray(packets.damaged) - origin]))
    if not len(bad):
        return []
    end = ms(packets.end - origin)
    keys = packets.key_times() - origin
    whole = np.append(keys[~np.isin(np.round(keys, 3), np.round(bad, 3))], end)
    after = np.searchsorted(whole, bad, side="right").clip(max=len(whole) - 1)
    spans = [Span(max(0.0, min(at, end)), max(float(whole[i]), at)) for at, i in zip(bad.tolist(), after, strict=True)]
    return [
        PictureState(s.start, s.end, "corrupt", {"packets": float(((bad >= s.start - 1e-3) & (bad < s.end)).sum())})
        for s in merged(spans, gap=1.0)
    ]
