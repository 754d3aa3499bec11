"""Makes a reel: one pass over its clips, every picture and sample written anew, at one size and one rate."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np

from models.contract import Progress, no_progress
from pipeline.custody import Export, Manifest, check_target, finish_export, part_name, source_of, watermark_text
from pipeline.exports.transcript import Cue, as_srt, as_vtt
from pipeline.media.film import FilmForm, FilmWriter
from pipeline.media.footage import Picture, Sound, pixel_shape, sound
from pipeline.media.probe import probe
from pipeline.media.program import run_ffmpeg
from pipeline.policy import Policy
from pipeline.redaction.check import check, remarks_left
from pipeline.redaction.letters import unwritable
from pipeline.redaction.plan import Plan, in_words
from pipeline.redaction.render import render
from pipeline.reels.captions import DRAFT, Line
from pipeline.reels.cast import Angle, Scene, cast
from pipeline.reels.level import gain_of, levelled
from pipeline.reels.reel import Captions, Reel, ReelError
from pipeline.reels.screen import CLAUSE_SHOWN, Below, Camera, blank, card, fitted, side_by_side
from pipeline.store import Store
from pipeline.types import Span

SOUND_HZ = 48_000
COVERING = 0.3
"""share of the work that covering takes, where a clip has a plan"""
BETWEEN_QUALITY = 14
"""x264 crf of the covered copy that a reel is made from: it is encoded once more"""


@dataclass(frozen=True)
class Shown:
    """A clip's place in the reel, in seconds of the reel."""

    scene: Scene
    starts: float
    """with its card"""
    plays: float
    """without"""
    ends: float


@dataclass(frozen=True)
class Made:
    """A finished reel."""

    target: Path
    manifest: Manifest
    shown: tuple[Shown, ...]


