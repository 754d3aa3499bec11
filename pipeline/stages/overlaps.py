"""Where two or more people speak at once: from the diarizer where it can tell, else from a small network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from models.contract import BackendInfo, BackendUnavailable, OverlapDetector
from pipeline.errors import NotMeasurable
from pipeline.stages.speech import audio_of, blocks, clipped, joined, track_span
from pipeline.types import AudioTrack, Evidence, Progress, ScoredSpan, Span, merged

CANNOT_TELL = "the diarizer cannot tell overlapping speech, and no overlap network is set up"


@dataclass(frozen=True)
class Overlaps:
    """Measures `overlaps`. No overlap is a measurement (an empty tuple)."""

    network: OverlapDetector | None
    block: float = 300.0
    """seconds of sound that are looked at together"""
    margin: float = 3.0
    """seconds around a block that the network also hears: half its window"""

    name: ClassVar[str] = "overlaps"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("speech", "voices")
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("overlaps",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where neither the diarizer nor a network can tell, or there is no sound track."""
        if evidence.voices is not None and evidence.voices.overlaps is not None:
            progress(1.0)
            return replace(evidence, overlaps=evidence.voices.overlaps, backends=self._diarizer_named(evidence))
        if self.network is None:
            raise NotMeasurable(CANNOT_TELL)
        if evidence.speech is None:
            raise NotMeasurable("speech was not looked for")
        found = self._heard(evidence, self.network, progress)
        return replace(evidence, overlaps=found, backends={**evidence.backends, self.name: self.network.info})

    def _diarizer_named(self, evidence: Evidence) -> dict[str, BackendInfo]:
        known = dict(evidence.backends)
        if "diarize" in known:
            known[self.name] = known["diarize"]
        return known

    def _heard(self, evidence: Evidence, network: OverlapDetector, progress: Progress) -> tuple[ScoredSpan, ...]:
        audio = audio_of(evidence)
        track = track_span(evidence, audio)
        spoken = merged([s.span for s in evidence.speech or ()], gap=self.margin)
        found: list[ScoredSpan] = []
        for block in blocks(track, self.block):
            for part in _inside(spoken, block):
                found.extend(self._in_part(audio, network, track, part))
            progress((block.end - track.start) / track.duration)
        return joined(found)

    def _in_part(self, audio: AudioTrack, network: OverlapDetector, track: Span, part: Span) -> Iterator[ScoredSpan]:
        heard = Span(max(track.start, part.start - self.margin), min(track.end, part.end + self.margin))
        try:
            spans = network.detect(audio.read(heard))
        except BackendUnavailable as missing:
            raise NotMeasurable(str(missing)) from missing
        for raw in spans:
            kept = clipped(raw, heard.start, part)
            if kept is not None:
                yield kept


def _inside(spans: Sequence[Span], block: Span) -> Iterator[Span]:
    for span in spans:
        if span.overlap(block) > 0:
            yield Span(max(span.start, block.start), min(span.end, block.end))
