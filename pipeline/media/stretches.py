"""Turns sampled pictures into stretches of one kind, and sharpens their edges on decoded frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.media.frames import FrameReader, Step
from pipeline.media.packets import PacketIndex
from pipeline.media.picture import Look, likeness
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples, is_dark, runs
from pipeline.types import PictureState, ms

QUIET, QUIET_KEY = 4.0, 6.0
"""A frame (a key frame, which is encoded anew) repeats the one before if 99 % of the blocks change at most by this. The
grain of a frozen picture may change more, since each kind of frame is coded more or less finely."""
SETTLED = 0.25
"""Seconds of unbroken darkness after which no earlier light is looked for"""
ENOUGH = 0.6
"""Seconds of frames that tell a held picture from a live one"""
BESIDE = 0.4
"""Seconds before a stop and after a jump over which the motion of the live picture is taken"""


@dataclass(frozen=True)
class Stretches:
    """Everything needed to find the stretches of one recording."""

    samples: Samples
    reader: FrameReader
    rules: PictureRules
    end: float
    """when the picture ends"""

    def find(self) -> list[PictureState]:
        """Dark, still and damaged stretches in order of time."""
        return sorted([*self._dark(), *self._still(), *self._damaged()], key=lambda s: (s.start, s.end, s.kind))

    def _dark(self) -> Iterator[PictureState]:
        at, bright = self.samples.column("at"), self.samples.column("bright")
        flags = self.samples.dark(self.rules)
        for first, last in runs(flags):
            inside = slice(first, last + 1)
            kind = "black" if np.median(bright[inside]) <= self.rules.black_bright else "dark_textured"
            outside = self._around(first, last)
            figures = {
                "brightness": float(np.median(self.samples.column("brightness")[inside])),
                "bright": float(np.median(bright[inside])),
                "detail": float(np.median(self.samples.column("detail")[inside])),
                "pictures": float(last - first + 1),
                **outside,
            }
            start = self._dark_from(first) if first else float(at[0])
            end = self._dark_until(last) if last + 1 < len(at) else self.end
            yield PictureState(ms(start), ms(end), kind, _rounded(figures))

    def _around(self, first: int, last: int) -> dict[str, float]:
        """Brightness and detail of up to five pictures on either side that are not dark themselves."""
        usable = ~self.samples.dark(self.rules)
        near = [i for i in (*range(first - 5, first), *range(last + 1, last + 6)) if 0 <= i < len(usable) and usable[i]]
        if not near:
            return {}
        return {
            "brightness_around": float(np.median(self.samples.column("brightness")[near])),
            "detail_around": float(np.median(self.samples.column("detail")[near])),
        }

    def _is_dark(self, look: Look) -> bool:
        row = [np.array([value]) for value in (look.brightness, look.bright, look.detail)]
        return bool(is_dark(row[0], row[1], row[2], self.rules)[0])

    def _dark_from(self, first: int) -> float:
        """The first frame after which it stays dark; frames are decoded until that is plain."""
        before, at = self.samples.at[first - 1], self.samples.at[first]
        begins: float | None = None
        for look in self.reader.looks(before, at):
            if not self._is_dark(look):
                begins = None
            elif begins is None:
                begins = look.at
            elif look.at - begins >= SETTLED:
                break
        return at if begins is None else begins

    def _dark_until(self, last: int) -> float:
        """The first frame that is light again."""
        after = self.samples.at[last + 1]
        looks = self.reader.looks(self.samples.at[last], after)
        return next((look.at for look in looks if not self._is_dark(look)), after)

    def _damaged(self) -> Iterator[PictureState]:
        at = self.samples.column("at")
        for first, last in runs(self.samples.column("damaged") > 0):
            end = float(at[last + 1]) if last + 1 < len(at) else self.end
            yield PictureState(ms(float(at[first])), ms(end), "corrupt", {"pictures": float(last - first + 1)})

    def _still(self) -> Iterator[PictureState]:
        dark = self.samples.dark(self.rules)
        flags = self.samples.alike(self.rules) & ~dark
        flags[1:] &= ~dark[:-1]
        for first, last in runs(flags):
            yield self._still_stretch(first - 1, last)

    def _still_stretch(self, first: int, last: int) -> PictureState:
        """The stretch in which the pictures `first` to `last` are alike."""
        at = self.samples.column("at")
        settled = float(at[last - 1])  # the encoder has settled by the last pair
        inside = self.reader.steps(settled, min(float(at[last]), settled + ENOUGH))
        grain = [s.grain for s in inside if not s.key] or [s.grain for s in inside]
        figures = {"step": float(np.median(self.samples.column("step_mean")[first + 1 : last + 1]))}
        start, end = float(at[first]), float(at[last])
        if grain:
            figures["grain"] = float(np.median(grain))
        if not grain or figures["grain"] > self.rules.held_grain:
            kind = "still_noisy" if grain else "still"
            return PictureState(ms(start), ms(end), kind, _rounded(figures))
        if first > 0:
            start, stop = _stop(self.reader.steps(float(at[first - 1]), start), start)
            figures |= stop
        if last + 1 < len(at):
            end, jump = _jump(self.reader.steps(end, float(at[last + 1]) + BESIDE), float(at[last + 1]))
            figures |= jump
        else:
            end = self.end
        return PictureState(ms(start), ms(end), "still", _rounded(figures))


def _quiet(step: Step) -> bool:
    return step.local <= (QUIET_KEY if step.key else QUIET)


def _stop(steps: Sequence[Step], default: float) -> tuple[float, dict[str, float]]:
    """When the picture stops, and how it moved in the frames just before."""
    moving = [i for i, step in enumerate(steps) if not _quiet(step)]
    if not moving:
        return (steps[0].at if steps else default), {}
    begins = moving[-1] + 1
    start = steps[begins].at if begins < len(steps) else default
    before = [s.local for s in steps[: moving[-1] + 1] if s.at >= steps[moving[-1]].at - BESIDE]
    return start, {"motion_before": float(np.median(before)), "last_motion": steps[moving[-1]].local}


def _jump(steps: Sequence[Step], default: float) -> tuple[float, dict[str, float]]:
    """When the picture moves again, how far it jumps there, and how it moves after."""
    first = next((i for i, step in enumerate(steps) if not _quiet(step)), None)
    if first is None:
        return default, {}
    jump, after = steps[first], [s.local for s in steps[first + 1 :] if s.at <= steps[first].at + BESIDE]
    figures = {"jump": jump.local}
    if after:
        figures["motion_after"] = float(np.median(after))
    figures["jump_likeness"] = likeness(jump.before, jump.look)
    return jump.at, figures


def gaps(packets: PacketIndex, origin: float, duration: float, rules: PictureRules) -> list[PictureState]:
    """Stretches without any picture: before the first, between two, after the last."""
    times = np.unique(np.asarray(packets.times, dtype=np.float64)) - origin
    if not len(times):
        return []
    steps = np.diff(times)
    usual = float(np.median(steps)) if len(steps) else 0.0
    edges = [(0.0, max(0.0, float(times[0])))]
    edges += [(float(times[i]) + usual, float(times[i + 1])) for i in np.flatnonzero(steps > rules.gap)]
    edges.append((min(duration, packets.end - origin), duration))
    return [PictureState(ms(a), ms(b), "gap", {"seconds": ms(b - a)}) for a, b in edges if b - a > rules.gap]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures.items()}
