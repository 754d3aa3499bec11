"""Where a picture that is held stops and jumps on, frame by frame, and what the frames beside those edges show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np

from pipeline.media.frames import Step
from pipeline.media.picture import Look, change, likeness, relit_change, shifted_change
from pipeline.media.rules import PictureRules

QUIET, QUIET_KEY = 4.0, 6.0
"""A frame (a key frame, which is encoded anew) repeats the one before if 99 % of the blocks change at most by this. The
grain of a frozen picture may change more, since each kind of frame is coded more or less finely."""
GRAINY = 2.0
"""Mean change of one frame that no held picture shows, whatever the encoder does"""
STIRRED = 0.2
"""Share of the grain of a picture that moves gently up to which the grain of a held one tells them apart"""
FALLEN = 0.75
"""and how far it falls at least: an encoder may go on refining the held picture"""
BESIDE = 0.4
"""Seconds before a stop and after a jump over which the motion of the live picture is taken"""

MOVES = 8.0
"""Change that 1 % of the blocks exceed from frame to frame where the camera is walked with"""
ABRUPT = 0.35
"""Share of that motion which the last frame before an abrupt stop still shows"""
OTHER_SHAPES, FURTHER = 0.8, 3.0
"""Likeness up to which shapes are plainly others, and how much further than the motion after it a jump to them goes"""
QUICK = 0.12
"""Seconds from frame to frame up to which a stop or a jump within one of them tells something"""


@dataclass(frozen=True)
class Edge:
    """One end of a held picture: when, what the live frames beside it show, and the held picture itself."""

    at: float
    figures: dict[str, float] = field(default_factory=dict)
    held: Look | None = None
    repeats: tuple[Step, ...] = ()
    """the frames on the held side that were decoded"""
    after: Look | None = None
    """what is shown after a jump"""


def quiet(step: Step) -> bool:
    """Whether a frame repeats the one before, as far as its blocks tell."""
    return step.local <= (QUIET_KEY if step.key else QUIET)


def may_be_held(step: Step) -> bool:
    """Whether a frame may be a repeat of the one before: it is quiet, and has little grain."""
    return quiet(step) and step.grain <= GRAINY


def stop_in(steps: Sequence[Step], default: float) -> Edge:
    """When the picture stops, how it moved in the frames just before, and what it shows then."""
    moving = [i for i, step in enumerate(steps) if not quiet(step)]
    if not moving and steps:
        begins = _last_stirred(steps, default)
        return Edge(steps[begins].at, held=steps[begins].before, repeats=tuple(steps[begins:]))
    if not moving:
        return Edge(default)
    begins = moving[-1] + 1
    start = steps[begins].at if begins < len(steps) else default
    before = [s for s in steps[:begins] if s.at >= steps[moving[-1]].at - BESIDE]
    figures = {
        "motion_before": float(np.median([s.local for s in before])),
        "last_motion": steps[moving[-1]].local,
        **_noise("noise_before", before),
    }
    return Edge(start, figures, steps[moving[-1]].look, tuple(steps[begins:]))


def _last_stirred(steps: Sequence[Step], held_at: float) -> int:
    """The step after the last one of a picture that moved too little to tell by its blocks; 0 where its grain tells
    nothing either. `held_at`: when the picture is held for sure."""
    plain = [i for i, step in enumerate(steps) if not step.key]
    live = [steps[i].grain for i in plain if steps[i].at <= steps[0].at + BESIDE]
    held = [steps[i].grain for i in plain if steps[i].at >= held_at]
    if not live or not held or float(np.median(held)) > STIRRED * float(np.median(live)):
        return 0
    limit = float(np.median(held)) + FALLEN * float(np.median(live) - np.median(held))
    last = next((i for i in reversed(plain) if steps[i].grain > limit and steps[i].at < held_at - 1e-3), -1)
    return last + 1 if last + 1 < len(steps) and steps[last + 1].at <= held_at + 1e-3 else 0


def settled(stop: Edge, held: Look, rules: PictureRules) -> Edge:
    """The stop moved to the first frame that is as alike the held picture as re-encoding leaves it.

    What moves slowly in a plain scene repeats as far as its blocks tell, and does not stand still. `held`: the last
    frame before the jump, which no stop comes after: what was taken for one is the jump itself.
    """
    for number, step in enumerate(step for step in stop.repeats if step.at <= held.at):
        if is_same(step.look, held, rules):
            stop = replace(stop, at=step.at, held=step.before, repeats=stop.repeats[number:]) if number else stop
            break
    return stop if stop.at <= held.at else replace(stop, at=held.at, repeats=())


def is_same(one: Look, other: Look, rules: PictureRules) -> bool:
    """Whether two pictures are as alike as re-encoding leaves one held picture."""
    mean, most = change(one, other)
    return mean <= rules.drift_mean and most <= rules.drift_most


def jumps_plainly(figures: Mapping[str, float]) -> bool:
    """Whether a held picture jumps on so far, amid motion or to other shapes, that its noise need not be known."""
    far, after = figures.get("jump", 0.0), figures.get("motion_after", 0.0)
    away = figures.get("jump_likeness", 1.0) <= OTHER_SHAPES and far >= FURTHER * after
    return figures.get("interval", 1.0) <= QUICK and far >= 2 * MOVES and (after >= MOVES or away)


def stops_plainly(figures: Mapping[str, float]) -> bool:
    """Whether a picture stopped from one frame to the next amid motion."""
    before = figures.get("motion_before", 0.0)
    return before >= MOVES and figures.get("last_motion", 0.0) >= ABRUPT * before


def held_throughout(figures: Mapping[str, float]) -> bool:
    """Whether a held picture has such plain ends that nothing in it need be looked for again."""
    return stops_plainly(figures) and jumps_plainly(figures)


def rounded(figures: Mapping[str, float]) -> dict[str, float]:
    """Figures as a state keeps them."""
    return {name: round(value, 3) for name, value in figures.items()}


def jump_in(steps: Iterable[Step], default: float) -> Edge:
    """When the picture moves again, how far it jumps there and how it moves after, and what it showed until then."""
    left, repeats = iter(steps), []
    for jump in left:
        if quiet(jump):
            repeats.append(jump)
            continue
        after = _until(left, jump.at + BESIDE)
        figures = {"jump": jump.local, "jump_likeness": likeness(jump.before, jump.look)}
        figures["jump_unlit"], figures["jump_both"] = relit_change(jump.before, jump.look)
        figures["jump_shift"], figures["jump_left"] = shifted_change(jump.before, jump.look)
        figures |= {"motion_after": float(np.median([s.local for s in after]))} if after else {}
        figures["interval"] = jump.at - jump.before.at
        return Edge(jump.at, figures | _noise("noise_after", [jump, *after]), jump.before, tuple(repeats), jump.look)
    return Edge(default)


def _until(steps: Iterable[Step], end: float) -> list[Step]:
    return list(takewhile(lambda step: step.at <= end, steps))


def joined(stop: Edge | None, jump: Edge | None) -> dict[str, float]:
    """The figures of both ends, how far the picture drifts between them, and how much of the noise is left in it.

    `noise_held`: change of the finest grain from repeat to repeat; `noise_key`: the same at a key frame, which is coded
    anew and would show a live sensor's new noise. Each is missing where no such frame was decoded.
    """
    edges = [edge for edge in (stop, jump) if edge]
    figures = {name: value for edge in edges for name, value in edge.figures.items()}
    if stop and jump and stop.held and jump.held:
        figures["drift"], figures["drift_most"] = change(stop.held, jump.held)
    repeats = [step for edge in edges for step in edge.repeats]
    keys = [step.noise for step in repeats if step.key]
    figures |= _noise("noise_held", repeats)
    return figures | ({"noise_key": min(keys)} if keys else {})


def _noise(name: str, steps: Iterable[Step]) -> dict[str, float]:
    """The middle change of the finest grain in frames that are no key frames."""
    middle = middle_noise(steps)
    return {} if middle is None else {name: middle}


def middle_noise(steps: Iterable[Step]) -> float | None:
    """The middle change of the finest grain in frames that are no key frames. None: there are none."""
    found = [step.noise for step in steps if not step.key]
    return float(np.median(found)) if found else None
