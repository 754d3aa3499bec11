"""The search as a person uses it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.review_ui.conftest import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def page(served: Served, browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.problems = []
    opened.on("console", lambda said: opened.problems.append(said.text) if said.type == "error" else None)
    opened.goto(served.address)
    yield opened
    context.close()


def test_from_the_bar_to_the_second_of_a_hit_by_keys_alone(page: Any) -> None:
    page.get_by_role("button", name="Search").click(timeout=30_000)
    box = page.get_by_label("Search transcripts and findings")
    box.wait_for()
    page.keyboard.type("hands")  # the box waits for it
    hit = page.locator("a.hit").first
    hit.wait_for()
    assert hit.locator("mark").first.inner_text().lower().startswith("hand")
    assert "s=hands" in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "r=" in url and "t=" in url, timeout=30_000)
    page.get_by_label("Transcript").first.wait_for(timeout=30_000)
    assert page.problems == []


def test_nothing_found_and_nonsense_are_told(page: Any, served: Served) -> None:
    page.goto(f"{served.address}/?s=zebra")
    page.get_by_text("Nothing was found").wait_for(timeout=30_000)
    page.get_by_label("Search transcripts and findings").fill("role:boss x")
    page.get_by_role("alert").wait_for()
    page.get_by_label("Search transcripts and findings").fill("<img src=x onerror=alert(1)>")
    page.get_by_text("Nothing was found").wait_for()
