"""Signing in as a person does: the form, the page that was wanted, and out when shut out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.accounts import Duty
from pipeline.store import Store
from tests.review_ui import made_store
from tests.review_ui.conftest import PATIENCE_MS, Served, serving

pytestmark = pytest.mark.browser
GOOD = "four quiet green lamps"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a store with accounts."""
    path = tmp_path_factory.mktemp("guarded") / "bwc.db"
    recordings = made_store.fill(path)
    with Store(path) as store:
        store.add_account("kim", Duty.REVIEWER, GOOD, "root")
    with serving(path, recordings) as shown:
        yield shown


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    context.close()


def test_sign_in_look_and_be_shut_out(guarded: Served, page: Any, tmp_path: Path) -> None:
    page.goto(f"{guarded.address}/?r={guarded.made.first}&t=12")
    page.get_by_role("heading", name="Body-worn video review").wait_for()
    expect(page.get_by_label("Name")).to_be_focused()  # the form waits for the name
    page.keyboard.type("kim")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.get_by_label("Name").fill("kim")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Transcript").first.wait_for()
    # the player shortens the id in the address once it has started
    page.wait_for_url(f"**r={guarded.made.first[:16]}**")
    with Store(guarded.made.path) as store:
        store.set_disabled("kim", True, "root")
    page.reload()
    page.get_by_label("Password").wait_for()


def test_signing_out_needs_the_password_again(guarded: Served, page: Any) -> None:
    with Store(guarded.made.path) as store:
        store.set_disabled("kim", False, "root")
    page.goto(guarded.address)
    page.get_by_label("Name").fill("kim")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("session has ended").wait_for()
    page.reload()
    page.get_by_label("Password").wait_for()
    with Store(guarded.made.path) as store:
        assert store.activity(1)[0]["action"] == "sign_out"
