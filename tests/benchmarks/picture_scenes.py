"""Made clips with faults planted at random times, in three sets: thresholds are chosen on one and reported on others.

The sets differ in seeds (times, textures), noise, contrast, light of the cover, sizes and encoder settings. `reported`
has been looked at since; `fresh` was made after the rules were, with other encoders (VP8, VP9, OpenH264, MPEG-4 part 2
in MP4, Motion JPEG, AV1, scene-cut key frames, open groups of pictures), a camera on a shelf, and harder controls:
still scenes so coarsely coded that the encoder itself skips, begun and ended abruptly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from pipeline.types import Span
from tests.pipeline.media.made import Encode, Event, Scene

PICTURE_FAULTS = ("black", "covered", "freeze", "freeze_running_clock")
NAMES = {"freeze": "frozen", "freeze_running_clock": "frozen", "cloth": "covered", "blur": "blurred"}
CONTROLS = (
    Event("still", 3.0, 9.0),
    Event("fade", 11.0, 14.0),
    Event("light", 16.0, 19.0),
    Event("night", 21.0, 24.5),
    Event("night_lamps", 24.5, 28.0),
    Event("shake", 30.0, 33.0),
)
HARDWARE = ("-sc_threshold", "0")
"""as cameras' encoders do: a key frame every so many frames, none where the scene changes"""


@dataclass(frozen=True)
class Case:
    """One clip. Faults are the events of the scene and the mutes (start, end)."""

    part: str
    """"chosen", "reported", "fresh", "folds" or "standing" """
    group: str
    name: str
    scene: Scene
    encode: Encode
    muted: tuple[tuple[float, float], ...] = ()
    suffix: str = ".mp4"
    damage: tuple[str, float, float] | None = None
    """("gap", "zeros" or "bytes", start, end): what becomes of the file afterwards"""


def truth_of(case: Case) -> list[tuple[str, Span]]:
    """(kind, where) of each planted fault, as the tables call them."""
    faults = (*PICTURE_FAULTS, *NAMES)
    out = [(NAMES.get(e.kind, e.kind), Span(e.start, e.end)) for e in case.scene.events if e.kind in faults]
    out += [("muted", Span(*edges)) for edges in case.muted]
    if case.damage:
        out.append(("gap" if case.damage[0] == "gap" else "damaged", Span(*case.damage[1:])))
    return out


def planted(seed: int, duration: float, rate_hz: int = 15, longest: float = 5.0) -> tuple[Event, ...]:
    """Each fault once, in random order, 2 s to `longest`, at random times at least 2.5 s apart, on whole frames."""
    kinds = PICTURE_FAULTS
    draw = np.random.default_rng(seed)
    lengths = draw.uniform(2.0, longest, len(kinds))
    free = duration - float(lengths.sum()) - 2.5 * (len(kinds) + 1)
    pauses = 2.5 + free * draw.dirichlet(np.ones(len(kinds) + 1))
    events, at = [], 0.0
    for kind, length, pause in zip(draw.permutation(kinds), lengths, pauses, strict=False):
        at += float(pause)
        first, frames = round(at * rate_hz), math.ceil(float(length) * rate_hz)
        events.append(Event(str(kind), first / rate_hz, (first + frames) / rate_hz))
        at = events[-1].end
    return tuple(events)


def mutes(seed: int, duration: float) -> tuple[tuple[float, float], ...]:
    """Two mutes of 2 to 5 s at random times, 1 s or more from each end."""
    draw, half = np.random.default_rng(seed + 7), duration / 2
    out = []
    for part in range(2):
        length = float(draw.uniform(2.0, 5.0))
        start = part * half + float(draw.uniform(1.0, half - length - 1.0))
        out.append((round(start, 3), round(start + length, 3)))
    return tuple(out)


