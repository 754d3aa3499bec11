"""Looks at a finished file again, beside its source: is all that was to be covered really gone?

Nothing is taken on trust from the renderer. The file is opened like a stranger's: its streams, its remarks, every
picture in which something was to be covered, every covered stretch of sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.contract import Progress, no_progress
from pipeline.media.footage import Picture, pictures, sound
from pipeline.media.probe import Probed, probe
from pipeline.media.triage import open_container
from pipeline.redaction.cover import covered, covers, mask_of, place_px
from pipeline.redaction.plan import Plan, Region, SoundSpan
from pipeline.redaction.render import SOUND_HZ, Rendered
from pipeline.redaction.sound import TONE_HZ
from pipeline.types import Span

PICTURE_BOUND = 0.75
"""largest `likeness` of a covered place that passes: between the largest of covered places of made scenes (0.67) and
the 5 % lowest of uncovered ones (0.90); measured: tests/benchmarks/results/redaction.md"""
FAINT = 1.0
"""8-bit steps (standard deviation) below which a place has no detail that could be compared"""
RIM_PX = 3
"""pixels at the rim of a place that are not compared: the codec smooths the edge of a cover into what lies around it"""
SOUND_BOUND = 0.2
"""largest correlation of covered sound, its tone taken away, with the source within `LAGS`"""
QUIET = 10 ** (-50 / 20)
"""of full scale: what is left of covered sound without its tone must be quieter than this, or not be the source's"""
EDGE = 0.03
"""seconds at both ends of a covered stretch that are left out: a block of the codec (2048 samples, 43 ms) reaches in"""
LAGS = 0.02
"""seconds"""
PIECE = 10.0
"""seconds of sound that are compared at once"""
OWN_REMARKS = frozenset(("major_brand", "minor_version", "compatible_brands", "language", "handler_name", "vendor_id"))
"""remarks that the container itself brings"""
HANDLERS = frozenset(("VideoHandler", "SoundHandler", "SubtitleHandler", "und", "eng"))
SHORTEST_REMARK = 6
"""letters from which on a remark of the source is looked for among the bytes of the result; shorter ones occur there
by chance"""


@dataclass(frozen=True)
class Check:
    """What was compared, and what was found to be wrong."""

    problems: tuple[str, ...]
    pictures: int
    """pictures with something covered that were compared with the source"""
    worst_picture: float
    """largest correlation found in a covered place"""
    sounds: int
    worst_sound: float

    @property
    def passed(self) -> bool:
        return not self.problems


def check(
    source: Path, probed: Probed, result: Path, rendered: Rendered, plan: Plan, progress: Progress = no_progress
) -> Check:
    """Compares the result with its source. Raises MediaError where the result cannot even be opened."""
    made = probe(result, "")
    problems = [*_streams(result, rendered), *_remarks(source, result)]
    compared = [*_pictures(source, probed, result, made, rendered, plan.regions, progress)]
    worst, count = max((c for _, c in compared), default=0.0), len(compared)
    problems += [f"a covered place at {at:.3f} s still shows its source" for at, c in compared if c > PICTURE_BOUND][:3]
    if made.packets.get("video") is not None and made.packets["video"].count != rendered.pictures:
        problems.append(f"{made.packets['video'].count} pictures in the file, {rendered.pictures} were written")
    heard = [(s, _heard(source, probed, result, made, rendered, s)) for s in plan.sound if _inside(s, rendered.span)]
    if rendered.form.sound_hz:
        problems += [f"covered sound at {s.span.start:.3f} s can still be heard" for s, c in heard if c > SOUND_BOUND][
            :3
        ]
    progress(1.0)
    return Check(tuple(problems), count, worst, len(heard), max((c for _, c in heard), default=0.0))


def _streams(result: Path, rendered: Rendered) -> Iterator[str]:
    wanted = ["video"] * bool(rendered.form.width_px) + ["audio"] * bool(rendered.form.sound_hz)
    with open_container(result) as container:
        found = sorted(s.type for s in container.streams)
        if found != sorted(wanted):
            yield f"the file holds {', '.join(found)} and not only {', '.join(wanted)}"
        if container.chapters():
            yield "the file holds chapters"


def _remarks(source: Path, result: Path) -> Iterator[str]:
    """Remarks in the result that it should not have, and remarks of the source among the bytes of the result."""
    with open_container(result) as container:
        said = [*container.metadata.items(), *(item for s in container.streams for item in s.metadata.items())]
    odd = sorted({key for key, value in said if key.lower() not in OWN_REMARKS})
    if odd:
        yield f"the file says things about itself: {', '.join(odd)}"
    yield from remarks_left(source, result)


def remarks_left(source: Path, result: Path, on_purpose: Sequence[str] = ()) -> Iterator[str]:
    """Whether what the source says of itself stands among the bytes of the result; `on_purpose`: texts that may."""
    allowed = "\n".join(on_purpose).encode("utf-8", "replace")
    if _holds(result, {text for text in _texts_of(source) if text not in allowed}):
        yield "the file still holds a remark of its source"


