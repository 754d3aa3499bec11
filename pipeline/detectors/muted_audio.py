"""Stretches without any sound while the recording runs: the silent pre-event buffer, mutes, sound that ends early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import NotMeasurable
from pipeline.types import Curve, Evidence, Finding, Span, ms

ONE_STEP = 1.5 / 32768
"""A peak below this is at most one step of 16 bits. Injected zeros came back exact from AAC (measured)."""


@dataclass(frozen=True)
class MutedAudio:
    """Digital silence, or no sound data at all. A quiet room is neither: a microphone always has noise.

    Labels: `pre_event_buffer` (from the very start while the picture runs; normal for cameras that keep a buffer before
    the button is pressed: information, not a fault), `muted`, `sound_ends_early`, `no_sound` (from start to end).
    """

    min_duration: float = 2.0
    """seconds; shorter drop-outs are what wireless links and damaged packets make"""
    longest_buffer: float = 120.0
    """seconds; body-worn cameras can be set to keep up to 120 s before the button is pressed (makers' manuals)"""
    longest_break: float = 0.1
    """seconds of sound (a click) inside a silence that do not end it"""
    shortest_pause: float = 0.2
    """seconds of exact silence between sounds that no live microphone leaves; a packet that is lost is shorter"""
    gated_pauses: int = 2
    """so many such pauses, and the sound is gated or made: a mute cannot be told from a pause then"""

    name: ClassVar[str] = "muted_audio"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("peak",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        """Raises NotMeasurable where even short pauses are exactly silent."""
        peak, recording = evidence.peak, evidence.recording
        if peak is None:
            return
        empty = np.isnan(peak.values)
        silent = empty | (np.nan_to_num(peak.values) < ONE_STEP)
        self._check_live(peak, silent & ~empty)
        lost = [s.span for s in evidence.picture or () if s.kind in ("gap", "corrupt")]
        for first, last in _runs(silent, round(self.longest_break * peak.rate_hz)):
            at = _stretch(peak, first, last, recording.duration)
            without_data = float(empty[first:last].mean())
            if at.duration < self.min_duration or _lost(at, lost, without_data):
                continue
            yield self._finding(evidence, at, without_data)

    def _check_live(self, peak: Curve, zero: NDArray[np.bool_]) -> None:
        """A live microphone has noise in every pause. Where pauses are exact silence, long silence says nothing."""
        inside = [(first, last) for first, last in _runs(zero, 0) if first > 0 and last < len(zero)]
        lengths = [(last - first) / peak.rate_hz for first, last in inside]
        if sum(self.shortest_pause <= length < self.min_duration for length in lengths) >= self.gated_pauses:
            raise NotMeasurable("short pauses are exactly silent too (gated or made sound): a mute cannot be told")

    def _finding(self, evidence: Evidence, at: Span, without_data: float) -> Finding:
        label = self._label(evidence, at)
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=label,
            start=at.start,
            end=at.end,
            score=1.0 if label == "pre_event_buffer" else _score(at.duration, self.min_duration),
            summary=_SUMMARIES[label].format(seconds=at.duration),
            evidence={
                "seconds": at.duration,
                "share_without_sound_data": round(without_data, 3),
                "rule": f"samples of at most one step of 16 bits, or no sound data, for {self.min_duration} s or more",
            },
        )

    def _label(self, evidence: Evidence, at: Span) -> str:
        begins, ends = at.start <= 0.1, at.end >= evidence.recording.duration - 0.1
        if begins and ends:
            return "no_sound"
        if begins and evidence.recording.stream("video") is not None and at.duration <= self.longest_buffer + 1:
            return "pre_event_buffer"
        return "sound_ends_early" if ends else "muted"


def _stretch(peak: Curve, first: int, last: int, duration: float) -> Span:
    """The silence of the values `first` to `last`; it reaches half way into the louder values beside it, on average."""
    start = peak.start + (first - 0.5 if first > 0 else first) / peak.rate_hz
    end = peak.start + (last + 0.5 if last < len(peak.values) else last) / peak.rate_hz
    return Span(min(start, duration), min(end, duration))


_SUMMARIES = {
    "pre_event_buffer": "No sound for the first {seconds:.1f} s: the pre-event buffer",
    "muted": "No sound for {seconds:.1f} s",
    "sound_ends_early": "No sound for the last {seconds:.1f} s",
    "no_sound": "The sound track is silent throughout ({seconds:.1f} s)",
}


def _score(seconds: float, least: float) -> float:
    """How sure: exact silence is measured, not guessed, so only stretches near the least length are less than sure."""
    return ms(min(0.99, 0.9 + 0.09 * (seconds - least) / (2 * least)))


def _runs(flags: NDArray[np.bool_], bridge: int) -> list[tuple[int, int]]:
    """Half-open index ranges of True, joined over at most `bridge` values of False."""
    changes = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    out: list[tuple[int, int]] = []
    for first, last in zip(np.flatnonzero(changes == 1).tolist(), np.flatnonzero(changes == -1).tolist(), strict=True):
        if out and first - out[-1][1] <= bridge:
            out[-1] = (out[-1][0], last)
        else:
            out.append((first, last))
    return out


def _lost(at: Span, lost: list[Span], without_data: float) -> bool:
    """Whether sound and picture are missing together: then the file is damaged there, and nothing was muted."""
    return without_data > 0.5 and sum(at.overlap(span) for span in lost) > 0.5 * at.duration
