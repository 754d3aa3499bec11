"""Stretches whose picture data is damaged in the file, so that what is shown there is not what the camera saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.types import Evidence, Finding, ms


@dataclass(frozen=True)
class PictureDamaged:
    """Label `picture_damaged`: packets that cannot be whole, or pictures that the decoder marked or refused.

    Each stretch runs to the next key frame that is whole. A few altered bytes between two key frames, in packets that
    still look whole, are not noticed: the scan decodes key frames alone.
    """

    min_duration: float = 0.2
    """seconds"""

    name: ClassVar[str] = "picture_damaged"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for state in evidence.picture or ():
            if state.kind != "corrupt" or state.span.duration < self.min_duration:
                continue
            packets = int(state.figures.get("packets", 0))
            yield Finding(
                subject=evidence.recording.id,
                detector=self.name,
                label="picture_damaged",
                start=state.start,
                end=state.end,
                score=ms(min(0.99, 0.8 + 0.05 * packets)),
                summary=f"The picture data is damaged for {state.span.duration:.1f} s",
                evidence={**state.figures, "rule": "packets that break their format, to the next whole key frame"},
            )
