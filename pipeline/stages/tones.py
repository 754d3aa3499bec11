"""Steady electronic tones beside the moments at which a camera may beep: sound begins, is muted, comes back, ends.

Cameras beep when they start, stop or are muted (makers' manuals); which tones, differs. A tone is nearly all of the
sound while it lasts, keeps its pitch, and starts and stops at once: speech, shouts and noise hardly ever do all three.
How often they do: `tests/benchmarks/tones.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.errors import NotMeasurable
from pipeline.silence import SilenceRules, silences
from pipeline.stages.speech import audio_of
from pipeline.types import Evidence, Progress, Span, Tone, merged, ms

FRAME, HOP = 512, 160
"""samples: 32 ms, every 10 ms"""
BIN_HZ = SAMPLE_RATE_HZ / FRAME
LOWEST_HZ, HIGHEST_HZ = 700.0, 5000.0
"""piezo sounders lie between; below, single harmonics of voices are as steady"""
LONGEST = 1.5
"""seconds"""


@dataclass(frozen=True)
class ToneBounds:
    """How pure, steady and sudden a tone has to be."""

    from_hz: float
    purity: float
    """share of the power from `from_hz` to 7 kHz that lies in the tone and its first two overtones"""
    shortest: float
    """seconds"""
    steep_db: float
    """by how much the tone stands over its own pitch 60 ms before it starts and 60 ms after it stops"""
    flat_db: float
    """standard deviation of its level while it lasts"""


ALONE = ToneBounds(300.0, 0.8, 0.08, 12.0, 2.5)
UNDER_SPEECH = ToneBounds(600.0, 0.65, 0.12, 18.0, 1.2)
"""Voices have most of their power below 600 Hz: less pure tones count where they are steadier and more sudden. As
often false on read speech, single speakers and shouts as ALONE (`tests/benchmarks/tones.py`), and 5 dB fainter."""
AROUND = 6.0
"""seconds on either side of a moment that are searched"""

Power = NDArray[np.float64]
Bins = NDArray[np.int64]


@dataclass(frozen=True)
class MeasureTones:
    """Measures `tones`: those within a few seconds of the start and end of the sound and of every silence in it."""

    name: ClassVar[str] = "tones"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("peak",)
    also_reads: ClassVar[tuple[str, ...]] = ("picture",)
    writes: ClassVar[tuple[str, ...]] = ("tones",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no sound track."""
        audio = audio_of(evidence)
        found: list[Tone] = []
        for span in searched(evidence):
            found += tones_in(audio.read(span), span.start)
        return replace(evidence, tones=tuple(found))


def searched(evidence: Evidence) -> tuple[Span, ...]:
    """The stretches beside the moments at which a camera may beep, in order."""
    whole = evidence.recording.span
    try:
        off = [s.span for s in silences(evidence, SilenceRules())]
    except NotMeasurable:
        off = []
    edges = [0.0, whole.end, *(edge for span in off for edge in (span.start, span.end))]
    return merged([Span(max(0.0, at - AROUND), min(whole.end, at + AROUND)) for at in edges])


def tones_in(samples: Samples, start: float) -> Iterator[Tone]:
    """The tones of a piece of sound that begins at `start`, in order."""
    frames = 1 + (len(samples) - FRAME) // HOP
    if frames < round(ALONE.shortest * SAMPLE_RATE_HZ / HOP):
        return
    power = _power(samples, frames)
    pitch, own = _strongest(power)
    found = list(_within(ALONE, power, pitch, own))
    found += [
        fainter
        for fainter in _within(UNDER_SPEECH, power, pitch, own)
        if not any(fainter[0] < last and first < fainter[1] for first, last, _ in found)
    ]
    for first, last, bin_ in sorted(found):
        at = start + (first * HOP + FRAME / 2) / SAMPLE_RATE_HZ - HOP / SAMPLE_RATE_HZ
        until = at + (last - first) * HOP / SAMPLE_RATE_HZ
        yield Tone(ms(max(start, at)), ms(until), round(_exact_hz(power[first:last], bin_)))


