"""The strip of an incident: what was heard, on one line of time, with a link for each mark.

Plain elements with styles: the page's own cleaning of HTML lets no drawing (SVG) through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
MOST_MARKS = 200
"""of a lane that are drawn one by one: as many as stand side by side. Of more, one stands for all at its place."""
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
        f'<div role="group" aria-label="What was heard in order of time">{lanes}<div style="{clock}">{ends}</div>'
        f"{_few(course)}</div>"
    )


def _percent(course: Course, seconds: float) -> float:
    return 100 * seconds / max(1e-6, course.span.duration)


def _gap(course: Course, gap: Span) -> str:
    left, width = _percent(course, gap.start - course.span.start), _percent(course, gap.duration)
    said = f"not analysed, {as_clock(gap.start)} to {as_clock(gap.end)}"
    place = f"position:absolute;top:0;bottom:0;left:{left:.2f}%;width:{width:.2f}%;background:{_HATCH}"
    return f'<div title="{said}" style="{place}"></div>'


def _marks(course: Course, lane: str, colour: str) -> Iterator[str]:
    marks = [mark for mark in course.marks if mark.lane == lane]
    if len(marks) <= MOST_MARKS:
        yield from (_mark(course, mark, colour) for mark in marks)
        return
    for together in _by_place(course, marks):
        first = together[0]
        wide = replace(first, end=max(first.end, min(max(m.end for m in together), together[-1].start)))
        yield _mark(course, wide, colour, more=len(together) - 1)


def _few(course: Course) -> str:
    """Says that not each mark is drawn, where that is so."""
    counts = Counter(mark.lane for mark in course.marks)
    if max(counts.values(), default=0) <= MOST_MARKS:
        return ""
    said = (
        f"A line with more than {MOST_MARKS} marks shows one for all that lie on each other, with a link to the first."
    )
    rest = "Each one is in the list of findings of its recording."
    return f'<div style="margin-left:8.6rem;font-size:.75rem;opacity:.7">{said} {rest}</div>'


def _by_place(course: Course, marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks that would lie on each other, by the place that they share, in order."""
    places: dict[int, list[Mark]] = {}
    for mark in sorted(marks, key=lambda m: m.start):
        percent = min(100.0, max(0.0, _percent(course, mark.start - course.span.start)))
        places.setdefault(int(percent / LEAST_PERCENT), []).append(mark)
    return list(places.values())


def _mark(course: Course, mark: Mark, colour: str, more: int = 0) -> str:
    left = min(100 - LEAST_PERCENT, max(0.0, _percent(course, mark.start - course.span.start)))
    width = max(LEAST_PERCENT, _percent(course, mark.end - mark.start))
    said = f"{as_clock(mark.start)} {mark.title}" + (f': "{mark.text}"' if mark.text else "")
    said += f"; {more} more close to it" if more else ""
    place = f"position:absolute;top:3px;bottom:3px;left:{left:.2f}%;width:{width:.2f}%"
    place += f";background:{colour};border-radius:2px;overflow:hidden;text-indent:-99em"
    target = escape(link(mark.recording, mark.at, mark.finding))
    # a title with mark-up in it is taken away by the browser's cleaner: the text is there for whoever has it read out
    return f'<a href="{target}" target="_self" title="{escape(said)}" style="{place}">{escape(said)}</a>'
