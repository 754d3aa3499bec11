"""Steady tones where the sound begins, is muted, comes back or ends: what a camera's own beeps sound like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pipeline.errors import NotMeasurable
from pipeline.silence import Silence, SilenceRules, silences
from pipeline.types import Evidence, Finding, Tone

BEGINS, MUTED, BACK, ENDS = "the sound begins", "the sound goes off", "the sound comes back", "the recording ends"


@dataclass(frozen=True)
class _Moment:
    """Something that a camera may beep for. `before`: the beep comes first."""

    kind: str
    at: float
    before: bool


@dataclass(frozen=True)
class CameraTones:
    """One finding for each moment with tones beside it: evidence that a button was pressed, nothing more. What made the
    tones is not known. Label: `camera_tone`."""

    within: float = 3.0
    """seconds between a tone and the moment"""
    most_tones: int = 6
    """more beside one moment are more likely a ring tone or an alarm: less score"""
    same_pitch: float = 0.03
    """share by which pitches may differ that count as one"""

    name: ClassVar[str] = "camera_tones"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("tones",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        tones = list(evidence.tones or ())
        moments = _moments(evidence)
        apart = [t for t in tones if not any(self._beside(t, m) for m in moments)]
        for moment in moments:
            own = [t for t in tones if self._beside(t, moment)]
            if own:
                tones = [t for t in tones if t not in own]
                yield self._finding(evidence, moment, own, self._alike(own, apart))

    def _beside(self, tone: Tone, moment: _Moment) -> bool:
        if moment.before:
            return moment.at - self.within <= tone.end <= moment.at + 0.1
        return moment.at - 0.1 <= tone.start <= moment.at + self.within

    def _alike(self, own: Sequence[Tone], apart: Sequence[Tone]) -> int:
        """Tones of the same pitch that no moment explains: what goes on beeping is hardly the camera."""
        return sum(any(abs(t.hz - o.hz) <= self.same_pitch * o.hz for o in own) for t in apart)

    def _score(self, own: Sequence[Tone], alike: int) -> float:
        if alike >= 2 or len(own) > self.most_tones:
            return 0.3
        return 0.8 if len(own) > 1 else 0.6

    def _finding(self, evidence: Evidence, moment: _Moment, own: Sequence[Tone], alike: int) -> Finding:
        apart = own[0].start - moment.at if not moment.before else moment.at - own[-1].end
        side = "before" if moment.before else "after"
        pitches = ", ".join(dict.fromkeys(f"{t.hz / 1000:.1f} kHz" for t in own))
        count = "A steady tone" if len(own) == 1 else f"{len(own)} steady tones"
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="camera_tone",
            start=own[0].start,
            end=own[-1].end,
            score=self._score(own, alike),
            summary=f"{count} ({pitches}), {max(0.0, apart):.1f} s {side} {moment.kind}"
            + (f"; {alike} more of this pitch are heard apart from it" if alike >= 2 else ""),
            evidence={
                "bound_to": moment.kind,
                "at": moment.at,
                "same_pitch_elsewhere": alike,
                "tones": [{"start": t.start, "end": t.end, "hz": t.hz} for t in own],
                "rule": "nearly all of the sound, of one pitch, on and off at once; what made it is not known",
            },
        )


def _moments(evidence: Evidence) -> list[_Moment]:
    """By time. Where mutes cannot be told, the start and the end alone."""
    end = evidence.recording.duration
    try:
        off = silences(evidence, SilenceRules())
    except NotMeasurable:
        off = []
    at_start = next((s for s in off if s.begins()), None)
    at_end = next((s for s in off if s.ends(end) and not s.begins()), None)
    inner: list[Silence] = [s for s in off if s not in (at_start, at_end)]
    out = [_Moment(BEGINS, at_start.span.end if at_start else 0.0, before=False)]
    out += [m for s in inner for m in (_Moment(MUTED, s.span.start, True), _Moment(BACK, s.span.end, False))]
    return [*out, _Moment(ENDS, at_end.span.start if at_end else end, before=True)]
