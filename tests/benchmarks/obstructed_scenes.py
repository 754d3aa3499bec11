"""Made recordings of a worn camera with something on part of its lens, and of what may be taken for it.

A drawn world (street, yard, room) or a real film is seen through a camera that walks, turns, stands or drives. What
lies on the lens is laid over it: fixed to the picture, out of focus by what optics give for its distance (a blur circle
of 0.39 / distance in mm of the width, for 2 mm at f/2 before a sensor of 5.1 mm), with large folds, a tremble at the
pace of the walk, and a change of the exposure. Things of the world that stay in the picture, too (a dashboard, a
person, a long gun), are in focus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.pipeline.media.made import Picture, _stamp

Grey = NDArray[np.float32]
FOOTSTEPS_HZ = 1.8


@dataclass(frozen=True)
class Over:
    """Something before the picture from `start` to `end`.

    On the lens: "flap", "arm", "strap", "finger", "badge". Not on it: "dashboard", "person", "gun", "forearms" (in
    focus), "vignette", "smear" (see-through), "glare", "shadow", "crossing" (people and cars that pass).
    """

    kind: str
    start: float
    end: float
    share: float = 0.3
    level: float = 30.0
    soft: float = 0.008
    """standard deviation of its border, as a share of the width"""
    folds: float = 4.0
    tremble: float = 0.003
    """movement within the picture, as a share of the width"""
    seed: int = 0


@dataclass(frozen=True)
class Worn:
    """The picture of one recording; has what `made.make` asks of a scene."""

    duration: float = 45.0
    place: str = "street"
    """"street", "yard" (bare ground to the horizon), "room", or the path of a film"""
    ground: float = 90.0
    """luma of the ground"""
    grain: float = 8.0
    """texture of the ground"""
    sky: float = 225.0
    moves: tuple[tuple[str, float], ...] = (("walk", 0.0),)
    """(kind, from when): "walk", "level" (turns alone), "stand", "shelf", "drive", "shake" """
    bob: float = 0.03
    """how far the view goes up and down at each step, as a share of the height"""
    over: tuple[Over, ...] = ()
    light: float = 1.0
    """1 by day, 0.3 at dusk, 0.1 at night"""
    noise: float = 2.5
    lens: float = 0.0
    """standard deviation of the camera's own blur, as a share of the width"""
    shutter: float = 0.0
    """share of the time between frames in which the camera's movement blurs"""
    dark: tuple[tuple[float, float], ...] = ()
    """where the whole lens is covered"""
    width: int = 640
    height: int = 360
    rate_hz: int = 10
    seed: int = 1
    events: tuple[()] = field(default=())

    def frame(self, number: int) -> Picture:
        """Luma (limited range) of one frame, shape (height, width)."""
        at = number / self.rate_hz
        seen = self._view(number)
        for over in self.over:
            if over.start <= at < over.end:
                seen = self._with(seen, over, at)
        if self.lens:
            seen = cv2.GaussianBlur(seen, (0, 0), self.lens * self.width)
        if any(start <= at < end for start, end in self.dark):
            seen = seen * 0 + 8
        seen = seen + _noise(number, self.seed, seen.shape) * np.float32(
            self.noise * (1.0 if self.light > 0.5 else 1.8)
        )
        return _stamp(np.clip(16 + seen * (219 / 255), 16, 235).astype(np.uint8), at)

    @cached_property
    def _path(self) -> Grey:
        """Per frame: across, down (pixels of the world), turn (degrees), zoom."""
        return _path(self.moves, self.bob, self.duration, self.rate_hz, self.seed, self.width)

    def _view(self, number: int) -> Grey:
        here, before = (self._path[min(max(0, i), len(self._path) - 1)] for i in (number, number - 1))
        poses = [
            here - share * self.shutter * (here - before)
            for share in ((0.0, 0.33, 0.67, 1.0) if self.shutter else (0.0,))
        ]
        return np.asarray(np.mean([self._from(pose, number) for pose in poses], axis=0), np.float32)

    def _from(self, pose: Grey, number: int) -> Grey:
        across, down, turn, zoom = pose
        world = self._world(number)
        high, wide = world.shape
        move = cv2.getRotationMatrix2D((wide / 2 + float(across), high / 2 + float(down)), float(turn), float(zoom))
        move[0, 2] += self.width / 2 - (wide / 2 + across)
        move[1, 2] += self.height / 2 - (high / 2 + down)
        seen = cv2.warpAffine(world, move, (self.width, self.height), borderMode=cv2.BORDER_REFLECT_101)
        seen = np.asarray(seen, np.float32) * np.float32(self.light)
        if self.light < 0.2:
            lamps = cv2.warpAffine(
                _lamps(world.shape, self.seed), move, (self.width, self.height), borderMode=cv2.BORDER_REFLECT_101
            )
            seen = np.maximum(seen, np.asarray(lamps, np.float32))
        return seen

    def _world(self, number: int) -> Grey:
        if self.place in ("street", "yard", "room"):
            return drawn(self.place, self.ground, self.grain, self.sky, self.width, self.height, self.seed)
        film = _film(self.place, self.width)
        turn = number % (2 * len(film))
        return film[min(turn, 2 * len(film) - 1 - turn)]

    def _with(self, seen: Grey, over: Over, at: float) -> Grey:
        size = (self.width, self.height)
        come = min(1.0, (at - over.start) / 0.4, (over.end - at) / 0.4)
        if over.kind in ON_LENS:
            cover, cloth = on_lens(over, size)
            step = over.tremble * self.width * np.array(
                [math.sin(at * 2 * math.pi * FOOTSTEPS_HZ + over.seed), math.sin(at * 7.7) * 0.7]
            )  # fmt: skip
            slide = (1 - come) * self.width * _side(over.seed)
            move = np.array([[1, 0, step[0] + slide], [0, 1, step[1]]], np.float32)
            cover = cv2.warpAffine(cover, move, size, borderMode=cv2.BORDER_REPLICATE if come == 1 else 0)
            swell = 1 + 0.1 * math.sin(at * 0.5 + over.seed)
            bright = 1 + 0.15 * over.share * come * (1 if over.level < 70 else -1)
            return np.asarray(seen * bright * (1 - cover) + cloth * swell * self.light * cover, np.float32)
        return np.asarray(_NOT_ON_LENS[over.kind](seen, over, at, self), np.float32)


