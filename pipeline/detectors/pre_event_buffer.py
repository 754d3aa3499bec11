"""The stretch that a camera keeps from before its button was pressed: picture, and by most settings no sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.detectors.muted_audio import can_be_buffer
from pipeline.parts import part_of
from pipeline.policy import Policy
from pipeline.silence import SilenceRules, silences
from pipeline.types import Evidence, Finding, Recording


@dataclass(frozen=True)
class PreEventBuffer:
    """Information, not a fault. Labels: `pre_event_buffer` (with its length, and how it compares with the policy's),
    `no_buffer` (there is sound from the start although the policy asks for a silent buffer).

    A file that goes on from another one has no buffer of its own: where the name says that it is a later part, nothing
    is said of a missing one.
    """

    policy: Policy
    buffer: float = -1.0
    """seconds that the policy asks for; below 0: as the pack's [camera] says; 0: none is asked for"""
    longest_buffer: float = 120.0
    """seconds; body-worn cameras can be set to keep up to 120 s before the button is pressed (makers' manuals)"""
    least: float = 1.0
    """seconds of silence at the start from which there is a buffer; codecs begin with a few hundredths of silence"""

    name: ClassVar[str] = "pre_event_buffer"
    version: ClassVar[str] = "3"
    reads: ClassVar[tuple[str, ...]] = ("peak",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        """Raises NotMeasurable where silence at the start says nothing (`pipeline.silence`)."""
        recording = evidence.recording
        if recording.stream("video") is None or evidence.peak is None:
            return
        found = silences(evidence, SilenceRules(min_duration=self.least, only_at_start=True))
        at_start = next(iter(found), None)
        if at_start is None:
            if self._asked() > 0 and not _later_part(recording):
                yield self._missing(recording)
        elif can_be_buffer(at_start, recording, self.longest_buffer):
            yield self._found(recording, at_start.span.duration)

    def _asked(self) -> float:
        """Seconds of silent buffer that the policy asks for."""
        if self.buffer >= 0:
            return self.buffer
        return 0.0 if self.policy.camera.buffer_has_sound else self.policy.camera.buffer

    def _found(self, recording: Recording, seconds: float) -> Finding:
        asked = self._asked()
        missing = round(asked - seconds, 1)
        short = missing if missing > self.policy.camera.buffer_short_by else 0.0
        said = f"No sound for the first {seconds:.1f} s: the pre-event buffer"
        return Finding(
            subject=recording.id,
            detector=self.name,
            label="pre_event_buffer",
            start=0.0,
            end=seconds,
            score=1.0,
            summary=f"{said}, {short:.0f} s shorter than the policy's {asked:.0f} s" if short else said,
            evidence={
                "seconds": seconds,
                "seconds_asked": asked,
                "shorter_by": short,
                "rule": "silent from the very start while the picture runs; normal for cameras that keep a buffer",
            },
        )

    def _missing(self, recording: Recording) -> Finding:
        asked = self._asked()
        return Finding(
            subject=recording.id,
            detector=self.name,
            label="no_buffer",
            start=0.0,
            end=min(asked, recording.duration),
            score=0.5,
            summary=f"Sound from the start: no silent pre-event buffer, the policy's is {asked:.0f} s",
            evidence={
                "seconds": 0.0,
                "seconds_asked": asked,
                "rule": f"less than {self.least:.0f} s of silence at the start; a file that goes on from another one, "
                "an export cut shorter and a camera set to keep sound in its buffer look the same",
            },
        )


def _later_part(recording: Recording) -> bool:
    part = part_of(recording.path)
    return part is not None and part.said and part.number > 1
