from __future__ import annotations

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
def test_whatever_was_said_it_is_sound_xml_and_inside(said: list[tuple[float, str, str]]) -> None:
    marks = [Mark(t, min(100.0, t + 1), "x", text, lane, "f", "r", t, text) for t, lane, text in said]
    root = ElementTree.fromstring(strip.svg(course(*marks), [Span(0, 100)]))
    drawn = [e for e in root.iter() if e.tag.endswith("rect")]
    assert len(drawn) == len(marks)
    assert all(0 <= float(e.attrib["x"]) <= strip.WIDTH_PX for e in drawn)


def test_what_was_not_analysed_is_hatched() -> None:
    drawn = strip.svg(course(), [Span(0, 40)])
    assert 'fill="url(#un)"' in drawn
    assert "not analysed, 0:40 to 1:40" in drawn


def test_a_link_starts_a_little_before() -> None:
    assert strip.link("abc", 10.0, "f1") == "?r=abc&t=8.0&f=f1"
    assert "t=0.0" in strip.link("abc", 1.0, "f1")
