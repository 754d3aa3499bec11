"""Places drawn on the picture in a real browser: kept as a plan, given keys over time, changed and removed."""

from __future__ import annotations

import pytest

from pipeline.artifacts import recording_folder
from pipeline.redaction.plan import Cover, Plan, read_plan
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


def kept(desk: Desk) -> Plan:
    place = recording_folder(desk.served.made.path, desk.served.made.first) / "redaction.toml"
    return read_plan(place) if place.is_file() else Plan()


def drag(desk: Desk, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of the picture to another, both as shares of it."""
    box = desk.page.locator("canvas.places").bounding_box()
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    desk.page.mouse.move(*spots[0])
    desk.page.mouse.down()
    desk.page.mouse.move(*spots[1], steps=4)
    with desk.page.expect_response("**/bwc/redact/plan"):
        desk.page.mouse.up()


def test_a_place_is_drawn_moved_and_removed(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.served.address}/?x={desk.served.made.first}")
    page.wait_for_selector(".bwc.redaction[data-ready]")
    page.wait_for_function(
        "() => { const v = document.querySelector('video'); return v === null || v.readyState >= 1 }"
    )
    page.locator("video").evaluate(
        "v => new Promise(r => v.readyState >= 2 ? r() : v.addEventListener('loadeddata', r))"
    )
    drag(desk, (0.2, 0.2), (0.4, 0.5))
    (region,) = kept(desk).regions
    assert [round(v, 1) for v in (region.keys[0].x, region.keys[0].y, region.keys[0].width, region.keys[0].height)] == [
        0.2, 0.2, 0.2, 0.3,
    ]  # fmt: skip
    page.locator("video").evaluate("v => { v.currentTime = 2 }")
    desk.at(2.0)
    drag(desk, (0.3, 0.3), (0.6, 0.4))
    (region,) = kept(desk).regions
    assert len(region.keys) == 2
    assert region.keys[1].at == pytest.approx(2.0, abs=0.1)
    assert region.keys[1].x == pytest.approx(0.5, abs=0.03)
    assert region.span.end >= 2.0
    with page.expect_response("**/bwc/redact/plan"):
        page.get_by_label("How it is covered").first.select_option("blur")
    assert kept(desk).regions[0].cover is Cover.BLUR
    with page.expect_response("**/bwc/redact/plan"):
        page.get_by_label("Remove place 1").click()
    assert kept(desk).regions == ()


def test_it_says_why_faces_cannot_be_found(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.served.address}/?x={desk.served.made.first}")
    page.wait_for_selector(".bwc.redaction[data-ready]")
    box = page.get_by_label("find and cover faces")
    if not box.is_enabled():
        assert "bwc models pull yunet" in page.locator(".redaction .copy").inner_text()