def cases() -> Iterator[Case]:
    """All clips."""
    for part, seed in (("chosen", 1000), ("reported", 5000)):
        for number, case in enumerate(_faults(part, seed)):
            own = seed + number
            scene = case.scene
            scene = replace(scene, events=planted(own, scene.duration, scene.rate_hz), seed=own)
            yield replace(case, scene=scene, muted=mutes(own, scene.duration))
        for number, case in enumerate(_controls(part)):
            yield replace(case, scene=replace(case.scene, seed=seed + 500 + number))
        yield from _blurs(part, seed + 700)
        yield from _files(part, seed + 800)
    for number, case in enumerate(_fresh_faults()):
        own, scene = 9000 + number, case.scene
        scene = replace(scene, events=planted(own, scene.duration, scene.rate_hz), seed=own)
        yield replace(case, scene=scene, muted=mutes(own, scene.duration))
    for number, case in enumerate(_fresh_controls()):
        yield replace(case, scene=replace(case.scene, seed=9500 + number))
    yield from _folds()
    yield from _standing()


def _faults(part: str, seed: int) -> Iterator[Case]:
    chosen = part == "chosen"
    base = Scene(34.0, (), 640, 360, noise=4.0 if chosen else 3.0, covered_level=26 if chosen else 34)
    night = replace(base, setting="night_lamps", covered_level=22 if chosen else 20)
    loud = replace(base, noise=7.0 if chosen else 6.0)
    soft, hard = (23, 32) if chosen else (25, 30)
    for name, scene, encode in (
        ("H.264, no B frames, GOP 1 s", base, _h264(15, soft)),
        ("H.264, 3 B frames, GOP 2 s", base, _h264(30, soft, 3)),
        ("H.264, no B frames, GOP 2 s, coarse", base, _h264(30, hard)),
        ("H.264, GOP 2 s, constant rate", base, _rate(30, "700k" if chosen else "1000k")),
        (
            "H.264, GOP 1 s, constant rate, strong noise",
            loud,
            _rate(15, "600k" if chosen else "900k"),
        ),
        ("H.264, GOP 5 s", base, _h264(75, soft)),
        ("H.264, 2 B frames, GOP 10 s", base, _h264(150, soft, 2)),
        ("HEVC, GOP 1 s", base, Encode("libx265", 15, 28 if chosen else 31, 2, "ultrafast")),
        ("HEVC, GOP 4 s", base, Encode("libx265", 60, 28 if chosen else 26, 3, "ultrafast")),
        ("5 frames/s, GOP 2 s", replace(base, rate_hz=5), _h264(10, soft)),
        ("60 frames/s, GOP 1 s", replace(base, duration=30.0, rate_hz=60), _h264(60, soft)),
        ("30 frames/s, GOP 2 s", replace(base, rate_hz=30), _h264(60, hard)),
        ("variable rate, GOP 2 s", replace(base, rate_hz=30), _vary(_h264(60, soft), 7 if chosen else 5)),
        ("night with lamps, GOP 1 s", night, _h264(15, soft)),
        ("night with lamps, GOP 2 s, coarse", night, _h264(30, hard)),
        ("shaking, GOP 1 s", replace(base, setting="shake"), _h264(15, soft)),
        ("shaking, GOP 2 s, coarse", replace(base, setting="shake"), _h264(30, hard)),
        ("slow walk, GOP 2 s", replace(base, sway=0.4), _h264(30, soft)),
        ("low contrast, GOP 2 s", replace(base, contrast=0.4 if chosen else 0.5), _h264(30, soft)),
        ("small (320x180), GOP 1 s", replace(base, width=320, height=180), _h264(15, soft)),
        ("720p, GOP 2 s", replace(base, width=1280, height=720), _h264(30, soft)),
        ("1080p, GOP 1 s", replace(base, duration=30.0, width=1920, height=1080), _h264(15, 28)),
    ):
        yield Case(part, "faults", name, scene, encode)
    yield Case(part, "faults", "Matroska, GOP 2 s", base, _h264(30, soft, 2), (), ".mkv")
    yield Case(part, "faults", "transport stream, GOP 1 s", base, _h264(15, soft, 2), (), ".ts")
    yield Case(part, "faults", "MPEG-4 in AVI", base, Encode("mpeg4", 12), (), ".avi")


