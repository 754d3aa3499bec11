"""On which picture a dark stretch begins or ends: by a glimpse at the likeliest place, else picture by picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.media.frames import LEAD, FrameReader
from pipeline.media.glimpses import GlimpseReader
from pipeline.media.picture import Look, brightness_of
from pipeline.media.rules import PictureRules
from pipeline.media.samples import DARK, Lights, Samples, is_dark, is_dim, is_leaked_on
from pipeline.media.sharpness import sharpness

SETTLED = 0.25
"""Seconds of unbroken darkness after which no earlier light is looked for"""
NEAR = 0.3
"""A glimpse shows the state before or after the edge if its brightness differs from the sampled picture's by at most
this share of the difference between the two; whatever lies between has to be decoded in full"""
AFTER = 2
"""Pictures that must show the state after the edge"""


@dataclass(frozen=True)
class DarkEdges:
    """Places the edges between a sampled picture that is dark and one that is not."""

    samples: Samples
    reader: FrameReader
    glimpses: GlimpseReader
    decoded: Lights
    rules: PictureRules

    def begins(self, first: int) -> float:
        """When it becomes dark, where the sampled picture `first` is the first dark one (there is one before it)."""
        glimpsed = self._seen(first - 1, first)
        return self._dark_from(first) if glimpsed is None else glimpsed

    def ends(self, last: int) -> float:
        """When it is light again, where the sampled picture `last` is the last dark one (there is one after it)."""
        glimpsed = self._seen(last, last + 1)
        return self.dark_until(last, self.samples.at[last + 1]) if glimpsed is None else glimpsed

    def _seen(self, before: int, after: int) -> float | None:
        """The one picture in which the light changes between two samples. None: it changes in several."""
        start, end = self.samples.at[before], self.samples.at[after]
        known = self.decoded.between(start, end)
        if known:
            return self._switched(known, before, after, whole=True)
        for frames, whole in ((self.glimpses.at_change, False), (self.glimpses.all_from, True)):
            seen: list[tuple[float, float]] = []
            for at, frame in frames(start, end):
                seen.append((at, brightness_of(frame)))
                switched = self._switched(seen, before, after, whole)
                if switched is not None:
                    return switched
        return None

    def _switched(self, seen: Sequence[tuple[float, float]], before: int, after: int, whole: bool) -> float | None:
        """The same in pictures seen, (seconds, brightness) in any order; `whole`: each is as it was recorded."""
        light, end = self.samples.brightness, self.samples.at[after]
        shown = sorted(one for one in seen if one[0] < end - LEAD)
        if shown and self.glimpses.adjoin(shown[-1][0], end):
            shown += [(end, light[after])] * (AFTER if whole else 1)
        switch = _switch(shown, light[before], light[after])
        return switch[1] if switch is not None and self.glimpses.adjoin(*switch) else None

    def is_dark(self, look: Look, strictly: bool = False) -> bool:
        """`strictly`: without shapes, as the sampled picture of the dark side; else dim will do."""
        if is_dark(self.rules, look.brightness, look.bright, look.detail):
            return True
        if strictly:
            return False
        figures = (look.brightness, look.bright, look.detail, sharpness(look.fine), look.spread)
        leaked = (look.typical, *look.leaked)
        return bool(is_dim(self.rules, *figures) or is_leaked_on(self.rules, *leaked))

    def _strictly(self, sample: int) -> bool:
        return bool(is_dark(self.rules, *(getattr(self.samples, name)[sample] for name in DARK)))

    def _dark_from(self, first: int) -> float:
        """The first frame after which it stays dark; frames are decoded until that is plain."""
        before, at = self.samples.at[first - 1], self.samples.at[first]
        begins: float | None = None
        strictly = self._strictly(first)
        for look in self.reader.looks(before, at):
            if not self.is_dark(look, strictly):
                begins = None
            elif begins is None:
                begins = look.at
            elif look.at - begins >= SETTLED:
                break
        return at if begins is None else begins

    def dark_until(self, last: int, after: float) -> float:
        """The first frame that is light again, `after` at the latest; behind the last picture looked at, too."""
        looks, strictly = self.reader.looks(self.samples.at[last], after), self._strictly(last)
        return next((look.at for look in looks if not self.is_dark(look, strictly)), after)


def _switch(ordered: Sequence[tuple[float, float]], before: float, after: float) -> tuple[float, float] | None:
    """The two pictures between which the brightness goes from `before` to `after`, and stays. None: it does not.

    `ordered`: (seconds, brightness) by time.
    """
    limit = NEAR * abs(after - before)
    first = [abs(light - before) <= limit for _, light in ordered]
    second = [abs(light - after) <= limit for _, light in ordered]
    changed = next((i for i, state in enumerate(first) if not state), len(ordered))
    if not changed or len(ordered) < changed + AFTER or not all(second[changed:]):
        return None
    return ordered[changed - 1][0], ordered[changed][0]
