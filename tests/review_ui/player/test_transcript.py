"""The transcript beside the player: search, words said at once, and captions."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


def test_search_marks_every_hit_and_enter_goes_there(desk: Desk) -> None:
    desk.open()
    page = desk.page
    page.keyboard.press("/")
    page.keyboard.type("show me YOUR hands")
    told = page.locator(".searching output")
    told.get_by_text("2", exact=False).wait_for()
    expect(page.locator(".turns .hit")).to_have_text(["Show", "me", "your", "hands!"] * 2)
    page.keyboard.press("Enter")
    told.get_by_text("1 of 2").wait_for()
    desk.at(38.2)
    page.keyboard.press("Enter")
    told.get_by_text("2 of 2").wait_for()
    second = page.locator(".turns .hit.chosen").first
    desk.at(float(second.get_attribute("data-at")))
    page.keyboard.press("Shift+Enter")
    told.get_by_text("1 of 2").wait_for()
    page.keyboard.press("Escape")
    page.locator(".turns .hit").first.wait_for(state="detached")
    page.keyboard.press("n")  # the keys are the player's again
    page.locator(".card h3").wait_for()


def test_what_is_said_at_once_shows_it(desk: Desk) -> None:
    desk.open()
    line = desk.page.locator("li.turn", has_text="Stay in the car!")
    expect(line.locator(".overlap")).to_have_text("at once with Voice 2")
    expect(desk.page.locator("li.turn", has_text="plate comes back").locator(".overlap")).to_have_count(0)


def test_captions_say_who_says_what(desk: Desk) -> None:
    desk.open(t=13)
    desk.at(13)
    captions = desk.page.locator(".captions")
    expect(captions).to_be_hidden()
    desk.page.keyboard.press("v")
    captions.get_by_text("You were stopped because").wait_for()
    expect(captions).to_contain_text("Voice 1:")
    expect(captions).to_contain_text("draft")
    expect(desk.page.get_by_label("Captions")).to_have_attribute("aria-pressed", "true")
    desk.open(t=45)  # remembered; two people at once are two lines
    captions.get_by_text("Stay in the car!").wait_for()
    expect(captions.locator("p")).to_have_count(2)
    desk.page.keyboard.press("v")
    captions.wait_for(state="hidden")


def test_escape_leaves_the_words_as_they_are(desk: Desk) -> None:
    desk.open(t=29)
    desk.at(29)
    desk.page.keyboard.press("r")
    words = desk.page.get_by_label("Words of this turn")
    expect(words).to_have_value("Do you have your licence and insurance with you?")
    desk.page.keyboard.type("nothing of this")
    desk.page.keyboard.press("Escape")
    words.wait_for(state="detached")
    expect(desk.page.locator("li.turn", has_text="licence and insurance")).to_be_visible()


def test_space_plays_after_a_click_and_presses_the_button_that_the_keyboard_led_to(desk: Desk) -> None:
    desk.open()
    stand = desk.page.locator("li.turn button.at").nth(1)
    stand.click()
    desk.at(9.5)
    desk.page.keyboard.press(" ")
    desk.page.wait_for_function("v => !v.paused", arg=desk.page.locator("video").element_handle())
    desk.page.keyboard.press(" ")
    desk.page.wait_for_function("v => v.paused && v.currentTime > 9.5", arg=desk.page.locator("video").element_handle())
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Shift+Tab")
    desk.page.keyboard.press(" ")
    desk.at(9.5)
    desk.rests()
