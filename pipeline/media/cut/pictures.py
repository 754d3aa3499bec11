"""Pictures decoded by time, and encoded anew by the ffmpeg program into a file of their own."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np

from pipeline.errors import ClipError, DiskFull
from pipeline.media.cut.disk import out_of_space
from pipeline.media.cut.window import BEFORE_ALL, SEEK_BACK, SNAP, Source
from pipeline.media.h264 import ParameterSets
from pipeline.media.program import ffmpeg_program

PROFILES = {66: "baseline", 77: "main", 100: "high"}
LEVELS = frozenset({10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52})
UNKNOWN_COLOUR, FULL_RANGE = 2, 2
LEAN, THREADS = "rc-lookahead=0:sync-lookahead=0:mbtree=0", 2
"""No looking ahead: the encoder then holds a few pictures instead of some twenty"""
MOST_RATE, LEAST_RATE = 120, 1
SAME_TIME = 1e-6


@dataclass(frozen=True)
class Quality:
    """How pictures are encoded anew (x264 by the ffmpeg program)."""

    factor: int = 18
    """crf; 18 is commonly taken as looking like the source"""
    preset: str = "veryfast"
    """720p30 encodes at about the speed it plays (tests/benchmarks/results/clips.md); slower ones save room alone"""
    key_every: float = 2.0
    """seconds between key frames"""


def frames(source: Source, first: float, last: float) -> Iterator[tuple[float, av.VideoFrame]]:
    """(time, picture) from `first` to `last` on the recording's clock, decoded from the key frame before.

    Pictures that cannot be decoded are left out. Raises ClipError where the file cannot be read at all.
    """
    assert source.video is not None
    for back in SEEK_BACK:
        found = next(_decoded(source, first, back), None)
        if (found is not None and found[0] <= first + SNAP) or first - back < BEFORE_ALL:
            break
    for at, frame in _decoded(source, first, back):
        if at > last + SAME_TIME:
            return
        if at >= first - SAME_TIME:
            yield at, frame


def _decoded(source: Source, first: float, back: float) -> Iterator[tuple[float, av.VideoFrame]]:
    base = source.video_base()
    try:
        for packet in source.video_packets(first, back):
            try:
                pictures = packet.decode()
            except av.FFmpegError:
                continue
            for picture in pictures:
                stamp = picture.pts if picture.pts is not None else picture.dts
                if stamp is not None:
                    yield float(stamp * (picture.time_base or base)) - source.origin, picture
    except av.FFmpegError:
        return


@dataclass(frozen=True)
class Encoded:
    """A file of pictures encoded anew, without pictures that refer forward: packets in order of presentation."""

    path: Path
    times: tuple[float, ...]
    """when each picture is shown, on the recording's clock"""


class PictureEncoder:
    """Feeds pictures to the ffmpeg program. Use as a context manager; the program is ended in any case.

    With `like`, the parameter sets get an id that the source does not use, and its profile and level, so that both can
    stand in one header. The stream's mean rate only steers the bit rate: times are written by the joiner.
    """

    def __init__(self, path: Path, video: av.VideoStream, quality: Quality, like: ParameterSets | None = None) -> None:
        self.path = path
        rate_hz, self._shape = float(video.average_rate or 30), video.codec_context.sample_aspect_ratio
        self._rate_hz = min(MOST_RATE, max(LEAST_RATE, round(rate_hz)))
        self._quality, self._like = quality, like
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the encoder
        self._size = (0, 0)
        self._form = ""

    def __enter__(self) -> PictureEncoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def add(self, picture: av.VideoFrame) -> None:
        """Encode one picture. Raises ClipError with the program's last line."""
        if self._process is None:
            self._start(picture)
        assert self._process is not None and self._process.stdin is not None
        width, height = self._size
        if (picture.width, picture.height, picture.format.name) != (width, height, self._form):
            picture = picture.reformat(width, height, self._form)
        try:
            self._process.stdin.write(np.ascontiguousarray(picture.to_ndarray()).data)
        except OSError:
            self.finish()
            raise ClipError("the picture encoder ended early") from None

    def finish(self) -> None:
        """Wait until everything is written. Raises ClipError or DiskFull."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # the program ended first: its own words follow
            self._process.stdin.close()
        if self._process.wait():
            if self._process.returncode == -signal.SIGXFSZ:
                raise DiskFull(f"{self.path.parent}: no space left for the clip; nothing half-written was kept")
            self._errors.seek(0)
            lines = self._errors.read().decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            if full := out_of_space("\n".join(lines), self.path):
                raise full
            raise ClipError(f"the picture could not be encoded: {lines[-1].strip()}")

    def _start(self, first: av.VideoFrame) -> None:
        full = first.format.name.startswith("yuvj") or first.color_range == FULL_RANGE
        self._form = "yuvj420p" if full else "yuv420p"
        self._size = (max(2, first.width & ~1), max(2, first.height & ~1))
        self._process = subprocess.Popen(
            self._command(first, full), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._errors
        )

    def _command(self, first: av.VideoFrame, full: bool) -> list[str]:
        width, height = self._size
        rate, quality = str(self._rate_hz), self._quality
        keys = max(1, round(quality.key_every * self._rate_hz))
        program = [ffmpeg_program(), "-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-y"]
        program += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", rate, "-i", "pipe:0"]
        program += [
            "-vf",
            ",".join(_as_shown(first, full, self._shape)),
            "-an",
            "-c:v",
            "libx264",
            "-preset",
            quality.preset,
        ]
        program += [
            "-threads",
            "1" if self._like else str(THREADS),
            "-crf",
            str(quality.factor),
            "-bf",
            "0",
            "-g",
            str(keys),
            *self._alike(),
        ]
        return [*program, "-f", "mp4", f"file:{self.path}"]

    def _alike(self) -> list[str]:
        if self._like is None:
            return ["-profile:v", "high", "-x264-params", LEAN]
        named = f"{LEAN}:sps-id={self._like.free_id()}"
        out = ["-profile:v", PROFILES[self._like.profile], "-x264-params", named]
        return [*out, "-level:v", f"{self._like.level / 10:.1f}"] if self._like.level in LEVELS else out


def _as_shown(first: av.VideoFrame, full: bool, shape: Fraction | None) -> list[str]:
    """Filters that state, without changing a pixel, how the picture is to be shown: colours and shape of pixels."""
    said: dict[str, Any] = {"range": "pc" if full else "tv"}
    for name, value in (
        ("color_primaries", first.color_primaries),
        ("color_trc", first.color_trc),
        ("colorspace", first.colorspace),
    ):
        if value not in (None, 0, UNKNOWN_COLOUR):
            said[name] = int(value)
    out = ["setparams=" + ":".join(f"{key}={value}" for key, value in said.items())]
    return [*out, f"setsar={shape.numerator}/{shape.denominator}"] if shape else out


def encode(
    source: Source, wanted: Sequence[float], encoder: PictureEncoder, seen: Callable[[float, av.VideoFrame], None]
) -> Encoded | None:
    """Encode the pictures at `wanted` times; `seen` is told of each. None: not one of them can be decoded."""
    times = []
    hidden = set(wanted)
    for at, picture in frames(source, wanted[0], wanted[-1]):
        if at not in hidden:
            continue
        hidden.discard(at)  # a damaged file may give a picture twice
        encoder.add(picture)
        times.append(at)
        seen(at, picture)
    encoder.finish()
    return Encoded(encoder.path, tuple(times)) if times else None