def make_reel(
    store: Store,
    policy: Policy,
    reel: Reel,
    folder: Path,
    target: Path,
    who: str,
    why: str = "",
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Made:
    """Writes the reel and its manifest. `folder`: of the list, where its plans lie. Raises BwcError."""  # fmt: skip
    scenes = cast(reel, store, policy, folder)
    sources = [s for scene in scenes for s in _sources(scene)]
    check_target(target, sources, overwrite)
    said = watermark_text(who) if reel.watermark else ""
    _writable(reel, scenes, said)
    part = part_name(target)
    try:
        with _scratch(target) as work:
            ready = _covered(scenes, work, lambda share: progress(COVERING * share))
            begun = COVERING if any(a.plan.regions or a.plan.sound for s in scenes for a in s.angles) else 0.0
            shown = _written(reel, ready, part, said, lambda share: progress(begun + (1 - begun) * share))
            beside = _captions(reel, shown, part, target, work)
            _looked_at(scenes, shown, part, reel)
            export = _export(reel, scenes, shown, policy, who, why, said)
            manifest = finish_export(
                store, part, target, replace(export, sources=tuple(sources)), beside=beside, overwrite=overwrite
            )
    finally:
        part.unlink(missing_ok=True)
    return Made(target, manifest, shown)


def _writable(reel: Reel, scenes: Sequence[Scene], watermark: str) -> None:
    """Raises ReelError before anything is made where a text is in letters that cannot be drawn here."""
    texts = [("the watermark", watermark)]
    for scene in scenes:
        if reel.card:
            texts.append((f"clip {scene.number}, title card", "\n".join((scene.title, *scene.card))))
        if reel.clauses:
            texts.append((f"clip {scene.number}, clause", scene.clause))
        if reel.captions is Captions.BURNED_IN:
            texts.append((f"clip {scene.number}, captions", "\n".join(line.whole for line in scene.lines)))
    for where, text in texts:
        if problem := unwritable(text):
            helps = ', or set captions = "track"' if where.endswith("captions") else ""
            raise ReelError(f"{where}: {problem}{helps}")


def _sources(scene: Scene) -> Iterator[Any]:
    for angle in scene.angles:
        source = source_of(angle.recording, angle.span.start, angle.span.end)
        yield replace(source, true_start=max(0.0, angle.span.start), true_end=angle.span.end, camera=None)


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A folder beside the target, gone afterwards: what lies in it may be uncovered."""
    work = Path(tempfile.mkdtemp(prefix=".reel-", dir=target.parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _covered(scenes: Sequence[Scene], work: Path, progress: Progress) -> tuple[Scene, ...]:
    """The scenes with every camera that has a plan replaced by a covered copy that passed the second look."""
    todo = [(n, m) for n, s in enumerate(scenes) for m, a in enumerate(s.angles) if not a.plan.empty]
    out = list(scenes)
    for done, (n, m) in enumerate(todo):
        angles = list(out[n].angles)
        angles[m] = _covered_angle(out[n], angles[m], work / f"covered-{n}-{m}.mp4")
        out[n] = replace(out[n], angles=tuple(angles))
        progress((done + 1) / len(todo))
    return tuple(out)


def _covered_angle(scene: Scene, angle: Angle, out: Path) -> Angle:
    path, recording = angle.recording.path, angle.probed.recording
    span = Span(max(0.0, angle.span.start), min(angle.span.end, recording.duration))
    plan = angle.plan.within(span)
    if recording.stream("audio") is None:
        plan = replace(plan, sound=())
    if plan.empty:
        return angle
    rendered = render(path, angle.probed, span, plan, out, quality=BETWEEN_QUALITY)
    looked = check(path, angle.probed, out, rendered, plan)
    if not looked.passed:
        raise ReelError(f"clip {scene.number}: what was covered did not pass the check: {'; '.join(looked.problems)}")
    copy = replace(recording, path=out)
    moved = Span(angle.span.start - span.start, angle.span.end - span.start)
    return Angle(copy, probe(out, recording.id), moved, angle.scale, Plan())


def _written(reel: Reel, scenes: Sequence[Scene], part: Path, watermark: str, progress: Progress) -> tuple[Shown, ...]:
    """Writes the film; where each clip lies in it."""
    shown = _places(reel, scenes)
    total = shown[-1].ends
    form = FilmForm(reel.width_px, reel.height_px, Fraction(reel.rate_hz), sound_hz=SOUND_HZ, channels=2)
    chapters = [(s.starts, s.ends, s.scene.title.replace("\n", " ")[:120]) for s in shown]
    with FilmWriter(part, form, chapters) as film:
        below = Below(reel.width_px, reel.height_px, watermark)
        for place in shown:
            _card(film, reel, place, len(shown), below)
            _clip(film, reel, place, below, lambda done: progress(done / total))
        film.finish()
    return shown


def _places(reel: Reel, scenes: Sequence[Scene]) -> tuple[Shown, ...]:
    """Where each clip lies; all edges on whole pictures, so that picture and sound stay together."""
    out, at = [], 0
    for scene in scenes:
        pause, length = round(reel.card * reel.rate_hz), max(1, round(scene.duration * reel.rate_hz))
        frames = (at, at + pause, at + pause + length)
        out.append(Shown(scene, *(f / reel.rate_hz for f in frames)))
        at = frames[2]
    return tuple(out)


def _card(film: FilmWriter, reel: Reel, place: Shown, count: int, below: Below) -> None:
    frames = round((place.plays - place.starts) * reel.rate_hz)
    if not frames:
        return
    scene = place.scene
    drawn = card(reel.width_px, reel.height_px, scene.title, scene.card, f"{scene.number} / {count}")
    drawn = below.over(drawn, "", "", "", ())
    for n in range(frames):
        film.picture(place.starts + n / reel.rate_hz, drawn)
        film.sound(np.zeros((_samples(n + 1, reel.rate_hz) - _samples(n, reel.rate_hz), 2), np.float32))


def _samples(frame: int, rate_hz: int) -> int:
    return round(frame * SOUND_HZ / rate_hz)


def _clip(film: FilmWriter, reel: Reel, place: Shown, below: Below, done: Progress) -> None:
    scene = place.scene
    frames = round((place.ends - place.plays) * reel.rate_hz)
    heard = _pieces(scene, [_samples(n + 1, reel.rate_hz) - _samples(n, reel.rate_hz) for n in range(frames)])
    stage = _Stage(reel, scene)
    captions = _Captions(scene.lines if reel.captions is Captions.BURNED_IN else ())
    labels = tuple(f"camera {n}" for n in range(1, len(scene.angles) + 1)) if len(scene.angles) > 1 else ()
    draft = DRAFT if scene.draft and reel.captions is Captions.BURNED_IN and scene.lines else ""
    for n, samples in zip(range(frames), heard, strict=True):
        since = n / reel.rate_hz
        clause = scene.clause if reel.clauses and since < CLAUSE_SHOWN else ""
        film.picture(place.plays + since, below.over(stage.at(since), captions.at(since), clause, draft, labels))
        film.sound(samples)
        done(place.plays + since)


class _Captions:
    """The caption at a time; times go forward."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines, self._next = lines, 0

    def at(self, since: float) -> str:
        while self._next < len(self._lines) and self._lines[self._next].end <= since:
            self._next += 1
        now = [line.whole for line in self._lines[self._next : self._next + 3] if line.start <= since < line.end]
        return "\n".join(now[:2])


class _Stage:
    """The cameras of a clip on one screen."""

    def __init__(self, reel: Reel, scene: Scene) -> None:
        count = len(scene.angles)
        self._size = (reel.width_px // count, reel.height_px)
        self._angles = scene.angles
        self._cameras = [
            Camera(a.recording.path, a.probed, Span(max(0.0, a.span.start), max(0.0, a.span.end)),
                   pixel_shape(a.recording.path, a.probed))
            for a in scene.angles
        ]  # fmt: skip
        self._kept: list[tuple[Picture | None, Picture]] = [(None, blank(*self._size))] * count

    def at(self, since: float) -> Picture:
        for n, (angle, camera) in enumerate(zip(self._angles, self._cameras, strict=True)):
            now = camera.at(angle.time(since))
            if now is not self._kept[n][0]:
                screen = fitted(now, camera.pixel_shape, *self._size) if now is not None else blank(*self._size)
                self._kept[n] = (now, screen)
        screens = [screen for _, screen in self._kept]
        return screens[0] if len(screens) == 1 else side_by_side(screens[0], screens[1])


def _pieces(scene: Scene, lengths: Sequence[int]) -> Iterator[Sound]:
    """The clip's sound, levelled, in pieces of these lengths."""
    angle = scene.heard
    span = Span(max(0.0, angle.span.start), max(0.0, angle.span.end))
    path, late = angle.recording.path, round(max(0.0, -angle.span.start) * SOUND_HZ)
    gain = gain_of(sound(path, angle.probed, span, SOUND_HZ), SOUND_HZ)
    source = sound(path, angle.probed, span, SOUND_HZ, "stereo")
    held = np.zeros((late, 2), np.float32)
    for length in lengths:
        while len(held) < length:
            piece = next(source, None)
            held = np.concatenate([held, levelled(piece, gain) if piece is not None else _silent(length - len(held))])
        yield held[:length]
        held = held[length:]


def _silent(count: int) -> Sound:
    return np.zeros((count, 2), np.float32)


def _captions(reel: Reel, shown: Sequence[Shown], part: Path, target: Path, work: Path) -> list[tuple[Path, Path]]:
    """Captions as a track of the film and as a file beside it, where they are wanted so."""
    if reel.captions is not Captions.TRACK:
        return []
    cues = [Cue(s.plays + line.start, s.plays + line.end, line.who, line.text) for s in shown for line in s.scene.lines]
    remark = DRAFT.capitalize() + "." if any(s.scene.draft for s in shown) else "Captions."
    words, tracked, beside = work / "captions.srt", work / "tracked.mp4", work / "captions.vtt"
    words.write_text(as_srt(remark, cues), encoding="utf-8")
    beside.write_text(as_vtt(remark, cues), encoding="utf-8")
    film = ffmpeg.input(f"file:{part.absolute()}")
    track = ffmpeg.input(f"file:{words.absolute()}", f="srt")
    how: dict[str, Any] = {"c": "copy", "c:s": "mov_text", "movflags": "+faststart", "fflags": "+bitexact"}
    how |= {"map_metadata": "0", "map_chapters": "0", "f": "mp4"}
    run_ffmpeg(ffmpeg.output(film.video, film.audio, track["s"], f"file:{tracked.absolute()}", **how), shown[-1].ends)
    tracked.replace(part)
    return [(beside, target.with_suffix(".vtt"))]


def _looked_at(scenes: Sequence[Scene], shown: Sequence[Shown], part: Path, reel: Reel) -> None:
    """The finished file is opened again: its length, its streams, and no remark of a source."""
    made = probe(part, "")
    seen = made.packets["video"]
    wanted = round(shown[-1].ends * reel.rate_hz)
    if seen.count != wanted or abs(made.recording.duration - shown[-1].ends) > 2 / reel.rate_hz + 0.05:
        raise ReelError(f"the finished reel has {seen.count} pictures instead of {wanted}; it was deleted")
    titles = [scene.title for scene in scenes]
    for scene in scenes:
        for angle in scene.angles:
            problems = [*remarks_left(angle.recording.path, part, [*titles, *(line.text for line in scene.lines)])]
            if problems:
                raise ReelError(f"the finished reel was deleted: {problems[0]} ({angle.recording.path.name})")


def _export(
    reel: Reel, scenes: Sequence[Scene], shown: Sequence[Shown], policy: Policy, who: str, why: str, watermark: str
) -> Export:
    covered = [
        f"clip {s.number}: {said}" for s in scenes for a in s.angles for said in in_words(a.plan.within(_own(a)))
    ]
    places: list[Any] = [
        {"clip": s.scene.number, "starts": round(s.starts, 3), "plays": round(s.plays, 3), "ends": round(s.ends, 3)}
        for s in shown
    ]
    drafts = any(s.draft for s in scenes) and reel.captions is not Captions.NONE
    return Export(
        kind="reel", sources=(), who=who, why=why,
        how={"kind": "re-encoded", "encoder": "H.264 and AAC", "clips": places, "sound": "one gain for each clip"},
        redactions=tuple(covered),
        captions="" if reel.captions is Captions.NONE else reel.captions.value,
        policy=policy.stamp,
        watermark=watermark,
        remarks=("captions are a draft, written by a recogniser of low accuracy",) if drafts else (),
    )  # fmt: skip


def _own(angle: Angle) -> Span:
    return Span(max(0.0, angle.span.start), max(0.0, angle.span.end))
