"""The search as a person uses it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.review_ui.conftest import PATIENCE_MS, Served

pytestmark = pytest.mark.browser


@pytest.fixture
def page(served: Served, browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.problems = []
    opened.on("console", lambda said: opened.problems.append(said.text) if said.type == "error" else None)
    opened.goto(served.address)
    yield opened
    context.close()


def test_from_the_bar_to_the_second_of_a_hit_by_keys_alone(page: Any) -> None:
    page.get_by_role("button", name="Search").click()
    box = page.get_by_label("Search transcripts and findings")
    expect(box).to_be_focused()  # the box waits for it
    page.keyboard.type("hands")
    page.wait_for_url("**s=hands**")
    hit = page.locator("a.hit").first
    expect(hit.locator("mark").first).to_have_text(re.compile("^hand", re.IGNORECASE))
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "r=" in url and "t=" in url)
    page.get_by_label("Transcript").first.wait_for()
    assert page.problems == []


def test_nothing_found_and_nonsense_are_told(page: Any, served: Served) -> None:
    page.goto(f"{served.address}/?s=zebra")
    page.get_by_text("Nothing was found").wait_for()
    page.get_by_label("Search transcripts and findings").fill("role:boss x")
    page.get_by_role("alert").wait_for()
    page.get_by_label("Search transcripts and findings").fill("<img src=x onerror=alert(1)>")
    page.get_by_text("Nothing was found").wait_for()
