"""Made recordings in which every picture carries its number, with a click of sound at every flash of light.

The number stands in the picture as a row of light and dark fields, so that a decoded picture says which one it is, and
a clip's pictures can be told one by one. The flash is a field of its own; the click begins at its very moment.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.container
import av.stream
import numpy as np
from numpy.typing import NDArray

from pipeline.media.program import ffmpeg_program
from tests.pipeline.media.made import Scene, write_wav

FIELD_PX, BITS = 16, 14
SOUND_HZ = 48000
CLICK = 0.02
"""seconds of a tone of 2 kHz"""


@dataclass(frozen=True)
class Counted:
    """How a counted recording is made. `picture` and `more` are arguments of ffmpeg; `keep` says which frames stay."""

    ending: str = ".mp4"
    picture: tuple[str, ...] = ("-c:v", "libx264", "-preset", "superfast", "-crf", "26", "-g", "15", "-bf", "0")
    more: tuple[str, ...] = ()
    filters: str = ""
    sound: bool = True
    sound_starts: float = 0.0
    sound_codec: tuple[str, ...] = ("-c:a", "aac", "-b:a", "64k")
    after: tuple[str, ...] = ()
    """a second pass that copies: "-display_rotation 90" and the like, before the input"""
    cut_off: float = 1.0
    """share of the bytes that stay"""
    duration: float = 24.0
    rate_hz: int = 15
    width: int = 320
    height: int = 180


X264 = ("-c:v", "libx264", "-preset", "superfast", "-crf", "26")
KINDS: dict[str, Counted] = {
    "plain": Counted(),
    "b_frames": Counted(picture=(*X264, "-g", "45", "-bf", "3", "-x264-params", "b-pyramid=normal")),
    "open_gop": Counted(picture=(*X264, "-g", "30", "-bf", "3", "-x264-params", "open-gop=1")),
    "variable_rate": Counted(
        ending=".mkv",
        picture=(*X264, "-g", "20", "-bf", "2"),
        filters="select='not(between(n,120,157))*mod(n,7)*gt(mod(n,11),1)'",
    ),
    "late_sound": Counted(sound_starts=3.94),
    "rotated": Counted(after=("-display_rotation:v:0", "90")),
    "hevc": Counted(picture=("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=30:log-level=error")),
    "no_sound": Counted(sound=False, picture=(*X264, "-g", "30", "-bf", "2")),
    "transport_stream": Counted(
        ending=".ts", picture=(*X264, "-g", "30", "-bf", "2"), more=("-output_ts_offset", "3600")
    ),
    "ten_bit": Counted(picture=(*X264, "-pix_fmt", "yuv420p10le", "-g", "30", "-bf", "2")),
}
"""Ten kinds of source that cameras and exports of evidence systems write."""
OTHERS: dict[str, Counted] = {
    "long_gop": Counted(picture=(*X264, "-g", "150", "-bf", "2")),
    "cut_off": Counted(more=("-movflags", "+faststart"), cut_off=0.6),
    "avi": Counted(ending=".avi", picture=("-c:v", "mpeg4", "-q:v", "5", "-g", "15"), sound_codec=("-c:a", "mp3")),
    "avi_b_frames": Counted(
        ending=".avi", picture=("-c:v", "mpeg4", "-q:v", "5", "-g", "30", "-bf", "2"), sound_codec=("-c:a", "mp3")
    ),
    "avi_cut_off": Counted(
        ending=".avi",
        picture=("-c:v", "mpeg4", "-q:v", "5", "-g", "30", "-bf", "2"),
        sound_codec=("-c:a", "mp3"),
        cut_off=0.7,
    ),
    "sound_ends_early": Counted(sound_codec=("-c:a", "aac", "-b:a", "64k", "-af", "atrim=end=6")),
    "interlaced": Counted(picture=(*X264, "-g", "30", "-bf", "2", "-flags", "+ilme+ildct", "-x264-params", "tff=1")),
    "baseline": Counted(picture=(*X264, "-profile:v", "baseline", "-g", "30")),
    "full_range": Counted(picture=(*X264, "-pix_fmt", "yuvj420p", "-g", "30", "-bf", "2")),
    "late_picture": Counted(filters="select='gt(n,40)'"),
}


def make(path: Path, kind: Counted) -> Path:
    """Write a counted recording to `path`, whose ending should be the kind's."""
    raw = path.with_name(f"raw-{path.name}") if kind.after else path
    base = [ffmpeg_program(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    command = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{kind.width}x{kind.height}", "-r", str(kind.rate_hz)]
    command = [arg for arg in base if arg != "-nostdin"] + [*command, "-i", "pipe:0"]
    wav = path.with_name(path.name + ".wav")
    if kind.sound:
        write_wav(wav, clicks(kind.duration - kind.sound_starts, kind.sound_starts))
        command += ["-itsoffset", str(kind.sound_starts), "-i", str(wav)]
    command += ["-vf", kind.filters, "-fps_mode", "vfr"] if kind.filters else []
    command += [*kind.picture] if "-pix_fmt" in kind.picture else [*kind.picture, "-pix_fmt", "yuv420p"]
    command += [*kind.sound_codec] if kind.sound else ["-an"]
    command += [*kind.more, "-metadata", "creation_time=2026-03-14T15:09:26Z", "-threads", "1", f"file:{raw}"]
    _feed(command, kind)
    wav.unlink(missing_ok=True)
    if kind.after:
        subprocess.run([*base, *kind.after, "-i", f"file:{raw}", "-c", "copy", f"file:{path}"], check=True)
        raw.unlink()
    if kind.cut_off < 1.0:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * kind.cut_off)])
    return path


