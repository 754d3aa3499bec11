"""Long stretches in which the picture is blurred: something soft or wet before the lens, or the lens itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.types import Evidence, Finding, ms


@dataclass(frozen=True)
class PictureBlurred:
    """Label `picture_blurred`.

    Its strongest edges, above the noise, are spread over many pixels, while those of the same recording at other times
    are not: a recording that is blurred throughout may come from a soft camera and is not reported. Nor are pictures
    that are dark, noisy or bare. Measured on made scenes (`tests/benchmarks/picture_faults.py`).
    """

    min_duration: float = 10.0
    """seconds"""
    most_of_usual: float = 0.5
    """sharpness at most this share of the recording's own at its best tenth: blurred ones measured 0.0-0.4"""

    name: ClassVar[str] = "picture_blurred"
    version: ClassVar[str] = "1"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        for state in evidence.picture or ():
            if state.kind != "blurred" or state.span.duration < self.min_duration:
                continue
            share = state.figures.get("sharpness", 0.0) / max(1e-6, state.figures.get("sharpness_else", 0.0))
            if share > self.most_of_usual:
                continue
            yield Finding(
                subject=evidence.recording.id,
                detector=self.name,
                label="picture_blurred",
                start=state.start,
                end=state.end,
                score=ms(0.5 + 0.45 * (1 - share / self.most_of_usual)),
                summary=f"The picture is blurred for {state.span.duration:.0f} s",
                evidence={
                    **state.figures,
                    "rule": "edges spread wide, while they are sharp elsewhere in it",
                },
            )
