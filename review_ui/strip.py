"""The strip of an incident: what was heard, on one line of time, as a picture of its own with a link for each mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pipeline.policy.spoken import as_clock
from pipeline.sequence import Course, Mark
from pipeline.types import Span, complement

WIDTH_PX, LANE_PX, LEFT_PX = 1000, 26, 0
LANES = (
    ("technique", "Techniques", "#0b8a6f"),
    ("order", "Orders", "#3b6fb6"),
    ("force", "Force spoken of", "#b4541f"),
    ("eased", "Force eased", "#7a5fb0"),
    ("other", "Other", "#7c8894"),
)
LEAST_PX = 5.0
"""A mark is at least this wide, or nobody hits it with the mouse."""


def link(recording: str, at: float, finding: str) -> str:
    """Where a finding can be played, two seconds before it."""
    return f"?r={recording}&t={max(0.0, at - 2.0):.1f}&f={finding}"


def svg(course: Course, analysed: Sequence[Span] = ()) -> str:
    """The strip as SVG inside HTML, with lanes by kind; hatched where no words were looked at."""
    height = LANE_PX * len(LANES) + 20
    body = "".join(_lane(number, name, title) for number, (name, title, _) in enumerate(LANES))
    body += "".join(_hatched(course, gap, height) for gap in complement(analysed, course.span))
    body += "".join(_marks(course))
    ends = (
        f'<text x="0" y="{height - 4}" class="t">{as_clock(course.span.start)}</text>'
        f'<text x="{WIDTH_PX}" y="{height - 4}" class="t" text-anchor="end">{as_clock(course.span.end)}</text>'
    )
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH_PX} {height}" role="img" aria-label="What was heard">'
        f"<style>{_STYLE}</style>{_HATCH}{body}{ends}</svg>"
    )


_STYLE = (
    ".strip{width:100%;height:auto;font:11px sans-serif}.strip .t{fill:currentColor;opacity:.75}"
    ".strip .l{stroke:currentColor;opacity:.18}.strip a:hover rect{stroke:currentColor;stroke-width:1.5}"
)
_HATCH = (
    '<defs><pattern id="un" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="7" stroke="currentColor" stroke-width="2" opacity=".22"/></pattern></defs>'
)


def _x(course: Course, time: float) -> float:
    return (time - course.span.start) / max(1e-6, course.span.duration) * WIDTH_PX


def _lane(number: int, name: str, title: str) -> str:
    y = number * LANE_PX
    return (
        f'<text x="2" y="{y + 10}" class="t">{escape(title)}</text>'
        f'<line class="l" x1="0" x2="{WIDTH_PX}" y1="{y + LANE_PX - 2}" y2="{y + LANE_PX - 2}"/>'
    )


def _hatched(course: Course, gap: Span, height: int) -> str:
    x, width = _x(course, gap.start), gap.duration / max(1e-6, course.span.duration) * WIDTH_PX
    return (
        f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="{height - 18}" fill="url(#un)">'
        f"<title>not analysed, {as_clock(gap.start)} to {as_clock(gap.end)}</title></rect>"
    )


def _marks(course: Course) -> Iterator[str]:
    rows = {name: (number, colour) for number, (name, _, colour) in enumerate(LANES)}
    for mark in course.marks:
        number, colour = rows[mark.lane]
        yield _mark(course, mark, number * LANE_PX + 12, colour)


def _mark(course: Course, mark: Mark, y: int, colour: str) -> str:
    x = _x(course, mark.start)
    width = max(LEAST_PX, _x(course, mark.end) - x)
    said = f"{as_clock(mark.start)} {mark.title}" + (f': "{mark.text}"' if mark.text else "")
    return (
        f'<a href="{escape(link(mark.recording, mark.at, mark.finding))}" target="_self">'
        f'<rect x="{min(x, WIDTH_PX - LEAST_PX):.1f}" y="{y}" width="{width:.1f}" height="{LANE_PX - 15}" rx="2"'
        f' fill="{colour}"><title>{escape(said)}</title></rect></a>'
    )
