"""How much effort voices show: pitch, spectral tilt, and the probability that a voice is raised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from models.effort_among_all import AmongAllRule, load_among_all
from models.effort_rule import EffortRule, load_rule
from models.vocal_effort import (
    FRAME,
    FRAME_RATE_HZ,
    HOP,
    WINDOW_RATE_HZ,
    Array,
    Frames,
    Run,
    frames_of,
    joined,
    windows_of,
)
from pipeline.errors import NotMeasurable
from pipeline.own_effort import roughly_told_apart
from pipeline.stages.speech import audio_of, track_span
from pipeline.types import AudioTrack, Curve, Evidence, Progress, Span, complement, merged

ONE_FOR_ALL = "no voices were told apart: one usual effort for everybody"
NOBODY = "-"
"""the voice of speech that belongs to no voice of the diarizer, and of all speech where none was told apart"""
_CENTRE = FRAME / 2 / HOP
"""frames from a frame's start to its middle"""
_FRAMES_PER_VALUE = round(FRAME_RATE_HZ / WINDOW_RATE_HZ)


@dataclass(frozen=True)
class VocalEffort:
    """Measures `alpha_ratio`, `pitch` and `vocal_effort`, ten values per second, NaN where nobody speaks."""

    rule: EffortRule = field(default_factory=load_rule)
    rough: AmongAllRule = field(default_factory=load_among_all)
    """the rule where voices were only roughly told apart"""
    block: float = 120.0
    """seconds of sound that are read together"""

    name: ClassVar[str] = "vocal_effort"
    version: ClassVar[str] = "7"
    reads: ClassVar[tuple[str, ...]] = ("speech",)
    also_reads: ClassVar[tuple[str, ...]] = ("voices", "overlaps")
    writes: ClassVar[tuple[str, ...]] = ("alpha_ratio", "pitch", "vocal_effort")

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no sound track or speech was not looked for."""
        audio = audio_of(evidence)
        if evidence.speech is None:
            raise NotMeasurable("speech was not looked for")
        track = track_span(evidence, audio)
        frames = self._frames(audio, track, progress)
        count = int(track.duration * WINDOW_RATE_HZ)
        runs = tuple(_runs(evidence, track))
        rule = self.rough if roughly_told_apart(evidence) else self.rule
        effort = rule.probability(windows_of(frames, runs, count))
        spoken = _spoken(runs, len(frames)) & frames.voiced
        told_apart = evidence.voices is not None and bool(evidence.voices.exclusive)
        info = rule.info if told_apart else replace(rule.info, remarks=(ONE_FOR_ALL,))
        return replace(
            evidence,
            alpha_ratio=Curve(WINDOW_RATE_HZ, track.start, _per_value(frames.alpha_db, spoken, count), "dB"),
            pitch=Curve(WINDOW_RATE_HZ, track.start, _per_value(frames.pitch, spoken, count), "semitones over 55 Hz"),
            vocal_effort=Curve(WINDOW_RATE_HZ, track.start, effort, "probability"),
            backends={**evidence.backends, self.name: info},
        )

    def _frames(self, audio: AudioTrack, track: Span, progress: Progress) -> Frames:
        parts, at = [], track.start
        while at < track.end:
            end = min(at + self.block, track.end)
            parts.append(frames_of(audio.read(Span(at, min(end + (FRAME - HOP) / HOP / FRAME_RATE_HZ, track.end)))))
            progress((end - track.start) / track.duration)
            at = end
        return joined(parts)


def _runs(evidence: Evidence, track: Span) -> Iterator[Run]:
    """Stretches of one voice, cut where somebody else also speaks; speech of no known voice goes to NOBODY."""
    shared = _shared(evidence)
    turns = [(t.voice, t.span) for t in (evidence.voices.exclusive if evidence.voices else ())]
    speech = merged([s.span for s in evidence.speech or ()])
    for span in speech:
        known = [Span(max(t.start, span.start), min(t.end, span.end)) for _, t in turns if t.overlap(span) > 0]
        turns += [(NOBODY, rest) for rest in complement(known, span)]
    for voice, span in sorted(turns, key=lambda turn: (turn[1].start, turn[1].end)):
        alone = complement([s for s in shared if s.overlap(span) > 0], span)
        pieces = [(piece, True) for piece in alone] + [(piece, False) for piece in complement(alone, span)]
        for piece, by_itself in pieces:
            first, last = ((t - track.start) * FRAME_RATE_HZ - _CENTRE for t in (piece.start, piece.end))
            yield Run(max(0, round(first)), max(0, round(last)), voice, by_itself)


def _shared(evidence: Evidence) -> tuple[Span, ...]:
    """Where two voices are known to speak at once: their figures are nobody's usual."""
    told = evidence.overlaps if evidence.overlaps is not None else None
    if told is None and evidence.voices is not None:
        told = evidence.voices.overlaps
    return merged([s.span for s in told or ()])


def _spoken(runs: Sequence[Run], count: int) -> NDArray[np.bool_]:
    out = np.zeros(count, bool)
    for run in runs:
        out[run.first : run.last] = True
    return out


def _per_value(values: Array, use: NDArray[np.bool_], count: int) -> Array:
    """Median of the frames in use per tenth of a second, NaN where there are none."""
    wanted = count * _FRAMES_PER_VALUE
    kept = np.full(wanted, np.inf, np.float32)
    size = min(wanted, len(values))
    kept[:size] = np.where(use[:size], values[:size], np.inf)
    ordered = np.sort(kept.reshape(count, _FRAMES_PER_VALUE), axis=1)
    present = np.isfinite(ordered).sum(axis=1)
    middle = ordered[np.arange(count), np.maximum(present - 1, 0) // 2]
    return np.where(present > 0, middle, np.nan).astype(np.float32)
