"""A voice that is raised against its own usual, whatever is said and whatever the microphone's gain did.

Where voices were only roughly told apart, a voice of which nothing calm was heard is compared with the calm speech of
all: it may be somebody's who was taken for another when he shouted. The finding then says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from pipeline.own_effort import TurnEffort, of_voice, roughly_told_apart, turn_efforts, within
from pipeline.types import Curve, Evidence, Finding, Span, merged, ms

Figures = Mapping[str, float | None]

PITCH, SPECTRUM = "pitch_semitones_over_usual", "upper_spectrum_db_over_usual"
THIS_VOICE, ALL_VOICES = "this voice's usual", "the calm speech of all voices"


@dataclass(frozen=True, eq=False)
class _Compared:
    """Figures of a raised stretch, and what they are over."""

    figures: Figures
    over: str

    @property
    def known(self) -> bool:
        return self.figures[PITCH] is not None


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
    least_usual: float = 0.5
    """seconds of a voice's other speech without which no comparison is given (of .3, .5, 1; see least_own)"""
    least_alone: float = 1.5
    """seconds that a voice must be raised for where nothing else of it was heard to compare with, and that a turn must
    last of which nothing was heard by itself"""
    least_own: float = 0.3
    """seconds of a turn without anybody else, from which only those are looked at: where two speak at once, the louder
    one's effort would be laid to both. Of .1 to .8, on made conversations under automatic gain of actors left out"""
    share: float = 0.3
    """of speech that is raised, where a turn has nothing of its own to go by (RAISED_SHARE of the fit)"""
    most_alone: float = 10.0
    """seconds from which a voice of which nothing else was heard is taken for one that always sounds so"""
    around_tone: float = 0.2
    """seconds that speech is heard longer than a steady tone that was taken for it"""
    most_tone: float = 0.5
    """share of a stretch that steady tones (a camera's own beeps) may take"""

    name: ClassVar[str] = "raised_voice"
    version: ClassVar[str] = "9"
    reads: ClassVar[tuple[str, ...]] = ("speech", "vocal_effort")

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        effort = evidence.vocal_effort
        if effort is None:
            return
        by_voice: dict[str | None, list[TurnEffort]] = {}
        for turn in turn_efforts(evidence, effort, self.least_own, self.share):
            by_voice.setdefault(turn.voice, []).append(turn)
        own = {voice: of_voice(effort, turns) for voice, turns in by_voice.items()}
        every = [turn for turns in by_voice.values() for turn in turns]
        among = of_voice(effort, every) if roughly_told_apart(evidence) else None
        found = [
            (span, voice)
            for voice, turns in by_voice.items()
            for span in self._raised(effort, turns)
            if span.duration >= self.min_duration and not self._is_beep(evidence, span)
        ]
        for span, voice in sorted(found, key=lambda each: (each[0].start, each[0].end, each[1] or "")):
            compared = self._compared(evidence, own[voice], among, span)
            raised = sum(one.duration for one, by in found if by == voice)
            known = evidence.pitch is None or compared.known
            if known or (span.duration >= self.least_alone and raised < self.most_alone):
                yield self._finding(evidence, own[voice], span, voice, compared)

    def _is_beep(self, evidence: Evidence, span: Span) -> bool:
        """Whether a steady tone is most of a stretch: nobody's voice."""
        around = self.around_tone
        tones = merged([Span(max(0.0, t.start - around), t.end + around) for t in evidence.tones or ()])
        return sum(span.overlap(tone) for tone in tones) > self.most_tone * span.duration

    def _compared(self, evidence: Evidence, own: Curve, among: Curve | None, span: Span) -> _Compared:
        """Against the voice's own calm speech; without any, where voices were roughly told apart, all calm speech."""
        compared = _Compared(self._figures(evidence, own, span), THIS_VOICE)
        if among is None or compared.known:
            return compared
        return _Compared(self._figures(evidence, among, span), ALL_VOICES)

    def _raised(self, effort: Curve, turns: Sequence[TurnEffort]) -> tuple[Span, ...]:
        told = [turn for turn in turns if turn.own or turn.span.duration >= self.least_alone]
        stretches = [span for turn in told for span in self._in_turn(effort, turn)]
        return merged(stretches, gap=self.longest_pause)

    def _in_turn(self, effort: Curve, heard: TurnEffort) -> Iterator[Span]:
        """Raised stretches of a turn; one that begins or ends near the turn's own edge reaches it."""
        values, turn = heard.values, heard.span
        first = within(effort, turn).start
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

    def _finding(self, evidence: Evidence, own: Curve, span: Span, voice: str | None, compared: _Compared) -> Finding:
        values = own.at(span)
        known = values[np.isfinite(values)]
        rough = roughly_told_apart(evidence)
        usual = "the usual effort of this voice and of all voices" if rough else "the usual effort of this voice"
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="raised_voice",
            start=span.start,
            end=span.end,
            score=ms(float(known.mean())) if len(known) else 0.0,
            summary=_summary(span, compared),
            speaker=voice,
            evidence={
                "seconds": span.duration,
                **{name: value for name, value in compared.figures.items() if value is not None},
                "compared_with": compared.over if compared.known else "nothing",
                "rule": f"probability of {self.threshold} or more, against {usual}",
            },
        )

    def _figures(self, evidence: Evidence, effort: Curve, span: Span) -> Figures:
        """What a reviewer can check: this stretch against the voice's speech that is not raised, `effort` its own."""

        def over_usual(curve: Curve | None) -> float | None:
            if curve is None:
                return None
            probability = _along(curve, effort)
            at = within(curve, span)
            values = curve.values.astype(np.float64)
            usual = values[np.isfinite(values) & (probability < self.threshold)]
            here = values[at][np.isfinite(values[at]) & np.isfinite(probability[at])]
            if not len(here) or len(usual) < self.least_usual * curve.rate_hz:
                return None
            return round(float(np.median(here) - np.median(usual)), 1)

        tilt = over_usual(evidence.alpha_ratio)
        return {
            PITCH: over_usual(evidence.pitch),
            SPECTRUM: None if tilt is None else -tilt,
            "level_db_over_usual": over_usual(evidence.level),
        }


def _smoothed(values: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """Running mean that leaves out NaN; NaN where nothing is known within half the width."""
    if not len(values):
        return np.zeros(0)
    known = np.isfinite(values)
    kernel = np.ones(min(max(1, width), len(values)))
    total = np.convolve(np.where(known, values, 0.0), kernel, "same")
    count = np.convolve(known, kernel, "same")
    return np.where(count > 0.5, total / np.maximum(count, 1), np.nan)


def _along(curve: Curve, effort: Curve) -> NDArray[np.float64]:
    """The effort at each time of `curve`, NaN where it is not known."""
    index = np.round((curve.times() - effort.start) * effort.rate_hz).astype(int)
    inside = (index >= 0) & (index < len(effort.values))
    out = np.full(len(curve.values), np.nan)
    out[inside] = effort.values[index[inside]]
    return out


def _summary(span: Span, compared: _Compared) -> str:
    pitch, tilt = compared.figures[PITCH], compared.figures[SPECTRUM]
    start = f"Raised voice for {span.duration:.1f} s"
    if pitch is None or tilt is None:
        return f"{start}; too little other speech of this voice to compare with"
    told = f"{start}: pitch {pitch:+.0f} semitones and upper spectrum {tilt:+.0f} dB against {compared.over}"
    if compared.over == ALL_VOICES:
        return f"{told}; too little calm speech of this voice to compare with"
    return told
