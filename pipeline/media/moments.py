"""All pictures of short stretches, at full size: for a second look at what the sampled pictures leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from pipeline.media.frames import FrameReader
from pipeline.media.picture import Plane, plane_of
from pipeline.media.probe import Probed
from pipeline.media.triage import open_container
from pipeline.types import Span


def pictures_in(path: Path, probed: Probed, spans: Sequence[Span], every: float = 0.0) -> Iterator[tuple[float, Plane]]:
    """(seconds on the recording's clock, luma) of each picture in `spans`, no two closer than `every` seconds.

    `spans` in order, not overlapping. The luma is valid until the next is asked for. Nothing where the file has no
    picture or cannot be searched.
    """
    packets = probed.packets.get("video")
    if packets is None:
        return
    with open_container(path) as container:
        reader = FrameReader(container, packets.stream, probed.origin)
        for span in spans:
            last = -np.inf
            for at, frame in reader.frames(span.start, span.end):
                if at - last >= every - 1e-6:
                    last = at
                    yield at, plane_of(frame)
