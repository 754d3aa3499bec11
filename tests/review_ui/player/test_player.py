"""The screen as a reviewer uses it, in a real Chromium. Every test also fails on any error in the console."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.types import Verdict
from tests.review_ui.made_content import HOSTILE, LONG_WORD, findings_of
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


def finding(desk: Desk, number: int) -> Any:
    return findings_of(desk.served.made.first)[number]


def test_from_the_list_to_a_recording_and_back(desk: Desk) -> None:
    desk.page.goto(desk.served.address)
    row = desk.page.locator("a.row", has_text="AX1041 first part.mp4")
    row.wait_for()
    assert "to review" in row.inner_text()
    assert "cut off at 118.0 s of 120.0 s" in row.inner_text()
    assert "1 file with problems" in desk.page.locator(".failed").inner_text()
    row.click()
    desk.page.wait_for_selector('.bwc[data-ready="all"]')
    assert f"r={desk.served.made.first[:16]}" in desk.page.url or f"r={desk.served.made.first}" in desk.page.url
    desk.page.go_back()
    desk.page.wait_for_selector("a.row")
    desk.page.go_forward()
    desk.page.wait_for_selector('.bwc[data-ready="all"]')
    desk.page.locator("a.back").click()
    desk.page.wait_for_selector("a.row")


def test_the_list_is_searched_in_the_browser(desk: Desk) -> None:
    desk.page.goto(desk.served.address)
    desk.page.wait_for_selector("a.row")
    desk.page.locator("input[type=search]").fill("ax-2210")
    assert desk.page.locator("a.row").count() == 1
    desk.page.locator("input[type=search]").fill("nothing like this")
    assert "No recording fits" in desk.page.locator(".groups").inner_text()


def test_a_deep_link_opens_the_second_and_the_finding(desk: Desk) -> None:
    desk.open(t="12.5", f=finding(desk, 1).id[:8])
    desk.at(12.5)
    assert desk.page.locator(".card h3").inner_text() == "Spoken commands"
    assert finding(desk, 1).summary in desk.page.locator(".card").inner_text()


def test_the_address_follows_what_is_looked_at(desk: Desk) -> None:
    desk.open()
    desk.page.keyboard.press("n")
    desk.page.wait_for_function("() => location.search.includes('&f=')")
    assert "t=4.0" in desk.page.url
    assert f"f={finding(desk, 0).id}" in desk.page.url


def test_a_page_that_is_being_left_does_not_write_over_the_next_address(desk: Desk) -> None:
    desk.open()
    desk.page.evaluate("""() => {
        window.said = [];
        const kept = history.replaceState.bind(history);
        history.replaceState = (state, title, address) => (window.said.push(address), kept(state, title, address));
    }""")
    desk.page.keyboard.press("n")
    desk.page.wait_for_function("() => window.said.some((address) => address?.includes('&f='))")
    # as Back does: the address is already another page's while this one still stands
    desk.page.evaluate("() => (window.said = [], history.pushState(history.state, '', '?reports=1'))")
    desk.page.keyboard.press("n")
    desk.page.locator(".card h3", has_text="Spoken commands").wait_for()
    desk.page.wait_for_timeout(700)
    assert desk.page.evaluate("() => [window.said.length, location.search]") == [0, "?reports=1"]


def test_a_mark_on_a_lane_leads_to_its_second(desk: Desk) -> None:
    desk.open()
    wanted = finding(desk, 8)
    x, y = desk.place("Raised voices", (wanted.start + wanted.end) / 2)
    desk.page.mouse.move(x, y)
    assert wanted.summary in desk.page.locator(".tip").inner_text()
    assert "How sure: 88" in desk.page.locator(".tip").inner_text()
    desk.page.mouse.click(x, y)
    desk.at(wanted.start)
    assert desk.page.locator(".card h3").inner_text() == "Raised voices"
    assert "11 dB above this voice's usual" in desk.page.locator(".why").inner_text()


def test_what_the_pointer_tells_is_in_the_window_down_to_the_last_lane(desk: Desk) -> None:
    desk.open()
    for lane in ("Several officers", "not analysed"):
        desk.page.mouse.move(*desk.place(lane, 60))
        box = desk.page.locator(".tip").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 1100


def test_hatching_says_why(desk: Desk) -> None:
    desk.open()
    desk.page.mouse.move(*desk.place("Frozen picture", 50))
    assert "the picture could not be decoded" in desk.page.locator(".tip").inner_text()
    desk.page.mouse.move(*desk.place("Names", 60))
    assert "wind louder than speech" in desk.page.locator(".tip").inner_text()
    desk.page.mouse.move(*desk.place("Dark or covered", 50))
    assert "nothing found" in desk.page.locator(".tip").inner_text()
    assert "wind louder than speech" in desk.page.locator(".turns .gap").inner_text()


def test_the_gap_of_a_camera_lies_after_the_end_of_its_recording(desk: Desk) -> None:
    desk.open()
    desk.page.mouse.move(*desk.place("Camera off", 130))
    assert "made no recording for 30 s" in desk.page.locator(".tip").inner_text()


def test_the_transcript_leads_to_lines_and_words(desk: Desk) -> None:
    desk.open()
    line = desk.page.locator("li.turn", has_text="licence and insurance")
    line.locator("button.at").click()
    desk.at(28.0)
    assert line.get_attribute("aria-current") == "true"
    word = line.locator("[data-at]", has_text="insurance")
    word.click()
    desk.at(float(word.get_attribute("data-at")))
    desk.page.wait_for_function("w => w.classList.contains('now')", arg=word.element_handle())


def test_playing_moves_transcript_and_playhead_and_asks_nothing_of_python(desk: Desk) -> None:
    desk.open(t=9)
    desk.page.wait_for_timeout(500)
    before = len(desk.sent)
    desk.page.keyboard.press(" ")
    desk.page.wait_for_timeout(5000)
    desk.page.keyboard.press(" ")
    assert desk.time() > 10.5
    assert desk.video("v.paused") is True
    assert len(desk.sent) == before
    assert desk.page.locator('li.turn[aria-current="true"]').count() == 1


def test_speeds_steps_and_jumps(desk: Desk) -> None:
    desk.open(t=20)
    desk.at(20)
    desk.page.keyboard.press(".")
    desk.at(20 + 1.5 / 15, within=0.035)
    desk.page.keyboard.press(",")
    desk.at(20 + 0.5 / 15, within=0.035)
    desk.page.keyboard.press("ArrowRight")
    desk.at(25.0, within=0.1)
    desk.page.keyboard.press("ArrowLeft")
    desk.at(20.0, within=0.1)
    desk.page.keyboard.press("l")
    desk.page.keyboard.press("l")
    assert desk.video("v.playbackRate") == 1.5
    desk.page.keyboard.press("k")
    assert desk.video("v.paused") is True
    here = desk.time()
    desk.page.keyboard.press("j")
    desk.page.wait_for_timeout(1500)
    desk.page.keyboard.press("k")
    assert desk.time() < here - 0.3


def test_next_and_previous_finding(desk: Desk) -> None:
    desk.open()
    rows = desk.page.locator(".rows li button[aria-current]")
    for expected in (4.0, 36.5, 38.2):
        desk.page.keyboard.press("n")
        desk.at(expected)
    desk.page.keyboard.press("p")
    desk.at(36.5)
    assert rows.count() == 1
    assert "0:36" in rows.inner_text()
    # the first one is reviewed already: the next that is not comes after it
    desk.open(f=finding(desk, 0).id)
    desk.page.keyboard.press("Shift+N")
    desk.at(36.5)


def test_keys_answer_and_the_store_keeps_it(desk: Desk) -> None:
    wanted = finding(desk, 3)
    desk.open(f=wanted.id)
    desk.page.keyboard.press("w")
    desk.page.keyboard.type("cannot hear it, ask C X U")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("c")
    desk.page.locator(".said", has_text="by R. Ortiz").wait_for()
    (review,) = desk.served.reviews(wanted.id)
    assert (review.verdict, review.note, review.reviewer) == (
        Verdict.CONFIRMED,
        "cannot hear it, ask C X U",
        "R. Ortiz",
    )
    desk.page.keyboard.press("x")
    desk.page.locator(".earlier li", has_text="Before: confirmed").wait_for()
    assert [one.verdict for one in desk.served.reviews(wanted.id)] == [Verdict.CONFIRMED, Verdict.DISMISSED]
    # Streamlit's own key C would open a dialog
    assert desk.page.locator('[role="dialog"]').count() == 0
    desk.open(f=wanted.id)
    assert "Dismissed by R. Ortiz" in desk.page.locator(".said").inner_text()


def test_buttons_answer_too(desk: Desk) -> None:
    wanted = finding(desk, 6)
    desk.open(f=wanted.id)
    desk.page.locator("button.verdict.unsure").click()
    desk.page.locator(".said", has_text="Unsure by R. Ortiz").wait_for()
    assert [one.verdict for one in desk.served.reviews(wanted.id)] == [Verdict.UNSURE]
    assert desk.page.locator("button.verdict.unsure").get_attribute("aria-pressed") == "true"


def test_an_answer_that_cannot_be_kept_is_taken_back_and_said(desk: Desk) -> None:
    wanted = finding(desk, 5)
    desk.open(f=wanted.id)
    desk.page.route(
        "**/bwc/verdict", lambda route: route.fulfill(status=503, json={"problem": "no space left on the disk"})
    )
    desk.page.keyboard.press("c")
    desk.page.locator(".trouble", has_text="no space left on the disk").wait_for()
    assert "Nobody has answered yet" in desk.page.locator(".said").inner_text()
    assert desk.served.reviews(wanted.id) == []
    desk.errors[:] = [error for error in desk.errors if "503" not in error]


def test_text_from_recordings_is_shown_as_text(desk: Desk) -> None:
    hostile = finding(desk, 10)
    desk.open(f=hostile.id)
    assert HOSTILE in desk.page.locator(".card .summary").inner_text()
    assert HOSTILE in desk.page.locator(".card blockquote").inner_text()
    assert "<b>key</b>" in desk.page.locator(".why dt").first.inner_text().lower()
    assert desk.page.locator("li.turn", has_text="<script>").count() == 1
    assert desk.page.evaluate("window.hacked") is None
    assert desk.page.locator(".bwc img, .bwc script").count() == 0
    turn = desk.page.locator("li.turn", has_text=LONG_WORD[:100])
    panel = desk.page.locator(".transcript").bounding_box()
    box = turn.bounding_box()
    assert box["x"] + box["width"] <= panel["x"] + panel["width"] + 1


def test_a_draft_says_so_and_the_models_are_named(desk: Desk) -> None:
    desk.open()
    assert desk.page.locator(".transcript .draft").inner_text().startswith("Draft.")
    foot = desk.page.locator("details.about")
    assert "pocketsphinx 5.1.1 (draft, low accuracy)" in foot.locator("summary").inner_text()
    foot.locator("summary").click()
    text = foot.inner_text()
    assert "common 1 (sha256 cdcdcdcdcdcd)" in text
    assert "not analysed: the picture could not be decoded" in text
    assert "cut off at 118.0 s of 120.0 s" in text


def test_a_recording_without_a_copy_can_still_be_read(desk: Desk) -> None:
    other = desk.served.made.recordings["other"].id
    desk.open(r=other)
    assert "There is no copy to play" in desk.page.locator(".screen").inner_text()
    desk.page.keyboard.press("n")
    assert "show me your hands" in desk.page.locator(".card").inner_text()
    assert desk.page.locator(".now").inner_text().startswith("0:09.0")
    assert "not analysed" in desk.page.locator(".transcript").inner_text()


def test_another_camera_opens_at_the_same_moment(desk: Desk) -> None:
    desk.open(t=44)
    desk.at(44)
    desk.page.locator("nav a.camera", has_text="AX-2210").click()
    desk.page.locator("h1", has_text="AX2210.mp4").wait_for()
    desk.page.wait_for_selector('.bwc[data-ready="all"]')
    assert desk.page.locator(".now").inner_text().startswith("0:14.0")
    assert desk.page.locator("video").count() == 0


def test_everything_is_reached_by_keyboard(desk: Desk) -> None:
    desk.open()
    desk.page.locator(".rows li button").nth(2).focus()
    desk.page.keyboard.press("Enter")
    desk.at(38.2)
    focused = """() => {
      let element = document.activeElement;
      while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element.closest("li")?.getAttribute("aria-posinset");
    }"""
    assert desk.page.evaluate(focused) == "3"
    desk.page.keyboard.press("?")
    assert desk.page.locator("dialog[open]").count() == 1
    desk.page.keyboard.press("Escape")
    assert desk.page.locator("dialog[open]").count() == 0
    unnamed = desk.page.locator("button").evaluate_all(
        "all => all.filter(b => !(b.textContent.trim() || b.getAttribute('aria-label') || b.title)).length"
    )
    assert unnamed == 0


def test_the_list_of_findings_can_be_narrowed(desk: Desk) -> None:
    desk.open()
    desk.page.locator(".filters select").select_option("spoken_command")
    assert desk.page.locator(".rows li").count() == 3
    desk.page.locator(".filters select").select_option("")
    desk.page.locator(".filters input").check()
    assert desk.page.locator(".rows .state.dismissed").count() == 0


def test_zoom_and_back(desk: Desk) -> None:
    desk.open(f=finding(desk, 4).id)
    desk.page.keyboard.press("z")
    label = desk.page.locator(".zoom span")
    assert re.match(r"0:3\d . 0:4\d", label.inner_text())
    desk.page.keyboard.press("0")
    assert label.inner_text() == ""


def test_a_link_to_a_kind_opens_the_first_of_it_and_lists_that_kind(desk: Desk) -> None:
    kind = findings_of(desk.served.made.first)[1].detector
    desk.open(f=kind)
    desk.page.locator(".card h3").wait_for()
    first = min((f for f in findings_of(desk.served.made.first) if f.detector == kind), key=lambda f: f.span.start)
    assert desk.page.locator(".findings select").input_value() == kind
    desk.at(first.span.start)


def test_the_sound_is_switched_off_and_a_note_begun_by_keys(desk: Desk) -> None:
    desk.open(f=finding(desk, 0).id)
    desk.page.locator(".card h3").wait_for()
    heard = desk.video("v.muted")
    desk.page.keyboard.press("m")
    assert desk.video("v.muted") is not heard
    desk.page.keyboard.press("m")
    desk.page.keyboard.press("w")
    desk.page.keyboard.type("cut by an M and a C")
    assert desk.page.get_by_label("Note for the verdict").input_value() == "cut by an M and a C", (
        "letters of a note are no keys"
    )
    assert desk.video("v.muted") is heard


def test_words_that_the_recogniser_was_not_sure_of_are_marked(desk: Desk) -> None:
    desk.open()
    marked = desk.page.locator(".turns .low")
    assert 0 < marked.count() < desk.page.locator(".turns [data-at]").count()