ON_LENS = ("flap", "arm", "strap", "finger", "badge")


def _side(seed: int) -> float:
    return 1.0 if seed % 2 else -1.0


def _noise(number: int, seed: int, shape: tuple[int, ...]) -> Grey:
    bank, turn = _noise_bank(shape), np.random.default_rng(number * 7919 + seed)
    shift = (int(turn.integers(shape[0])), int(turn.integers(shape[1])))
    return np.roll(bank[number % len(bank)], shift, (0, 1))


@cache
def _noise_bank(shape: tuple[int, ...]) -> Grey:
    return np.random.default_rng(5).standard_normal((6, *shape), dtype=np.float32)


@cache
def _path(
    moves: tuple[tuple[str, float], ...], bob: float, duration: float, rate_hz: int, seed: int, width: int
) -> Grey:
    draw = np.random.default_rng(seed + 11)
    out, speed, turn = [], 0.0, 0.0
    across, ahead, height = float(draw.uniform(-0.5, 0.5)) * width, 0.0, width * 9 / 16
    phase, left = float(draw.uniform(0, 6)), 0.0
    tilt = 0.0
    for number in range(round(duration * rate_hz) + 1):
        at = number / rate_hz
        kind = [name for name, start in moves if start <= at][-1]
        quick = {"walk": 1.0, "level": 1.0, "shake": 3.0, "drive": 0.0, "stand": 0.02, "shelf": 0.0}[kind]
        left -= 1 / rate_hz
        if left <= 0:
            left, speed = float(draw.uniform(1.0, 3.5)), float(draw.normal(0, 0.22))
        drift = 0.35 if kind == "drive" else speed * quick
        if abs(across) > 1.0 * width and drift * across > 0:
            speed, drift = -speed, -drift if kind != "drive" else drift
        across = across + drift * width / rate_hz
        if kind == "drive" and across > 1.2 * width:
            across -= 2.4 * width
        ahead += quick / rate_hz
        pace = 2 * math.pi * FOOTSTEPS_HZ * at + phase
        wave = 0.0 if kind == "level" else quick
        tilt += wave * (0.05 * float(draw.normal()) - 0.06 * tilt)
        rise = bob * height * wave * (math.sin(pace) + 0.6 * math.sin(pace / 2 + 1)) + 0.35 * height * tilt * wave
        rise += height * 0.004 * math.sin(1.3 * at) * (kind == "stand") + height * 0.004 * float(draw.normal()) * (
            kind == "drive"
        )
        turn = wave * (1.2 * math.sin(pace / 2) + 1.0 * math.sin(0.7 * at))
        sway = width * (0.004 * math.sin(0.9 * at + phase) * (kind == "stand") + 0.012 * math.sin(pace / 2) * wave)
        out.append((across + sway, rise, turn, 1.15 + 0.15 * math.sin(0.21 * ahead * 3)))
    return np.asarray(out, np.float32)


