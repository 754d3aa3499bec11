"""The clips of `obstructed_view`: thresholds are chosen on one part and reported on another, made later.

The parts differ in seeds, sizes, frame rates, encoders, noise, textures, how the camera moves and how far out of focus
things are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.types import Span
from tests.benchmarks.obstructed_scenes import ON_LENS, Over, Worn
from tests.pipeline.media.made import Encode

SEEDS = {"chosen": 100, "reported": 7000}
SOFT = {"flap": (0.003, 0.009), "arm": (0.0025, 0.005), "strap": (0.003, 0.008), "finger": (0.007, 0.014),
        "badge": (0.006, 0.012)}  # fmt: skip
"""standard deviation of borders, as shares of the width: about a quarter of the blur circle at 60 to 6 mm"""


@dataclass(frozen=True)
class Clip:
    """One clip; `truth`: where something lies on the lens for long, by its kind."""

    part: str
    group: str
    """"day", "dusk", "night" or "control" """
    name: str
    scene: Worn
    encode: Encode
    truth: tuple[tuple[str, Span], ...] = ()


def clips(part: str, films: Path) -> Iterator[Clip]:
    """All clips of a part; those through a real film only where it is there."""
    seed = SEEDS[part]
    places = ["street", "yard", "room", *_films(films)]
    for number in range(30):
        yield _obstructed(part, seed + number, number, "day", places)
    for number in range(30, 40):
        yield _obstructed(part, seed + number, number, "dusk" if number < 35 else "night", places)
    yield from _controls(part, seed + 500, places)


def _films(folder: Path) -> list[str]:
    return [str(folder / name) for name in ("traffic_vfr.mp4", "brightness_change.avi") if (folder / name).exists()]


def encoded(part: str, number: int, rate_hz: int) -> Encode:
    """H.264 with a key frame each second, two or four, fine and coarse; the other part also by other encoders."""
    gop = rate_hz * (1, 2, 1, 2, 4)[number % 5]
    if part == "chosen":
        return Encode(gop=gop, quality=(22, 27, 33)[number % 3], more=("-sc_threshold", "0"))
    if number % 6 == 5:
        return Encode("libx265", gop, 30, 2, "ultrafast")
    more = ("-b:v", "900k", "-maxrate", "900k", "-bufsize", "900k") if number % 4 == 2 else ()
    return Encode(gop=gop, quality=(24, 30, 35)[number % 3], b_frames=0, more=("-sc_threshold", "0", *more))


def _base(part: str, seed: int, number: int, places: list[str]) -> Worn:
    draw, chosen = np.random.default_rng(seed), part == "chosen"
    width, height, rate_hz = (640, 360, 10) if chosen or number % 3 else (960, 540, 12)
    if number % 10:  # the scan looks at key frames: few others are drawn in most clips
        rate_hz = 2
    return Worn(
        duration=float(draw.uniform(40, 50)),
        place=places[number % len(places)],
        ground=float(draw.choice([40, 80, 120, 175])),
        grain=float(draw.uniform(1, 14)),
        sky=float(draw.uniform(170, 245)),
        bob=float(draw.uniform(0.012, 0.045) if chosen else draw.uniform(0.008, 0.06)),
        noise=float(draw.uniform(1.5, 4) if chosen else draw.uniform(1, 5)),
        width=width,
        height=height,
        rate_hz=rate_hz,
        seed=seed,
    )


def _obstructed(part: str, seed: int, number: int, group: str, places: list[str]) -> Clip:
    draw, scene = np.random.default_rng(seed + 3), _base(part, seed, number, places)
    kind = ON_LENS[number % 5]
    length = float(draw.uniform(12, 28))
    start = float(draw.choice([0.0, draw.uniform(3, scene.duration - length - 2), scene.duration - length]))
    start, length = round(start, 1), round(length, 1)
    over = Over(
        kind, start, round(min(scene.duration, start + length), 1),
        share=float(draw.uniform(0.1, 0.5)),
        level=float(draw.choice([draw.uniform(8, 60), draw.uniform(8, 60), draw.uniform(90, 190)])),
        soft=float(draw.uniform(*SOFT[kind])),
        folds=float(draw.uniform(1, 10)),
        tremble=float(draw.uniform(0.001, 0.005 if part == "chosen" else 0.007)),
        seed=seed,
    )  # fmt: skip
    moves: tuple[tuple[str, float], ...] = (("walk", 0.0),)
    if number % 4 == 3:  # stands for a part of it
        moves = (("walk", 0.0), ("stand", round(start + 0.4 * length, 1)), ("walk", round(start + 0.6 * length, 1)))
    light = {"day": 1.0, "dusk": 0.35, "night": 0.1}[group]
    scene = replace(scene, over=(over,), moves=moves, light=light)
    where = "film" if scene.place not in ("street", "yard", "room") else scene.place
    name = f"{kind}, {over.share:.0%}, luma {over.level:.0f}, {where}"
    truth = ((kind, Span(over.start, over.end)),)
    return Clip(part, group, name, scene, encoded(part, number, scene.rate_hz), truth)


def _controls(part: str, seed: int, places: list[str]) -> Iterator[Clip]:
    draw = np.random.default_rng(seed)
    rows: list[tuple[str, dict[str, object]]] = []
    for ground, grain, moves in (
        (30.0, 0.0, "walk"), (38.0, 0.5, "level"), (22.0, 1.0, "walk"), (180.0, 0.0, "walk"), (200.0, 0.0, "level"),
        (45.0, 0.0, "stand"),
    ):  # fmt: skip
        text = f"bare ground of luma {ground:.0f}, {moves}"
        rows.append((text, {"place": "yard", "ground": ground, "grain": grain, "moves": ((moves, 0.0),)}))
    for sky, bob in ((245.0, 0.02), (250.0, 0.005)):
        rows.append(("bright sky", {"place": "yard", "sky": sky, "bob": bob}))
    for place in places:
        where = place if place in ("street", "yard", "room") else Path(place).stem
        rows.append((f"walk, {where}", {"place": place}))
        rows.append((f"standing, then walking, {where}", {"place": place, "moves": (("stand", 0.0), ("walk", 25.0))}))
    rows.append(("bare rooms", {"place": "room", "grain": 0.0, "ground": 150.0}))
    rows.append(("bare rooms, level", {"place": "room", "grain": 0.0, "ground": 60.0, "moves": (("level", 0.0),)}))
    rows.append(("night", {"light": 0.1}))
    rows.append(("dusk, dark bare ground", {"light": 0.35, "place": "yard", "ground": 35.0, "grain": 0.0}))
    rows.append(("shaken", {"moves": (("shake", 0.0),)}))
    for kind, share, soft, tremble, level, folds, moves in (
        ("dashboard", 0.3, 0.0004, 0.001, 25.0, 1.0, "drive"), ("dashboard", 0.42, 0.0008, 0.002, 18.0, 0.0, "drive"),
        ("dashboard", 0.35, 0.0011, 0.0, 60.0, 8.0, "drive"), ("dashboard", 0.25, 0.0006, 0.004, 35.0, 4.0, "drive"),
        ("dashboard", 0.4, 0.0005, 0.0, 14.0, 0.0, "drive"), ("person", 0.3, 0.0006, 0.02, 22.0, 2.0, "walk"),
        ("person", 0.45, 0.0008, 0.025, 60.0, 6.0, "stand"), ("person", 0.25, 0.0005, 0.03, 30.0, 2.0, "level"),
        ("gun", 0.3, 0.0012, 0.012, 25.0, 0.0, "walk"), ("gun", 0.25, 0.001, 0.02, 20.0, 0.0, "stand"),
        ("forearms", 0.3, 0.0012, 0.015, 110.0, 2.0, "walk"), ("forearms", 0.25, 0.0008, 0.02, 35.0, 2.0, "level"),
        ("smear", 0.3, 0.01, 0.001, 150.0, 3.0, "walk"), ("smear", 0.2, 0.012, 0.001, 60.0, 3.0, "walk"),
        ("glare", 0.4, 0.0, 0.0, 0.0, 0.0, "walk"), ("shadow", 0.35, 0.02, 0.0, 0.0, 0.0, "walk"),
        ("crossing", 0.4, 0.0, 0.0, 0.0, 0.0, "stand"), ("crossing", 0.5, 0.0, 0.0, 0.0, 0.0, "shelf"),
        ("crossing", 0.6, 0.0, 0.0, 0.0, 0.0, "stand"),
    ):  # fmt: skip
        start = float(draw.uniform(5, 12))
        more = 1.0 if part == "chosen" else float(draw.uniform(0.75, 1.25))
        over = Over(
            kind, start, start + 24, share * more, level * more, soft * more, folds, tremble * more, seed + len(rows)
        )
        rows.append(
            (f"{kind}, {moves}", {"over": (over,), "moves": (("walk", 0.0), (moves, start), ("walk", start + 24))})
        )
    for kind, share, soft in (
        ("flap", 0.2, 0.008),
        ("badge", 0.15, 0.01),
        ("vignette", 0.8, 0.0),
        ("vignette", 1.2, 0.0),
    ):
        over = Over(kind, 0.0, 1e9, share, 20.0, soft, 3.0, 0.002, seed + len(rows))
        rows.append((f"{kind} throughout", {"over": (over,)}))
    bare = {"place": "yard", "ground": 32.0, "grain": 0.5}
    rows.append(("soft camera, dark bare ground", {**bare, "lens": 0.003}))
    rows.append(("soft camera, bright sky", {"place": "yard", "sky": 248.0, "lens": 0.006}))
    rows.append(("blurred by moving, dark bare ground", {**bare, "shutter": 0.4, "light": 0.5}))
    rows.append(("blurred by moving, bare rooms", {"place": "room", "grain": 0.0, "ground": 70.0, "shutter": 0.5}))
    for lens, shutter, kind in (
        (0.004, 0.0, "dashboard"),
        (0.002, 0.5, "person"),
        (0.005, 0.2, "gun"),
        (0.003, 0.3, "dashboard"),
    ):
        over = Over(kind, 9.0, 34.0, 0.35, 22.0, 0.0006, 1.0, 0.004 if kind == "dashboard" else 0.02, seed + len(rows))
        moves = (("walk", 0.0), ("drive" if kind == "dashboard" else "walk", 9.0), ("walk", 34.0))
        rows.append((f"soft camera, {kind}", {"over": (over,), "moves": moves, "lens": lens, "shutter": shutter}))
    for kind in ("flap", "arm", "vignette"):
        over = Over(kind, 0.0, 1e9, 0.2 if kind != "vignette" else 1.0, 20.0, 0.008, 3.0, 0.002, seed + len(rows))
        rows.append(
            (f"{kind} throughout, lens covered between", {"over": (over,), "dark": ((14.0, 20.0), (36.0, 38.0))})
        )
    for number, (name, changes) in enumerate(rows):
        scene = _base(part, seed + number, number, ["street", "room"])
        scene = replace(scene, **changes)  # type: ignore[arg-type]
        yield Clip(part, "control", name, scene, encoded(part, number, scene.rate_hz))
