"""Speakers and words put right in the browser: who did it is told, the detectors run again, verdicts stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.store import Store
from pipeline.types import Verdict
from tests.review_ui import made_store
from tests.review_ui.conftest import Served, serving
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A store of its own: detectors that run again retire what was invented for the others. Nothing to play."""
    path = tmp_path_factory.mktemp("corrections") / "bwc.db"
    with serving(path, made_store.fill(path)) as shown:
        yield shown


def test_a_voice_is_named_and_the_correction_taken_back(desk: Desk) -> None:
    desk.open()
    name_given = "<b>Officer</b> Tarn"
    page = desk.page
    who = page.locator(".turns .who").first
    name = who.inner_text()
    who.click()
    dialog = page.locator("dialog.speakers[open]")
    dialog.get_by_label("Name to show").fill(name_given)
    dialog.get_by_role("button", name="Name it").click()
    page.locator(".turns .who", has_text=name_given).first.wait_for()
    expect(page.locator(".labels")).to_contain_text(name_given)  # the lane has the name too
    page.locator(".turns .who").first.click()
    expect(dialog.locator(".made")).to_contain_text(name_given)
    dialog.get_by_role("button", name="Take back").click()
    page.locator(".turns .who", has_text=name_given).first.wait_for(state="detached")
    expect(page.locator(".turns .who").first).to_have_text(name, use_inner_text=True)


def test_a_voice_is_given_a_role(desk: Desk) -> None:
    desk.open()
    page = desk.page
    page.locator(".turns .who").first.click()
    dialog = page.locator("dialog.speakers[open]")
    dialog.get_by_label("Role").select_option("radio")
    dialog.get_by_role("button", name="Set role").click()
    page.locator(".turns li").first.locator(".who", has_text="radio").wait_for()
    page.locator(".turns .who").first.click()
    dialog.get_by_role("button", name="Take back").click()
    page.locator(".turns li").first.locator(".who", has_text="radio").wait_for(state="detached")


def test_a_correction_that_cannot_be_meant_says_why_and_keeps_the_dialog(desk: Desk) -> None:
    desk.open()
    page = desk.page
    page.locator(".turns .who").first.click()
    dialog = page.locator("dialog.speakers[open]")
    dialog.get_by_label("Name of the other voice").fill("somebody")
    dialog.get_by_role("button", name="Part them").click()
    expect(dialog.get_by_role("alert")).to_contain_text("nothing to split")
    desk.errors[:] = [said for said in desk.errors if "409" not in said]  # the browser reports every refusal


def test_a_word_is_put_right_in_place_and_what_was_answered_stays(desk: Desk) -> None:
    first, path = desk.served.made.recordings["first"], desk.served.made.path
    with Store(path) as store:  # after the corrections above: what the detectors say of these words
        found = next(f for f in store.findings(recording=first.id) if f.finding.detector == "spoken_command")
        store.add_review(found.id, Verdict.CONFIRMED, "anna", "heard it")
    desk.open()
    page = desk.page
    page.locator("li.turn", has_text="fixed last week").locator("[data-at]", has_text="week").dblclick()
    words = page.get_by_label("Words of this turn")
    assert words.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "week"
    page.keyboard.type("<b>month</b>")
    page.keyboard.press("Enter")
    told = page.locator("li.turn", has_text="last <b>month</b> man").locator(".corrected")
    told.wait_for()
    expect(told).to_contain_text("R. Ortiz")
    expect(told).to_contain_text("week")  # the words heard first are told
    assert page.locator(".bwc b").count() == 0
    with Store(path) as store:
        kept = next(f for f in store.findings(recording=first.id) if f.id == found.id)
    assert kept.verdict is not None and kept.verdict.verdict is Verdict.CONFIRMED


def test_words_that_cannot_be_kept_stay_in_the_box_and_the_page_says_why(desk: Desk) -> None:
    desk.open()
    page = desk.page
    page.route("**/bwc/correction", lambda route: route.fulfill(status=503, json={"problem": "no space left"}))
    page.locator("li.turn", has_text="licence and insurance").locator(".text").dblclick()
    words = page.get_by_label("Words of this turn")
    words.fill("something else")
    page.get_by_role("button", name="Put right").first.click()
    page.locator(".editing .problem", has_text="no space left").wait_for()
    expect(words).to_have_value("something else")
    page.keyboard.press("Escape")
    words.wait_for(state="detached")
    desk.errors[:] = [error for error in desk.errors if "503" not in error]


def test_of_two_corrections_in_quick_succession_the_later_is_shown(desk: Desk) -> None:
    desk.open()
    page, held = desk.page, list[tuple[Any, Any]]()

    def late(route: Any) -> None:
        """The first answer comes after the second."""
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    def name(voice: str, value: str) -> None:
        page.locator(".turns .who", has_text=voice).first.click()
        dialog = page.locator("dialog.speakers[open]")
        dialog.get_by_label("Name to show").fill(value)
        dialog.get_by_role("button", name="Name it").click()
        dialog.wait_for(state="hidden")

    page.route("**/bwc/events/*", late)
    name("Voice 1", "Officer First")
    while not held:
        page.wait_for_timeout(50)
    name("Voice 2", "Officer Second")
    page.locator(".labels", has_text="Officer Second").wait_for()
    ((route, answer),) = held
    assert "Officer First" in answer.text() and "Officer Second" not in answer.text()
    route.fulfill(response=answer)
    page.wait_for_timeout(1000)
    expect(page.locator(".labels")).to_contain_text("Officer Second")
