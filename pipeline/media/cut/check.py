"""What the source shows at the edges of a clip, kept small, and whether the finished clip shows the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.cut.pictures import frames
from pipeline.media.cut.window import Source, opened
from pipeline.media.picture import plane_of

SIZE_PX = (32, 18)
"""Pictures are compared in this size: encoding anew hardly changes means over so many pixels"""
ALIKE = 8.0
"""Mean difference (8-bit steps) up to which two such pictures are taken for the same one. Chosen, not fitted: encoding
anew hardly moves a mean over hundreds of pixels, while pictures decoded with the wrong header are grey or smeared. That
it is the right picture of several alike is told by its time, not by this."""
LATE = 0.0015
"""Seconds by which a picture may miss its place: time stamps of some containers are whole milliseconds"""
NEAR = 0.25
"""Seconds on either side of a join, and at both ends, in which pictures are compared"""
MOST_PICTURES = 40
Small = NDArray[np.float32]


@dataclass
class Memory:
    """Small pictures of the source by their time on the recording's clock; `matrix` turns the picture for display."""

    small: dict[float, Small] = field(default_factory=dict)
    matrix: bytes = b""

    def seen(self, at: float, picture: av.VideoFrame) -> None:
        """Keep a picture."""
        turned = picture.side_data.get("DISPLAYMATRIX")
        if turned is not None:
            self.matrix = bytes(cast("bytes", turned))
        if not picture.is_corrupt:
            self.small[at] = small(picture)


def small(picture: av.VideoFrame) -> Small:
    """Luma of a picture, shape (18, 32)."""
    return cv2.resize(plane_of(picture), SIZE_PX, interpolation=cv2.INTER_AREA).astype(np.float32)


def faults(clip: Path, start: float, shown: tuple[float, ...], joins: tuple[float, ...], memory: Memory) -> list[str]:
    """What is wrong with a finished clip, in words; empty: every picture looked at is the source's at its time.

    Looked at are the pictures at both ends and around the joins (`joins` on the clip's clock).
    """
    out: list[str] = []
    with opened(clip) as made:
        if made.video is None:
            return ["it holds no picture"]
        if abs(made.video.frames - len(shown)) > 0 and made.video.frames:
            out.append(f"it holds {made.video.frames} pictures instead of {len(shown)}")
        for low, high in _stretches(shown[0] - start, shown[-1] - start, joins):
            expected = [at for at in shown if low <= max(0.0, at - start) <= high]
            out += _differences(made, start, expected, memory)
    return out


def _stretches(first: float, last: float, joins: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    for middle in (max(0.0, first), *joins, last):
        yield max(0.0, middle - NEAR), middle + NEAR


def _differences(made: Source, start: float, expected: list[float], memory: Memory) -> Iterator[str]:
    expected = expected[:MOST_PICTURES]
    if not expected:
        return
    origin = max(0.0, expected[0] - start)
    got = {
        at + made.origin: picture for at, picture in _small(made, origin - made.origin, max(0.0, expected[-1] - start))
    }
    for at in expected:
        place = max(0.0, at - start)
        near = min(got, key=lambda t: abs(t - place), default=None)
        if near is None or abs(near - place) > LATE:
            yield f"no picture at {place:.3f} s"
        elif at in memory.small and (apart := float(np.abs(got[near] - memory.small[at]).mean())) > ALIKE:
            yield f"another picture at {place:.3f} s (they differ by {apart:.0f} steps)"


def _small(made: Source, first: float, last: float) -> Iterator[tuple[float, Small]]:
    for at, picture in frames(made, first - LATE, last + LATE - made.origin):
        yield at, small(picture)
