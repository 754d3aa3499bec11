"""Small made recordings with known truth: a swaying scene with sensor noise, a running stamp, and planted faults."""

from __future__ import annotations

import subprocess
import wave
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import av
import av.stream
import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.media.program import ffmpeg_program

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Event:
    """Something planted in the picture between two times.

    Kinds: "black", "covered" (a dark, noisy lens), "freeze", "freeze_running_clock", "still" (the wearer comes to a
    stop and sets off again, live noise), "night", "night_lamps", "fade" (down to black at the middle and up again),
    "light" (a sudden change of light), "shake", "flap" (something dark and out of focus steadily covers the left part
    of the picture), "dashboard" (a part of a car steadily fills the lower part), "blur" (out of focus),
    "dark_ground" (the lower part of the scene is dark and bare).
    """

    kind: str
    start: float
    end: float

    def holds(self, at: float) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True)
class Encode:
    """How the picture is written. `more` goes to ffmpeg as it stands, before the output's name."""

    codec: str = "libx264"
    gop: int = 15
    quality: int = 23
    b_frames: int = 2
    preset: str = "superfast"
    more: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        if self.codec == "mjpeg":
            return ["-c:v", "mjpeg", "-q:v", "4", *self.more]
        if self.codec == "mpeg4":
            return ["-c:v", "mpeg4", "-q:v", "4", "-g", str(self.gop), *self.more]
        if self.codec in ("libvpx", "libvpx-vp9"):
            rate = ["-b:v", "0"] if self.codec == "libvpx-vp9" else ["-b:v", "3M"]
            quick = ["-deadline", "realtime", "-cpu-used", "8", "-crf", str(self.quality)]
            return [
                "-c:v",
                self.codec,
                "-g",
                str(self.gop),
                *quick,
                *(rate if "-b:v" not in self.more else []),
                *self.more,
            ]
        if self.codec == "libsvtav1":
            return ["-c:v", "libsvtav1", "-g", str(self.gop), "-crf", str(self.quality), *self.more]
        if self.codec == "libopenh264":
            return ["-c:v", "libopenh264", "-g", str(self.gop), *self.more]
        keys = ["-g", str(self.gop), "-bf", str(self.b_frames)]
        if self.codec == "libx265":
            keys = ["-x265-params", f"keyint={self.gop}:min-keyint={self.gop}:bframes={self.b_frames}:log-level=error"]
        return [
            "-c:v",
            self.codec,
            "-preset",
            self.preset,
            *(["-crf", str(self.quality)] if "-b:v" not in self.more else []),
            *keys,
            *self.more,
        ]