def _feed(command: list[str], kind: Counted) -> None:
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.stdin is not None
    scene = Scene(kind.duration, width=kind.width, height=kind.height, rate_hz=kind.rate_hz)
    for number in range(round(kind.duration * kind.rate_hz)):
        process.stdin.write(numbered(scene.frame(number).copy(), number, kind.rate_hz).tobytes())
    process.stdin.close()
    assert process.wait() == 0


def numbered(luma: NDArray[np.uint8], number: int, rate_hz: int) -> NDArray[np.uint8]:
    """A picture with its number, and a flash where a second begins."""
    height = luma.shape[0]
    row = slice(height - 2 * FIELD_PX, height - FIELD_PX)
    luma[height - 3 * FIELD_PX :, : (BITS + 3) * FIELD_PX] = 128
    for bit in range(BITS):
        luma[row, (bit + 1) * FIELD_PX : (bit + 2) * FIELD_PX] = 215 if number >> bit & 1 else 30
    luma[row, (BITS + 1) * FIELD_PX : (BITS + 2) * FIELD_PX] = 215 if number % rate_hz == 0 else 30
    return luma


def number_of(luma: NDArray[np.uint8]) -> int:
    """The number that a picture carries."""
    return sum(1 << bit for bit in range(BITS) if _field(luma, bit) > 122)


def is_flash(luma: NDArray[np.uint8]) -> bool:
    """Whether a second begins with this picture."""
    return _field(luma, BITS) > 122


def _field(luma: NDArray[np.uint8], place: int) -> float:
    height, quarter = luma.shape[0], FIELD_PX // 4
    rows = luma[height - 2 * FIELD_PX + quarter : height - FIELD_PX - quarter]
    return float(rows[:, (place + 1) * FIELD_PX + quarter : (place + 2) * FIELD_PX - quarter].mean())


def clicks(duration: float, starts: float = 0.0) -> NDArray[np.int16]:
    """A click at each whole second of the recording, from `starts` on; soft noise between."""
    count = round(duration * SOUND_HZ)
    at = starts + np.arange(count) / SOUND_HZ
    tone = np.where((at % 1.0) < CLICK, 12000 * np.sin(2 * np.pi * 2000 * at), 0.0)
    return (tone + np.random.default_rng(4).standard_normal(count) * 40).astype(np.int16)


@dataclass(frozen=True)
class Seen:
    """A fully decoded file: (time, number) of each picture, times of the flashes, and of the clicks."""

    pictures: tuple[tuple[float, int], ...]
    flashes: tuple[float, ...]
    clicks: tuple[float, ...]
    sound: tuple[float, float] | None
    """first and last moment of the sound"""