def _within(bounds: ToneBounds, power: Power, pitch: Bins, own: Power) -> Iterator[tuple[int, int, int]]:
    """The frames [first, last) and the bin of each tone within some bounds, in order. `pitch`, `own`: `_strongest`."""
    total = power[:, round(bounds.from_hz / BIN_HZ) : round(7000 / BIN_HZ)].sum(axis=1) + 1e-12
    loud = power[np.arange(len(power)), pitch] > LEAST_POWER
    for first, last in _steady(pitch, (own / total >= bounds.purity) & loud):
        seconds = (last - first) * HOP / SAMPLE_RATE_HZ
        bin_ = int(np.median(pitch[first:last]))
        fits = bounds.shortest <= seconds <= LONGEST and _starts_and_stops_at_once(power, first, last, bin_, bounds)
        if fits and (bounds is ALONE or not _is_overtone(power[first:last], bin_, bounds)):
            yield first, last, bin_


LEAST_POWER = 1e-3
"""of a frame in the tone's pitch: about -75 dBFS"""


def _power(samples: Samples, frames: int) -> Power:
    window = np.hanning(FRAME)
    places = HOP * np.arange(frames)[:, None] + np.arange(FRAME)[None]
    return np.asarray(np.abs(np.fft.rfft(samples[places] * window, axis=1)) ** 2, np.float64)


def _is_overtone(power: Power, bin_: int, bounds: ToneBounds) -> bool:
    """Whether a louder pitch below what is looked at is half or a third of it: a siren of two low notes, a horn."""
    low = round(ALONE.from_hz / BIN_HZ)
    below = power[:, low : round(bounds.from_hz / BIN_HZ) + 1].mean(axis=0)
    lowest = int(below.argmax()) + low
    louder = below.max() > power[:, bin_].mean()
    return bool(louder and any(abs(times * lowest - bin_) <= times for times in (2, 3)))


def _strongest(power: Power) -> tuple[Bins, Power]:
    """The strongest pitch of each frame, as a bin, and the power in it and in its first two overtones."""
    low, high = round(LOWEST_HZ / BIN_HZ), round(HIGHEST_HZ / BIN_HZ)
    pitch = power[:, low:high].argmax(axis=1) + low
    return pitch, np.sum([_near(power, pitch * overtone) for overtone in (1, 2, 3)], axis=0)


def _near(power: Power, bins: Bins) -> Power:
    """Power within two bins of a bin of each frame; 0 above 7 kHz."""
    inside = bins < round(7000 / BIN_HZ)
    middle = np.where(inside, bins, 2)
    near = sum(power[np.arange(len(power)), middle + step] for step in (-2, -1, 0, 1, 2))
    return np.where(inside, near, 0.0)


def _steady(pitch: Bins, usable: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Half-open stretches of usable frames whose pitch stays within one bin of the first."""
    first = 0
    while first < len(pitch):
        last = first
        while last < len(pitch) and usable[last] and abs(int(pitch[last]) - int(pitch[first])) <= 1:
            last += 1
        if last > first:
            yield first, last
        first = max(last, first + 1)


def _starts_and_stops_at_once(power: Power, first: int, last: int, bin_: int, bounds: ToneBounds) -> bool:
    own = 10 * np.log10(power[first:last, bin_] + 1e-12)
    inner = own[1:-1] if len(own) > 4 else own
    before, after = power[max(0, first - 8) : max(0, first - 4)], power[last + 4 : last + 8]
    beside = [10 * np.log10(p[:, bin_ - 1 : bin_ + 2].max() + 1e-12) for p in (before, after) if len(p)]
    return bool(np.std(inner) <= bounds.flat_db and all(np.median(own) - level >= bounds.steep_db for level in beside))


def _exact_hz(power: Power, bin_: int) -> float:
    """The pitch between bins, by the centre of its power."""
    near = power[:, bin_ - 1 : bin_ + 2].sum(axis=0)
    return float(BIN_HZ * (bin_ + (near[2] - near[0]) / (near.sum() + 1e-12)))
