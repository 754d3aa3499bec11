"""Writes a new film from pictures and sound: H.264 and AAC in MP4, every picture at its own time, nothing else in it.

No title, no clock, no place, no device, no name of an encoder: what a source said about itself cannot come along.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.bitstream import BitStreamFilterContext

from pipeline.errors import BwcError
from pipeline.media.footage import Picture, Sound

TICKS_HZ = 90_000
"""time stamps of pictures: fine enough for any rate, variable or not"""
NO_SEI = "filter_units=remove_types=6"
"""takes the encoder's own remarks (H.264 annex D) out of every packet"""
NO_NAMES = 1 << 23
"""the codecs' flag that keeps the encoder's name and version out of the stream (AV_CODEC_FLAG_BITEXACT)"""
SOUND_BITS = {1: 128_000, 2: 192_000}


class FilmNotWritten(BwcError):
    """A film could not be written: the disk is full, or the encoder refused."""


@dataclass(frozen=True)
class FilmForm:
    """How a film is written."""

    width_px: int = 0
    """0: no picture"""
    height_px: int = 0
    rate_hz: Fraction = Fraction(30)
    """pictures a second, about; each keeps its own time"""
    pixel_shape: Fraction = Fraction(1)
    sound_hz: int = 0
    """0: no sound"""
    channels: int = 1
    quality: int = 20
    """x264 crf"""
    preset: str = "veryfast"


class FilmWriter:
    """Takes pictures and sound in order of time. A context manager: without `finish` the file is not to be used."""

    def __init__(self, path: Path, form: FilmForm, chapters: list[tuple[float, float, str]] | None = None) -> None:
        """`chapters`: (start, end, title). Raises FilmNotWritten."""
        self._form = form
        self._path = path
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        try:
            self._out = av.open(f"file:{path.absolute()}", "w", format="mp4", options=options)
        except OSError as error:
            raise _not_written(path, error) from error
        self._video = self._picture_stream() if form.width_px else None
        self._audio = self._sound_stream() if form.sound_hz else None
        self._unmarked = BitStreamFilterContext(NO_SEI, self._video) if self._video else None
        if chapters:
            self._out.set_chapters(
                [
                    {"id": n, "start": round(a * 1000), "end": round(b * 1000), "time_base": Fraction(1, 1000),
                     "metadata": {"title": title}}
                    for n, (a, b, title) in enumerate(chapters)
                ]
            )  # fmt: skip
        self._last = -1
        self._samples = 0
        self.count = 0
        """pictures written"""

    def __enter__(self) -> FilmWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            with contextlib.suppress(OSError, ValueError):  # the first error is the one to tell
                self._out.close()

    def picture(self, at: float, picture: Picture) -> None:
        """Adds a picture that is shown from `at` (seconds of the film) on. Raises FilmNotWritten."""
        assert self._video is not None
        stamp = max(round(at * TICKS_HZ), self._last + 1)
        self._last = stamp
        flat = np.concatenate([picture.y.ravel(), picture.u.ravel(), picture.v.ravel()])
        frame = av.VideoFrame.from_ndarray(flat.reshape(-1, picture.width_px), format="yuv420p")
        frame.pts, frame.time_base = stamp, Fraction(1, TICKS_HZ)
        self.count += 1
        self._pictures_out(frame)

    def sound(self, samples: Sound) -> None:
        """Adds sound, shape (n, channels), behind the sound so far. Raises FilmNotWritten."""
        assert self._audio is not None
        layout = "stereo" if self._form.channels == 2 else "mono"
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=layout)
        frame.sample_rate = self._form.sound_hz
        frame.pts, frame.time_base = self._samples, Fraction(1, self._form.sound_hz)
        self._samples += len(samples)
        self._sound_out(frame)

    def finish(self) -> None:
        """Writes what the encoders still hold and closes the file. Raises FilmNotWritten."""
        if self._video is not None:
            self._pictures_out(None)
        if self._audio is not None:
            self._sound_out(None)
        try:
            self._out.close()
        except OSError as error:
            raise _not_written(self._path, error) from error

    def _pictures_out(self, frame: av.VideoFrame | None) -> None:
        assert self._video is not None and self._unmarked is not None
        try:
            for packet in self._video.encode(frame):
                for plain in self._unmarked.filter(packet):
                    self._out.mux(plain)
        except OSError as error:
            raise _not_written(self._path, error) from error

    def _sound_out(self, frame: av.AudioFrame | None) -> None:
        assert self._audio is not None
        try:
            self._out.mux(self._audio.encode(frame))
        except OSError as error:
            raise _not_written(self._path, error) from error

    def _picture_stream(self) -> av.VideoStream:
        form = self._form
        stream = self._out.add_stream("libx264", rate=form.rate_hz)
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = form.width_px, form.height_px, "yuv420p"
        context.time_base = Fraction(1, TICKS_HZ)
        context.sample_aspect_ratio = form.pixel_shape
        context.color_range = 1  # limited
        context.max_b_frames = 0  # no edit list, and the first picture at exactly its time
        context.gop_size = max(1, round(2 * form.rate_hz))
        context.flags |= NO_NAMES
        context.options = {"crf": str(form.quality), "preset": form.preset}
        return stream

    def _sound_stream(self) -> av.AudioStream:
        form = self._form
        layout = "stereo" if form.channels == 2 else "mono"
        stream = self._out.add_stream("aac", rate=form.sound_hz, layout=layout)
        stream.codec_context.flags |= NO_NAMES
        stream.codec_context.bit_rate = SOUND_BITS[form.channels]
        return stream


def _not_written(path: Path, error: OSError) -> FilmNotWritten:
    if isinstance(error, OSError) and error.errno == 28:
        return FilmNotWritten(f"{path.name}: no space left on the disk; nothing was kept. Free some, then try again")
    return FilmNotWritten(f"{path.name}: could not be written ({error.strerror or error}); nothing was kept")
