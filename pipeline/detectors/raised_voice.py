"""A voice that is raised against its own usual, whatever is said and whatever the microphone's gain did."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pipeline.types import Curve, Evidence, Finding, Span, merged, ms

Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class RaisedVoice:
    """Label `raised_voice`, per voice where voices were told apart. The score is the mean probability."""

    threshold: float = 0.45
    """probability from which speech counts as raised; with the prior of the share (models.usual_effort) chosen on the
    sample, and reported on other actors and on readers"""
    min_duration: float = 0.4
    """seconds"""
    longest_pause: float = 0.6
    """seconds between two raised stretches of one voice that are told as one"""
    smoothing: float = 1.5
    """seconds over which probabilities of one turn are averaged before they are compared with the threshold: lively
    reading goes up for shorter than that (of .5, 1, 1.5 on readers left out of the fit)"""
    least_part: float = 1.5
    """seconds from which part of a turn is told, if it is not half of it: less is not resolved by the smoothing"""
    least_usual: float = 1.0
    """seconds of a voice's other speech without which no comparison is given"""
    least_alone: float = 1.5
    """seconds that a voice must be raised for where nothing else of it was heard to compare with"""
    least_own: float = 0.8
    """seconds of a turn without anybody else, from which only those are looked at: where two voices are known to speak
    at once, the louder one's effort would be laid to both"""
    most_alone: float = 10.0
    """seconds from which a voice of which nothing else was heard is taken for one that always sounds so"""

    name: ClassVar[str] = "raised_voice"
    version: ClassVar[str] = "5"
    reads: ClassVar[tuple[str, ...]] = ("speech", "vocal_effort")

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        effort = evidence.vocal_effort
        if effort is None:
            return
        told = _alone(evidence, effort, self.least_own)
        found = [
            (span, voice)
            for voice, turns in _turns(evidence).items()
            for span in self._raised(told, turns)
            if span.duration >= self.min_duration
        ]
        for span, voice in sorted(found, key=lambda each: (each[0].start, each[0].end, each[1] or "")):
            figures = self._figures(evidence, effort, span, voice)
            compared = evidence.pitch is None or figures["pitch_semitones_over_usual"] is not None
            raised = sum(own.duration for own, by in found if by == voice)
            if compared or (span.duration >= self.least_alone and raised < self.most_alone):
                yield self._finding(evidence, effort, span, voice, figures)

    def _raised(self, effort: Curve, turns: Sequence[Span]) -> tuple[Span, ...]:
        stretches = [span for turn in turns for span in self._in_turn(effort, turn)]
        return merged(stretches, gap=self.longest_pause)

    def _in_turn(self, effort: Curve, turn: Span) -> Iterator[Span]:
        """Raised stretches of a turn; one that begins or ends near the turn's own edge reaches it."""
        values = effort.at(turn)
        first = max(0, math.ceil((turn.start - effort.start) * effort.rate_hz - 1e-6))
        width = round(self.smoothing * effort.rate_hz)
        known = values[np.isfinite(values)]
        whole = len(values) <= width and len(known) > 0  # a short turn is raised as a whole or not at all
        smooth = np.full(len(values), known.mean()) if whole else _smoothed(values, width)
        high = smooth >= self.threshold
        edges = np.diff(np.concatenate([[0], high.astype(np.int8), [0]]))
        for low, past in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
            start, end = (effort.start + (first + i - 0.5) / effort.rate_hz for i in (low, past))
            start = turn.start if start - turn.start <= self.longest_pause / 2 else start
            end = turn.end if turn.end - end <= self.longest_pause / 2 else end
            part = Span(max(start, turn.start), min(end, turn.end))
            if part.duration >= min(self.least_part, turn.duration / 2):
                yield part

    def _finding(self, evidence: Evidence, effort: Curve, span: Span, voice: str | None, figures: Figures) -> Finding:
        values = effort.at(span)
        known = values[np.isfinite(values)]
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="raised_voice",
            start=span.start,
            end=span.end,
            score=ms(float(known.mean())) if len(known) else 0.0,
            summary=_summary(span, figures),
            speaker=voice,
            evidence={
                "seconds": span.duration,
                **{name: value for name, value in figures.items() if value is not None},
                "rule": f"probability of {self.threshold} or more, against the usual effort of this voice",
            },
        )

    def _figures(self, evidence: Evidence, effort: Curve, span: Span, voice: str | None) -> Figures:
        """What a reviewer can check: this stretch against the voice's speech that is not raised."""
        turns = _turns(evidence).get(voice, ())

        def over_usual(curve: Curve | None) -> float | None:
            if curve is None:
                return None
            usual = np.concatenate([_not_raised(curve, effort, t, self.threshold) for t in turns] or [np.zeros(0)])
            here = curve.at(span)
            here = here[np.isfinite(here)]
            if not len(here) or len(usual) < self.least_usual * curve.rate_hz:
                return None
            return round(float(np.median(here) - np.median(usual)), 1)

        tilt = over_usual(evidence.alpha_ratio)
        return {
            "pitch_semitones_over_usual": over_usual(evidence.pitch),
            "upper_spectrum_db_over_usual": None if tilt is None else -tilt,
            "level_db_over_usual": over_usual(evidence.level),
        }


