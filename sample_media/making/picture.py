"""What each camera sees: a pan over a drawn street with shake and sensor noise, and a burned-in stamp.

Pictures are uint8 RGB, (height, width, 3). Nothing is photographed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sample_media.making.scenario import Scenario, Stretch, Take

WIDTH_PX, HEIGHT_PX, RATE_FPS = 480, 272, 12
"""Multiples of 16: with others, x264 reads past the picture and its output differs from run to run (measured)."""
STAMP_SCALE, STAMP_ROW_PX = 0.44, 14
Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """Colours (RGB) and light of a place."""

    sky: tuple[int, int, int]
    wall: tuple[int, int, int]
    ground: tuple[int, int, int]
    lit_windows: float
    noise: float


LOOKS = {
    "dusk": Look((92, 98, 130), (112, 92, 84), (70, 70, 74), 0.5, 4.0),
    "dusk_cold": Look((78, 96, 122), (92, 98, 104), (58, 66, 70), 0.5, 4.5),
    "day": Look((168, 192, 214), (176, 158, 132), (128, 126, 118), 0.0, 2.5),
    "night": Look((26, 30, 46), (62, 58, 60), (44, 46, 46), 0.35, 6.0),
}


def frames(scenario: Scenario, take: Take, rng: np.random.Generator) -> Iterator[Picture]:
    """Every picture of one file, in order, at RATE_FPS."""
    place = _Place(LOOKS[take.look], rng)
    held: Picture | None = None
    for number in range(round(take.duration * RATE_FPS)):
        at = number / RATE_FPS
        clock = take.start + at
        live = place.picture(at, cover=_inside(take.covered, clock), dark=_inside(take.dark, clock))
        stopped = _inside(take.frozen, clock)
        if not (stopped or _inside(take.frozen_stamp_runs, clock)) or held is None:
            held = live
        stamp_at = stopped[0] if stopped else clock
        yield stamped(held, stamp_lines(scenario, take, stamp_at))


def _inside(stretches: tuple[Stretch, ...], clock: float) -> Stretch | None:
    return next((s for s in stretches if s[0] <= clock < s[1]), None)


def stamp_lines(scenario: Scenario, take: Take, clock: float) -> tuple[str, str]:
    """The burned-in text: date and time with zone, and the camera."""
    local = (scenario.start_utc + timedelta(seconds=clock)).astimezone(take.stamp_zone)
    text = local.strftime("%Y-%m-%dT%H:%M:%S")
    text += "Z" if take.utc_offset_min is None else local.strftime("%z")
    return text, take.device


def stamped(picture: Picture, lines: tuple[str, ...]) -> Picture:
    """A copy with the stamp in the upper right: white on a darkened strip."""
    out = picture.copy()
    widths = [cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, STAMP_SCALE, 1)[0][0] for text in lines]
    left = WIDTH_PX - max(widths) - 12
    out[: 2 + STAMP_ROW_PX * len(lines), left:] //= 3
    for row, (text, width) in enumerate(zip(lines, widths, strict=True)):
        corner = (WIDTH_PX - width - 6, STAMP_ROW_PX * (row + 1) - 2)
        cv2.putText(out, text, corner, cv2.FONT_HERSHEY_SIMPLEX, STAMP_SCALE, (245, 245, 245), 1, cv2.LINE_AA)
    return out


class _Place:
    """A drawn street, the way its camera moves over it, and the camera's noise."""

    def __init__(self, look: Look, rng: np.random.Generator) -> None:
        self.look = look
        self.rng = rng
        self.street = draw_street(look, rng)
        self.noise = [rng.normal(0, 1, (HEIGHT_PX, WIDTH_PX, 1)).astype(np.float32) for _ in range(8)]
        self.cloth = cv2.GaussianBlur(texture(rng, HEIGHT_PX + 80, WIDTH_PX + 200, 6), (0, 0), 50)
        self.cloth = (self.cloth - self.cloth.mean()) / self.cloth.std()
        self.phases = rng.uniform(0, 2 * np.pi, 8)
        self.people = [(x, tuple(map(float, rng.uniform(25, 150, 3)))) for x in rng.uniform(350, 1150, 4)]

    def picture(self, at: float, cover: Stretch | None, dark: Stretch | None) -> Picture:
        view = self._view(at)
        if cover:
            view = self._covered(view, at)
        elif dark:
            view = view * 0.02
        grain = np.roll(self.noise[int(self.rng.integers(8))], tuple(self.rng.integers(0, 200, 2)), axis=(0, 1))
        strength = 1.2 if dark else self.look.noise
        return np.clip(view + strength * grain, 0, 255).astype(np.uint8)

    def _view(self, at: float) -> Plane:
        """The part of the street in sight: slow turns of the wearer, steps and a small shake."""
        p = self.phases
        room_x, room_y = self.street.shape[1] - WIDTH_PX - 40, self.street.shape[0] - HEIGHT_PX - 30
        pan = 0.5 + 0.3 * np.sin(2 * np.pi * at / 61 + p[0]) + 0.06 * np.sin(2 * np.pi * at / 19 + p[1])
        step = np.sin(2 * np.pi * 1.7 * at + p[2]) * (0.6 + 0.4 * np.sin(2 * np.pi * at / 13 + p[3]))
        x = 20 + pan * room_x + 2.5 * np.sin(2 * np.pi * 0.9 * at + p[4])
        y = 15 + room_y * (0.5 + 0.35 * np.sin(2 * np.pi * at / 29 + p[5])) + 2.0 * step
        angle = 1.5 * np.sin(2 * np.pi * at / 7.3 + p[6]) + 0.3 * step
        centre = (x + WIDTH_PX / 2, y + HEIGHT_PX / 2)
        move = cv2.getRotationMatrix2D(centre, float(angle), 1.0)
        move[:, 2] -= (x, y)
        view = cv2.warpAffine(self.street, move, (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REFLECT)
        for number, (home, coat) in enumerate(self.people):
            sway = 18 * np.sin(2 * np.pi * at / (9 + 2 * number) + p[number])
            draw_person(view, home + sway - x, 345 - y, coat, float(np.sin(2 * np.pi * 1.1 * at + number)))
        return np.asarray(view, np.float32)

    def _covered(self, view: Plane, at: float) -> Plane:
        """A sleeve over the lens: hardly any light, cloth too near to be sharp, slowly moving."""
        x = round(100 + 80 * np.sin(2 * np.pi * at / 9 + self.phases[7]))
        y = round(40 + 30 * np.sin(2 * np.pi * at / 5))
        cloth = self.cloth[y : y + HEIGHT_PX, x : x + WIDTH_PX, None]
        glow = cv2.GaussianBlur(view, (0, 0), 60) * 0.05
        return np.asarray(glow + 12 + 3.0 * cloth * np.array([1.1, 0.95, 0.9], np.float32), np.float32)


def draw_person(view: Any, x: float, feet: float, coat: tuple[float, ...], swing: float) -> None:
    """A standing figure 110 px tall whose arms and legs move; `swing` from -1 to 1."""
    middle, low = round(x), round(feet)
    for side in (-1, 1):
        cv2.line(
            view, (middle + 4 * side, low - 46), (middle + round(7 * side + 4 * swing * side), low), (30, 32, 44), 7
        )
        hand = (middle + round(20 * side + 5 * swing), low - 50 + round(8 * swing * side))
        cv2.line(view, (middle + 10 * side, low - 84), hand, coat, 6)
    cv2.rectangle(view, (middle - 11, low - 90), (middle + 11, low - 42), coat, -1)
    cv2.circle(view, (middle, low - 100), 9, (176, 136, 112), -1)


def texture(rng: np.random.Generator, height: int, width: int, octaves: int) -> Plane:
    """Noise with detail at every size, mean 0, deviation 1, shape (height, width)."""
    out = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = (max(2, width >> octave), max(2, height >> octave))
        grid = rng.normal(0, 1, size[::-1]).astype(np.float32)
        out += cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR) * 1.2**octave
    return np.asarray((out - out.mean()) / out.std(), np.float32)


