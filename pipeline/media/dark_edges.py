"""On which picture a dark stretch begins or ends: by a glimpse at the likeliest place, else picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.media.frames import LEAD, FrameReader
from pipeline.media.glimpses import GlimpseReader
from pipeline.media.picture import Look, brightness_of, likeness
from pipeline.media.rules import PictureRules
from pipeline.media.samples import DARK, DIM, LEAKED, Lights, Samples, is_dark, is_dim, is_faint, is_leaked_on
from pipeline.media.sharpness import sharpness

SETTLED = 0.25
"""Seconds of unbroken darkness after which no earlier light is looked for"""
NEAR = 0.3
"""A glimpse shows the state before or after the edge if its brightness differs from the sampled picture's by at most
this share of the difference between the two; whatever lies between has to be decoded in full"""
AFTER = 2
"""Pictures that must show the state after the edge"""
BEFORE = 3
"""Pictures looked at on the light side whose brightest says how light it was"""
LIGHTER = 2.0
"""How many times the brightness (of the brightest 1 %) of a dark picture one near it must have for a fade to tell"""
RISES = 0.4
"""Seconds of frames decoded after the first light one at most, until it is half as light as it will be"""


@dataclass(frozen=True)
class DarkEdge:
    """When it becomes dark or light, and what the pictures on both sides show, where several had to be decoded."""

    at: float
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class DarkEdges:
    """Places the edges between a sampled picture that is dark and one that is not."""

    samples: Samples
    reader: FrameReader
    glimpses: GlimpseReader
    decoded: Lights
    rules: PictureRules
    known: dict[tuple[int, int], DarkEdge] = field(default_factory=dict)
    """edges looked for already, by the two pictures looked at between which they lie"""

    def begins(self, first: int) -> DarkEdge:
        """When it becomes dark, where the sampled picture `first` is the first dark one (there is one before it)."""
        if (first - 1, first) not in self.known:
            self.known[first - 1, first] = self._begins(first)
        return self.known[first - 1, first]

    def _begins(self, first: int) -> DarkEdge:
        glimpsed = self._seen(first - 1, first)
        return self._dark_from(first) if glimpsed is None else DarkEdge(glimpsed)

    def ends(self, last: int) -> DarkEdge:
        """When it is light again, where the sampled picture `last` is the last dark one (there is one after it)."""
        if (last, last + 1) not in self.known:
            self.known[last, last + 1] = self._ends(last)
        return self.known[last, last + 1]

    def _ends(self, last: int) -> DarkEdge:
        glimpsed = self._seen(last, last + 1)
        return self.dark_until(last, self.samples.at[last + 1]) if glimpsed is None else DarkEdge(glimpsed)

    def _seen(self, before: int, after: int) -> float | None:
        """The one picture in which the light changes between two samples. None: it changes in several."""
        start, end = self.samples.at[before], self.samples.at[after]
        known = self.decoded.between(start, end)
        switched = self._switched(known, before, after, whole=True)
        if switched is not None or (known and len(known) >= self.glimpses.shown(start, end)):
            return switched
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

    def _told(self, sample: int) -> Callable[[Look], bool]:
        """Tells frames that are dark as this sampled picture is: without shapes; or dim, or lit past a cover; or, in
        the noise of a night, without anything in focus."""

        def figures(*names: str) -> list[float]:
            return [getattr(self.samples, name)[sample] for name in names]

        if is_dark(self.rules, *figures(*DARK)):
            return lambda look: self.is_dark(look, strictly=True)
        if is_dim(self.rules, *figures(*DIM)) or is_leaked_on(self.rules, *figures(*LEAKED)):
            return self.is_dark
        return self._is_faint

    def _is_faint(self, look: Look) -> bool:
        figures = look.brightness, look.bright, look.detail, sharpness(look.fine)
        return self.is_dark(look) or bool(is_faint(self.rules, *figures))

    def _dark_from(self, first: int) -> DarkEdge:
        """The first frame after which it stays dark; frames are decoded until that is plain."""
        dark, light, lit = None, None, None
        is_dark, is_lit = self._told(first), self._lit(first, range(max(0, first - BEFORE), first))
        for look in self.reader.looks(self.samples.at[first - 1], self.samples.at[first]):
            if not is_dark(look):
                light, dark = look, None
                lit = look if lit is None or (is_lit and is_lit(look)) else lit
            elif dark is None:
                dark = look
            elif look.at - dark.at >= SETTLED:
                break
        if dark is None:
            return DarkEdge(self.samples.at[first])
        return DarkEdge(dark.at, _fade("falls", dark, light, lit if is_lit else None))

    def dark_until(self, last: int, after: float) -> DarkEdge:
        """The first frame that is light again, `after` at the latest; behind the last picture looked at, too."""
        dark, light, lit = None, None, None
        following = range(last + 1, min(len(self.samples), last + 1 + BEFORE))
        is_dark, is_lit = self._told(last), self._lit(last, following)
        for look in self.reader.looks(self.samples.at[last], after + RISES):
            if light is None and is_dark(look):
                dark = look
                continue
            light, lit = light or look, look
            if not is_lit or is_lit(look) or look.at - light.at >= RISES:
                break
        if light is None or light.at > after:
            return DarkEdge(after)
        return DarkEdge(light.at, _fade("rises", dark, light, lit if is_lit else None))

    def _lit(self, dark: int, near: range) -> Callable[[Look], bool] | None:
        """Tells frames that show half or more of what the pictures near a dark one do, by what 1 % exceeds and by their
        detail: what slides over the lens leaves both until it has covered nearly all, light that goes takes them. None:
        those near it are not far lighter."""
        light = max((self.samples.bright[i] for i in near), default=0.0)
        detail = max((self.samples.detail[i] for i in near), default=0.0)
        if light < LIGHTER * self.samples.bright[dark]:
            return None
        half = (self.samples.bright[dark] + light) / 2, (self.samples.detail[dark] + detail) / 2
        return lambda look: look.bright >= half[0] and look.detail >= half[1]


def _fade(name: str, dark: Look | None, light: Look | None, lit: Look | None) -> dict[str, float]:
    """Seconds between the darkest light frame and the nearest lit one, and how alike the shapes of the dark frame and
    the light one beside it are, where both have shapes."""
    fade = {name: abs(lit.at - light.at)} if light and lit else {}
    alike = likeness(dark, light) if dark and light else 1.0
    return fade | ({f"{name}_alike": alike} if alike < 1.0 else {})


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