def _controls(part: str) -> Iterator[Case]:
    chosen = part == "chosen"
    base = Scene(34.0, CONTROLS, 640, 360, noise=4.0 if chosen else 3.0)
    still = Scene(24.0, (Event("still", 0.7, 23.0), Event("light", 8.0, 14.0)), 640, 360, noise=2.0)
    for name, scene, encode in (
        ("all controls, GOP 1 s", base, _h264(15, 23)),
        ("all controls, GOP 2 s, coarse", base, _h264(30, 35)),
        ("all controls, GOP 2 s, constant rate", base, _rate(30, "400k")),
        ("all controls, GOP 6 s, 2 B frames", base, _h264(90, 27, 2)),
        ("all controls, HEVC, GOP 2 s", base, Encode("libx265", 30, 30, 2, "ultrafast")),
        ("all controls, 5 frames/s", replace(base, rate_hz=5), _h264(10, 25)),
        ("standing still, light switched, coarse", still, _h264(30, 36)),
        ("standing still, little noise, GOP 1 s", replace(still, noise=1.0), _h264(15, 30)),
        ("night throughout", replace(base, duration=20.0, events=(), setting="night", contrast=0.5), _h264(30, 25)),
        ("night throughout, coarse", replace(base, duration=20.0, events=(), setting="night"), _h264(30, 35)),
        ("night with lamps, still", replace(still, setting="night_lamps"), _h264(30, 30)),
        ("shaking throughout", replace(base, duration=20.0, events=(), setting="shake"), _h264(15, 35)),
        ("dark ground", replace(base, duration=30.0, events=(), setting="dark_ground"), _h264(30, 28)),
        (
            "a car's inside before the scene",
            replace(base, duration=30.0, events=(), setting="dashboard"),
            _h264(30, 28),
        ),
        ("720p, all controls", replace(base, width=1280, height=720), _rate(30, "1500k")),
    ):
        yield Case(part, "controls", name, scene, encode if chosen else _other(encode))


def _blurs(part: str, seed: int) -> Iterator[Case]:
    """A blur of 12 to 20 s amid walking, of a spread given as a share of the width."""
    chosen = part == "chosen"
    base = Scene(44.0, (), 640, 360, 10, noise=2.0 if chosen else 1.5)
    for number, (name, scene, quality) in enumerate(
        (
            ("slight", replace(base, soft=0.005 if chosen else 0.006), 25),
            ("strong", replace(base, soft=0.015 if chosen else 0.02), 25),
            ("coarse", replace(base, soft=0.01), 34),
            ("low contrast", replace(base, contrast=0.5 if chosen else 0.6), 27),
            ("noisy", replace(base, noise=4.0), 25),
        )
    ):
        draw, own = np.random.default_rng(seed + number), seed + number
        length, start = round(float(draw.uniform(12.0, 20.0)), 1), round(float(draw.uniform(5.0, 18.0)), 1)
        events = (Event("blur", start, start + length), Event("shake", 39.0, 43.0))
        yield Case(part, "blurred", f"blurred, {name}", replace(scene, events=events, seed=own), _h264(10, quality))