@dataclass(frozen=True)
class Scene:
    """The picture of one recording."""

    duration: float = 10.0
    events: tuple[Event, ...] = ()
    width: int = 320
    height: int = 180
    rate_hz: int = 15
    seed: int = 1
    noise: float = 4.0
    """standard deviation of the sensor noise in 8-bit steps"""
    sway: float = 1.0
    """how much the camera moves: 1 is a walk, 0 a camera on a shelf"""
    contrast: float = 1.0
    covered_level: int = 26
    setting: str = ""
    """what the scene is while nothing happens: a kind of event such as "night_lamps" or "shake"; "": a walk by day"""
    share: float = 0.4
    """how much of the picture a "flap" or "dashboard" takes"""
    soft: float = 0.012
    """standard deviation of a "blur", as a share of the width"""
    ease: float = 0.6
    """seconds in which a "still" event slows down, and sets off again"""

    def frame(self, number: int) -> Picture:
        """Luma (limited range) of one frame, shape (height, width)."""
        at = number / self.rate_hz
        event = next((e for e in self.events if e.holds(at)), None)
        kind = event.kind if event else self.setting
        if event and kind.startswith("freeze"):
            held = round(event.start * self.rate_hz) - 1
            picture = replace(self, events=()).frame(held).copy()
            return _stamp(picture, at if kind == "freeze_running_clock" else held / self.rate_hz)
        if kind == "black":
            return _stamp(np.full((self.height, self.width), 16, np.uint8), at)
        covers = {"covered": self._covered, "cloth": self._cloth}
        seen = covers[kind]() if kind in covers else self._world(self._walked(at), kind)
        if event and kind == "fade":
            middle, half = (event.start + event.end) / 2, (event.end - event.start) / 2
            seen = 16 + (seen - 16) * min(1.0, abs(at - middle) / half)
        if kind in ("flap", "dashboard"):
            seen = self._in_front(seen, kind, at)
        if kind == "blur":
            seen = cv2.GaussianBlur(seen, (0, 0), self.soft * self.width)
        if any(e.kind == "light" and e.holds(at) for e in self.events):
            seen = 16 + (seen - 16) * 0.45
        noisy = seen + self._noise(number, 1.6 if "night" in kind + self.setting else 1.0)
        return _stamp(np.clip(noisy, 16, 235).astype(np.uint8), at)

    def _walked(self, at: float) -> float:
        """Seconds walked so far; a "still" event begins and ends with `ease` s of slowing down and setting off."""
        ease, lost = self.ease, 0.0
        for event in (e for e in self.events if e.kind == "still"):
            inside = min(max(at - event.start, 0.0), event.end - event.start)
            left = event.end - event.start - inside
            slow, quick = min(inside, ease), ease - min(left, ease)
            lost += inside - (slow - slow**2 / (2 * ease)) - quick**2 / (2 * ease)
        return at - lost

    def _world(self, at: float, kind: str) -> NDArray[np.float32]:
        world = _world(self.width, self.height, self.seed)
        shaking = "shake" in (kind, self.setting)
        reach = self.width * 0.06 * (3.0 if shaking else self.sway)
        speed = 4.0 if shaking else 1.0
        x = self.width * 0.25 + reach * (np.sin(at * 1.9 * speed) + 0.5 * np.sin(at * 0.37))
        y = self.height * 0.25 + 0.5 * reach * (
            np.sin(at * 3.1 * speed) + 0.4 * np.sin(at * 0.53)
        )  # never the same again
        top, left = int(np.clip(y, 0, self.height * 0.5)), int(np.clip(x, 0, self.width * 0.5))
        seen = 125 + self.contrast * (world[top : top + self.height, left : left + self.width] - 125)
        if kind == "dark_ground":
            seen = seen.copy()
            seen[max(0, int(self.height * 0.9) - top) :] = 35
        kind = kind if kind.startswith("night") else self.setting
        if kind.startswith("night"):
            seen = 18 + (seen - 16) * 0.10
            if kind == "night_lamps":
                seen = np.maximum(
                    seen, _lamps(self.width, self.height, self.seed)[top:, left:][: self.height, : self.width]
                )
        return seen

    def _in_front(self, seen: NDArray[np.float32], kind: str, at: float) -> NDArray[np.float32]:
        """Something fixed to the wearer or the car before the scene; it trembles by less than 1 % of the width."""
        tremble = 0.006 * np.sin(at * 2.3)
        if kind == "flap":
            across = np.linspace(0, 1, self.width, dtype=np.float32)[None, :] + np.zeros((self.height, 1), np.float32)
            slant = np.linspace(-0.06, 0.06, self.height, dtype=np.float32)[:, None]
            cover = 1 / (1 + np.exp((across - self.share - tremble + slant) / 0.015))
            cloth = 16 + 0.16 * (self.covered_level - 16) * (1 + across)
            return np.asarray(seen * (1 - cover) + cloth * cover, dtype=np.float32)
        top = int(self.height * (1 - self.share + tremble))
        parts = _world(self.width, self.height, self.seed + 31)[: self.height - top, : self.width]
        out = seen.copy()
        out[top:] = 30 + 0.35 * (parts - 30)
        return out

    def _covered(self) -> NDArray[np.float32]:
        across = np.linspace(0, 1, self.width, dtype=np.float32)[None, :]
        down = np.linspace(0, 1, self.height, dtype=np.float32)[:, None]
        return self.covered_level + 6 * (across - 0.5) + 4 * (down - 0.5)

    def _cloth(self) -> NDArray[np.float32]:
        """A cover with folds, all of them far out of focus."""
        draw = np.random.default_rng(self.seed + 77).standard_normal((self.height, self.width), dtype=np.float32)
        folds = cv2.GaussianBlur(draw, (0, 0), 0.05 * self.width)
        return np.asarray(self._covered() + 6 * folds / folds.std(), dtype=np.float32)

    def _noise(self, number: int, factor: float) -> NDArray[np.float32]:
        bank = _noise_bank(self.width, self.height)
        turn = np.random.default_rng(number * 7919 + self.seed)
        shift = (int(turn.integers(self.height)), int(turn.integers(self.width)))
        return np.roll(bank[number % len(bank)], shift, (0, 1)) * np.float32(self.noise * factor)


@cache
def _noise_bank(width: int, height: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).standard_normal((8, height, width), dtype=np.float32)


