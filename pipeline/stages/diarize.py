"""Who speaks when: voices told apart over the whole recording, without telling whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from models.contract import Diarizer, RawDiarization, RawSpan, RawVoiceTurn
from pipeline.errors import NotMeasurable
from pipeline.stages.speech import audio_of, clipped, track_span
from pipeline.types import Diarization, Evidence, Progress, ScoredSpan, Span, VoiceTurn


@dataclass(frozen=True)
class Diarize:
    """Measures `voices`. A recording without speech has no voices, which is a measurement."""

    diarizer: Diarizer

    name: ClassVar[str] = "diarize"
    version: ClassVar[str] = "2"
    reads: ClassVar[tuple[str, ...]] = ("speech",)
    also_reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("voices",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no sound track or speech was not looked for."""
        audio = audio_of(evidence)
        if evidence.speech is None:
            raise NotMeasurable("speech was not looked for")
        voices = Diarization((), (), ())
        if evidence.speech:
            track = track_span(evidence, audio)
            raw = self.diarizer.diarize(audio.read(track), tuple(_inside(evidence.speech, track)), progress)
            voices = on_clock(raw, track)
        progress(1.0)
        return replace(evidence, voices=voices, backends={**evidence.backends, self.name: self.diarizer.info})


def _inside(speech: Iterable[ScoredSpan], track: Span) -> Iterator[RawSpan]:
    for span in speech:
        start, end = max(span.start, track.start), min(span.end, track.end)
        if start < end:
            yield RawSpan(start - track.start, end - track.start, span.score)


def on_clock(raw: RawDiarization, track: Span) -> Diarization:
    """The diarization on the recording's clock, in order, nothing outside `track`."""
    overlaps = None
    if raw.overlaps is not None:
        shifted = (clipped(span, track.start, track) for span in raw.overlaps)
        overlaps = tuple(sorted((s for s in shifted if s is not None), key=lambda s: (s.start, s.end)))
    return Diarization(_turns(raw.turns, track), _turns(raw.exclusive, track), overlaps)


def _turns(raw: Iterable[RawVoiceTurn], track: Span) -> tuple[VoiceTurn, ...]:
    out = []
    for turn in raw:
        kept = clipped(RawSpan(turn.start, turn.end), track.start, track)
        if kept is not None:
            out.append(VoiceTurn(turn.voice, kept.start, kept.end))
    return tuple(sorted(out, key=lambda t: (t.start, t.end, t.voice)))
