"""What is said: stretches of speech, cut at pauses, handed to a transcriber one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from models.contract import SAMPLE_RATE_HZ, RawWord, Samples, Transcriber
from pipeline.errors import NotMeasurable
from pipeline.stages.speech import audio_of
from pipeline.types import AudioTrack, Evidence, Progress, ScoredSpan, Span, Word, ms


@dataclass(frozen=True)
class Transcribe:
    """Measures `words`, in order, each inside the stretch of speech it was heard in."""

    transcriber: Transcriber
    hotwords: tuple[str, ...] = ()
    """words to listen for: names of the roster, phrases of the policy pack"""
    join_pause: float = 0.5
    """seconds; stretches no further apart go to the transcriber together, as far as its longest call allows"""

    name: ClassVar[str] = "transcribe"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("speech",)
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("words",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no sound track or speech was not looked for."""
        audio = audio_of(evidence)
        if evidence.speech is None:
            raise NotMeasurable("speech was not looked for")
        pieces = list(cut_at_pauses(evidence.speech, self.transcriber.longest, self.join_pause, audio))
        total, done = sum(p.duration for p in pieces), 0.0
        words: list[Word] = []
        for piece in pieces:
            raw = self.transcriber.transcribe(audio.read(piece), self.hotwords)
            words.extend(shifted(raw, piece))
            done += piece.duration
            progress(done / total)
        return replace(
            evidence,
            words=tuple(words),
            backends={**evidence.backends, self.name: self.transcriber.info},
        )


def shifted(raw: Iterable[RawWord], piece: Span) -> Iterator[Word]:
    """Words on the recording's clock, in order, none outside `piece`, none without text."""
    at = piece.start
    for word in sorted(raw, key=lambda w: (w.start, w.end)):
        start = min(max(at, ms(piece.start + word.start)), piece.end)
        end = min(max(start, ms(piece.start + word.end)), piece.end)
        if word.text.strip():
            yield Word(word.text.strip(), start, end, word.confidence)
            at = start


def cut_at_pauses(speech: Sequence[ScoredSpan], longest: float, join_pause: float, audio: AudioTrack) -> Iterator[Span]:
    """Stretches of at most `longest` seconds: neighbours joined over short pauses, long ones cut where it is quiet."""
    at: Span | None = None
    for stretch in speech:
        for part in _at_most(stretch.span, longest, audio):
            if at is not None and part.start - at.end <= join_pause and part.end - at.start <= longest:
                at = Span(at.start, part.end)
                continue
            if at is not None:
                yield at
            at = part
    if at is not None:
        yield at


def _at_most(span: Span, longest: float, audio: AudioTrack) -> Iterator[Span]:
    while span.duration > longest:
        window = Span(span.start + longest / 2, span.start + longest)
        cut = ms(window.start + quietest(audio.read(window)))
        cut = min(max(cut, window.start), window.end)
        yield Span(span.start, cut)
        span = Span(cut, span.end)
    yield span


def quietest(samples: Samples, width: float = 0.2) -> float:
    """Middle of the quietest `width` seconds, from the start of the array; the end of a shorter array."""
    hop = SAMPLE_RATE_HZ // 100
    frames = len(samples) // hop
    span = round(width * SAMPLE_RATE_HZ / hop)
    if frames < span:
        return len(samples) / SAMPLE_RATE_HZ
    power = np.square(samples[: frames * hop].astype(np.float64)).reshape(frames, hop).sum(axis=1)
    sums = np.convolve(power, np.ones(span), mode="valid")
    return (int(np.argmin(sums)) + span / 2) * hop / SAMPLE_RATE_HZ
