"""Drawings of an audit as inline SVG, in the colours of the page that they stand on."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from pipeline.audit.figures import Figures
from pipeline.audit.texts import percent, rate
from pipeline.reports.intervals import Estimate

BAR_WIDTH, BAR_HEIGHT = 140, 16
"""pixels of a share drawn into a table"""
CHART_WIDTH, CHART_HEIGHT, LEFT, TOP = 720, 170, 44, 12
LEAST_FLOOR = 0.5
"""the lowest share that a chart over months starts from: less than half of the axis is never cut off"""


def share_bar(found: Estimate | None, goal: float) -> Markup:
    """A share with its interval as a line and the goal as a mark. None: a dashed frame, nothing to count."""
    frame = f'<svg class="share" viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}"'
    if found is None:
        empty = f'<rect class="none" x="0.5" y="2.5" width="{BAR_WIDTH - 1}" height="{BAR_HEIGHT - 5}"/>'
        return Markup(f'{frame} role="img" aria-label="nothing to count">{empty}</svg>')
    told = rate(found, goal)
    said = f"{told.value}, between {told.low} and {told.high}; goal {percent(goal)}"
    middle = BAR_HEIGHT / 2
    return Markup(
        f'{frame} role="img" aria-label="{said}"><title>{said}</title>'
        f'<rect class="band" x="0" y="2" width="{BAR_WIDTH}" height="{BAR_HEIGHT - 4}"/>'
        f'<rect class="bar" x="0" y="2" width="{_x(found.value)}" height="{BAR_HEIGHT - 4}"/>'
        f'<path class="whisker" d="M{_x(found.low)} {middle} H{_x(found.high)}"/>'
        f'<path class="goal" d="M{_x(goal)} 0 V{BAR_HEIGHT}"/></svg>'
    )


def _x(share: float) -> float:
    return round(min(1.0, max(0.0, share)) * BAR_WIDTH, 1)


def month_chart(months: Sequence[Figures], goal: float) -> Markup:
    """Activation by month: points with intervals, the goal as a dashed line; a dash where nothing could be counted."""
    known = [one.activated.low for one in months if one.activated]
    floor = min(LEAST_FLOOR, *known, goal) if known else 0.0
    plot_width, plot_height = CHART_WIDTH - LEFT - 10, CHART_HEIGHT - TOP - 26

    def y(share: float) -> float:
        return round(TOP + (1 - (share - floor) / max(1e-9, 1 - floor)) * plot_height, 1)

    parts = [f'<path class="axis" d="M{LEFT} {TOP} V{TOP + plot_height} H{CHART_WIDTH - 10}"/>']
    parts += [f'<text class="soft" x="{LEFT - 6}" y="{y(v) + 4}" text-anchor="end">{v:.0%}</text>' for v in (floor, 1)]
    parts.append(f'<path class="goal dashed" d="M{LEFT} {y(goal)} H{CHART_WIDTH - 10}"/>')
    parts.append(
        f'<text class="soft" x="{CHART_WIDTH - 10}" y="{y(goal) - 4}" text-anchor="end">goal {goal:.0%}</text>'
    )
    for n, one in enumerate(months):
        x = round(LEFT + plot_width * (n + 0.5) / len(months), 1)
        parts.append(_point(one.activated, x, y))
        if len(months) <= 13 or n % 3 == 0:
            label = f'<text class="soft" x="{x}" y="{CHART_HEIGHT - 6}" text-anchor="middle">{escape(one.group)}</text>'
            parts.append(label)
    said = "Calls with video, as a share of those that required it, by month"
    opened = f'<svg viewBox="0 0 {CHART_WIDTH} {CHART_HEIGHT}" role="img" aria-label="{said}">'
    return Markup(opened + "".join(parts) + "</svg>")


def _point(found: Estimate | None, x: float, y: object) -> str:
    assert callable(y)
    if found is None:
        return f'<text class="soft" x="{x}" y="{y(1) + 12}" text-anchor="middle">–</text>'
    return (
        f'<path class="line" d="M{x} {y(found.low)} V{y(found.high)}"/>'
        f'<circle class="bar" cx="{x}" cy="{y(found.value)}" r="4"><title>{found.value:.0%}</title></circle>'
    )
