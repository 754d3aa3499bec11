"""Where somebody speaks. Hour-long sound is read in blocks, so memory stays constant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from models.contract import RawSpan, SpeechDetector
from pipeline.errors import NotMeasurable
from pipeline.types import AudioTrack, Evidence, NotAnalysed, Progress, ScoredSpan, Span, complement, ms

NO_SOUND_TRACK = "no sound track"
LEAST_GAP = 0.5
"""seconds without a sound track at the start or end of a recording that are worth telling"""


@dataclass(frozen=True)
class Speech:
    """Measures `speech`. No speech at all is a measurement (an empty tuple), not an error."""

    detector: SpeechDetector
    block: float = 300.0
    """seconds of sound that are looked at together"""
    margin: float = 5.0
    """seconds around a block that the detector also hears, so that a block's edge does not cut a word"""

    name: ClassVar[str] = "speech"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ()
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("speech",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no sound track."""
        audio = audio_of(evidence)
        track = track_span(evidence, audio)
        found: list[ScoredSpan] = []
        for block in blocks(track, self.block):
            found.extend(self._in_block(audio, track, block))
            progress((block.end - track.start) / track.duration)
        return replace(
            evidence,
            speech=joined(found),
            not_analysed=evidence.not_analysed + _without_track(evidence, track),
            backends={**evidence.backends, self.name: self.detector.info},
        )

    def _in_block(self, audio: AudioTrack, track: Span, block: Span) -> Iterator[ScoredSpan]:
        heard = Span(max(track.start, block.start - self.margin), min(track.end, block.end + self.margin))
        for raw in self.detector.detect(audio.read(heard)):
            kept = clipped(raw, heard.start, block)
            if kept is not None:
                yield kept


def audio_of(evidence: Evidence) -> AudioTrack:
    """The sound track. Raises NotMeasurable where there is none."""
    audio = evidence.media.audio if evidence.media is not None else None
    if audio is None or audio.duration <= 0:
        raise NotMeasurable(NO_SOUND_TRACK)
    return audio


def track_span(evidence: Evidence, audio: AudioTrack) -> Span:
    """The stretch of the recording that has a sound track. Raises NotMeasurable where that is empty."""
    whole = evidence.recording.span
    start, end = max(whole.start, audio.start), min(whole.end, audio.start + audio.duration)
    if end <= start:
        raise NotMeasurable("the sound track lies outside the recording")
    return Span(start, end)


def blocks(whole: Span, seconds: float) -> Iterator[Span]:
    """`whole` in pieces of `seconds`; a remainder shorter than a tenth of a piece goes with the last one."""
    at = whole.start
    while at < whole.end:
        end = at + seconds if whole.end - at > 1.1 * seconds else whole.end
        yield Span(at, end)
        at = end


def clipped(raw: RawSpan, offset: float, within: Span) -> ScoredSpan | None:
    """The raw span on the recording's clock, cut to `within`; None where nothing is left."""
    start, end = max(within.start, ms(offset + raw.start)), min(within.end, ms(offset + raw.end))
    return ScoredSpan(start, end, raw.score) if start < end else None


def joined(spans: list[ScoredSpan]) -> tuple[ScoredSpan, ...]:
    """Spans in order; those that meet (at a block's edge) become one with their mean score."""
    out: list[ScoredSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if out and span.start <= out[-1].end:
            last = out[-1]
            end = max(last.end, span.end)
            weights = last.end - last.start, max(end - last.end, 1e-9)
            score = (last.score * weights[0] + span.score * weights[1]) / sum(weights)
            out[-1] = ScoredSpan(last.start, end, score)
        else:
            out.append(span)
    return tuple(out)


def _without_track(evidence: Evidence, track: Span) -> tuple[NotAnalysed, ...]:
    gaps = complement([track], evidence.recording.span)
    return tuple(
        NotAnalysed(gap.start, gap.end, "speech", "the sound track does not cover this part")
        for gap in gaps
        if gap.duration >= LEAST_GAP
    )
