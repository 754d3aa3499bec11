"""Stretches without any sound while the recording runs: mutes, sound that ends early, a track silent throughout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.silence import Silence, SilenceRules, silences
from pipeline.types import Evidence, Finding, Recording, ms


@dataclass(frozen=True)
class MutedAudio:
    """Digital silence, or no sound data at all. A quiet room is neither: a microphone always has noise.

    Labels: `muted`, `sound_ends_early`, `no_sound` (from start to end). Silence at the very start that can be
    the buffer from before the button was pressed is no mute: `pre_event_buffer` tells of it.
    """

    min_duration: float = 2.0
    """seconds; shorter drop-outs are what wireless links and damaged packets make"""
    longest_buffer: float = 120.0
    """seconds; body-worn cameras can be set to keep up to 120 s before the button is pressed (makers' manuals)"""
    longest_break: float = 0.1
    """seconds of sound (a click) inside a silence that do not end it"""
    shortest_pause: float = 0.2
    """seconds of exact silence between sounds that no live microphone leaves; a packet that is lost is shorter"""
    gated_pauses: int = 2
    """so many such pauses, and the sound is gated or made: a mute cannot be told from a pause then"""

    name: ClassVar[str] = "muted_audio"
    version: ClassVar[str] = "5"
    reads: ClassVar[tuple[str, ...]] = ("peak",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        """Raises NotMeasurable where silence says nothing (`pipeline.silence`)."""
        rules = SilenceRules(
            self.min_duration,
            longest_break=self.longest_break,
            shortest_pause=self.shortest_pause,
            gated_pauses=self.gated_pauses,
        )
        for found in silences(evidence, rules):
            if not can_be_buffer(found, evidence.recording, self.longest_buffer):
                yield self._finding(evidence, found)

    def _finding(self, evidence: Evidence, found: Silence) -> Finding:
        at = found.span
        label = _label(found, evidence.recording.duration)
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label=label,
            start=at.start,
            end=at.end,
            score=_score(at.duration, self.min_duration),
            summary=_SUMMARIES[label].format(seconds=at.duration),
            evidence={
                "seconds": at.duration,
                "share_without_sound_data": round(found.without_data, 3),
                "rule": f"silent as a codec writes silence, or no sound data, for {self.min_duration} s or more",
            },
        )


def can_be_buffer(found: Silence, recording: Recording, longest: float) -> bool:
    """Whether a silence can be the stretch that a camera keeps, without sound, from before the button was pressed."""
    whole = found.begins() and found.ends(recording.duration)
    has_picture = recording.stream("video") is not None
    return found.begins() and not whole and has_picture and found.span.duration <= longest + 1


def _label(found: Silence, duration: float) -> str:
    if found.ends(duration):
        return "no_sound" if found.begins() else "sound_ends_early"
    return "muted"


_SUMMARIES = {
    "muted": "No sound for {seconds:.1f} s",
    "sound_ends_early": "No sound for the last {seconds:.1f} s",
    "no_sound": "The sound track is silent throughout ({seconds:.1f} s)",
}


def _score(seconds: float, least: float) -> float:
    """How sure: exact silence is measured, not guessed, so only stretches near the least length are less than sure."""
    return ms(min(0.99, 0.9 + 0.09 * max(0.0, seconds - least) / (2 * least)))