def _turns(evidence: Evidence) -> dict[str | None, list[Span]]:
    """Stretches of each voice; of nobody in particular (None) where voices were not told apart."""
    out: dict[str | None, list[Span]] = {}
    if evidence.voices is None or not evidence.voices.exclusive:
        return {None: list(merged([s.span for s in evidence.speech or ()]))}
    for turn in evidence.voices.exclusive:
        out.setdefault(turn.voice, []).append(turn.span)
    return out


def _alone(evidence: Evidence, effort: Curve, least: float) -> Curve:
    """The effort without what is measured while two speak at once, in turns of which `least` seconds are left."""
    shared = evidence.overlaps if evidence.overlaps is not None else evidence.voices and evidence.voices.overlaps
    if not shared or evidence.voices is None:
        return effort
    values = effort.values.copy()
    times = effort.times()
    both = np.zeros(len(times), bool)
    for span in shared:
        both |= (times >= span.start) & (times < span.end)
    for turn in evidence.voices.exclusive:
        here = (times >= turn.start) & (times < turn.end)
        if np.isfinite(values[here & ~both]).sum() >= least * effort.rate_hz:
            values[here & both] = np.nan
    return replace(effort, values=values)


def _smoothed(values: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """Running mean that leaves out NaN; NaN where nothing is known within half the width."""
    if not len(values):
        return np.zeros(0)
    known = np.isfinite(values)
    kernel = np.ones(min(max(1, width), len(values)))
    total = np.convolve(np.where(known, values, 0.0), kernel, "same")
    count = np.convolve(known, kernel, "same")
    return np.where(count > 0.5, total / np.maximum(count, 1), np.nan)


def _not_raised(curve: Curve, effort: Curve, turn: Span, threshold: float) -> NDArray[np.float64]:
    """Values of `curve` in `turn` where the voice is measured and not raised."""
    values = curve.at(turn).astype(np.float64)
    first = max(0, math.ceil((turn.start - curve.start) * curve.rate_hz - 1e-6))
    times = curve.start + (first + np.arange(len(values))) / curve.rate_hz
    index = np.round((times - effort.start) * effort.rate_hz).astype(int)
    inside = (index >= 0) & (index < len(effort.values))
    probability = np.full(len(values), np.nan)
    probability[inside] = effort.values[index[inside]]
    return np.asarray(values[np.isfinite(values) & (probability < threshold)])


def _summary(span: Span, figures: Figures) -> str:
    pitch, tilt = figures["pitch_semitones_over_usual"], figures["upper_spectrum_db_over_usual"]
    start = f"Raised voice for {span.duration:.1f} s"
    if pitch is None or tilt is None:
        return f"{start}; too little other speech of this voice to compare with"
    return f"{start}: pitch {pitch:+.0f} semitones and upper spectrum {tilt:+.0f} dB against this voice's usual"
