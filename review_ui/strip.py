"""The strip of an incident: what was heard, on one line of time, with a link for each mark.

Plain elements with styles: the page's own cleaning of HTML lets no drawing (SVG) through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pipeline.policy.spoken import as_clock
from pipeline.sequence import Course, Mark
from pipeline.types import Span, complement

LANES = (
    ("technique", "Techniques", "#0b8a6f"),
    ("order", "Orders", "#3b6fb6"),
    ("force", "Force spoken of", "#b4541f"),
    ("eased", "Force eased", "#7a5fb0"),
    ("other", "Other", "#7c8894"),
)
LEAST_PERCENT = 0.5
"""A mark is at least this wide, or nobody hits it with the mouse."""
_LANE = "display:flex;align-items:center;gap:.6rem;margin:2px 0"
_TITLE = "flex:0 0 8rem;font-size:.8rem;opacity:.75;text-align:right"
_LINE = "position:relative;flex:1;height:18px;border-radius:3px;background:rgba(128,140,150,.13);overflow:hidden"
_HATCH = "repeating-linear-gradient(45deg,rgba(128,140,150,.45) 0 2px,transparent 2px 7px)"


def link(recording: str, at: float, finding: str) -> str:
    """Where a finding can be played, two seconds before it."""
    return f"?r={recording}&t={max(0.0, at - 2.0):.1f}&f={finding}"


def drawn(course: Course, analysed: Sequence[Span] = ()) -> str:
    """The strip as HTML, a lane for each kind; hatched where no words were looked at."""
    gaps = "".join(_gap(course, gap) for gap in complement(analysed, course.span))
    lanes = "".join(
        f'<div style="{_LANE}"><div style="{_TITLE}">{escape(title)}</div>'
        f'<div style="{_LINE}">{gaps}{"".join(_marks(course, name, colour))}</div></div>'
        for name, title, colour in LANES
    )
    ends = f"<span>{as_clock(course.span.start)}</span><span>{as_clock(course.span.end)}</span>"
    clock = "display:flex;justify-content:space-between;margin-left:8.6rem;font-size:.75rem;opacity:.7"
    return (
        f'<div role="group" aria-label="What was heard in order of time">{lanes}<div style="{clock}">{ends}</div></div>'
    )


def _percent(course: Course, seconds: float) -> float:
    return 100 * seconds / max(1e-6, course.span.duration)


def _gap(course: Course, gap: Span) -> str:
    left, width = _percent(course, gap.start - course.span.start), _percent(course, gap.duration)
    said = f"not analysed, {as_clock(gap.start)} to {as_clock(gap.end)}"
    place = f"position:absolute;top:0;bottom:0;left:{left:.2f}%;width:{width:.2f}%;background:{_HATCH}"
    return f'<div title="{said}" style="{place}"></div>'


def _marks(course: Course, lane: str, colour: str) -> Iterator[str]:
    for mark in course.marks:
        if mark.lane == lane:
            yield _mark(course, mark, colour)


def _mark(course: Course, mark: Mark, colour: str) -> str:
    left = min(100 - LEAST_PERCENT, max(0.0, _percent(course, mark.start - course.span.start)))
    width = max(LEAST_PERCENT, _percent(course, mark.end - mark.start))
    said = f"{as_clock(mark.start)} {mark.title}" + (f': "{mark.text}"' if mark.text else "")
    place = f"position:absolute;top:3px;bottom:3px;left:{left:.2f}%;width:{width:.2f}%"
    place += f";background:{colour};border-radius:2px;overflow:hidden;text-indent:-99em"
    target = escape(link(mark.recording, mark.at, mark.finding))
    # a title with mark-up in it is taken away by the browser's cleaner: the text is there for whoever has it read out
    return f'<a href="{target}" target="_self" title="{escape(said)}" style="{place}">{escape(said)}</a>'
