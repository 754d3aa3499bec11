"""Cuts a camera profile from a recording: what each digit of its stamp looks like, with a check to be looked at.

Nobody has to type anything: the stamp's own running says which digit stands where at each moment, because one offset
must explain all pictures. Where the general reader cannot read the font, one moment that a person read is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.stamp_text import StampText
from pipeline.clock.cells import Cell, Cells, digits_in
from pipeline.clock.layout import Layout
from pipeline.clock.measure import Source, read_clock
from pipeline.clock.patches import Sample, corrected, templates, width_of
from pipeline.clock.profile import Profile
from pipeline.clock.taught import digits_shown
from pipeline.clock.watch import StampWatch
from pipeline.errors import NotMeasurable
from pipeline.types import ClockPiece, Recording, Span

LOOKED_AT = 45.0
"""seconds of which all pictures are used, beside the sampled ones: the tens of the seconds pass all their digits"""
EVERY = 0.18
"""seconds between those"""
FEWEST = 3
"""times that each digit must have been seen"""
NEAR_TICK = 0.12
"""seconds round the turn of a second whose pictures are left out: which side they show is not sure"""
SHOWN = 10
"""pictures on the sheet"""


@dataclass
class Strips:
    """A `DigitReader` that keeps what it is shown and reads as the general reader does."""

    rows: list[tuple[NDArray[np.float32], Layout]] = field(default_factory=list)

    def digits_of(
        self, strip: NDArray[np.float32], row: NDArray[np.float32], layout: Layout
    ) -> tuple[NDArray[np.float32], float]:
        """See `pipeline.clock.watch.DigitReader`."""
        self.rows.append((strip, layout))
        return digits_in(row, layout.slots)


@dataclass(frozen=True)
class Cut:
    """A profile and what to check it by."""

    profile: Profile
    right: float
    """share of digits that templates cut from every other picture read right in the pictures between"""
    counts: tuple[int, ...]
    """how often each digit was seen"""
    sheet: NDArray[np.uint8]
    """grey picture: the ten digits, and ten lines with how they are read"""


def cut_profile(
    source: Source, recording: Recording, reader: StampText, name: str, text: str | None = None, at: float = 0.0
) -> Cut:
    """The profile of the stamp in this recording. `text`: what it reads at `at` seconds, typed by a person.

    Raises NotMeasurable with what is missing: no stamp found, digits never shown, a text that does not fit.
    """
    read = read_clock(source, recording, reader)
    watch = read.watch
    if watch is None or watch.place is None or watch.layout is None or read.cells is None:
        raise NotMeasurable(
            "no line with date and time is seen along the upper or lower fifth of the picture: give a recording of "
            "this camera in which it is plain to read"
        )
    if text is None and not read.clock.pieces:
        raise NotMeasurable("a line with a time is seen, but not read: say what it shows, with --text and --at")
    strips = Strips()
    again = StampWatch(reader, strips, turns=watch.turns)
    again.follow(watch.place, watch.layout)
    for moment, plane in source.pictures_in([Span(0.0, min(recording.duration, LOOKED_AT))], EVERY):
        again(moment, plane)
    for moment, plane in source.pictures():
        again(moment, plane)
    again.finish()
    shown = _given(again.cells, text, at) if text else _by_pieces(again.cells, read.clock.pieces)
    order = read.cells.order
    samples = [
        Sample(cell.at, *strips.rows[n], digits_shown(value, strips.rows[n][1], order))
        for n, (cell, value) in enumerate(zip(again.cells, shown, strict=True))
        if value is not None
    ]
    return _cut(samples, watch, recording, name)


def _by_pieces(cells: Sequence[Cell], pieces: Sequence[ClockPiece]) -> list[int | None]:
    """What the stamp shows in each picture, by the pieces that run; None near the turn of a second or near a change."""
    return [next((v for piece in pieces if (v := _shown(piece, cell.at)) is not None), None) for cell in cells]


def _shown(piece: ClockPiece, at: float) -> int | None:
    first, last = (piece.start and piece.start + 1.0), piece.end - 1.0
    now = piece.at(at)
    sure = min(now % 1.0, 1.0 - now % 1.0) > max(NEAR_TICK, piece.error)
    return int(now // 1) if piece.runs and first <= at <= last and sure else None


def _given(cells: Sequence[Cell], text: str, at: float) -> list[int | None]:
    """The same where a person says what it shows at one moment, from there on for a minute either way."""
    try:
        said = datetime.fromisoformat(text.strip().replace("Z", "")).replace(tzinfo=None)
    except ValueError:
        raise NotMeasurable(f"--text {text!r}: write it as 2024-05-01T12:34:56") from None
    value = said.replace(tzinfo=UTC).timestamp()
    near = [n for n, cell in enumerate(cells) if abs(cell.at - at) <= 60]
    if not near:
        raise NotMeasurable(f"--at {at:g}: no picture lies within a minute of it")
    some = Cells(tuple(cells[n] for n in near))
    offsets = value - at + np.arange(0.0, 1.0, 0.1) + 0.05
    if not some.dated:
        offsets = offsets % 86400
    showing = np.floor(some.at[None, :] + offsets[:, None]).astype(np.int64)
    offset = float(offsets[int(some.score(showing).sum(axis=1).argmax())])
    out: list[int | None] = [None] * len(cells)
    for n in near:
        now = cells[n].at + offset
        out[n] = int(now // 1) if 2 * NEAR_TICK < now % 1.0 < 1 - 2 * NEAR_TICK else None
    return out


def _cut(samples: Sequence[Sample], watch: StampWatch, recording: Recording, name: str) -> Cut:
    if not samples:
        raise NotMeasurable("no picture shows the stamp running: give a longer recording")
    samples = corrected(samples) or samples
    wide = width_of(samples[0].layout)
    digits, counts = templates(samples, wide)
    missing = [str(d) for d in range(10) if counts[d] < FEWEST]
    if missing:
        raise NotMeasurable(f"digit {', '.join(missing)} hardly shown: give a longer recording of this camera")
    assert watch.place is not None
    about: dict[str, object] = {"pictures": len(samples), "digits_cut": int(sum(counts))}
    layout = samples[len(samples) // 2].layout
    odd = _profile(name, templates(samples[::2], wide)[0], watch, layout, about)
    right = _right(odd, samples[1::2])
    about |= {"right_on_other_pictures": round(right, 4), "cut_utc": f"{datetime.now(UTC):%Y-%m-%d}"}
    profile = _profile(name, digits, watch, layout, about)
    return Cut(profile, right, tuple(counts), _sheet(profile, samples))


def _profile(
    name: str, digits: NDArray[np.float32], watch: StampWatch, layout: Layout, about: dict[str, object]
) -> Profile:
    assert watch.place is not None
    return Profile(name, digits, watch.size_px, watch.place, layout, about)


def _right(profile: Profile, samples: Sequence[Sample]) -> float:
    right = total = 0
    for sample in samples:
        read = profile.alike(sample.strip, sample.layout.slots).argmax(axis=1).tolist()
        kept = [n for n, slot in enumerate(sample.layout.slots) if slot.field != "half"]
        right += sum(read[n] == sample.digits[n] for n in kept)
        total += len(kept)
    return right / total if total else 0.0


def _sheet(profile: Profile, samples: Sequence[Sample]) -> NDArray[np.uint8]:
    """The ten digits above, ten lines below, each with how the profile reads it."""
    wide = 900
    rows = [_grey(np.concatenate([np.pad(d, ((0, 0), (2, 2))) for d in profile.digits], axis=1), wide, 90)]
    for n in np.linspace(0, len(samples) - 1, min(SHOWN, len(samples))).astype(int).tolist():
        sample = samples[n]
        found = profile.alike(sample.strip, sample.layout.slots).argmax(axis=1)
        label = np.full((26, wide), 30, np.uint8)
        read = "".join(str(d) for d in found)
        text = f"{sample.at:8.2f} s   read: {read}"
        cv2.putText(label, text, (8, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1, cv2.LINE_AA)
        rows += [_grey(sample.strip, wide, 60), label]
    return np.asarray(np.concatenate(rows), np.uint8)


def _grey(picture: NDArray[np.float32], wide: int, high: int) -> NDArray[np.uint8]:
    low, top = np.percentile(picture, (1, 99))
    grey = np.clip((picture - low) / max(1e-6, top - low) * 255, 0, 255).astype(np.uint8)
    share = min(wide / grey.shape[1], high / grey.shape[0])
    sized = cv2.resize(grey, (round(grey.shape[1] * share), round(grey.shape[0] * share)))
    out = np.full((high, wide), 30, np.uint8)
    out[: sized.shape[0], : sized.shape[1]] = sized
    return out


def write_sheet(cut: Cut, path: Path) -> None:
    """Write the sheet as PNG. Raises OSError where it cannot be written."""
    done, data = cv2.imencode(".png", cut.sheet)
    assert done, "a grey picture can always be written as PNG"
    path.write_bytes(data.tobytes())