def decode(path: Path) -> Seen:
    """Decode all of a file; times as the file has them."""
    pictures, flashes = [], []
    with av.open(str(path)) as file:
        if file.streams.video:
            for frame in _frames(file, file.streams.video[0]):
                luma = frame.to_ndarray(format="gray")
                pictures.append((float(frame.pts * frame.time_base), number_of(luma)))
                if is_flash(luma):
                    flashes.append(pictures[-1][0])
    sound = _sound(path)
    heard = _click_times(sound) if sound is not None else ()
    ends = (sound[0], sound[0] + len(sound[1]) / SOUND_HZ) if sound is not None else None
    return Seen(tuple(pictures), tuple(flashes), heard, ends)


def _frames(file: av.container.InputContainer, stream: av.stream.Stream) -> Iterator[Any]:
    """What can be decoded of a stream."""
    for packet in file.demux(stream):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _sound(path: Path) -> tuple[float, NDArray[np.float32]] | None:
    """(time of the first sample, samples), each packet where its stamp says."""
    with av.open(str(path)) as file:
        if not file.streams.audio:
            return None
        resample = av.AudioResampler(format="flt", layout="mono", rate=SOUND_HZ)
        blocks: list[tuple[int, NDArray[np.float32]]] = []
        for frame in _frames(file, file.streams.audio[0]):
            if frame.pts is None:  # what a decoder makes of a packet that is damaged
                continue
            for made in resample.resample(frame):
                at = round(float(frame.pts * frame.time_base) * SOUND_HZ)
                blocks.append((at, made.to_ndarray().reshape(-1)))
    if not blocks:
        return None
    first = blocks[0][0]
    out = np.zeros(max(at + len(b) for at, b in blocks) - first, np.float32)
    for at, block in blocks:
        out[at - first : at - first + len(block)] = block
    return first / SOUND_HZ, out


def _click_times(sound: tuple[float, NDArray[np.float32]]) -> tuple[float, ...]:
    """When each whole click begins, from the middle of its energy."""
    start, samples = sound
    energy, step = samples.astype(np.float64) ** 2, SOUND_HZ // 1000
    loud = energy[: len(energy) // step * step].reshape(-1, step).mean(axis=1) > 0.002
    out = []
    for first in np.flatnonzero(loud & ~np.concatenate(([False], loud[:-1]))):
        low, high = max(0, (first - 10) * step), (first + 40) * step
        part = energy[low:high]
        middle = float((part * np.arange(len(part))).sum() / part.sum()) / SOUND_HZ
        if low > 0 and high < len(energy) and 0.7 * CLICK < 2 * np.sqrt(3) * _spread(part) < 1.4 * CLICK:
            out.append(start + low / SOUND_HZ + middle - CLICK / 2)
    return tuple(t for n, t in enumerate(out) if n == 0 or t - out[n - 1] > 0.5)


def _spread(energy: NDArray[np.float64]) -> float:
    """Standard deviation in time of some energy, in seconds."""
    at = np.arange(len(energy)) / SOUND_HZ
    middle = (energy * at).sum() / energy.sum()
    return float(np.sqrt((energy * (at - middle) ** 2).sum() / energy.sum()))


def steps(seen: Seen, near: float = 0.4) -> list[float]:
    """Click minus flash, in seconds, for each flash with a click near it."""
    pairs = ((min(seen.clicks, key=lambda c: abs(c - at), default=None), at) for at in seen.flashes)
    return [click - at for click, at in pairs if click is not None and abs(click - at) < near]


def expected(source: Sequence[tuple[float, int]], origin: float, start: float, end: float) -> list[tuple[float, int]]:
    """What a clip from `start` to `end` must show: (time on the clip's clock, number)."""
    times = sorted((at - origin, number) for at, number in source)
    first = max((n for n, (at, _) in enumerate(times) if at <= start + 0.002), default=0)
    last = max((n for n, (at, _) in enumerate(times) if at < end - 0.002), default=first)
    return [(max(0.0, at - start), number) for at, number in times[first : max(first, last) + 1]]
