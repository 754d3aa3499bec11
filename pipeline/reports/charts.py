"""The figures of an incident as lines and marks on a drawing 640 wide: measured values in, coordinates out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.policy.command_rate import WINDOW, command_rate
from pipeline.policy.spoken import as_clock
from pipeline.sequence import Mark
from pipeline.types import HeardTurn, IncidentEvidence, Role, Span

LEFT, WIDTH, TOP, HEIGHT = 50.0, 580.0, 10.0, 85.0
BINS = 290
"""values along a chart: one for every two units of width"""
LANES = ("technique", "order", "force", "eased")
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Chart:
    """A drawing of one quantity over the time of an incident."""

    title: str
    top: str
    bottom: str
    lines: Sequence[str]
    """points of each unbroken line, "x,y x,y"; a gap is where nothing was measured"""
    bands: Sequence[tuple[float, float]]
    """x and width of stretches drawn behind the lines"""
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Dot:
    """A mark of the strip."""

    x: float
    lane: int
    title: str


def talk_time(turns: Iterable[HeardTurn]) -> list[tuple[str, int]]:
    """Seconds of speech by role, each utterance once."""
    names: Mapping[Role | None, str] = {
        Role.OFFICER: "Officers", Role.CIVILIAN: "Others", Role.RADIO: "Radio", None: "Role not told",
    }  # fmt: skip
    seconds = dict.fromkeys(names.values(), 0.0)
    for turn in turns:
        seconds[names[turn.role]] += turn.span.duration
    return [(name, round(total)) for name, total in seconds.items()]


def strip(marks: Sequence[Mark], whole: Span) -> list[Dot]:
    """The marks of a sequence on their lanes."""
    return [Dot(_x(m.start, whole), LANES.index(m.lane), m.title) for m in marks if m.lane in LANES]


def ticks(whole: Span) -> list[tuple[float, str]]:
    """About six round times along the axis."""
    step = next((s for s in (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800) if whole.duration / s <= 7), 3600)
    times = np.arange(np.ceil(whole.start / step) * step, whole.end + 1e-6, step)
    return [(_x(float(t), whole), as_clock(float(t))) for t in times]


def orders_per_minute(orders: Sequence[Span], whole: Span) -> Chart:
    """How many orders a minute around each moment."""
    values = np.asarray(command_rate(orders, whole).values, float)
    return _chart(f"Orders a minute, over {WINDOW:.0f} s", [values], whole, 0.0, max(4.0, float(values.max())))


def loudness(evidence: IncidentEvidence, whole: Span) -> Chart | None:
    """Level of each camera in dBFS; cameras differ in gain, so that lines cannot be compared with each other."""
    lines = [_of_curve(evidence, n, "level", whole) for n in range(len(evidence.members))]
    known = [line for line in lines if np.isfinite(line).any()]
    if not known:
        return None
    title = "Loudness of each camera, dBFS; shaded: two or more voices at once"
    return _chart(title, known, whole, -70.0, 0.0, evidence.overlaps() or ())


def effort(evidence: IncidentEvidence, whole: Span) -> Chart | None:
    """How probable a raised voice is, the highest of all cameras."""
    lines = [_of_curve(evidence, n, "vocal_effort", whole) for n in range(len(evidence.members))]
    stacked = np.array(lines)
    if not np.isfinite(stacked).any():
        return None
    highest = np.where(
        np.isfinite(stacked).any(axis=0), np.where(np.isfinite(stacked), stacked, -1).max(axis=0), np.nan
    )
    return _chart("Vocal effort: how probable a raised voice is, 0 to 1", [highest], whole, 0.0, 1.0)


def _chart(
    title: str, lines: Sequence[Values], whole: Span, low: float, high: float, bands: Iterable[Span] = ()
) -> Chart:
    return Chart(
        title=title,
        top=f"{high:g}" if high == round(high) else f"{high:.1f}",
        bottom=f"{low:g}",
        lines=[points for line in lines for points in _points(line, low, high)],
        bands=[(x := _x(b.start, whole), round(max(1.0, _x(b.end, whole) - x), 1)) for b in bands],
        ticks=ticks(whole),
    )


def _points(values: Values, low: float, high: float) -> Iterator[str]:
    """Unbroken stretches of a line."""
    y = TOP + HEIGHT * (1 - (np.clip(values, low, high) - low) / (high - low))
    x = LEFT + WIDTH * (np.arange(len(values)) + 0.5) / len(values)
    run: list[str] = []
    for one, two in zip(x, y, strict=True):
        if np.isfinite(two):
            run.append(f"{one:.0f},{two:.1f}")
        elif run:
            yield " ".join(run if len(run) > 1 else run * 2)
            run = []
    if run:
        yield " ".join(run if len(run) > 1 else run * 2)


def _of_curve(evidence: IncidentEvidence, member: int, name: str, whole: Span) -> Values:
    """Means of a member's curve over each bin of the incident, NaN where it has none."""
    of = evidence.members[member]
    curve = getattr(of.evidence, name)
    out = np.full(BINS, np.nan)
    if curve is None:
        return out
    values = np.asarray(curve.values, float)
    times = of.offset + curve.times() * (1 + of.drift_ppm * 1e-6)
    good = np.isfinite(values) & (times >= whole.start) & (times < whole.end)
    bins = ((times[good] - whole.start) / max(whole.duration, 1e-9) * BINS).astype(int)
    counts = np.bincount(bins, minlength=BINS)[:BINS]
    sums = np.bincount(bins, values[good], minlength=BINS)[:BINS]
    return np.where(counts > 0, sums / np.maximum(counts, 1), out)


def _x(time: float, whole: Span) -> float:
    return round(LEFT + WIDTH * (time - whole.start) / max(whole.duration, 1e-9), 1)
