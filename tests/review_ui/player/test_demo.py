"""The demonstration as somebody sees it who has read no manual: from the list to an answer, by what the pages say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.store import Store
from pipeline.types import Verdict
from tests.review_ui.conftest import PATIENCE_MS, Served, serving
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a copy of the demonstration's store: answers that are given here are nobody else's."""
    path = tmp_path_factory.mktemp("shown") / "demo.db"
    with Store(demo_store) as store:
        recordings = {recording.path.stem: recording for recording in store.recordings()}
    shutil.copy(demo_store, path)
    path.with_suffix(".media").symlink_to(demo_store.with_suffix(".media"))
    with serving(path, recordings) as shown:
        yield shown


@pytest.fixture
def desk(browser: Any, demo: Served) -> Iterator[Desk]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    desk = Desk(context.new_page(), demo)
    desk.page.set_default_timeout(PATIENCE_MS)
    desk.page.on("pageerror", lambda error: desk.errors.append(str(error)))
    desk.page.on("console", lambda said: desk.errors.append(said.text) if said.type == "error" else None)
    yield desk
    context.close()
    assert desk.errors == []


def test_who_commands_at_once_is_found_heard_confirmed_with_the_names_before_it_and_the_minutes_without_camera(
    desk: Desk,
) -> None:
    page = desk.page
    page.goto(desk.served.address)
    page.locator("a.chip", has_text="Several officers command").click()
    card = page.locator(".card")
    card.locator("h3", has_text="Several officers command").wait_for()
    expect(card).to_contain_text("2 officers")
    expect(card.locator(".names")).to_contain_text("name", ignore_case=True)

    page.keyboard.press(" ")
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].flatMap((e) => [...(e.shadowRoot?.querySelectorAll('video') ?? [])])"
        ".some((v) => !v.paused && !v.muted && v.currentTime > 42)"
    )
    page.keyboard.press(" ")

    page.keyboard.press("c")
    card.locator(".said", has_text="Confirmed by R. Ortiz").wait_for()
    with Store(desk.served.made.path, create=False) as store:
        (review,) = [r for s in store.findings(detector="multi_officer_commands") for r in store.reviews(s.id)]
    assert review.verdict is Verdict.CONFIRMED

    page.goto(desk.served.address)
    page.locator("a.chip", has_text="Camera off").click()
    card.locator("h3", has_text="Camera off").wait_for()
    expect(card).to_contain_text("made no recording for 37 s")
    page.locator(".stage", has_text="Camera off").wait_for()
