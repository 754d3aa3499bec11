"""Recordings with a picture and no sound track at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.types import Evidence, Finding


@dataclass(frozen=True)
class NoSoundTrack:
    """One finding over the whole recording. A track that is there but cannot be decoded is a problem of the file, told
    elsewhere; a transcript without media says nothing of sound."""

    name: ClassVar[str] = "no_sound_track"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ()

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        recording = evidence.recording
        undecoded = any("sound track" in problem for problem in recording.problems)
        if recording.stream("video") is None or recording.stream("audio") is not None or undecoded:
            return
        yield Finding(
            subject=recording.id,
            detector=self.name,
            label="no_sound_track",
            start=0.0,
            end=recording.duration,
            score=1.0,
            summary=f"The file has a picture and no sound track ({recording.duration:.1f} s)",
            evidence={"streams": [s.codec for s in recording.streams], "rule": "the container lists no sound stream"},
        )
