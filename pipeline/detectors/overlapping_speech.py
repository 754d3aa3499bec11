"""Two or more people speaking at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.types import Evidence, Finding, ScoredSpan, Span, ms


@dataclass(frozen=True)
class OverlappingSpeech:
    """Label `overlap`: two or more voices at once, with the voices where they are known."""

    min_duration: float = 0.4
    """seconds; shorter ones are the rule in any talk ("mhm")"""
    longest_break: float = 0.3
    """seconds between two overlaps that are told as one"""
    min_score: float = 0.0
    """mean certainty of the model from which an overlap is told"""

    name: ClassVar[str] = "overlapping_speech"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("overlaps",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for stretch in _joined(evidence.overlaps or (), self.longest_break):
            if stretch.span.duration >= self.min_duration and stretch.score >= self.min_score:
                yield self._finding(evidence, stretch)

    def _finding(self, evidence: Evidence, stretch: ScoredSpan) -> Finding:
        span = stretch.span
        voices = voices_in(evidence, span)
        who = f"voices {', '.join(voices)}" if len(voices) > 1 else "two or more voices"
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="overlap",
            start=span.start,
            end=span.end,
            score=ms(min(1.0, max(0.0, stretch.score))),
            summary=f"Several people speak at once for {span.duration:.1f} s: {who}",
            evidence={
                "seconds": span.duration,
                "voices": voices,
                "rule": f"two or more voices at once for {self.min_duration} s or more",
            },
        )


def voices_in(evidence: Evidence, span: Span, least: float = 0.1) -> list[str]:
    """Voices that speak in `span` for at least `least` seconds, the one that speaks most first."""
    seconds: dict[str, float] = {}
    for turn in evidence.voices.turns if evidence.voices else ():
        seconds[turn.voice] = seconds.get(turn.voice, 0.0) + turn.span.overlap(span)
    return sorted((v for v, s in seconds.items() if s >= min(least, span.duration)), key=lambda v: (-seconds[v], v))


def _joined(spans: tuple[ScoredSpan, ...], gap: float) -> list[ScoredSpan]:
    """Neighbours become one; its score is the mean by duration."""
    out: list[ScoredSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if not out or span.start - out[-1].end > gap:
            out.append(span)
            continue
        last = out[-1]
        before, after = last.end - last.start, max(span.end - span.start, 1e-3)
        score = (last.score * before + span.score * after) / (before + after)
        out[-1] = ScoredSpan(last.start, max(last.end, span.end), score)
    return out
