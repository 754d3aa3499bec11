"""How each voice comes to the microphone: measured here, what it tells about roles is decided in `roles`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

import numpy as np

from models.voice_sound import sound_of_voice
from pipeline.errors import NotMeasurable
from pipeline.stages.speech import audio_of
from pipeline.types import Curve, Evidence, Progress, Span, VoiceSound, complement, merged


@dataclass(frozen=True)
class MeasureVoiceSounds:
    """Measures `voice_sounds` from each voice's longest turns, where nobody else speaks and it is not raised."""

    most: float = 60.0
    """seconds of a voice that are listened to: more changes nothing"""
    least_turn: float = 0.4
    """seconds; shorter turns hold no syllable with a pause after it"""
    after: float = 0.1
    """seconds after a turn that are heard with it, where the voice dies away"""
    raised: float = 0.5
    """mean probability of a raised voice from which a turn is left out: a shout is not a nearer voice"""

    name: ClassVar[str] = "voice_sounds"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("voices",)
    also_reads: ClassVar[tuple[str, ...]] = ("overlaps", "vocal_effort")
    writes: ClassVar[tuple[str, ...]] = ("voice_sounds",)

    def __call__(self, evidence: Evidence, progress: Progress) -> Evidence:
        """Raises NotMeasurable where there is no sound track or voices were not told apart."""
        audio = audio_of(evidence)
        if evidence.voices is None:
            raise NotMeasurable("voices not measured")
        found = []
        names = sorted({t.voice for t in evidence.voices.exclusive})
        for number, voice in enumerate(names):
            parts = [audio.read(span) for span in self._heard(evidence, voice)]
            sound = sound_of_voice(parts)
            if sound is not None:
                found.append(VoiceSound(voice, **asdict(sound)))
            progress((number + 1) / len(names))
        return replace(evidence, voice_sounds=tuple(found))

    def _heard(self, evidence: Evidence, voice: str) -> Iterator[Span]:
        """The longest stretches of the voice alone, the calm ones where there are enough of them."""
        alone = sorted(_alone(evidence, voice), key=lambda s: -s.duration)
        spans = [s for s in alone if s.duration >= self.least_turn]
        calm = [s for s in spans if not _raised(evidence.vocal_effort, s, self.raised)]
        heard = 0.0
        for span in calm if sum(s.duration for s in calm) >= 1.5 else spans:
            if heard >= self.most:
                return
            yield Span(span.start, min(span.end + self.after, evidence.recording.duration))
            heard += span.duration


def _alone(evidence: Evidence, voice: str) -> Iterator[Span]:
    assert evidence.voices is not None
    shared = merged([s.span for s in evidence.overlaps or evidence.voices.overlaps or ()])
    for turn in evidence.voices.exclusive:
        if turn.voice == voice:
            yield from complement([s for s in shared if s.overlap(turn.span) > 0], turn.span)


def _raised(effort: Curve | None, span: Span, bar: float) -> bool:
    values: Sequence[float] = () if effort is None else effort.at(span)[np.isfinite(effort.at(span))].tolist()
    return bool(values) and float(np.mean(values)) >= bar
