"""On which picture a held one begins and ends, and what its frames show: few of them where that tells, else all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, takewhile

import numpy as np

from pipeline.media.frames import FrameReader, Step, steps_of
from pipeline.media.glimpses import GlimpseReader
from pipeline.media.held import (
    BESIDE,
    Edge,
    is_same,
    jump_in,
    jumps_plainly,
    may_be_held,
    quiet,
    settled,
    stop_in,
)
from pipeline.media.picture import Look
from pipeline.media.rules import PictureRules
from pipeline.media.samples import Samples

ENOUGH = 0.6
"""Seconds of frames that tell a held picture from a live one"""
FEW = 5
"""frames that tell it as well where they must do"""
NEXT = 0.12
"""Seconds looked at behind the first picture of a pair that is alike: it may itself be the last that was live"""

OF_NOISE = ("noise_before", "noise_after")


@dataclass(frozen=True)
class Ahead:
    """What was decoded behind a picture looked at: its repeats, and the jump after them where that is known."""

    repeats: Sequence[Step]
    jump: Edge | None = None
    more: Iterable[Step] = field(default=())
    """the frames that follow, decoded as they are asked for; `repeats` among them where the jump is not known"""

    @property
    def grain(self) -> float | None:
        """Middle change from frame to frame, without key frames if there are others. None: no frames."""
        grain = [s.grain for s in self.repeats if not s.key] or [s.grain for s in self.repeats]
        return float(np.median(grain)) if grain else None


@dataclass(frozen=True)
class StillEdges:
    """Places the ends of the held picture that some of the pictures looked at show."""

    samples: Samples
    reader: FrameReader
    glimpses: GlimpseReader
    rules: PictureRules
    end: float
    """when the picture ends"""

    def ahead(self, before_last: int, last: int) -> Ahead:
        """What follows the last picture of a stretch; where too little does, the repeats come from the one before."""
        at = self.samples.at
        glimpsed = self._glimpsed(last)
        if glimpsed is not None:
            return Ahead(glimpsed.repeats, glimpsed)
        following = self._following(last)
        begun = _repeats(following, at[last] + ENOUGH)
        inside = [s for s in begun if quiet(s)]
        if sum(not s.key for s in inside) < FEW and before_last < last:
            settled_at = at[before_last]  # the encoder has settled by the last pair
            inside = list(self.reader.steps(settled_at, min(at[last], settled_at + ENOUGH)))
        return Ahead(inside, more=chain(begun, following))

    def beside(self, key: int) -> Ahead:
        """What follows a picture that may be held although its neighbours are not."""
        at = self.samples.at[key]
        return Ahead(list(takewhile(may_be_held, self.reader.steps(at, at + BESIDE))), more=self._following(key))

    def jump(self, last: int, ahead: Ahead) -> Edge:
        """When it moves on, at the end of the picture at the latest; `last` is the last one looked at that is held."""
        at = self.samples.at
        return ahead.jump or jump_in(ahead.more, at[last + 1] if last + 1 < len(at) else self.end)

    def stop(self, first: int, jump: Edge | None) -> Edge:
        """When it stood; `first` is the first picture looked at that is held (there is one before it)."""
        at, held = self.samples.at, jump.held if jump else None
        if jump and held and jumps_plainly(jump.figures):
            stop = stop_in(_until_held(self._quickly(first), held, self.rules), at[first])
            stop = settled(stop, held, self.rules)
            if stop.repeats and is_same(stop.repeats[0].look, held, self.rules):
                return _without_noise(stop)
        stop = stop_in(list(self.reader.steps(at[first - 1], at[first] + NEXT)), at[first])
        return settled(stop, held, self.rules) if held else stop

    def _quickly(self, first: int) -> Iterator[Step]:
        """The frames before the held picture `first`, without smoothed block edges; none over several groups."""
        at = self.samples.at
        return steps_of(self.glimpses.all_from(at[first - 1], at[first]))

    def _following(self, last: int) -> Iterator[Step]:
        """The frames from one picture looked at until beyond the next."""
        at = self.samples.at
        return self.reader.steps(at[last], (at[last + 1] if last + 1 < len(at) else self.end) + BESIDE)

    def _glimpsed(self, last: int) -> Edge | None:
        """A plain jump, from the pictures round the packet in which it seems to lie. None: there is none."""
        at = self.samples.at
        if last + 1 >= len(at):
            return None
        jump = jump_in(steps_of(self.glimpses.at_jump(at[last], at[last + 1], BESIDE)), at[last + 1])
        if not jump.held or len(jump.repeats) < FEW or not jumps_plainly(jump.figures):
            return None
        if jump.at >= at[last + 1] or not self.glimpses.adjoin(jump.held.at, jump.at):
            return None
        return _without_noise(replace(jump, repeats=jump.repeats[1:]))  # the first comes from the key frame, far off


def _until_held(frames: Iterable[Step], held: Look, rules: PictureRules) -> list[Step]:
    """Frames up to where a few repeats show what was held last: a wearer who pauses goes on to something else."""
    found: list[Step] = []
    for step in frames:
        found.append(step)
        if all(quiet(s) for s in found[-FEW:]) and len(found) >= FEW and is_same(step.look, held, rules):
            break
    return found


def _without_noise(edge: Edge) -> Edge:
    """The same; the smoothing of block edges that was left out would have changed the noise."""
    return replace(edge, figures={name: value for name, value in edge.figures.items() if name not in OF_NOISE})


def _repeats(steps: Iterator[Step], end: float) -> list[Step]:
    """Frames up to `end` or the first that is no repeat, which is the last of them."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if step.at >= end or not quiet(step):
            break
    return found