def _texts_of(path: Path) -> set[bytes]:
    """What the source says about itself, as bytes to look for."""
    with open_container(path) as container:
        said = [
            container.metadata,
            *(s.metadata for s in container.streams),
            *(c["metadata"] for c in container.chapters()),
        ]
    texts = {str(value) for table in said for value in table.values()} - HANDLERS
    return {t.encode("utf-8", "replace") for t in texts if len(t) >= SHORTEST_REMARK and not t.startswith(_GENERIC)}


_GENERIC = ("isom", "iso2", "mp41", "mp42", "avc1", "qt  ", "M4V ", "Lavf", "Lavc", "0x", "[0][0]", "Core Media")
"""brands and names of libraries, which say nothing about a recording"""


def _holds(path: Path, texts: set[bytes]) -> bool:
    if not texts:
        return False
    longest, before = max(map(len, texts)), b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            window = before + piece
            if any(text in window for text in texts):
                return True
            before = window[-longest:]
    return False


def _pictures(
    source: Path,
    probed: Probed,
    result: Path,
    made: Probed,
    rendered: Rendered,
    regions: Sequence[Region],
    progress: Progress,
) -> Iterator[tuple[float, float]]:
    """(time, correlation) for each covered place of each picture of the result."""  # fmt: skip
    span = rendered.span
    if not regions or not rendered.form.width_px:
        return
    whole = Span(0.0, made.recording.duration + 1.0)
    theirs = pictures(source, probed, span)
    for own, shown in zip(pictures(result, made, whole), theirs, strict=False):
        if own.y.shape != shown.y.shape:
            yield shown.at, 1.0  # not the same picture: nothing can be said for it
            continue
        for region in regions:
            if covers(region, shown):
                yield shown.at, likeness(own, shown, regions, region)
        progress(min(1.0, max(0.0, (shown.at - span.start) / span.duration)))


def likeness(own: Picture, source: Picture, regions: Sequence[Region], region: Region) -> float:
    """How much of what a covered place should hide is in it all the same: correlation, 0 to 1.

    Compared is what the result holds beyond the cover with what the source holds beyond the cover: left uncovered that
    is the same (1), covered it is nothing but the codec's own noise (around 0). A cover that covers nothing gives 1.
    """
    key = region.place(max(source.at, region.span.start))
    place = place_px(key, source.width_px, source.height_px)
    if place.empty:
        return 0.0
    mask = mask_of(region.shape, key, place, source.width_px, source.height_px)
    mask = cv2.erode(np.pad(mask.astype(np.uint8), 1), np.ones((3, 3), np.uint8), iterations=RIM_PX)[1:-1, 1:-1] > 0
    if not mask.any():
        return 0.0
    cover = covered(source, regions)
    planes = [p.y[place.slices()].astype(np.float32)[mask] for p in (own, source, cover)]
    return _shown(*planes)


def _shown(own: NDArray[np.float32], source: NDArray[np.float32], cover: NDArray[np.float32]) -> float:
    left, hidden = own - cover, source - cover
    if float(hidden.std()) < FAINT:  # one grey: nothing to hide, or nothing hidden
        return 1.0 if float(source.std()) >= FAINT else 0.0
    if float(left.std()) < FAINT:
        return 0.0
    return max(0.0, float(np.corrcoef(left, hidden)[0, 1]))


def _inside(each: SoundSpan, span: Span) -> bool:
    return each.span.overlap(span) > 2 * EDGE + 0.01


def _heard(source: Path, probed: Probed, result: Path, made: Probed, rendered: Rendered, each: SoundSpan) -> float:
    """Correlation of a covered stretch with its source, its tone taken away; 0 where nothing but the tone is left."""
    zero = rendered.span.start
    start, end = max(each.span.start, zero) + EDGE, min(each.span.end, rendered.span.end) - EDGE
    own = _mono(result, made, Span(start - zero, end - zero))
    left = own - _tone_in(own)
    if float(np.sqrt(np.mean(left**2))) < QUIET:
        return 0.0
    return _largest_correlation(left, _mono(source, probed, Span(start, end)))


def _mono(path: Path, probed: Probed, span: Span) -> NDArray[np.float64]:
    return np.concatenate([b[:, 0] for b in sound(path, probed, span, SOUND_HZ)]).astype(np.float64)


def _tone_in(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of the samples that is the covering tone, by least squares."""
    angles = 2 * np.pi * TONE_HZ * np.arange(len(samples)) / SOUND_HZ
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    weights, *_ = np.linalg.lstsq(waves, samples, rcond=None)
    return np.asarray(waves @ weights, np.float64)


def _largest_correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Largest normed correlation of two signals within `LAGS`."""
    size = 1 << int(np.ceil(np.log2(2 * max(len(a), 1))))
    norm = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    if not norm:
        return 0.0
    crossed = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    reach = round(LAGS * SOUND_HZ)
    near = np.concatenate([crossed[: reach + 1], crossed[-reach:]])
    return float(np.max(np.abs(near)) / norm)
