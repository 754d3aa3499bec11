"""The audit page as an auditor uses it, in a real Chromium. Every test also fails on any error in the console."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.audit.texts import lasting, percent, rate
from pipeline.reports.intervals import share
from pipeline.store import Store
from review_ui.server import assets
from tests.review_ui.conftest import Served
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser
MARCH = "a=1&first=2025-03-01&last=2025-03-31"


@pytest.fixture(scope="module")
def served(audited: Served) -> Served:
    """The screen on a store with dispatch records."""
    return audited


class Page:
    """The audit in one tab."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page

    def open(self, query: str = MARCH) -> None:
        self.page.goto(f"{self.desk.served.address}/?{query}")
        self.page.wait_for_selector(".audit[data-ready]")

    def group(self, name: str) -> None:
        self.page.locator("button.name", has_text=name).click()
        self.page.wait_for_selector(".use-card, .detail .title")

    def cell(self, name: str, column: int) -> Any:
        return self.page.locator(".groups tbody tr", has_text=name).locator("td").nth(column)


@pytest.fixture
def audit(desk: Desk) -> Page:
    return Page(desk)


def test_from_the_list_of_recordings_and_back(audit: Page) -> None:
    audit.page.goto(audit.desk.served.address)
    audit.page.get_by_role("button", name="Camera audit", exact=True).click()
    audit.page.wait_for_selector(".audit[data-ready]")
    expect(audit.page.locator("[data-name=first]")).to_have_value("2025-04-01")  # the month of the newest call
    audit.page.get_by_role("button", name="Recordings", exact=True).click()
    audit.page.wait_for_selector("a.row")


def test_months_and_the_empty_one(audit: Page) -> None:
    audit.open()
    expect(audit.page.locator(".tile .number").first).to_have_text(re.compile("^67\\s%$"))
    audit.page.get_by_role("button", name="The month before").click()
    audit.page.get_by_text("No calls from 2025-02-01 to 2025-02-28").wait_for()
    expect(audit.page.locator(".empty pre")).to_contain_text("bwc import-dispatch")
    audit.page.get_by_role("button", name="Show 2025-04-01 to 2025-04-30").click()
    audit.page.locator("button.name", has_text="Dana Ruiz").wait_for()
    audit.page.wait_for_url("**first=2025-04-01**")


def test_a_number_leads_to_its_calls_and_the_browser_leads_back(audit: Page) -> None:
    audit.open()
    audit.cell("Dana Ruiz", 7).locator("button").click()
    audit.page.wait_for_selector(".use-card")
    audit.page.wait_for_url("**kind=gap**")
    expect(audit.page.locator("li button.call")).to_have_count(1)
    expect(audit.page.locator(".head")).to_contain_text("1 observation, median 30 s, longest 30 s")
    audit.page.go_back()
    audit.page.wait_for_selector(".groups table")
    audit.page.go_forward()
    audit.page.wait_for_selector(".use-card")


def test_what_it_is_narrowed_down_to_stays_in_the_address(audit: Page) -> None:
    audit.open()
    audit.page.locator("[data-name=unit]").select_option("North")
    audit.page.wait_for_url("**unit=North**")
    audit.page.get_by_role("button", name="Clear").wait_for()
    expect(audit.page.locator(".groups tbody tr")).to_have_count(3)
    audit.page.locator("[data-name=by]").select_option("unit")
    audit.page.locator("button.name", has_text="North").wait_for()
    audit.page.wait_for_url("**by=unit**")
    audit.page.reload()
    audit.page.locator("button.name", has_text="North").wait_for()
    audit.page.get_by_role("button", name="Clear").click()
    audit.page.locator("button.name", has_text="South").wait_for()