def draw_street(look: Look, rng: np.random.Generator) -> Plane:
    """A street front 1500 px wide: sky, houses with windows and doors, pavement, cars, poles. Float32 RGB."""
    height, width, ground = 400, 1500, 270
    canvas: Any = np.zeros((height, width, 3), np.float32)
    canvas[:] = look.sky
    canvas[:ground] *= np.linspace(1.15, 0.85, ground, dtype=np.float32)[:, None, None]
    _houses(canvas, look, rng, ground)
    canvas[ground:] = look.ground
    cv2.rectangle(canvas, (0, ground), (width, ground + 14), tuple(1.3 * c for c in look.ground), -1)
    for x in range(20, width, 150):
        cv2.line(canvas, (x, ground + 75), (x + 70, ground + 75), tuple(1.9 * c for c in look.ground), 5)
    _cars(canvas, rng, ground)
    for x in range(60, width, 310):
        cv2.line(canvas, (x, ground + 10), (x, 70), (50, 50, 48), 6)
        cv2.line(canvas, (x, 70), (x + 40, 62), (50, 50, 48), 5)
    canvas += texture(rng, height, width, 7)[:, :, None] * (0.12 * canvas.mean(axis=2, keepdims=True) + 2)
    return np.asarray(cv2.GaussianBlur(np.clip(canvas, 0, 255), (0, 0), 0.8), np.float32)


def _houses(canvas: Any, look: Look, rng: np.random.Generator, ground: int) -> None:
    x = 0
    while x < canvas.shape[1]:
        width, top = int(rng.integers(140, 260)), int(rng.integers(40, 130))
        wall = np.array(look.wall) * rng.uniform(0.65, 1.3)
        cv2.rectangle(canvas, (x, top), (x + width - 8, ground), tuple(map(float, wall)), -1)
        for wy in range(top + 16, ground - 60, 44):
            for wx in range(x + 14, x + width - 40, 40):
                lit = rng.random() < look.lit_windows
                pane = (214, 190, 120) if lit else tuple(0.4 * c for c in look.wall)
                cv2.rectangle(canvas, (wx, wy), (wx + 22, wy + 28), pane, -1)
        cv2.rectangle(canvas, (x + width // 2, ground - 48), (x + width // 2 + 26, ground), tuple(0.5 * wall), -1)
        x += width


def _cars(canvas: Any, rng: np.random.Generator, ground: int) -> None:
    for place in range(90, canvas.shape[1] - 150, 260):
        x = place + int(rng.integers(-40, 40))
        paint = tuple(float(c) for c in rng.uniform(30, 190, 3))
        cv2.rectangle(canvas, (x, ground + 18), (x + 130, ground + 48), paint, -1)
        cv2.rectangle(canvas, (x + 28, ground - 4), (x + 100, ground + 20), paint, -1)
        cv2.rectangle(canvas, (x + 36, ground), (x + 92, ground + 17), (40, 48, 54), -1)
        for wheel in (x + 26, x + 104):
            cv2.circle(canvas, (wheel, ground + 49), 13, (18, 18, 18), -1)
