"""Techniques and reports, and settings, as a supervisor and whoever manages the policy use them, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.policy import load_policy
from pipeline.store import Store
from tests.review_ui import made_reports, made_store
from tests.review_ui.conftest import Made, Served, serving
from tests.review_ui.player.conftest import Desk
from tests.review_ui.test_access import faults

pytestmark = pytest.mark.browser
MARCH = "reports=1&first=2025-03-01&last=2025-03-31"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a store with techniques, a roster and a review copy of the first recording."""
    folder = tmp_path_factory.mktemp("reported")
    path = folder / "bwc.db"
    made = Made(path, made_reports.fill(path))
    made_store.make_media(folder, path, made.recordings["first"], 20.0)
    with serving(path, made.recordings) as shown:
        yield shown


def opened(desk: Desk, query: str, kind: str) -> Any:
    desk.page.goto(f"{desk.served.address}/?{query}")
    desk.page.wait_for_selector(f".{kind}[data-ready]")
    return desk.page


def test_from_a_number_to_the_second_and_back(desk: Desk) -> None:
    page = opened(desk, MARCH, "reports")
    expect(page.locator(".note")).to_contain_text("counts for nobody until a person confirmed both")
    expect(page.locator(".problem", has_text="draft of low accuracy")).to_have_count(1)
    page.get_by_role("button", name="1 listening, confirmed").click()
    page.locator(".heard li").wait_for()
    page.wait_for_url("**of=listening**")
    expect(page.locator(".heard")).to_contain_text("Dana Ruiz (1041)")
    page.get_by_role("button", name="Not yet confirmed").click()
    page.locator(".heard", has_text="Tell me more about that.").wait_for()
    page.go_back()
    page.locator(".heard", has_text="slow down").wait_for()
    page.locator(".heard li a").click()
    page.wait_for_selector('.bwc[data-ready="all"]')
    page.wait_for_url(f"**r={desk.served.made.first[:16]}**")
    page.go_back()
    page.locator(".heard", has_text="slow down").wait_for()


def test_narrowing_down_is_an_address_of_its_own(desk: Desk) -> None:
    page = opened(desk, f"{MARCH}&by=unit", "reports")
    page.get_by_role("button", name="South", exact=True).click()
    page.get_by_role("heading", name="Unit South").wait_for()
    page.wait_for_url(lambda url: "unit=South" in url and "by=officer" in url)
    page.locator("[data-name=label]").select_option("listening")
    page.locator(".groups thead", has_text="Listening: confirmed").wait_for()
    page.reload()
    page.locator(".groups thead", has_text="Listening: confirmed").wait_for()
    expect(page.locator(".groups").last).to_contain_text("<script>")
    assert page.evaluate("window.hacked") is None
    opened(desk, "reports=1&first=2024-01-01&last=2024-01-31", "reports")
    page.get_by_role("button", name="Show 2025-03-01 to 2025-03-31").click()
    page.get_by_role("heading", name="De-escalation techniques heard").wait_for()


def test_what_is_answered_after_the_page_was_left_leads_nowhere(desk: Desk) -> None:
    page = opened(desk, "settings=1", "settings")
    held: list[Any] = []
    page.route("**/bwc/manage/begin", lambda route: held.append(route))  # noqa: PLW0108 - it takes no method
    page.get_by_label("Name of the pack").fill("too_late")
    with page.expect_request("**/bwc/manage/begin"):
        page.get_by_role("button", name="Begin our own pack").click()
    page.get_by_role("button", name="Recordings", exact=True).click()
    page.locator("a.row").first.wait_for()
    page.wait_for_url(lambda url: "settings" not in url)
    with page.expect_response("**/bwc/manage/begin"):
        held[0].fulfill(json={"file": "too_late.toml"})
    page.wait_for_timeout(500)
    assert "settings" not in page.url
    expect(page.locator("a.row").first).to_be_visible()


def test_the_agency_changes_its_policy(desk: Desk) -> None:
    page = opened(desk, "settings=1", "settings")
    page.get_by_label("Name of the pack").fill("our_city")
    page.get_by_role("button", name="Begin our own pack").click()
    page.locator(".state", has_text="This is what is in force").wait_for()
    text = page.get_by_label("Text of the policy pack")
    expect(text).to_have_value(re.compile(r"our_city"))
    text.fill(text.input_value() + "[windows]\nrepeat_times = 1\n")
    page.locator(".problems li", has_text="line 8").wait_for()
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_disabled()
    text.fill(text.input_value().replace("repeat_times = 1", "repeat_times = 2"))
    page.get_by_role("button", name="Raise the version").click()
    expect(text).to_have_value(re.compile(r'version = "2"'))
    page.locator(".state", has_text="Not kept yet").wait_for()
    expect(page.get_by_role("button", name="Keep", exact=True)).to_be_enabled()
    page.get_by_role("button", name="Try it on recordings").click()
    page.locator(".trial h3", has_text="of 4 recordings").wait_for(timeout=90_000)
    page.get_by_label("Note").fill("as General Order 4 says")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator(".versions > summary").click()
    page.locator(".versions", has_text="as General Order 4 says").wait_for()
    policy = load_policy(desk.served.made.path.with_name("agency_policy.toml"))
    assert (policy.version, policy.windows.repeat_times) == ("2", 2)
    with Store(desk.served.made.path) as store:
        assert [v.who for v in store.policy_versions()] == ["R. Ortiz", "R. Ortiz"]
    page.get_by_role("button", name="Read version 1").click()
    page.locator("h2", has_text="version 1 as it was kept").wait_for()
    expect(text).not_to_have_value(re.compile("windows"))
    page.wait_for_url("**version=1**")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1920)])
def test_every_part_is_readable_and_fits(desk: Desk, scheme: str, width: int) -> None:
    desk.page.emulate_media(color_scheme=scheme)
    desk.page.set_viewport_size({"width": width, "height": 1000})
    for query, kind in (
        (MARCH, "reports"), (f"{MARCH}&of=listening", "reports"), ("settings=1", "settings"),
        ("settings=1&tab=detectors", "settings"), ("settings=1&tab=models", "settings"),
        ("settings=1&tab=accounts", "settings"), ("settings=1&file=model_policy.toml", "settings"),
    ):  # fmt: skip
        page = opened(desk, query, kind)
        page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
        page.wait_for_load_state("networkidle")
        assert faults(page) == [], query
        wide = page.evaluate("(() => { const m = document.querySelector('[data-testid=stMain]');"
                             " return m.scrollWidth - m.clientWidth; })()")  # fmt: skip
        assert wide <= 0, query
