"""Short stretches of the sound of a file, read where they lie: for laying cameras on one clock, long after the scan."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import av
import av.container
import av.stream
import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.errors import MediaChanged, MediaError
from pipeline.media.packets import chosen_streams, demuxed
from pipeline.media.triage import check_readable, open_container
from pipeline.types import Recording, Span

LEAD = 0.3
"""seconds decoded before what is wanted: a codec's first packets after a jump are not whole"""
BY_INDEX = ("mov", "mp4", "matroska", "webm", "wav", "flac", "ogg", "w64")
"""containers that know where each moment lies; in others a jump lands somewhere, so reading begins at the start"""


class SoundWindows:
    """The sound of a recording that was analysed before, mono 16 kHz, on the recording's clock. A context manager.

    Raises MediaError where the file is gone, MediaChanged where it is not the file that was analysed (by its size:
    hashing gigabytes again would cost more than all the rest).
    """

    def __init__(self, recording: Recording) -> None:
        self._path = Path(recording.path)
        facts = recording.stream("audio")
        if facts is None:
            raise MediaError(self._path, "has no sound track")
        if not self._path.exists():
            raise MediaError(self._path, "is not there any more")
        if check_readable(self._path).st_size != recording.size_bytes:
            raise MediaChanged(self._path, "is not the file that was analysed: analyse it again")
        self._container = open_container(self._path)
        self._stream = self._sound_stream()
        self._base = float(self._stream.time_base or 0)
        began = self._stream.start_time * self._base if self._stream.start_time is not None else facts.start
        self._origin = began - facts.start
        self._indexed = any(name in self._container.format.name.split(",") for name in BY_INDEX)

    def __enter__(self) -> SoundWindows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def read(self, span: Span) -> Samples:
        """Samples of `span`, zero where the file holds none or cannot be read."""
        out = np.zeros(round(span.end * SAMPLE_RATE_HZ) - round(span.start * SAMPLE_RATE_HZ), np.float32)
        first = max(0.0, span.start - LEAD)
        try:
            self._jump(first if self._indexed else 0.0)
            self._fill(out, span)
        except av.FFmpegError:
            pass  # what was read so far stands; the probe has noted where the file stops being readable
        return out

    def _sound_stream(self) -> av.AudioStream:
        chosen = [s for s in chosen_streams(self._container) if isinstance(s, av.AudioStream)]
        if not chosen:
            raise MediaError(self._path, "has no sound track that can be decoded")
        for stream in self._container.streams:
            if stream.index != chosen[0].index:
                stream.discard = av.stream.Discard.all  # pictures are then skipped in the file, not read
        return chosen[0]

    def _jump(self, to: float) -> None:
        stamp = round((to + self._origin) / self._base) if self._base else 0
        self._container.seek(max(stamp, self._stream.start_time or 0), stream=self._stream, backward=True)

    def _fill(self, out: Samples, span: Span) -> None:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
        at: int | None = None
        for packet in demuxed(self._container, [self._stream]):
            for frame in packet.decode():
                if not isinstance(frame, av.AudioFrame) or frame.pts is None or frame.time_base is None:
                    continue
                now = float(frame.pts * frame.time_base) - self._origin
                if now + frame.samples / frame.sample_rate < span.start - LEAD:
                    continue
                if at is None:
                    at = round(now * SAMPLE_RATE_HZ) - round(span.start * SAMPLE_RATE_HZ)
                at = _lay(out, at, [f.to_ndarray()[0] for f in resampler.resample(frame)])
            if at is not None and at >= len(out):
                return
        if at is not None:
            _lay(out, at, [f.to_ndarray()[0] for f in resampler.resample(None)])


def _lay(out: Samples, at: int, pieces: list[NDArray[np.float32]]) -> int:
    """Lay pieces into `out` from `at` on, which may lie before its start; returns where the next one goes."""
    for piece in pieces:
        low, high = max(0, at), min(len(out), at + len(piece))
        if high > low:
            out[low:high] = piece[low - at : high - at]
        at += len(piece)
    return at
