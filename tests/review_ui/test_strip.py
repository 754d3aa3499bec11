from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from pipeline.sequence import Course, Mark
from pipeline.types import Span
from review_ui import strip

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)


def course(*marks: Mark) -> Course:
    return Course("i", "Incident", Span(0, 100), (), (), {}, marks, 0.0)


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from([n for n, _, _ in strip.LANES]), TEXT), max_size=6))
def test_whatever_was_said_the_marks_are_sound_and_inside(said: list[tuple[float, str, str]]) -> None:
    marks = [Mark(t, min(100.0, t + 1), "x", text, lane, "f", "r", t, text) for t, lane, text in said]
    root = ElementTree.fromstring(strip.drawn(course(*marks), [Span(0, 100)]))
    drawn = list(root.iter("a"))
    assert len(drawn) == len(marks)
    for mark in drawn:
        left = re.search(r"left:([\d.]+)%", mark.attrib["style"])
        assert left and 0 <= float(left[1]) <= 100


def test_what_was_not_analysed_is_hatched() -> None:
    drawn = strip.drawn(course(), [Span(0, 40)])
    assert "repeating-linear-gradient" in drawn
    assert "not analysed, 0:40 to 1:40" in drawn
    assert "not analysed" not in strip.drawn(course(), [Span(0, 100)])


def test_a_link_starts_a_little_before() -> None:
    assert strip.link("abc", 10.0, "f1") == "?r=abc&t=8.0&f=f1"
    assert "t=0.0" in strip.link("abc", 1.0, "f1")
