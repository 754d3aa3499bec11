"""Watches the pictures of a recording go by, finds the stamp and keeps its digits of every picture, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.stamp_text import DIGIT_PX, STRIDE_PX, StampText, normalised
from pipeline.clock.cells import Cell, digits_in
from pipeline.clock.find import Found, find_lines
from pipeline.clock.fit import FITS, Fit, fit_of, fits, stands_there
from pipeline.clock.layout import Layout, layout_of
from pipeline.clock.marks import Mark, marks_of
from pipeline.clock.place import Place, Plane, strips_of
from pipeline.clock.profile import CONTRADICTS, Profile
from pipeline.clock.two_lines import with_date_line

FIRST_LOOK = 10
"""pictures after which the stamp is looked for; again at 4 and 16 times as many where none was found"""
LOOKS = 3
KEPT = 10
"""pictures kept to look for the stamp in"""
SURELY = 0.8
"""probability of a digit that the general reader reads surely"""
SAMPLES = 5
"""whole pictures kept for the other lines"""
DATED = 0.15
"""share of the pictures that must show a date for a line that was found as a time alone to be one with a date"""
BESIDE = 14.0
"""heights of a digit kept on either side of a time alone: the date may stand there"""
NEAR = 4.0
"""columns of the reader, half a digit: a line that is not quite legible is believed where its digits have not moved"""
STRIPS = 100
"""strips kept, up to twice as many: some 5 MB"""
FEW = 4
"""pictures that a profile is held against"""
AT_ONCE = 24
"""strips read in one call"""
MARGIN = 3.0
"""heights of a digit kept left and right of the line"""


class DigitReader(Protocol):
    """Another way to tell the digits at the places that the general reader found: a camera profile."""

    def digits_of(
        self, strip: NDArray[np.float32], row: NDArray[np.float32], layout: Layout
    ) -> tuple[NDArray[np.float32], float]:
        """As `pipeline.clock.cells.digits_in`; `strip` normalised, `row` what the general reader says of it."""


@dataclass
class StampWatch:
    """A `PictureObserver`. `missed`: pictures went by before the stamp was found, so a second pass is needed."""

    reader: StampText
    digits: DigitReader | None = None
    """reads the digits; None: the general reader does, or the profile that fits"""
    profiles: Sequence[Profile] = ()
    profile: Profile | None = None
    """the one that fits the stamp"""
    failed: Exception | None = None
    """what went wrong while another's pass showed the pictures: raised at the end"""
    found: list[Found] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    pictures: int = 0
    missed: bool = False
    size_px: tuple[int, int] = (0, 0)
    samples: list[Plane] = field(default_factory=list)
    """a few whole pictures, for the other lines of the stamp"""
    strips: list[tuple[float, NDArray[np.float32], Layout]] = field(default_factory=list)
    """some of the strips that were read, evenly over the recording: how the stamp's digits look"""
    _every: int = 1
    turns: int = 0
    """quarter turns against the clock after which the pictures stand upright"""
    _kept: list[tuple[float, Plane]] = field(default_factory=list)
    _strips: list[tuple[float, NDArray[np.float32]]] = field(default_factory=list)
    place: Place | None = None
    layout: Layout | None = None
    _looks: int = 0
    _dated: list[Layout] = field(default_factory=list)
    """layouts with a date, of pictures that show one beside the time that is followed"""

    def __call__(self, at: float, luma: Plane) -> None:
        """See `pipeline.media.PictureObserver`. A failure of its own never ends the pass that shows it the pictures."""
        if self.failed is None:
            try:
                self._see(at, luma)
            except Exception as error:
                self.failed = error

    def _see(self, at: float, luma: Plane) -> None:
        luma = np.rot90(luma, self.turns) if self.turns else luma
        self.size_px = (luma.shape[1], luma.shape[0])
        self.pictures += 1
        if self.place is not None:
            self._cut(at, luma)
            return
        self._keep(at, luma)
        if self._looks < LOOKS and self.pictures == FIRST_LOOK * 4**self._looks:
            self._look()

    def finish(self) -> None:
        """Read what is still waiting; where no look was due so far, look now."""
        if self.failed is not None:
            raise self.failed
        if self.place is None and self._looks < LOOKS and self._kept:
            self._look(thorough=True)
        self._read()
        if len(self._dated) >= max(3, DATED * len(self.cells)):
            # the date was not legible where the line was looked for, but it is later: all pictures are read once more
            shapes = Counter(layout.shape for layout in self._dated)
            best = shapes.most_common(1)[0][0]
            self.layout = next(layout for layout in self._dated if layout.shape == best)
            self.missed = True

    def follow(self, place: Place, layout: Layout) -> None:
        """Read this line from now on, without looking for it."""
        self.place, self.layout = place, layout

    def _keep(self, at: float, luma: Plane) -> None:
        if len(self._kept) == KEPT:
            self._kept.pop(self.pictures % (KEPT - 1))
            self.missed = True
        self._kept.append((at, luma.copy()))

    def _look(self, thorough: bool = False) -> None:
        self._looks += 1
        planes = [plane for _, plane in self._kept]
        found = find_lines(planes, self.reader, thorough or self._looks == LOOKS)
        chosen = next((f for f in found if f.layout is not None), None)
        self.found = found or self.found
        if chosen is not None and chosen.layout is not None:
            place, layout = self._whole(chosen.place, chosen.layout, planes)
        elif (known := self._expected(planes)) is not None:
            place, layout = known
        else:
            return
        self.follow(*self._fitted(planes, place, layout))
        for at, plane in self._kept:
            self._cut(at, plane)
        self.samples = [plane for _, plane in self._kept[:: max(1, len(self._kept) // SAMPLES)]][:SAMPLES]
        self._kept.clear()

    def _whole(self, place: Place, layout: Layout, planes: Sequence[Plane]) -> tuple[Place, Layout]:
        """The line cut out, with the line of its date where that is another."""
        both = None if layout.dated else with_date_line(place, layout, planes, self.reader)
        return both or trimmed(place, layout, self.size_px[0])

    def _expected(self, planes: Sequence[Plane]) -> tuple[Place, Layout] | None:
        """The place that a profile names, where its digits are seen there."""
        for profile in self.profiles:
            fit = self._fit_where_expected(profile, planes)
            if fit.alike >= FITS:
                return fit.place, fit.layout
        return None

    def _fit_where_expected(self, profile: Profile, planes: Sequence[Plane]) -> Fit:
        few = _few(planes)
        return fit_of(profile, few, profile.expected(self.size_px), [profile.layout] * len(few))

    def _fitted(self, planes: Sequence[Plane], place: Place, layout: Layout) -> tuple[Place, Layout]:
        """Place and layout as the profile that fits best wants them; unchanged where none fits.

        Profiles whose stamp stands there come before others: of two fonts that are alike, it is that camera's.
        """
        if self.digits is not None or not self.profiles:
            return place, layout
        legible = self._legible(planes, place, layout)
        tried = [(profile, self._fit(profile, planes, legible, place, layout)) for profile in self.profiles]
        near = [(stands_there(p, fit.place, fit.layout, self.size_px), fit.alike, p, fit) for p, fit in tried]
        for _, _, profile, fit in sorted(near, key=lambda each: each[:2], reverse=True):
            if fits(profile, fit, self.size_px) and not self._contradicts(profile, planes, fit.place, fit.layout):
                self.profile = self.digits = profile
                return fit.place, replace(fit.layout, zone=layout.zone, month=layout.month)
        return place, layout

    def _fit(
        self,
        profile: Profile,
        planes: Sequence[Plane],
        legible: Sequence[tuple[Plane, Layout]],
        place: Place,
        layout: Layout,
    ) -> Fit:
        """The better fit: where the line was found, or where the profile says that it stands."""
        found = fit_of(profile, [plane for plane, _ in legible], place, [said for _, said in legible])
        known = profile.expected(self.size_px)
        beside = abs(known.middle_px - place.middle_px) * place.scale
        if beside >= DIGIT_PX or profile.layout.shape != layout.shape:
            return found
        there = self._fit_where_expected(profile, planes)
        return there if there.alike > found.alike else found

    def _legible(self, planes: Sequence[Plane], place: Place, layout: Layout) -> list[tuple[Plane, Layout]]:
        """A few pictures with where the digits stand in each; where none is legible, with where they were found."""
        rows = self.reader.read(strips_of(list(planes), place))[:, 0]
        seen = [(plane, self._seen(marks_of(row), layout)) for plane, row in zip(planes, rows, strict=True)]
        same = [(plane, said) for plane, said in seen if said is not None and said.shape == layout.shape]
        if not same:
            return [(plane, layout) for plane in _few(planes)]
        return same[:: max(1, len(same) // FEW)][:FEW]

    def _contradicts(self, profile: Profile, planes: Sequence[Plane], place: Place, layout: Layout) -> bool:
        """Whether the profile reads otherwise what the general reader reads surely: it is another font's."""
        strips = strips_of(list(planes), place)
        other = total = 0
        for strip, row in zip(strips, self.reader.read(strips)[:, 0], strict=True):
            seen = layout_of(marks_of(row))
            if seen is None or seen.shape != layout.shape:
                continue
            slots = [slot for slot in seen.slots if slot.field != "half"]  # AM and PM are no digits of a profile
            general, _ = digits_in(row, slots)
            own = profile.alike(strip, slots)
            surely = general.max(axis=1) > np.log(SURELY)
            other += int((general.argmax(axis=1) != own.argmax(axis=1))[surely].sum())
            total += int(surely.sum())
        return total > 0 and other >= max(1, CONTRADICTS * total)

    def _cut(self, at: float, luma: Plane) -> None:
        assert self.place is not None
        self._strips.append((at, normalised(self.place.cut(luma))))
        if len(self._strips) >= AT_ONCE:
            self._read()

    def _read(self) -> None:
        if not self._strips:
            return
        strips = np.stack([strip for _, strip in self._strips])
        rows = self.reader.read(strips)[:, 0]
        for (at, strip), row in zip(self._strips, rows, strict=True):
            self.cells.append(self._cell(at, strip, row))
            if len(self.cells) % self._every == 0:
                self.strips.append((at, strip, self.cells[-1].layout))
        if len(self.strips) > 2 * STRIPS:
            self.strips, self._every = self.strips[1::2], 2 * self._every
        self._strips.clear()

    def _cell(self, at: float, strip: NDArray[np.float32], row: NDArray[np.float32]) -> Cell:
        layout = self.layout
        assert layout is not None
        seen = self._seen(marks_of(row), layout)
        if seen is not None and seen.order == layout.order and seen.half_day == layout.half_day:
            self.layout = layout = _after(layout, seen)
        elif layout.month is not None:
            layout = replace(layout, month_legible=False)
        if seen is not None and seen.dated and not layout.dated:
            self._dated.append(seen)
        digits, read = self.digits.digits_of(strip, row, layout) if self.digits else digits_in(row, layout.slots)
        return Cell(at, layout, digits, read)

    def _seen(self, marks: Sequence[Mark], known: Layout) -> Layout | None:
        """What the line says, where its signs are faint only with every digit about where it was before."""
        strict = layout_of(marks, strict=True)
        if strict is not None and strict.dated >= known.dated:
            return strict
        loose = layout_of(marks)
        if loose is None or loose.shape != known.shape:
            return None
        moved = (abs(a.column - b.column) for a, b in zip(loose.slots, known.slots, strict=True))
        return loose if max(moved) <= NEAR else None


def _few(planes: Sequence[Plane]) -> Sequence[Plane]:
    return planes[:: max(1, len(planes) // 3)]


def _after(known: Layout, seen: Layout) -> Layout:
    """What the line says now, with what is known of it: a zone that is not seen stands, and so does a month against a
    name that only looks like another one's (JU1 for JUN is no July)."""
    if seen.month is not None and not seen.month_legible:
        seen = replace(seen, month=known.month or seen.month, month_legible=known.month == seen.month)
    return seen if seen.zone or not known.zone else replace(seen, zone=known.zone)


def trimmed(place: Place, layout: Layout, width_px: int) -> tuple[Place, Layout]:
    """The place cut to the line and a margin, and the layout with its columns there."""
    columns = [slot.column for slot in layout.slots]
    margin = (MARGIN if layout.dated else BESIDE) * DIGIT_PX / place.scale
    left = max(0, round(place.column_px(min(columns)) - margin))
    right = min(width_px, round(place.column_px(max(columns)) + max(margin, 2.5 * MARGIN * DIGIT_PX / place.scale)))
    cut = Place(place.middle_px, left, right, place.scale)
    shift = (left - place.left_px) * place.scale / STRIDE_PX
    slots = tuple(replace(slot, column=slot.column - shift) for slot in layout.slots)
    return cut, replace(layout, slots=slots)


def zone_of(cells: Sequence[Cell]) -> str | None:
    """The zone that at least a third of the lines name, the most frequent one."""
    said = [c.layout.zone for c in cells if c.layout.zone]
    if len(said) * 3 < len(cells):
        return None
    return max(set(said), key=said.count)