@cache
def _world(width: int, height: int, seed: int) -> NDArray[np.float32]:
    """A street-like texture half as wide and high again as the picture: smooth patches, edges, fine grain."""
    draw = np.random.default_rng(seed)
    wide, high = width * 3 // 2 + 2, height * 3 // 2 + 2
    out = np.full((high, wide), 120, np.float32)
    for cells, depth in ((6, 45.0), (20, 25.0), (70, 14.0)):
        coarse = draw.standard_normal((cells * high // wide + 2, cells), dtype=np.float32)
        out += depth * cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    for _ in range(25):
        x, y = int(draw.integers(wide)), int(draw.integers(high))
        w, h = int(draw.integers(wide // 30, wide // 6)), int(draw.integers(high // 20, high // 3))
        out[y : y + h, x : x + w] += float(draw.uniform(-60, 60))
    return np.clip(out, 25, 225)


@cache
def _lamps(width: int, height: int, seed: int) -> NDArray[np.float32]:
    draw = np.random.default_rng(seed + 99)
    out = np.zeros((height * 3 // 2 + 2, width * 3 // 2 + 2), np.float32)
    for _ in range(9):
        centre = (int(draw.integers(out.shape[1])), int(draw.integers(out.shape[0])))
        cv2.circle(out, centre, max(2, height // 40), 220.0, -1)
    return cv2.GaussianBlur(out, (0, 0), height / 60)


def _stamp(picture: Picture, at: float) -> Picture:
    """Date and running time in the upper right corner, as body-worn cameras burn it in."""
    height, width = picture.shape
    text = f"2026-03-14 T{int(at) // 3600:02d}:{int(at) // 60 % 60:02d}:{int(at) % 60:02d}Z"
    scale = height / 500
    (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    where = (width - wide - width // 60, high + height // 60)
    cv2.putText(picture, text, where, cv2.FONT_HERSHEY_SIMPLEX, scale, 235, max(1, height // 300))
    return picture


def sound(
    duration: float, muted: tuple[tuple[float, float], ...] = (), rate_hz: int = 48000, seed: int = 3
) -> NDArray[np.int16]:
    """Street noise with a hum, exact zeros in the muted stretches; mono."""
    draw, count = np.random.default_rng(seed), round(duration * rate_hz)
    at = np.arange(count) / rate_hz
    out = draw.standard_normal(count) * 300 + 1500 * np.sin(2 * np.pi * 180 * at) * (1 + 0.5 * np.sin(at))
    for start, end in muted:
        out[round(start * rate_hz) : round(end * rate_hz)] = 0
    return out.astype(np.int16)


def write_wav(path: Path, samples: NDArray[np.int16], rate_hz: int = 48000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return path


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg to its end; raises CalledProcessError."""
    subprocess.run([ffmpeg_program(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments], check=True)


def make(
    path: Path,
    scene: Scene | None = None,
    samples: NDArray[np.int16] | None = None,
    encode: Encode | None = None,
    *,
    sound_starts: float = 0.0,
    tags: tuple[str, ...] = ("creation_time=2026-03-14T15:09:26Z",),
) -> Path:
    """Write a recording with the picture of `scene` (None: no picture) and `samples` at 48 kHz (None: no sound)."""
    encode, command = encode or Encode(), [ffmpeg_program(), "-hide_banner", "-loglevel", "error", "-y"]
    if scene is not None:
        command += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{scene.width}x{scene.height}"]
        command += ["-r", str(scene.rate_hz), "-i", "pipe:0"]
    wav = path.with_suffix(path.suffix + ".wav")
    if samples is not None:
        write_wav(wav, samples)
        command += ["-itsoffset", str(sound_starts), "-i", str(wav)]
    command += [*encode.arguments(), "-pix_fmt", "yuv420p"] if scene is not None else ["-vn"]
    command += ["-c:a", "aac", "-b:a", "64k"] if samples is not None else ["-an"]
    for tag in tags:
        command += ["-metadata", tag]
    try:
        _feed([*command, "-threads", "1", f"file:{path}"], scene)
    finally:
        wav.unlink(missing_ok=True)
    return path


def _feed(command: list[str], scene: Scene | None) -> None:
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.stdin is not None
    try:
        if scene is not None:
            colour = bytes([128]) * (scene.width * scene.height // 2)
            for number in range(round(scene.duration * scene.rate_hz)):
                process.stdin.write(scene.frame(number).tobytes())
                process.stdin.write(colour)
    finally:
        process.stdin.close()
        code = process.wait()
    if code:
        raise RuntimeError(f"ffmpeg ended with code {code}")


def with_gap(source: Path, out: Path, after: float, seconds: float) -> Path:
    """A copy whose times jump by `seconds` at the first key frame at or behind `after`; picture and sound alike."""
    with av.open(str(source)) as read, av.open(str(out), "w") as write:
        streams = {s.index: write.add_stream_from_template(s) for s in (*read.streams.video, *read.streams.audio)}
        packets = [p for p in read.demux(*(read.streams[i] for i in streams)) if p.size]
        later = [
            p for p in packets if p.stream.type == "video" and p.is_keyframe and p.pts * p.time_base >= after - 1e-6
        ]
        cut, begun = later[0].pts * later[0].time_base, False
        for packet in packets:
            begun |= packet is later[0]
            if begun if packet.stream.type == "video" else packet.pts * packet.time_base >= cut:
                shift = round(seconds / packet.time_base)
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            packet.stream = streams[packet.stream_index]
            write.mux(packet)
    return out


def overwritten(source: Path, out: Path, start: float, end: float, *, zeros: bool) -> Path:
    """A copy in which the file's bytes from the first picture packet shown in [start, end) to the last are lost."""
    data = bytearray(source.read_bytes())
    with av.open(str(source)) as read:
        rows = [
            (p.pos, p.size) for p in read.demux(read.streams.video[0]) if p.size and p.pos and _within(p, start, end)
        ]
    first, last = min(pos for pos, _ in rows), max(pos + size for pos, size in rows)
    data[first:last] = bytes(last - first) if zeros else np.random.default_rng(1).bytes(last - first)
    out.write_bytes(bytes(data))
    return out


def _within(packet: av.Packet[av.stream.Stream], start: float, end: float) -> bool:
    return packet.pts is not None and start <= float(packet.pts * packet.time_base) < end
