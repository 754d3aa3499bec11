"""Made clips with a burned-in clock whose every second is known: ffmpeg draws the text, so no code of ours is in it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

from pipeline.media.program import ffmpeg_program
from sample_media.making.picture import LOOKS, draw_street

FONTS = Path("/usr/share/fonts/truetype")
ISO_Z = "%Y-%m-%dT%H:%M:%SZ"
NOON = datetime(2024, 5, 17, 11, 58, 30, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Piece:
    """From `start` on the stamp shows the time plus `offset` seconds, or stands still at what it shows then."""

    start: float
    offset: float
    stopped: bool = False


@dataclass(frozen=True)
class Clip:
    """A clip of `duration` seconds. `text` is a strftime format; other lines stand below it."""

    duration: float = 20.0
    pieces: tuple[Piece, ...] = (Piece(0.0, NOON + 0.4),)
    text: str | None = ISO_Z
    below: str = ""
    font: str = "dejavu/DejaVuSansMono.ttf"
    digit_share: float = 0.033
    """height of the font's size as a share of the picture's height"""
    look: str = "box"
    """"box", "outline", "shadow", "bare" """
    corner: str = "top right"
    width_px: int = 640
    height_px: int = 360
    rate_hz: float = 15.0
    gop: float = 1.0
    """seconds"""
    codec: str = "libx264"
    quality: int = 24
    bit_rate: str = ""
    scene: str = "day"
    """"day", "dusk", "night", "still", "busy" """
    seed: int = 1
    sign: str = ""
    """a text that moves with the scene, as a shop's does"""
    created: str = ""
    """creation_time of the container"""

    def shows(self, at: float) -> int:
        """Seconds from 1970 that the stamp shows at a time."""
        piece = [p for p in self.pieces if p.start <= at + 1e-6][-1]
        return int(np.floor((piece.start if piece.stopped else at) + piece.offset + 1e-6))


def make_clip(clip: Clip, path: Path) -> Path:
    """Write the clip."""
    scene = path.with_suffix(".png")
    cv2.imwrite(str(scene), _scene(clip))
    script = path.with_suffix(".txt")
    script.write_text(_filters(clip), encoding="utf-8")
    gop = max(1, round(clip.gop * clip.rate_hz))
    how = ["-b:v", clip.bit_rate] if clip.bit_rate else ["-crf", str(clip.quality)]
    if clip.codec == "libx264":
        how += ["-preset", "veryfast", "-x264-params", f"keyint={gop}:min-keyint={gop}:scenecut=0"]
    else:
        how += ["-preset", "ultrafast", "-x265-params", f"keyint={gop}:min-keyint={gop}:scenecut=0:log-level=none"]
    tags = ["-metadata", f"creation_time={clip.created}"] if clip.created else []
    command = [ffmpeg_program(), "-v", "error", "-y", "-loop", "1", "-framerate", str(clip.rate_hz), "-i", str(scene)]
    command += ["-t", str(clip.duration), "-/filter_complex", str(script), "-an", "-c:v", clip.codec, *how]
    subprocess.run([*command, "-pix_fmt", "yuv420p", "-threads", "1", *tags, str(path)], check=True)
    scene.unlink()
    script.unlink()
    return path


def _scene(clip: Clip) -> np.ndarray:
    """The street that the camera pans over, 2.2 times as wide as the picture."""
    rng = np.random.default_rng(clip.seed)
    look = LOOKS[clip.scene if clip.scene in LOOKS else "day"]
    street = np.asarray(draw_street(look, rng), np.float32)
    if clip.scene == "busy":
        for _ in range(420):
            a = (int(rng.integers(0, 1500)), int(rng.integers(0, 400)))
            b = (a[0] + int(rng.integers(-40, 40)), a[1] + int(rng.integers(-30, 30)))
            cv2.line(street, a, b, tuple(map(float, rng.uniform(10, 250, 3))), int(rng.integers(1, 4)), cv2.LINE_AA)
    if clip.sign:
        drawn = np.zeros(street.shape[:2], np.uint8)
        cv2.putText(drawn, clip.sign, (560, 90), cv2.FONT_HERSHEY_DUPLEX, 0.9, 255, 2, cv2.LINE_AA)
        street += (drawn[:, :, None] / 255.0) * (240.0 - street)
    high = round(clip.height_px * 1.25)
    wide = round(high * 1500 / 400)
    picture = cv2.resize(np.clip(street, 0, 255), (wide, high), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(picture, 0, 255).astype(np.uint8)[:, :, ::-1])


def _filters(clip: Clip) -> str:
    w, h = clip.width_px, clip.height_px
    room_x, room_y = round(h * 1.25 * 1500 / 400) - w - 4, round(h * 0.25) - 4
    x = f"{room_x}*(0.5+0.42*sin(t/9+{clip.seed})+0.02*sin(t*7))"
    y = f"{room_y}*(0.5+0.4*sin(t/4+{clip.seed})+0.06*sin(t*11))"
    if clip.scene == "still":
        x, y = str(room_x // 2), str(room_y // 2)
    steps = [f"crop={w}:{h}:x='{x}':y='{y}'", f"noise=alls={9 if clip.scene == 'night' else 5}:allf=t"]
    if clip.text is not None:
        ends = [piece.start for piece in clip.pieces[1:]] + [clip.duration + 9]
        for piece, end in zip(clip.pieces, ends, strict=True):
            text = _still(clip, piece) if piece.stopped else _running(clip.text, piece.offset)
            steps.append(_drawtext(clip, text, 0) + f":enable='between(t,{piece.start - 1e-4:.4f},{end - 2e-4:.4f})'")
    steps += [_drawtext(clip, f"'{line}'", n + 1) for n, line in enumerate(filter(None, clip.below.split("\n")))]
    return "[0:v]" + ",\n".join(steps)


def _running(text: str, offset: float) -> str:
    escaped = text.replace(":", r"\\\\\:") if False else text.replace(":", r"\\\:")
    return rf"'%{{pts\:gmtime\:{offset:.3f}\:{escaped}}}'"


def _still(clip: Clip, piece: Piece) -> str:
    shown = datetime.fromtimestamp(clip.shows(piece.start), UTC).strftime(clip.text or "")
    return "'" + shown.replace(":", r"\:") + "'"


def _drawtext(clip: Clip, text: str, row: int) -> str:
    size = max(8, round(clip.digit_share * clip.height_px * 1.37))
    edge = max(4, size // 3)
    step = round(size * 1.35) * row
    x = f"w-tw-{edge}" if "right" in clip.corner else str(edge)
    y = (
        str(edge + step)
        if "top" in clip.corner
        else f"h-{edge + size + 0}+{step - round(size * 1.35) * len(clip.below.splitlines())}"
    )
    looks = {
        "box": f"box=1:boxcolor=black@0.55:boxborderw={max(2, size // 6)}",
        "outline": f"borderw={max(1, size // 12)}:bordercolor=black",
        "shadow": f"shadowx={max(1, size // 14)}:shadowy={max(1, size // 14)}:shadowcolor=black",
        "bare": "borderw=0",
    }
    font = FONTS / clip.font
    return f"drawtext=fontfile={font}:fontsize={size}:fontcolor=white:{looks[clip.look]}:x={x}:y={y}:text={text}"
