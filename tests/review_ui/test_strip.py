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


def test_thousands_of_marks_are_drawn_as_a_few_hundred_and_it_says_so() -> None:
    marks = [Mark(t / 50, t / 50 + 0.1, "x", "order", "order", f"f{t}", "r", t / 50) for t in range(5000)]
    few = Mark(50.0, 51.0, "y", "reason", "technique", "only", "r", 50.0)
    drawn = strip.drawn(course(*marks, few), [Span(0, 100)])
    links = list(ElementTree.fromstring(drawn).iter("a"))
    assert len(links) <= strip.MOST_MARKS + 1
    told = [int(found[1]) for one in links if (found := re.search(r"; (\d+) more close to it", one.attrib["title"]))]
    assert len(links) + sum(told) == 5001
    assert sum("f=only" in one.attrib["href"] for one in links) == 1
    assert "list of findings" in drawn
    assert "list of findings" not in strip.drawn(course(*marks[: strip.MOST_MARKS]))
