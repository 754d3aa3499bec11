"""The screen as a reviewer uses it, in a real Chromium. Every test also fails on any error in the console."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.types import Verdict
from tests.review_ui.made_content import HOSTILE, LONG_WORD, findings_of
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


def finding(desk: Desk, number: int) -> Any:
    return findings_of(desk.served.made.first)[number]


def test_from_the_list_to_a_recording_and_back(desk: Desk) -> None:
    desk.page.goto(desk.served.address)
    row = desk.page.locator("a.row", has_text="AX1041 first part.mp4")
    expect(row).to_contain_text("to review")
    expect(row).to_contain_text("cut off at 118.0 s of 120.0 s")
    expect(desk.page.locator(".failed")).to_contain_text("1 file with problems")
    row.click()
    desk.page.wait_for_selector('.bwc[data-ready="all"]')
    desk.page.wait_for_url(f"**r={desk.served.made.first[:16]}**")
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
    expect(desk.page.locator("a.row")).to_have_count(1)
    desk.page.locator("input[type=search]").fill("nothing like this")
    expect(desk.page.locator(".groups")).to_contain_text("No recording fits")


def test_a_deep_link_opens_the_second_and_the_finding(desk: Desk) -> None:
    desk.open(t="12.5", f=finding(desk, 1).id[:8])
    desk.at(12.5)
    expect(desk.page.locator(".card h3")).to_have_text("Spoken commands")
    expect(desk.page.locator(".card")).to_contain_text(finding(desk, 1).summary)


def test_the_address_follows_what_is_looked_at(desk: Desk) -> None:
    desk.open()
    desk.page.keyboard.press("n")
    desk.page.wait_for_url(f"**t=4.0**f={finding(desk, 0).id}**")


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
    expect(desk.page.locator(".tip")).to_contain_text(wanted.summary)
    expect(desk.page.locator(".tip")).to_contain_text("How sure: 88")
    desk.page.mouse.click(x, y)
    desk.at(wanted.start)
    expect(desk.page.locator(".card h3")).to_have_text("Raised voices")
    expect(desk.page.locator(".why")).to_contain_text("11 dB above this voice's usual")


def test_what_the_pointer_tells_is_in_the_window_down_to_the_last_lane(desk: Desk) -> None:
    desk.open()
    for lane in ("Several officers", "not analysed"):
        desk.page.mouse.move(*desk.place(lane, 60))
        expect(desk.page.locator(".tip")).to_be_visible()
        box = desk.page.locator(".tip").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 1100


def test_hatching_says_why(desk: Desk) -> None:
    desk.open()
    desk.page.mouse.move(*desk.place("Frozen picture", 50))
    expect(desk.page.locator(".tip")).to_contain_text("the picture could not be decoded")
    desk.page.mouse.move(*desk.place("Names", 60))
    expect(desk.page.locator(".tip")).to_contain_text("wind louder than speech")
    desk.page.mouse.move(*desk.place("Dark or covered", 50))
    expect(desk.page.locator(".tip")).to_contain_text("nothing found")
    expect(desk.page.locator(".turns .gap")).to_contain_text("wind louder than speech")


def test_the_gap_of_a_camera_lies_after_the_end_of_its_recording(desk: Desk) -> None:
    desk.open()
    desk.page.mouse.move(*desk.place("Camera off", 130))
    expect(desk.page.locator(".tip")).to_contain_text("made no recording for 30 s")


def test_the_transcript_leads_to_lines_and_words(desk: Desk) -> None:
    desk.open()
    line = desk.page.locator("li.turn", has_text="licence and insurance")
    line.locator("button.at").click()
    desk.at(28.0)
    expect(line).to_have_attribute("aria-current", "true")
    word = line.locator("[data-at]", has_text="insurance")
    word.click()
    desk.at(float(word.get_attribute("data-at")))
    desk.page.wait_for_function("w => w.classList.contains('now')", arg=word.element_handle())


def test_playing_moves_transcript_and_playhead_and_asks_nothing_of_python(desk: Desk) -> None:
    desk.open(t=9)
    desk.at(9)
    before = desk.asked_of_python()
    desk.page.keyboard.press(" ")
    desk.plays_past(12.5)
    desk.page.keyboard.press(" ")
    desk.rests()
    assert len(desk.sent) == before
    expect(desk.page.locator('li.turn[aria-current="true"]')).to_have_count(1)


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
    desk.plays_past(20.0)
    desk.page.keyboard.press("l")
    expect(desk.page.locator("video")).to_have_js_property("playbackRate", 1.5)
    desk.page.keyboard.press("k")
    desk.rests()
    here = desk.time()
    desk.page.keyboard.press("j")
    handle = desk.page.locator("video").element_handle()
    desk.page.wait_for_function("([v, most]) => v.currentTime < most", arg=[handle, here - 0.3])
    desk.page.keyboard.press("k")


def test_next_and_previous_finding(desk: Desk) -> None:
    desk.open()
    rows = desk.page.locator(".rows li button[aria-current]")
    for expected in (4.0, 36.5, 38.2):
        desk.page.keyboard.press("n")
        desk.at(expected)
    desk.page.keyboard.press("p")
    desk.at(36.5)
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("0:36")
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
    desk.page.locator(".said", has_text="Dismissed by R. Ortiz").wait_for()
    assert [one.verdict for one in desk.served.reviews(wanted.id)] == [Verdict.CONFIRMED, Verdict.DISMISSED]
    # Streamlit's own key C would open a dialog
    expect(desk.page.locator('[role="dialog"]:visible')).to_have_count(0)
    desk.open(f=wanted.id)
    expect(desk.page.locator(".said")).to_contain_text("Dismissed by R. Ortiz")


def test_of_two_answers_in_quick_succession_the_later_one_counts(desk: Desk) -> None:
    wanted = finding(desk, 7)
    desk.open(f=wanted.id)
    held: list[Any] = []
    desk.page.route("**/bwc/verdict", lambda route: held.append(route))  # noqa: PLW0108 - it takes no method
    desk.page.keyboard.press("c")
    desk.page.keyboard.press("x")
    desk.page.locator("button.verdict.dismissed[aria-pressed=true]").wait_for()
    desk.page.wait_for_timeout(500)
    assert len(held) == 1, "the second waits until the first is kept: two at once may overtake each other"
    held[0].continue_()
    while len(held) < 2:
        desk.page.wait_for_timeout(50)
    held[1].continue_()
    desk.page.locator(".said", has_text="Dismissed by R. Ortiz").wait_for()
    desk.page.locator(".earlier li", has_text="Before: confirmed").wait_for()
    kept = [one.verdict for one in desk.served.reviews(wanted.id)]
    assert kept[-2:] == [Verdict.CONFIRMED, Verdict.DISMISSED]


def test_buttons_answer_too(desk: Desk) -> None:
    wanted = finding(desk, 6)
    desk.open(f=wanted.id)
    desk.page.locator("button.verdict.unsure").click()
    desk.page.locator(".said", has_text="Unsure by R. Ortiz").wait_for()
    assert [one.verdict for one in desk.served.reviews(wanted.id)] == [Verdict.UNSURE]
    expect(desk.page.locator("button.verdict.unsure")).to_have_attribute("aria-pressed", "true")


def test_an_answer_that_cannot_be_kept_is_taken_back_and_said(desk: Desk) -> None:
    wanted = finding(desk, 5)
    desk.open(f=wanted.id)
    desk.page.route(
        "**/bwc/verdict", lambda route: route.fulfill(status=503, json={"problem": "no space left on the disk"})
    )
    desk.page.keyboard.press("c")
    desk.page.locator(".trouble", has_text="no space left on the disk").wait_for()
    expect(desk.page.locator(".said")).to_contain_text("Nobody has answered yet")
    assert desk.served.reviews(wanted.id) == []
    desk.errors[:] = [error for error in desk.errors if "503" not in error]


def test_text_from_recordings_is_shown_as_text(desk: Desk) -> None:
    hostile = finding(desk, 10)
    desk.open(f=hostile.id)
    expect(desk.page.locator(".card .summary")).to_contain_text(HOSTILE)
    expect(desk.page.locator(".card blockquote")).to_contain_text(HOSTILE)
    expect(desk.page.locator(".why dt").first).to_contain_text("<b>key</b>", ignore_case=True)
    expect(desk.page.locator("li.turn", has_text="<script>")).to_have_count(1)
    assert desk.page.evaluate("window.hacked") is None
    assert desk.page.locator(".bwc img, .bwc script").count() == 0
    turn = desk.page.locator("li.turn", has_text=LONG_WORD[:100])
    panel = desk.page.locator(".transcript").bounding_box()
    box = turn.bounding_box()
    assert box["x"] + box["width"] <= panel["x"] + panel["width"] + 1


def test_a_draft_says_so_and_the_models_are_named(desk: Desk) -> None:
    desk.open()
    expect(desk.page.locator(".transcript .draft")).to_have_text(re.compile(r"^Draft\."))
    foot = desk.page.locator("details.about")
    expect(foot.locator("summary")).to_contain_text("pocketsphinx 5.1.1 (draft, low accuracy)")
    foot.locator("summary").click()
    expect(foot).to_contain_text("common 1 (sha256 cdcdcdcdcdcd)", use_inner_text=True)
    expect(foot).to_contain_text("not analysed: the picture could not be decoded", use_inner_text=True)
    expect(foot).to_contain_text("cut off at 118.0 s of 120.0 s", use_inner_text=True)


def test_a_recording_without_a_copy_can_still_be_read(desk: Desk) -> None:
    other = desk.served.made.recordings["other"].id
    desk.open(r=other)
    expect(desk.page.locator(".screen")).to_contain_text("There is no copy to play")
    desk.page.keyboard.press("n")
    expect(desk.page.locator(".card")).to_contain_text("show me your hands")
    expect(desk.page.locator(".now")).to_have_text(re.compile(r"^0:09\.0"))
    expect(desk.page.locator(".transcript")).to_contain_text("not analysed")


def test_another_camera_opens_at_the_same_moment(desk: Desk) -> None:
    desk.open(t=44)
    desk.at(44)
    desk.page.locator("nav a.camera", has_text="AX-2210").click()
    desk.page.locator("h1", has_text="AX2210.mp4").wait_for()
    desk.page.wait_for_selector('.bwc[data-ready="all"]')
    expect(desk.page.locator(".now")).to_have_text(re.compile(r"^0:14\.0"))
    expect(desk.page.locator("video")).to_have_count(0)


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
    desk.page.wait_for_function(f"() => ({focused})() === '3'")
    desk.page.keyboard.press("?")
    expect(desk.page.locator("dialog[open]")).to_have_count(1)
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    unnamed = desk.page.locator("button").evaluate_all(
        "all => all.filter(b => !(b.textContent.trim() || b.getAttribute('aria-label') || b.title)).length"
    )
    assert unnamed == 0


def test_the_list_of_findings_can_be_narrowed(desk: Desk) -> None:
    desk.open()
    desk.page.locator(".filters select").select_option("spoken_command")
    expect(desk.page.locator(".rows li")).to_have_count(3)
    desk.page.locator(".filters select").select_option("")
    desk.page.locator(".filters input").check()
    expect(desk.page.locator(".rows .state.dismissed")).to_have_count(0)


def test_zoom_and_back(desk: Desk) -> None:
    desk.open(f=finding(desk, 4).id)
    desk.page.keyboard.press("z")
    label = desk.page.locator(".zoom span")
    expect(label).to_have_text(re.compile(r"0:3\d . 0:4\d"))
    desk.page.keyboard.press("0")
    expect(label).to_have_text("")


def test_a_link_to_a_kind_opens_the_first_of_it_and_lists_that_kind(desk: Desk) -> None:
    kind = findings_of(desk.served.made.first)[1].detector
    desk.open(f=kind)
    desk.page.locator(".card h3").wait_for()
    first = min((f for f in findings_of(desk.served.made.first) if f.detector == kind), key=lambda f: f.span.start)
    expect(desk.page.locator(".findings select")).to_have_value(kind)
    desk.at(first.span.start)


def test_the_sound_is_switched_off_and_a_note_begun_by_keys(desk: Desk) -> None:
    desk.open(f=finding(desk, 0).id)
    desk.page.locator(".card h3").wait_for()
    heard, video = desk.video("v.muted"), desk.page.locator("video")
    desk.page.keyboard.press("m")
    expect(video).to_have_js_property("muted", not heard)
    desk.page.keyboard.press("m")
    expect(video).to_have_js_property("muted", heard)
    desk.page.keyboard.press("w")
    desk.page.keyboard.type("cut by an M and a C")
    # letters of a note are no keys
    expect(desk.page.get_by_label("Note for the verdict")).to_have_value("cut by an M and a C")
    assert desk.video("v.muted") is heard


def test_words_that_the_recogniser_was_not_sure_of_are_marked(desk: Desk) -> None:
    desk.open()
    marked = desk.page.locator(".turns .low")
    marked.first.wait_for()
    assert 0 < marked.count() < desk.page.locator(".turns [data-at]").count()
