"""One pass over the media: how loud each twentieth of a second is, and what state the picture is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ
from pipeline.errors import NotMeasurable
from pipeline.media.audio import FULL_SCALE, SoundOnDisk
from pipeline.media.rules import PictureRules
from pipeline.media.scan import ScanResult
from pipeline.media.sound_packets import repeats
from pipeline.types import Curve, Evidence, NotAnalysed, Progress, Recording, Span, ms

LEVEL_HZ = 20.0
SILENCE_DB = -120.0
"""what digital silence is written as; one step of 16 bits is -90 dBFS"""
BLOCK = 60
"""seconds of sound read at a time"""
LEAST = 0.5
"""seconds without sound or picture at an edge that are worth telling"""


class _Scannable(Protocol):
    def scan(self, progress: Progress, rules: PictureRules) -> ScanResult: ...


@dataclass(frozen=True)
class Scan:
    """Measures `level`, `peak`, `sound_repeats`, `picture`, `brightness` and `motion`.

    Without a sound track or a picture its fields stay None and a `NotAnalysed` says so. Level and peak cover the whole
    recording, with NaN where the file holds no sound.
    """

    rules: PictureRules = field(default_factory=PictureRules)

    name: ClassVar[str] = "scan"
    version: ClassVar[str] = "9"
    reads: ClassVar[tuple[str, ...]] = ()
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("level", "peak", "sound_repeats", "picture", "brightness", "motion")

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where the evidence has no media (a transcript alone)."""
        if evidence.media is None:
            raise NotMeasurable("no media file")
        found = cast(_Scannable, evidence.media).scan(progress, self.rules)
        recording = evidence.recording
        level, peak = loudness(found.sound, recording.duration) if found.sound else (None, None)
        missing = (*_without_sound(found.sound, recording), *_without_picture(found, recording))
        return replace(
            evidence,
            level=level,
            peak=peak,
            sound_repeats=again(found.sound, recording.duration) if found.sound else None,
            picture=found.picture,
            brightness=found.brightness,
            motion=found.motion,
            not_analysed=evidence.not_analysed + missing,
        )


def loudness(sound: SoundOnDisk, duration: float) -> tuple[Curve, Curve]:
    """Level in dBFS and largest |sample| per 50 ms of the recording; NaN where the middle of it has no sound."""
    per, count = round(SAMPLE_RATE_HZ / LEVEL_HZ), max(1, round(duration * LEVEL_HZ))
    levels, peaks = [], []
    for first in range(0, count, int(BLOCK * LEVEL_HZ)):
        last = min(count, first + int(BLOCK * LEVEL_HZ))
        samples = sound.read_int16(Span(first / LEVEL_HZ, last / LEVEL_HZ)).reshape(-1, per).astype(np.float64)
        rms = np.sqrt(np.mean(samples**2, axis=1)) / FULL_SCALE
        levels.append(20 * np.log10(np.maximum(rms, 10 ** (SILENCE_DB / 20))))
        peaks.append(np.abs(samples).max(axis=1) / FULL_SCALE)
    empty = _without_samples(sound, count)
    return _curve(np.concatenate(levels), empty, "dBFS"), _curve(np.concatenate(peaks), empty, "full scale")


def again(sound: SoundOnDisk, duration: float) -> Curve:
    """What the sound packets say per 50 ms of the recording (`pipeline.media.sound_packets`)."""
    count = max(1, round(duration * LEVEL_HZ))
    return Curve(LEVEL_HZ, 0.0, repeats(sound.packets, count, LEVEL_HZ))


def _without_samples(sound: SoundOnDisk, count: int) -> NDArray[np.bool_]:
    """Which twentieths of a second are at least half outside the sound that the file holds."""
    middle = (np.arange(count) + 0.5) / LEVEL_HZ
    empty = (middle < sound.start) | (middle > sound.end)
    for hole in sound.holes:
        empty |= (middle >= hole.start) & (middle < hole.end)
    return np.asarray(empty, dtype=bool)


def _curve(values: NDArray[np.float64], empty: NDArray[np.bool_], unit: str) -> Curve:
    out = values.astype(np.float32)
    out[empty] = np.nan
    return Curve(rate_hz=LEVEL_HZ, start=0.0, values=out, unit=unit)


def _without_sound(sound: SoundOnDisk | None, recording: Recording) -> Iterator[NotAnalysed]:
    if sound is None:
        named = any("sound track" in problem for problem in recording.problems)
        reason = "the sound track cannot be decoded" if recording.stream("audio") or named else "no sound track"
        yield NotAnalysed(0.0, recording.duration, "sound", reason)
        return
    if sound.start > LEAST:
        yield _without(sound, Span(0.0, ms(sound.start)), "the sound track begins later")
    for hole in sound.holes:
        if hole.duration > LEAST:
            yield _without(sound, hole, "the file holds no sound here")
    if recording.duration - sound.end > LEAST:
        yield _without(sound, Span(ms(sound.end), recording.duration), "the sound track ends earlier")


def _without(sound: SoundOnDisk, span: Span, reason: str) -> NotAnalysed:
    """`reason` holds where there are no sound packets; where there are, no decoder took them."""
    packets = sum(span.overlap(Span(max(0.0, run.start), run.end)) for run in sound.packets if run.end > 0)
    refused = packets > 0.5 * span.duration
    return NotAnalysed(span.start, span.end, "sound", "the sound cannot be decoded here" if refused else reason)


def _without_picture(found: ScanResult, recording: Recording) -> Iterator[NotAnalysed]:
    if found.picture is None:
        yield NotAnalysed(0.0, recording.duration, "picture", "no picture")
        return
    if not found.pictures:
        yield NotAnalysed(0.0, recording.duration, "picture", "the picture cannot be decoded")
    reasons = {"gap": "the file holds no picture here", "corrupt": "the picture is damaged here"}
    for state in found.picture:
        if state.kind in reasons:
            yield NotAnalysed(state.start, state.end, "picture", reasons[state.kind])