def test_a_camera_on_the_line_of_time_opens_its_recording_at_that_second(audit: Page) -> None:
    audit.open()
    audit.group("Dana Ruiz")
    box = audit.page.locator(".use-time a.own").first.bounding_box()
    audit.page.mouse.click(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    audit.page.wait_for_selector('.bwc[data-ready="all"]')
    audit.page.wait_for_url(f"**r={audit.desk.served.made.first[:16]}**")
    audit.desk.at(12.0, within=1.0)  # a tenth of 120 s
    audit.page.go_back()
    audit.page.wait_for_selector(".use-card")


def test_evidence_is_played_from_where_it_is(audit: Page) -> None:
    audit.open()
    audit.group("Dana Ruiz")
    links = audit.page.locator(".use-card", has_text="Gap").locator("a", has_text="AX2210.mp4")  # one for each sentence
    links.first.wait_for()
    assert {link.get_attribute("href")[-7:] for link in links.all()} == {"&t=88.0"}


def test_a_state_is_set_with_its_reason(audit: Page) -> None:
    audit.open()
    audit.group("Sam Okafor")
    card = audit.page.locator(".use-card", has_text="Late start")
    card.get_by_label("justified").check()
    keep = card.get_by_role("button", name="Keep", exact=True)
    expect(keep).to_be_disabled()
    expect(card).to_contain_text("A reason is needed")
    card.get_by_label("Category").select_option("equipment failure")
    card.get_by_label("Reason").fill("battery failed, spare issued")
    keep.click()
    expect(audit.page.locator(".history")).to_contain_text("R. Ortiz: justified, equipment failure, battery failed")
    expect(audit.page.locator("button.call")).to_contain_text("Late start 3 min 50 s: justified")
    with Store(audit.desk.served.made.path) as store:
        assert [state.who for state in store.use_states()] == ["R. Ortiz"]
    audit.page.locator(".where button").click()
    audit.page.wait_for_selector(".groups table")
    expect(audit.page.locator(".tiles")).to_contain_text("1 justified")


def test_calls_are_gone_through_with_the_keyboard(audit: Page) -> None:
    audit.open(f"{MARCH}&list=all")
    audit.page.wait_for_selector(".detail .title")
    audit.page.locator("button.call").first.focus()
    for key, number in (("j", "2"), ("j", "3"), ("ArrowDown", "4"), ("k", "3")):
        audit.page.keyboard.press(key)
        expect(audit.page.locator(".steps")).to_have_text(re.compile(rf"^\D*{number}\b"), use_inner_text=True)
    assert audit.page.evaluate("document.activeElement.shadowRoot.activeElement.ariaCurrent") == "true"


def test_texts_of_the_dispatch_system_are_text(audit: Page) -> None:
    audit.open(f"{MARCH}&list=without")
    audit.page.wait_for_selector(".use-card")
    expect(audit.page.locator(".detail")).to_contain_text("<script>")
    assert audit.page.evaluate("window.hacked") is None


def test_a_sample_is_drawn(audit: Page) -> None:
    audit.open()
    audit.page.locator("details.samples > summary").click()
    audit.page.get_by_label("How many").fill("1")
    audit.page.get_by_label("Seed").fill("4f2a")
    audit.page.get_by_role("button", name="Draw", exact=True).click()
    audit.page.locator(".drawn a").first.wait_for()
    expect(audit.page.locator(".drawn")).to_contain_text("seed 4f2a")
    expect(audit.page.locator(".drawn td a")).to_have_count(2)


def test_exports_come_as_files(audit: Page) -> None:
    audit.open(f"{MARCH}&by=unit")
    with audit.page.expect_download() as waiting:
        audit.page.locator(".export summary").click()
        audit.page.get_by_role("link", name="These figures, as CSV").click()
    text = Path(waiting.value.path()).read_text()
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == ["North", "South", "All"]
    with audit.page.expect_download() as waiting:
        audit.page.locator(".export a", has_text="Page").click()
    assert waiting.value.suggested_filename == "camera-use-2025-03-01-2025-03-31.html"


def test_a_number_of_the_exported_page_opens_its_rows(audit: Page, browser: Any, tmp_path: Path) -> None:
    audit.open()
    with audit.page.expect_download() as waiting:
        audit.page.locator(".export a", has_text="Page").click()
    file = tmp_path / "audit.html"
    file.write_bytes(Path(waiting.value.path()).read_bytes())
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    link = page.locator('a[href$="-with"]').first
    rows = page.locator(link.get_attribute("href"))
    assert not rows.is_visible()
    link.click()
    rows.wait_for(state="visible")
    assert rows.locator("tbody tr").count() == int(link.inner_text())
    assert asked == [file.as_uri()]
    page.close()


def test_the_screen_and_the_exported_page_round_alike(audit: Page) -> None:
    rates = [(share(hits, of), goal) for of in (1, 8, 40, 199, 2000, 19_600) for hits in {0, 1, of // 3, of - 1, of}
             for goal in (None, 0.05, 0.9, 0.95)]  # fmt: skip
    asked = [[[one.value, one.low, one.high] if one else None, goal] for one, goal in rates]
    lengths = [0, 0.04, 2.25, 9.96, 12.5, 59.5, 62.5, 3599.6, 7500, 359_999, 57_747_600.0]
    audit.open()
    said = audit.page.evaluate(
        """async ([module, rates, lengths]) => {
          const { rate, share, lasting } = await import(module);
          const told = rates.map(([found, goal]) => rate(found, goal));
          return [told, rates.map(([found]) => share(found[0])), lengths.map(lasting)];
        }""",
        [assets.address("audit_format.js"), asked, lengths],
    )
    plain = [{name: text.replace("\u202f", "") for name, text in one.items()} for one in said[0]]
    assert plain == [asdict(rate(one, goal)) for one, goal in rates]
    assert [text.replace("\u202f", "") for text in said[1]] == [percent(one.value) for one, _ in rates if one]
    assert said[2] == [lasting(seconds) for seconds in lengths]


@pytest.mark.parametrize("width", [1280, 1920])
def test_nothing_is_wider_than_the_window(audit: Page, width: int) -> None:
    audit.page.set_viewport_size({"width": width, "height": 900})
    for query in (MARCH, f"{MARCH}&list=all"):
        audit.open(query)
        audit.page.wait_for_load_state("networkidle")
        wide = audit.page.evaluate("(() => { const m = document.querySelector('[data-testid=stMain]');"
                                   " return m.scrollWidth - m.clientWidth; })()")  # fmt: skip
        assert wide <= 0


def test_trouble_is_said_and_can_be_tried_again(audit: Page) -> None:
    broken = True

    def answer(route: Any) -> None:
        if broken:
            route.fulfill(status=200, content_type="application/json", body="{")
        else:
            route.continue_()

    audit.page.route("**/bwc/audit?*", answer)
    audit.page.goto(f"{audit.desk.served.address}/?{MARCH}")
    audit.page.locator(".trouble button").wait_for()
    expect(audit.page.locator(".trouble").first).to_contain_text("did not answer as it should")
    broken = False
    audit.page.locator(".trouble button").click()
    audit.page.wait_for_selector(".groups table")
    expect(audit.page.locator(".trouble").first).to_be_hidden()
