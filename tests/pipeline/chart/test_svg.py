"""The drawing: well formed, nothing of a name can break out of it, and what was not measured is hatched."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np

from pipeline.chart import chart_of, chart_svg
from pipeline.types import Curve, Evidence, Role, Turn
from tests.pipeline.chart.test_figures import ONE, POLICY, recording

SVG = "{http://www.w3.org/2000/svg}"


def drawn(evidence: Evidence, title: str = "stop") -> ET.Element:
    return ET.fromstring(chart_svg(chart_of(evidence, POLICY), title))


def texts(svg: ET.Element) -> list[str]:
    return [t.text or "" for t in svg.iter(f"{SVG}text")]


def test_every_speaker_has_a_bar_as_long_as_its_share() -> None:
    svg = drawn(ONE)
    bars = [float(r.get("width") or 0) for r in svg.iter(f"{SVG}rect") if r.get("height") == "18"]
    assert len(bars) == 4 and bars[0] == max(bars)
    assert abs(bars[1] / bars[0] - 3 / 4) < 0.01
    assert {"o1, officer", "c1, civilian", "speaker not known", "4 s"} <= set(texts(svg))


def test_what_was_not_measured_is_said_and_hatched() -> None:
    svg = drawn(Evidence(recording("a")))
    assert texts(svg).count("not measured") == 3
    assert sum(r.get("fill") == "url(#bwc-hatch)" for r in svg.iter(f"{SVG}rect")) == 3


def test_a_gap_in_a_curve_stays_a_gap() -> None:
    values = np.array([0.5] * 10 + [np.nan] * 10 + [0.5] * 40, np.float32)
    svg = drawn(replace(ONE, vocal_effort=Curve(1.0, 0.0, values)))
    row = next(g for g in svg.iter(f"{SVG}g") if "Raised voice" in texts(g))
    first, second = (p.get("d") or "" for p in row.iter(f"{SVG}path"))
    assert first.startswith("M190.0 ") and second.startswith(f"M{190 + 750 * 20 / 60:.1f} ")


def test_names_and_titles_are_text_whatever_they_hold() -> None:
    nasty = '<script>alert("x")</script>&'
    svg = drawn(Evidence(recording("a"), turns=(Turn(0, 4, nasty, Role.OFFICER, "hands up"),)), title=nasty)
    assert svg.find(f"{SVG}title").text == nasty  # type: ignore[union-attr]
    assert not list(svg.iter("script")) and not list(svg.iter(f"{SVG}script"))


def test_it_is_described_in_words() -> None:
    said = drawn(ONE).find(f"{SVG}desc").text or ""  # type: ignore[union-attr]
    assert (
        said == "Talk time: officer 7 s, civilian 2 s, not known 1 s. Two voices at once: 2 s. 2 orders to the public."
    )
