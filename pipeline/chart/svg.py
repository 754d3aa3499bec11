"""The chart as one SVG: talk time by speaker, then orders a minute, loudness and vocal effort on one time axis.

It takes its colours from the page (`currentColor`, and `--bwc-...` where the page sets them), so that it reads in the
light, in the dark and on paper. Where nothing was measured it is hatched, never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

import numpy as np

from pipeline.chart.figures import Chart
from pipeline.policy.spoken import as_clock
from pipeline.types import Curve, Role

WIDTH, LEFT, RIGHT = 960, 190, 20
"""pixels: of the drawing, for names on the left, free on the right"""
BAR, GAP, PLOT = 18, 8, 64
"""pixels: height of a bar, between bars, height of a curve"""
MOST_SPEAKERS = 12
"""bars of their own; the others share one"""
LOUDEST = 30.0
"""dB over the floor at the top of the loudness curve, where nothing is louder"""
BUSIEST = 12.0
"""orders a minute at the top of their curve, where there are no more"""

COLOURS = {
    Role.OFFICER: "var(--bwc-officer, #2f6fb3)",
    Role.CIVILIAN: "var(--bwc-civilian, #a8641c)",
    Role.RADIO: "var(--bwc-radio, #6b6f76)",
    None: "var(--bwc-unknown, #8a8f98)",
}
_ROLE = {Role.OFFICER: "officer", Role.CIVILIAN: "civilian", Role.RADIO: "radio", None: "role not known"}


def chart_svg(chart: Chart, title: str) -> str:
    """The drawing as text. `title` is escaped."""
    bars = list(_bars(chart))
    top = 26 + len(bars) * (BAR + GAP) + 22
    curves = "".join(_curve(chart, *row) for row in _rows(chart, top))
    height = top + 3 * (PLOT + 34) + 14
    talk = "".join(bar.replace("TOP", str(26 + i * (BAR + GAP))) for i, bar in enumerate(bars))
    return (
        f'<svg class="bwc-chart" role="img" viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg"'
        f' font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
        f"<title>{escape(title)}</title><desc>{escape(described(chart))}</desc>{_HATCH}"
        f'<text x="0" y="14" font-weight="600">Talk time</text>{talk}{curves}{_axis(chart, height)}</svg>'
    )


def described(chart: Chart) -> str:
    """The chart in sentences, for those who do not see it."""
    talk = ", ".join(f"{role} {seconds:.0f} s" for role, seconds in chart.talk_by_role().items()) or "nobody"
    overlap = "not measured" if chart.overlap is None else f"{chart.overlap:.0f} s"
    orders = "Orders were not looked for." if chart.command_rate is None else f"{chart.orders} orders to the public."
    return f"Talk time: {talk}. Two voices at once: {overlap}. {orders}"


_HATCH = (
    '<defs><pattern id="bwc-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="6" stroke="currentColor" stroke-width="1" opacity="0.35"/></pattern></defs>'
)


def _bars(chart: Chart) -> Iterator[str]:
    talk = list(chart.talk[:MOST_SPEAKERS])
    longest = max((t.seconds for t in chart.talk), default=1.0) or 1.0
    rows = [(t.speaker or "speaker not known", t.role, t.seconds) for t in talk]
    if rest := chart.talk[MOST_SPEAKERS:]:
        rows.append((f"{len(rest)} more speakers", None, round(sum(t.seconds for t in rest), 1)))
    for name, role, seconds in rows:
        width = max(1.0, seconds / longest * (WIDTH - LEFT - RIGHT - 60))
        label = name if role is None or _ROLE[role] in name else f"{name}, {_ROLE[role]}"
        yield (
            f'<g transform="translate(0 TOP)"><text x="0" y="13">{escape(_shortened(label))}</text>'
            f'<rect x="{LEFT}" y="0" width="{width:.1f}" height="{BAR}" rx="2" fill="{COLOURS[role]}"/>'
            f'<text x="{LEFT + width + 6:.1f}" y="13">{_seconds(seconds)}</text></g>'
        )


def _shortened(text: str, longest: int = 28) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else as_clock(seconds)


def _rows(chart: Chart, top: int) -> Iterator[tuple[str, Curve | None, float, int]]:
    step = PLOT + 34
    yield "Orders a minute", chart.command_rate, _ceiling(chart.command_rate, BUSIEST), top
    yield "Loudness, dB", chart.loudness, _ceiling(chart.loudness, LOUDEST), top + step
    yield "Raised voice", chart.effort, 1.0, top + 2 * step


def _ceiling(curve: Curve | None, least: float) -> float:
    known = curve.values[np.isfinite(curve.values)] if curve is not None else np.empty(0)
    return max(least, float(np.ceil(known.max())) if len(known) else least)


def _curve(chart: Chart, name: str, curve: Curve | None, ceiling: float, top: int) -> str:
    plot = WIDTH - LEFT - RIGHT
    frame = (
        f'<text x="0" y="12" font-weight="600">{escape(name)}</text>'
        f'<text x="{LEFT - 6}" y="10" text-anchor="end" opacity="0.7">{ceiling:g}</text>'
        f'<text x="{LEFT - 6}" y="{PLOT}" text-anchor="end" opacity="0.7">0</text>'
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{PLOT}" y2="{PLOT}" stroke="currentColor" opacity="0.4"/>'
    )
    if curve is None:
        hatched = f'<rect x="{LEFT}" y="0" width="{plot}" height="{PLOT}" fill="url(#bwc-hatch)"/>'
        words = f'<text x="{LEFT + 8}" y="{PLOT / 2 + 4}">not measured</text>'
        return f'<g transform="translate(0 {top})">{frame}{hatched}{words}</g>'
    drawn = "".join(_stretch(curve, first, last, plot, ceiling) for first, last in _stretches(curve))
    return f'<g transform="translate(0 {top})">{frame}{drawn}</g>'


def _stretches(curve: Curve) -> Iterator[tuple[int, int]]:
    """First and last point of each run of measured ones."""
    known = np.concatenate([[False], np.isfinite(curve.values), [False]])
    edges = np.flatnonzero(np.diff(known.astype(np.int8)))
    yield from ((int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _stretch(curve: Curve, first: int, last: int, plot: int, ceiling: float) -> str:
    """An area under a run of points; a single point is as wide as its second."""
    count = len(curve.values)
    xs = LEFT + (np.arange(first, last + 1)) / count * plot
    ys = PLOT - np.clip(curve.values[first:last] / ceiling, 0, 1) * PLOT
    path = " ".join(f"L{x:.1f} {y:.1f} L{after:.1f} {y:.1f}" for (x, after), y in zip(pairwise(xs), ys, strict=True))
    start = f"M{xs[0]:.1f} {PLOT}"
    return f'<path d="{start} {path} L{xs[-1]:.1f} {PLOT} Z" fill="var(--bwc-curve, #4a7d9c)" opacity="0.75"/>'


def _axis(chart: Chart, height: int) -> str:
    """Clock times below the curves, on the clock of the incident or recording."""
    plot, length = WIDTH - LEFT - RIGHT, max(chart.span.duration, 1.0)
    step = next((s for s in (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600) if length / s <= 8), 7200)
    first = int(np.ceil(chart.span.start / step)) * step
    marks = ""
    for moment in range(first, int(chart.span.end) + 1, step):
        x = LEFT + (moment - chart.span.start) / length * plot
        marks += f'<text x="{x:.1f}" y="{height - 2}" text-anchor="middle" opacity="0.7">{_clock(moment)}</text>'
    return marks


def _clock(moment: float) -> str:
    return as_clock(moment) if moment >= 0 else "-" + as_clock(-moment)
