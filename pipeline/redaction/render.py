"""Renders a stretch of a recording with its plan burned in: every picture and every sample passes through here anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from models.contract import Progress, no_progress
from pipeline.media.film import FilmForm, FilmWriter
from pipeline.media.footage import Picture, Sound, pictures, pixel_shape, sound
from pipeline.media.probe import Probed
from pipeline.redaction.cover import covered
from pipeline.redaction.plan import Plan, SoundSpan
from pipeline.redaction.sound import covered_sound
from pipeline.types import Span

SOUND_HZ = 48_000
Drawn = Callable[[Picture], Picture]
"""something that is drawn over a covered picture: a watermark"""


@dataclass(frozen=True)
class Rendered:
    """What was written."""

    span: Span
    """of the recording"""
    pictures: int
    form: FilmForm


def render(
    path: Path,
    probed: Probed,
    span: Span,
    plan: Plan,
    out: Path,
    progress: Progress = no_progress,
    draw: Drawn | None = None,
    quality: int = 20,
) -> Rendered:
    """Writes `span` of the file with `plan` burned in to `out`. Raises FilmNotWritten, MediaError.

    Pictures keep their own times (variable rates too) on a clock whose zero is the start of the span.
    """  # fmt: skip
    facts, heard = probed.recording.stream("video"), probed.recording.stream("audio")
    channels = 2 if heard is not None and (heard.channels or 1) > 1 else 1
    seen = _covered_pictures(path, probed, span, plan, draw)
    first = next(seen, None)
    form = FilmForm(
        width_px=first.width_px if first else 0,
        height_px=first.height_px if first else 0,
        rate_hz=Fraction(facts.rate_hz or 30).limit_denominator(1001) if facts else Fraction(30),
        pixel_shape=pixel_shape(path, probed),
        sound_hz=SOUND_HZ if heard is not None else 0,
        channels=channels,
        quality=quality,
    )
    layout = "stereo" if channels == 2 else "mono"
    blocks = sound(path, probed, span, SOUND_HZ, layout) if heard is not None else iter(())
    with FilmWriter(out, form) as film:
        said = _Heard(film, blocks, span.start, plan.sound)
        if first is not None:
            _write(film, first, seen, said, span, progress)
        said.until(span.end)
        film.finish()
    progress(1.0)
    return Rendered(span, film.count, form)


def _write(
    film: FilmWriter, first: Picture, others: Iterator[Picture], said: _Heard, span: Span, progress: Progress
) -> None:
    picture: Picture | None = first
    while picture is not None:
        film.picture(max(0.0, picture.at - span.start), picture)
        said.until(picture.until)
        progress(min(1.0, max(0.0, (picture.until - span.start) / span.duration)))
        picture = next(others, None)


def _covered_pictures(path: Path, probed: Probed, span: Span, plan: Plan, draw: Drawn | None) -> Iterator[Picture]:
    for picture in pictures(path, probed, span):
        shown = covered(picture, plan.regions)
        yield draw(shown) if draw else shown


class _Heard:
    """Writes the sound as far as the pictures have come, so that neither waits in memory for the other."""

    def __init__(self, film: FilmWriter, blocks: Iterator[Sound], start: float, spans: Sequence[SoundSpan]) -> None:
        self._film, self._blocks, self._spans = film, blocks, spans
        self._start, self._count = start, 0

    def until(self, time: float) -> None:
        """Writes all blocks that begin before `time`."""
        while (at := self._start + self._count / SOUND_HZ) < time:
            block = next(self._blocks, None)
            if block is None:
                return
            self._film.sound(covered_sound(block, at, SOUND_HZ, self._spans))
            self._count += len(block)
