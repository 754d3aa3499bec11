"""What the screen says while something is wrong, and that it goes on by itself, in a real Chromium."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.store import Store
from tests.pipeline.test_running import HOLDS
from tests.review_ui import made_store
from tests.review_ui.conftest import PATIENCE_MS, Made, Served, free_port, start, stop
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Any]]:
    """A served store of this module's own, with the process that serves it."""
    path = tmp_path_factory.mktemp("states") / "bwc.db"
    made = Made(path, made_store.fill(path))
    port = free_port()
    process = start(path, port)
    yield Served(f"http://127.0.0.1:{port}", made), process
    stop(process)


@pytest.fixture
def tab(browser: Any, kept: tuple[Served, Any]) -> Iterator[Desk]:
    """A tab that fails on errors of the page, not on answers that a test asks for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    made = Desk(page, kept[0])
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    yield made
    context.close()
    assert made.errors == []


def test_an_analysis_is_seen_on_every_page_and_when_it_was_killed(tab: Desk, tmp_path: Path) -> None:
    page, path = tab.page, tab.served.made.path
    clip = tmp_path / "cards" / "two <b>officers</b>.mp4".replace("/", "_")
    clip.parent.mkdir()
    clip.write_bytes(b"0" * 5000)
    page.goto(tab.served.address + "/?i=1")
    page.locator(".bwc[data-ready]").wait_for()
    bar = page.locator(".running")
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(path), str(clip)], stdout=subprocess.PIPE)
    try:
        bar.get_by_text("Analysis running").wait_for()
        expect(bar).to_contain_text("0 of 1 files done")
        expect(bar).to_contain_text(clip.name)
        expect(bar).to_contain_text("words,")
        assert bar.locator("b").count() == 0
        tab.open()
        page.locator(".running").get_by_text("Analysis running").wait_for()
        process.send_signal(signal.SIGKILL)
        process.wait()
        page.locator(".running").get_by_text("Nothing is lost").wait_for()
    finally:
        process.kill()
        process.wait()
    page.locator(".running").get_by_role("button", name="Leave it").click()
    page.locator(".running .one").wait_for(state="detached")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no running program's files")
def test_a_note_is_not_lost_when_the_disk_is_full(tab: Desk, kept: tuple[Served, Any]) -> None:
    page, (served, process) = tab.page, kept
    with Store(served.made.path) as store:
        wanted = next(f for f in store.findings(recording=served.made.first) if f.finding.label == "muted_audio")
        given = len(store.reviews(wanted.id))
    tab.open(f=wanted.id)
    note = page.get_by_label("Note for the verdict")
    note.fill("the microphone was covered, listen at 1:41")
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        page.locator("button.verdict.unsure").click()
        page.get_by_text("No space is left where the store is").wait_for()
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
    expect(note).to_have_value("the microphone was covered, listen at 1:41")
    page.locator("button.verdict.unsure").click()
    page.locator(".said", has_text="Unsure by R. Ortiz").wait_for()
    with Store(served.made.path) as store:
        (*_, newest) = store.reviews(wanted.id)
        assert len(store.reviews(wanted.id)) == given + 1
    assert newest.note == "the microphone was covered, listen at 1:41"


def test_a_store_that_goes_away_is_said_and_comes_back_by_itself(tab: Desk) -> None:
    page, path = tab.page, tab.served.made.path
    away = path.with_name("away.db")
    page.goto(tab.served.address)
    page.locator(".bwc[data-ready] .groups").wait_for()
    with Store(path):
        pass
    path.rename(away)
    try:
        page.get_by_role("button", name="Inbox").click()
        page.get_by_role("heading", name="The store is not there").wait_for()
        expect(page.locator(".bwc-state")).to_contain_text(str(path))
    finally:
        away.rename(path)
    page.locator(".bwc[data-ready] .sum").wait_for()
    expect(page.locator(".bwc-state")).to_have_count(0)