@cache
def drawn(place: str, ground: float, grain: float, sky: float, width: int, height: int, seed: int) -> Grey:
    """A drawn world three and a half times as wide and twice as high as the picture."""
    draw = np.random.default_rng(seed)
    wide, high = int(width * 3.6), height * 2
    out = np.empty((high, wide), np.float32)
    horizon = int(high * (0.52 if place != "yard" else 0.47))
    down = np.linspace(0, 1, high, dtype=np.float32)[:, None]
    out[:horizon] = sky - 30 * down[:horizon]
    if place == "room":
        out[:horizon] = np.where(down[:horizon] < 0.26, sky - 10, 165 + 25 * np.sin(np.linspace(0, 9, wide)))
    else:
        out[:horizon] += _clouds(draw, horizon, wide, 12.0)
    out[horizon:] = ground * (1 - 0.15 * down[: high - horizon]) + grain * _rough(draw, high - horizon, wide)
    count = {"street": 26, "yard": 7, "room": 14}[place]
    for _ in range(count):
        _house(draw, out, horizon, place)
    for _ in range({"street": 30, "yard": 4, "room": 16}[place]):
        _thing(draw, out, horizon, place)
    if place == "street":
        for x in range(0, wide, wide // 14):
            cv2.line(out, (x, horizon + high // 6), (x + wide // 30, horizon + high // 6), ground + 70, 4)
        cv2.line(out, (0, horizon + 12), (wide, horizon + 10), ground + 45, 5)
    return np.clip(out, 4, 250)


def _clouds(draw: np.random.Generator, high: int, wide: int, depth: float) -> Grey:
    coarse = draw.standard_normal((4, 9), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC) * depth, np.float32)


def _rough(draw: np.random.Generator, high: int, wide: int) -> Grey:
    out = draw.standard_normal((high, wide), dtype=np.float32)
    for cells in (40, 160):
        coarse = draw.standard_normal((cells * high // wide + 2, cells), dtype=np.float32)
        out += 0.7 * cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    return np.asarray(out / 1.4, np.float32)


def _house(draw: np.random.Generator, out: Grey, horizon: int, place: str) -> None:
    high, wide = out.shape
    w, h = int(draw.uniform(0.05, 0.16) * wide), int(draw.uniform(0.1, 0.42) * high)
    x, light = int(draw.integers(-w // 2, wide)), float(draw.uniform(40, 200))
    if place == "room":  # pictures, doors, shelves
        w, h = w // 2, h // 2
        top = horizon - int(draw.uniform(0.3, 1.0) * high * 0.25) - h // 2
        cv2.rectangle(out, (x, top), (x + w, min(horizon, top + h)), light, -1)
        cv2.rectangle(out, (x, top), (x + w, min(horizon, top + h)), light * 0.5, 4)
        return
    if draw.random() < 0.25:  # a tree
        radius = max(8, h // 3)
        top, left = max(0, horizon - h // 2 - radius), max(0, x - radius)
        part = out[top : top + 2 * radius, left : left + 2 * radius]
        crown = np.zeros(part.shape, np.float32)
        cv2.circle(crown, (part.shape[1] // 2, part.shape[0] // 2), radius, 1.0, -1)
        np.copyto(part, 70 + 28 * _rough(draw, *part.shape), where=crown > 0)
        cv2.rectangle(out, (x - 5, horizon - h // 3), (x + 5, horizon + 6), 45.0, -1)
        return
    cv2.rectangle(out, (x, horizon - h), (x + w, horizon + 8), light, -1)
    for row in range(horizon - h + 12, horizon - 20, 34):
        for column in range(x + 10, x + w - 16, 30):
            cv2.rectangle(out, (column, row), (column + 13, row + 19), float(draw.uniform(25, 235)), -1)


def _thing(draw: np.random.Generator, out: Grey, horizon: int, place: str) -> None:
    """A car, a person, a bin or a piece of furniture on the ground."""
    high, wide = out.shape
    x, y = int(draw.integers(0, wide)), horizon + int(draw.uniform(0.0, 0.3) * high)
    w, h = int(draw.uniform(0.01, 0.07) * wide), int(draw.uniform(0.05, 0.18) * high)
    light = float(draw.uniform(20, 215))
    cv2.rectangle(out, (x, y - h), (x + w, y), light, -1)
    cv2.rectangle(out, (x + w // 5, y - h + 6), (x + w * 4 // 5, y - h // 2), 255 - light, -1)
    if place != "room":
        cv2.circle(out, (x + w // 5, y), max(3, h // 6), 18.0, -1)
        cv2.circle(out, (x + w * 4 // 5, y), max(3, h // 6), 18.0, -1)


@cache
def _lamps(shape: tuple[int, int], seed: int) -> Grey:
    draw = np.random.default_rng(seed + 99)
    out = np.zeros(shape, np.float32)
    for _ in range(30):
        cv2.circle(out, (int(draw.integers(shape[1])), int(draw.integers(shape[0]))), 7, 230.0, -1)
    return np.asarray(cv2.GaussianBlur(out, (0, 0), 4.0), np.float32)


@cache
def _film(path: str, width: int) -> tuple[Grey, ...]:
    """Up to 150 pictures of a real film, 1.6 times as wide as the picture."""
    out: list[Grey] = []
    with av.open(path) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number % 2 == 0 and len(out) < 150:
                plane = frame.to_ndarray(format="gray")
                wide = int(width * 1.7)
                small = cv2.resize(plane, (wide, wide * plane.shape[0] // plane.shape[1]), interpolation=cv2.INTER_AREA)
                out.append(np.asarray(small, np.float32))
    return tuple(out)


@cache
def on_lens(over: Over, size: tuple[int, int]) -> tuple[Grey, Grey]:
    """(how much of each point it covers, 0 to 1; its luma), shapes (height, width)."""
    width, height = size
    low, high = 0.02, 1.6
    for _ in range(18):  # as large as its share says
        middle = (low + high) / 2
        if _shape(over, size, middle).mean() < over.share:
            low = middle
        else:
            high = middle
    cover = cv2.GaussianBlur(_shape(over, size, high), (0, 0), over.soft * width, borderType=cv2.BORDER_REPLICATE)
    draw = np.random.default_rng(over.seed + 5)
    folds = cv2.GaussianBlur(draw.standard_normal((height, width), dtype=np.float32), (0, 0), 0.06 * width)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    cloth = over.level * (1 + 0.15 * across * _side(over.seed + 1)) + over.folds * folds / folds.std()
    return np.asarray(cover, np.float32), np.asarray(np.clip(cloth, 0, 250), np.float32)


def _shape(over: Over, size: tuple[int, int], amount: float) -> Grey:
    width, height = size
    draw = np.random.default_rng(over.seed)
    out = np.zeros((height, width), np.float32)
    slant, where = float(draw.uniform(-0.35, 0.35)), float(draw.uniform(0.15, 0.85))
    if over.kind == "flap":
        bow = float(draw.uniform(-0.12, 0.12))
        rows = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
        edge = amount + slant * rows + bow * np.cos(6 * rows + where)
        out = (np.linspace(0, 1, width, dtype=np.float32)[None, :] < edge).astype(np.float32)
        out = out if _side(over.seed) < 0 else out[:, ::-1].copy()
        return out if draw.random() < 0.7 else np.asarray(cv2.resize(out.T.copy(), size), np.float32)
    if over.kind in ("arm", "strap"):
        x = where * width
        far = (x + slant * 2.2 * width, -0.1 * height) if over.kind == "strap" else (x + 0.8 * slant * width, 0.0)
        near = (x - slant * width, 1.1 * height)
        thick = amount * width * 0.8
        line = np.array([far, near], np.float32)
        if over.kind == "arm":
            line[0] = near + (line[0] - near) * 0.85
        cv2.line(out, *[tuple(int(v) for v in point) for point in line], 1.0, max(2, int(thick)))
        return out
    if over.kind == "finger":
        side = int(draw.integers(4))
        centre = [(0.0, where), (1.0, where), (where, 0.0), (where, 1.0)][side]
        point = (int(centre[0] * width), int(centre[1] * height))
        turn = float(draw.uniform(0, 180))
        cv2.ellipse(out, point, (int(amount * width * 0.75), int(amount * width * 0.5)), turn, 0, 360, 1.0, -1)
        return out
    left, right = int((where - amount * 0.5) * width), int((where + amount * 0.5) * width)  # a badge's flap, from above
    cv2.rectangle(out, (left, -9), (right, int(min(1.2, 1.3 * amount + 0.12) * height)), 1.0, -1)
    return out


def _dashboard(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """The lower part of a car's inside: board, wheel and the car's own parts, all in focus."""
    board, parts = _board(over, (scene.width, scene.height))
    beat = over.tremble * scene.width * math.sin(at * 4.1)
    move = np.array([[1, 0, 0.4 * beat], [0, 1, beat]], np.float32)
    size = (scene.width, scene.height)
    mask = cv2.warpAffine(board, move, size, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(parts, move, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen * (1 - mask) + inside * scene.light * mask, np.float32)


@cache
def _board(over: Over, size: tuple[int, int]) -> tuple[Grey, Grey]:
    width, height = size
    draw = np.random.default_rng(over.seed)
    mask = np.zeros((height, width), np.float32)
    top = int(height * (1 - over.share))
    curve = np.array(
        [(0, top + int(draw.integers(-20, 20))), (width // 2, top - 6), (width, top + int(draw.integers(-20, 20))),
         (width, height + 9), (0, height + 9)], np.int32
    )  # fmt: skip
    cv2.fillPoly(mask, [curve], 1.0)
    hub, ring = (int(width * draw.uniform(0.25, 0.6)), int(height * 1.02)), int(width * draw.uniform(0.18, 0.26))
    cv2.circle(mask, hub, ring, 1.0, max(6, width // 45))
    if draw.random() < 0.6:  # the pillar beside the windscreen
        cv2.line(mask, (0, top), (int(width * 0.15), 0), 1.0, width // 16)
    parts = np.full((height, width), over.level, np.float32) + over.folds * _clouds(draw, height, width, 0.6)
    if over.folds > 3:
        for _ in range(9):
            x, y = int(draw.integers(0, width)), int(draw.integers(top, height))
            cv2.rectangle(
                parts, (x, y), (x + width // 14, y + height // 18), over.level + float(draw.uniform(-15, 40)), 2
            )
    parts = np.where(cv2.dilate(mask, np.ones((3, 3))) > cv2.erode(mask, np.ones((3, 3))), parts * 1.1, parts)
    return (
        np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.4, over.soft * width)), np.float32),
        np.asarray(np.clip(parts, 2, 250), np.float32),
    )


def _person(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """Somebody in plain clothes who stands close before the wearer: both move."""
    width, height = scene.width, scene.height
    reach = max(0.02, over.tremble)
    x = width * (0.5 + 0.25 * _side(over.seed) + reach * (math.sin(at * 1.1) + 0.6 * math.sin(at * 2.7 + 1)))
    half = over.share * width / 2
    mask = np.zeros((height, width), np.float32)
    lean = reach * height * math.sin(at * 1.7)
    cv2.rectangle(mask, (int(x - half), int(height * 0.25 + lean)), (int(x + half), height + 9), 1.0, -1)
    cv2.circle(mask, (int(x), int(height * 0.12 + lean)), int(half * 0.5), 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.5, over.soft * width))
    cloth = over.level + over.folds * np.roll(_clouds(np.random.default_rng(over.seed), height, width, 1.0), int(x), 1)
    return np.asarray(seen * (1 - mask) + cloth * scene.light * mask, np.float32)


def _gun(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """A long gun held in view, or both forearms: in focus, and never as still as the picture."""
    width, height = scene.width, scene.height
    shift = over.tremble * width * np.array([math.sin(at * 1.3), math.sin(at * 2.2 + over.seed)])
    mask = np.zeros((height, width), np.float32)
    tip = np.array([0.5 * width, 0.55 * height]) + shift
    starts = [(0.75, 1.05)] if over.kind == "gun" else [(0.05, 1.05), (0.95, 1.05)]
    for x, y in starts:
        base = np.array([x * width, y * height]) + 0.5 * shift
        cv2.line(mask, tuple(int(v) for v in base), tuple(int(v) for v in tip), 1.0, int(over.share * width * 0.45))
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.5, over.soft * width))
    return np.asarray(seen * (1 - mask) + over.level * scene.light * mask, np.float32)


def _vignette(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """A lens whose corners are dark."""
    y, x = np.mgrid[-1 : 1 : scene.height * 1j, -1 : 1 : scene.width * 1j]
    far = np.sqrt(x**2 + (0.7 * y) ** 2)
    return np.asarray(seen / (1 + np.exp((far - (1.15 - 0.4 * over.share)) / 0.06)), np.float32)


def _smear(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """Dirt or rain on the lens: soft, veiled, and the world shows through."""
    cover, _ = on_lens(replace(over, kind="finger"), (scene.width, scene.height))
    veiled = 0.6 * cv2.GaussianBlur(seen, (0, 0), 0.015 * scene.width) + 0.4 * over.level * scene.light
    return np.asarray(seen * (1 - cover) + veiled * cover, np.float32)


def _glare(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """The sun in the picture: where the wearer looks, so is the glare."""
    number = min(round(at * scene.rate_hz), len(scene._path) - 1)
    x, y = scene.width * 0.5 - float(scene._path[number, 0]) * 0.6, scene.height * 0.2 - float(scene._path[number, 1])
    down, across = np.mgrid[0 : scene.height, 0 : scene.width]
    light = np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * (over.share * scene.width * 0.5) ** 2))
    return np.asarray(np.clip(seen + 260 * light, 0, 255), np.float32)


def _shadow(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """The wearer's own shadow on what lies before: dark, soft, and the ground shows in it."""
    number = min(round(at * scene.rate_hz), len(scene._path) - 1)
    cover, _ = on_lens(replace(over, kind="arm", soft=0.02), (scene.width, scene.height))
    move = np.array(
        [[1, 0, 0.2 * float(scene._path[number, 2]) * 8], [0, 1, -float(scene._path[number, 1])]], np.float32
    )
    cover = cv2.warpAffine(cover, move, (scene.width, scene.height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen * (1 - 0.7 * cover), np.float32)


def _crossing(seen: Grey, over: Over, at: float, scene: Worn) -> Grey:
    """People and cars that pass in a part of the picture, before a camera that may stand."""
    draw = np.random.default_rng(over.seed)
    out = seen.copy()
    left = int(scene.width * (1 - over.share)) if over.seed % 2 else 0
    right = left + int(scene.width * over.share)
    for _ in range(9):
        speed, place, light = float(draw.uniform(0.15, 0.6)), float(draw.uniform(0, 9)), float(draw.uniform(10, 230))
        w, h = int(draw.uniform(0.04, 0.12) * scene.width), int(draw.uniform(0.2, 0.6) * scene.height)
        x = left + int((place + at * speed) * scene.width) % max(1, right - left)
        y = int(draw.uniform(0.35, 1.0) * scene.height)
        out[max(0, y - h) : y, max(left, x - w) : min(right, x)] = light * scene.light
    return out


_NOT_ON_LENS = {
    "dashboard": _dashboard, "person": _person, "gun": _gun, "forearms": _gun, "vignette": _vignette, "smear": _smear,
    "glare": _glare, "shadow": _shadow, "crossing": _crossing,
}  # fmt: skip