def _fresh_faults() -> Iterator[Case]:
    base = Scene(34.0, (), 640, 360, noise=2.5, contrast=0.9, covered_level=30)
    shelf = replace(base, sway=0.0)
    night = replace(base, setting="night_lamps", covered_level=21)
    for name, scene, encode, suffix in (
        ("VP9, GOP 2 s", base, Encode("libvpx-vp9", 30, 34), ".mkv"),
        ("VP9, GOP 10 s", replace(base, rate_hz=10), Encode("libvpx-vp9", 100, 40), ".mkv"),
        ("VP8, GOP 1 s", base, Encode("libvpx", 15, 20), ".mkv"),
        ("MPEG-4, GOP 1 s", base, Encode("mpeg4", 15, more=("-bf", "2")), ".mp4"),
        ("Motion JPEG, 10 frames/s", replace(base, rate_hz=10), Encode("mjpeg"), ".avi"),
        ("OpenH264, GOP 2 s", base, Encode("libopenh264", 30, more=("-b:v", "900k")), ".mp4"),
        ("AV1, GOP 2 s", base, Encode("libsvtav1", 30, 38, more=("-preset", "12")), ".mp4"),
        ("HEVC, open GOP 2 s", base, Encode("libx265", 30, 29, 3, "superfast"), ".mkv"),
        ("H.264, open GOP 2 s, B pyramid", base, _more(_h264(30, 24, 3), "-x264-params", "open-gop=1"), ".mp4"),
        ("H.264, medium, key frames at scene cuts", base, Encode(gop=60, quality=26, preset="medium"), ".mp4"),
        ("H.264, GOP 10 s, medium, 20 frames/s", replace(base, rate_hz=20), Encode(gop=200, preset="medium"), ".mp4"),
        (
            "H.264, 720p, 25 frames/s, GOP 2 s",
            replace(base, width=1280, height=720, rate_hz=25),
            _rate(50, "4M"),
            ".mp4",
        ),
        ("H.264, 60 frames/s, GOP 2 s", replace(base, duration=30.0, rate_hz=60), _h264(120, 27), ".mp4"),
        ("H.264, 5 frames/s, GOP 1 s", replace(base, rate_hz=5), _h264(5, 28), ".mp4"),
        ("variable rate, GOP 1 s", replace(base, rate_hz=30), _vary(_h264(30, 26), 6), ".mp4"),
        ("night with lamps, GOP 1 s", night, _h264(15, 24), ".mp4"),
        ("night with lamps, GOP 2 s", night, _h264(30, 29, 2), ".mp4"),
        ("night with lamps, slow walk, HEVC", replace(night, sway=0.5), Encode("libx265", 30, 28, 2), ".mp4"),
        ("on a shelf, GOP 1 s", shelf, _h264(15, 23), ".mp4"),
        ("on a shelf, GOP 2 s, constant rate", replace(shelf, noise=4.0), _rate(30, "1200k"), ".mp4"),
    ):
        yield Case("fresh", "faults", name, scene, encode, (), suffix)


def _fresh_controls() -> Iterator[Case]:
    """Still scenes that end and begin abruptly, in encodes that leave most of a still picture out."""
    stops = (Event("still", 3.1, 7.3), Event("still", 9.4, 13.9), Event("still", 16.2, 20.1))
    base = Scene(23.0, stops, 640, 360, noise=1.8, ease=0.3)
    shelf = replace(base, events=(), sway=0.0)
    night = replace(base, setting="night_lamps")
    for name, scene, encode in (
        ("abrupt stops, coarse, GOP 2 s", base, _h264(30, 37)),
        ("abrupt stops, very coarse, GOP 5 s", base, Encode(gop=75, quality=42, preset="medium", more=HARDWARE)),
        ("abrupt stops, constant rate 150k", base, _rate(30, "150k")),
        ("abrupt stops, no noise", replace(base, noise=0.3), _h264(15, 28)),
        ("abrupt stops, HEVC", base, Encode("libx265", 30, 35, 2, "ultrafast")),
        ("abrupt stops, VP9", base, Encode("libvpx-vp9", 30, 50)),
        ("abrupt stops, MPEG-4", base, Encode("mpeg4", 12, more=("-q:v", "12"))),
        ("abrupt stops, OpenH264", base, Encode("libopenh264", 30, more=("-b:v", "200k"))),
        ("abrupt stops, 60 frames/s", replace(base, rate_hz=60), _h264(60, 35)),
        ("abrupt stops, 5 frames/s", replace(base, rate_hz=5, ease=0.6), _h264(10, 35)),
        ("night with lamps, abrupt stops", night, _h264(15, 32)),
        ("night with lamps, abrupt stops, GOP 2 s", replace(night, noise=3.0), _h264(30, 27)),
        ("on a shelf, coarse, GOP 2 s", shelf, _h264(30, 36)),
        ("on a shelf, GOP 10 s, medium", shelf, Encode(gop=150, quality=33, preset="medium")),
        ("on a shelf, constant rate 80k", shelf, _rate(30, "80k")),
        ("on a shelf, constant rate 300k, HEVC", shelf, Encode("libx265", 30, 0, 2, "ultrafast", ("-b:v", "300k"))),
        ("on a shelf, light switched", replace(shelf, events=(Event("light", 8.0, 14.0),)), _h264(30, 30)),
        ("screen-like, no noise", replace(shelf, noise=0.0), _h264(30, 23)),
    ):
        yield Case("fresh", "controls", name, scene, encode)


