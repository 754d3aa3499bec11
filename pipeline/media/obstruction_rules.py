"""The figures by which something that lies on a part of the lens is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ObstructionRules:
    """What is taken for something that lies on a part of the lens (`pipeline.media.obstructed`).

    In 8-bit luma steps where no other unit is said; chosen on the part `chosen` of
    `tests/benchmarks/obstructed_view.py`.
    """

    apart: float = 0.9
    """seconds between pictures that are compared"""
    window: float = 9.0
    fewest: int = 5
    """seconds, and pictures, in which a region must stay"""
    least: float = 10.0
    slack: float = 1.5
    """seconds that it lasts; less the step between pictures"""
    light: float = 25.0
    """mean luma of a picture from which on it is judged"""
    livelier: float = 85.0
    moves: float = 6.0
    """the camera moves where this many in a hundred blocks have less unrest than the others, and they so much"""
    quiet: float = 0.15
    quiet_least: float = 1.5
    """share of that unrest up to which a block stays"""
    smallest: float = 0.07
    largest: float = 0.7
    """share of the picture"""
    alike: float = 0.6
    """shared blocks of two regions, of their union, that are one"""
    unlike_least: float = 3.0
    unlike_times: float = 2.5
    """a picture belongs to it whose region differs from the usual at most so much, or so many times the middle one"""
    shift_least: float = 12.0
    shift: float = 0.35
    """and is at most so much lighter or darker; or such a share of its luma"""
    else_least: int = 3
    else_most: int = 40
    """pictures outside it, at least and at most, that are compared"""
    lives: float = 0.5
    """share of its blocks that live there"""
    looks: int = 12
    """pictures of the second look"""
    looks_least: float = 2.0
    look_every: float = 300.0
    """second looks at most: so many, and one for so many seconds"""
    wide_px: int = 640
    """width of the pictures of the second look"""
    low: float = 0.2
    high: float = 0.55
    """its border goes from this share to that share of how far the world ranges"""
    ramp: float = 0.0046
    ramp_tenth: float = 0.003
    """share of the width over which it does so, for three quarters and nine tenths of the border: 0.0016-0.0044
    measured for things in focus, still and moving, 0.0034-0.013 for what lies on the lens"""
    times_focus: float = 0.9
    """and so many times the width of an edge of the world"""
    ramp_half_most: float = 0.014
    ramp_most: float = 0.05
    """at most: a lens whose corners are dark measured 0.028 and more"""
    ramp_even: float = 1.7
    """the middle is at most so many times the first quarter: of a border in focus before a bare world it is more"""
    kept: float = 0.85
    """share of the region that is covered indeed"""
    outside: float = 15.0
    """range of the world beside it"""
