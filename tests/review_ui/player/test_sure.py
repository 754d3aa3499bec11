"""How sure a detector must be: what is hidden, what never is, and what the browser remembers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.review_ui.made_content import findings_of
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


def set_least(desk: Desk, percent: int) -> None:
    slider = desk.page.get_by_label("How sure at least")
    slider.fill(str(percent))


def rows(desk: Desk) -> Any:
    return desk.page.locator(".rows li")


def test_less_sure_findings_leave_list_and_lanes_at_once_and_python_is_not_asked(desk: Desk) -> None:
    desk.open()
    rows(desk).first.wait_for()
    all_of_them = rows(desk).count()
    before = desk.asked_of_python()
    set_least(desk, 80)
    told = desk.page.locator(".leastsure output")
    told.get_by_text("hidden").wait_for()
    # 0.78, 0.55, 0.6 and 0.4 are less sure than that
    expect(told).to_contain_text("80")
    expect(told).to_contain_text("4 hidden")
    expect(rows(desk)).to_have_count(all_of_them - 4)
    lane = desk.page.locator(".label", has_text="Spoken commands")
    expect(lane.locator(".count")).to_have_text("1 of 3")
    hidden = findings_of(desk.served.made.first)[3]
    x, y = desk.place("Spoken commands", 39.7)
    desk.page.mouse.move(x, y)
    desk.page.locator(".tip").wait_for()
    assert hidden.summary not in desk.page.locator(".tip").inner_text()
    assert len(desk.sent) == before
    set_least(desk, 0)
    told.get_by_text("all").wait_for()
    expect(rows(desk)).to_have_count(all_of_them)


def test_it_is_remembered_but_never_hides_what_a_link_asks_for(desk: Desk) -> None:
    unsure = findings_of(desk.served.made.first)[3]
    desk.open()
    set_least(desk, 95)
    desk.open(f=unsure.id)
    expect(desk.page.get_by_label("How sure at least")).to_have_value("95")
    expect(desk.page.locator(".card")).to_contain_text(unsure.summary)
    expect(desk.page.locator(".rows li button[aria-current]")).to_contain_text("0:39")
    # the first of all was confirmed by a person: it stays, however sure the detector was
    expect(rows(desk).first).to_contain_text("0:04")


def test_a_finding_that_tells_no_score_stays(desk: Desk) -> None:
    def without_score(route: Any) -> None:
        said = route.fetch().json()
        said["findings"]["score"][1] = None
        route.fulfill(json=said)

    desk.page.route("**/bwc/events/*", without_score)
    desk.open()
    told_none = desk.page.locator(".rows li", has_text="keep your hands where I can see them")
    set_least(desk, 95)
    desk.page.locator(".leastsure output", has_text="hidden").wait_for()
    told_none.click()
    desk.page.locator(".card", has_text="How sure: not told").wait_for()


def test_a_row_of_lanes_without_findings_opens_and_shuts(desk: Desk) -> None:
    desk.open()
    row = desk.page.locator("button.fold").first
    lanes = desk.page.locator(".labels .label")
    before = lanes.count()
    row.click()
    desk.page.locator('button.fold[aria-expanded="true"]').wait_for()
    expect(lanes).not_to_have_count(before)
    assert lanes.count() > before
    desk.page.keyboard.press("Enter")  # the row that was pressed has the focus still
    desk.page.locator('button.fold[aria-expanded="true"]').wait_for(state="detached")
    expect(lanes).to_have_count(before)