def _folds() -> Iterator[Case]:
    """Cloth with folds over the lens, in place of a plain cover; and nights between lit places that are no covers."""
    base = Scene(34.0, (), 640, 360, noise=3.0, contrast=0.9)
    for number, (name, scene, encode, suffix) in enumerate((
        ("H.264, GOP 1 s", replace(base, covered_level=24), _h264(15, 23), ".mp4"),
        ("H.264, GOP 2 s, coarse", replace(base, covered_level=30), _h264(30, 33, 2), ".mp4"),
        ("H.264, GOP 2 s, constant rate", replace(base, covered_level=27, noise=5.0), _rate(30, "900k"), ".mp4"),
        ("H.264, 720p", replace(base, width=1280, height=720, rate_hz=30, covered_level=26), _h264(60, 28), ".mp4"),
        ("HEVC, GOP 1 s", replace(base, covered_level=33), Encode("libx265", 15, 28, 2, "superfast"), ".mkv"),
        ("H.264, GOP 5 s", replace(base, covered_level=22), _h264(75, 26), ".mp4"),
        ("5 frames/s", replace(base, rate_hz=5, covered_level=25), _h264(5, 26), ".mp4"),
        ("shaking", replace(base, setting="shake", covered_level=28), _h264(15, 25), ".mp4"),
        ("low contrast", replace(base, contrast=0.4, covered_level=23), _h264(30, 25), ".mp4"),
        ("MPEG-4 in AVI", replace(base, covered_level=26), Encode("mpeg4", 12), ".avi"),
    )):  # fmt: skip
        seed = 12_000 + number
        events = tuple(
            replace(event, kind="cloth") if event.kind == "covered" else event
            for event in planted(seed, scene.duration, scene.rate_hz)
        )
        yield Case("folds", "faults", name, replace(scene, events=events, seed=seed), encode, (), suffix)
    nights = (Event("night", 5.0, 9.0), Event("night", 13.0, 17.5))
    dark = Scene(22.0, nights, 640, 360, noise=3.0)
    for number, (name, scene, encode) in enumerate((
        ("a walk in the dark between lit places", dark, _h264(15, 24)),
        ("the same, coarse, GOP 2 s", dark, _h264(30, 34, 2)),
        ("the same, HEVC", dark, Encode("libx265", 15, 30, 2, "superfast")),
        ("standing in the dark between lit places", replace(dark, sway=0.0), _h264(15, 24)),
        ("the same, coarse, GOP 2 s", replace(dark, sway=0.0, noise=1.5), _h264(30, 34)),
    )):  # fmt: skip
        yield Case("folds", "controls", name, replace(scene, seed=12_500 + number), encode)


def _standing() -> Iterator[Case]:
    """A wearer who hardly moves, or a camera on a shelf, in encodes that leave the noise out between key frames."""
    base = Scene(34.0, (), 640, 360, noise=3.0, contrast=0.8, sway=0.05, covered_level=27)
    shelf = replace(base, sway=0.0)
    refresh = _more(Encode(gop=30, quality=27, b_frames=0), "-x264-params", "intra-refresh=1")
    for number, (name, scene, encode, suffix) in enumerate((
        ("H.264, GOP 1 s, coarse", base, _h264(15, 31), ".mp4"),
        ("H.264, GOP 1 s, 3 B frames, 25 frames/s", replace(base, rate_hz=25), _h264(25, 29, 3), ".mkv"),
        ("HEVC, GOP 1 s", base, Encode("libx265", 15, 30, 2, "superfast"), ".mp4"),
        ("MPEG-4, key frames where noise asks for them", replace(base, noise=5.0), Encode("mpeg4", 12), ".avi"),
        ("OpenH264, GOP 1 s", base, Encode("libopenh264", 15, more=("-b:v", "600k")), ".mp4"),
        ("H.264, refreshed by columns", base, refresh, ".mp4"),
        ("on a shelf, H.264, GOP 1 s, coarse", shelf, _h264(15, 33), ".mp4"),
        ("on a shelf, constant rate", replace(shelf, noise=4.0), _rate(15, "500k"), ".ts"),
        ("on a shelf, night with lamps", replace(shelf, setting="night_lamps"), _h264(15, 27), ".mp4"),
    )):  # fmt: skip
        seed = 13_000 + number
        events = planted(seed, scene.duration, scene.rate_hz)
        yield Case("standing", "faults", name, replace(scene, events=events, seed=seed), encode, (), suffix)
    still = Scene(24.0, (Event("light", 9.0, 15.0),), 640, 360, noise=2.0, sway=0.05)
    walk = replace(still, noise=0.6, sway=1.0, events=(Event("still", 7.0, 14.0),))
    for number, (name, scene, encode) in enumerate((
        ("light switched", still, _h264(15, 33)),
        ("light switched, on a shelf, constant rate", replace(still, sway=0.0), _rate(15, "250k")),
        ("little noise", replace(still, noise=0.6, events=()), _h264(15, 30)),
        ("refreshed by columns", still, refresh),
        ("walks, stops and stands, little noise", walk, _h264(15, 34)),
    )):  # fmt: skip
        yield Case("standing", "controls", name, replace(scene, seed=13_500 + number), encode)


def _more(encode: Encode, *arguments: str) -> Encode:
    return replace(encode, more=(*encode.more, *arguments))


def _files(part: str, seed: int) -> Iterator[Case]:
    """Gaps begin at a key frame, as where a recording was paused; damage ends at one, since it lasts to the next."""
    for number, (kind, encode) in enumerate(
        (
            ("gap", _h264(15, 25, 2)),
            ("gap", _h264(60, 28)),
            ("gap", Encode("libx265", 30, 30, 2, "ultrafast")),
            ("zeros", _h264(60, 25)),
            ("zeros", Encode("libx265", 60, 30, 0, "ultrafast")),
            ("bytes", _h264(60, 28, 2)),
            ("bytes", _h264(75, 23)),
        )
    ):
        draw, own = np.random.default_rng(seed + number), seed + number
        length = encode.gop / 15
        key = int(draw.integers(1, int(15 / length))) * length
        start, end = (key, key + float(draw.uniform(2.0, 20.0))) if kind == "gap" else (key, key + length)
        lost = start if kind == "gap" else end - float(draw.uniform(2.0, length - 0.3))
        scene = Scene(20.0, (), 640, 360, seed=own)
        name = {"gap": "gap in the times", "zeros": "a region of zeros", "bytes": "a region of other bytes"}[kind]
        yield Case(part, "files", f"{name}, GOP {length:g} s", scene, encode, damage=(kind, round(lost, 3), end))


def _h264(gop: int, quality: int, b_frames: int = 0) -> Encode:
    return Encode(gop=gop, quality=quality, b_frames=b_frames, more=HARDWARE)


def _rate(gop: int, rate: str) -> Encode:
    return Encode(gop=gop, b_frames=0, more=("-b:v", rate, "-maxrate", rate, "-bufsize", rate, *HARDWARE))


def _vary(encode: Encode, of: int) -> Encode:
    """Some frames left out, two of each `of`."""
    return replace(encode, more=(*encode.more, "-vf", f"select='lt(mod(n,{of}),{of - 2})'", "-fps_mode", "vfr"))


def _other(encode: Encode) -> Encode:
    """A little coarser, with other groups of pictures and encoder effort."""
    preset = "ultrafast" if encode.preset == "superfast" else encode.preset
    return replace(encode, quality=encode.quality - 1, gop=max(5, encode.gop - 3), preset=preset)
