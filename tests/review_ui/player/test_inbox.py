"""From the inbox to the first thing to look at, and the review of it, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pipeline.store import Store
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser
TWICE = "button => { button.click(); button.click(); }"
"""What an impatient hand does: nothing may be kept twice for it."""


def test_a_review_from_the_inbox_to_its_sign_off(desk: Desk) -> None:
    page, path = desk.page, desk.served.made.path
    page.goto(desk.served.address + "/?i=1")
    page.wait_for_selector(".bwc[data-ready]")
    expect(page.locator(".sum")).to_contain_text("Your queue is empty")
    row = page.locator(".item", has_text="incident, ")
    row.wait_for()
    assert "several officers command" in row.locator(".why").inner_text() or row.locator(".why span").count() > 1
    row.get_by_role("button", name="Take it").evaluate(TWICE)
    page.locator(".sum", has_text="1 to review").wait_for()
    page.locator(".item").first.get_by_role("button", name="Review").click()
    page.wait_for_selector('.bwc[data-ready="all"] .card h3')
    page.wait_for_url("**f=**")

    with Store(path) as store:
        (told,) = store.assignments()
        assert told.reviewer == "R. Ortiz" and told.kind == "priority" and told.reasons
        store.change_assignment(told.number, "R. Ortiz", state="dropped")


def test_an_answer_with_the_speaker_is_given_and_taken_back_by_keys(desk: Desk) -> None:
    page, made = desk.page, desk.served.made
    with Store(made.path) as store:
        wanted = next(f for f in store.findings(recording=made.first) if f.finding.label == "raised_voice")
        given = len(store.reviews(wanted.id))
    desk.open(f=wanted.id)
    page.locator(".right:visible").wait_for()
    page.keyboard.press("s")
    page.keyboard.press("c")
    page.locator(".said", has_text="Confirmed by R. Ortiz").wait_for()
    expect(page.locator(".said .problem")).to_have_count(0)
    with Store(made.path) as store:
        assert wanted.id in store.speakers_confirmed()
    page.keyboard.press("t")
    page.locator(".said", has_text="Nobody has answered yet").wait_for()
    page.locator(".earlier", has_text="Before: taken back by R. Ortiz").wait_for()
    with Store(made.path) as store:
        assert store.finding(wanted.id).verdict is None and len(store.reviews(wanted.id)) == given + 1


def test_what_is_played_is_drawn_as_watched_and_signed_off(desk: Desk) -> None:
    page, made = desk.page, desk.served.made
    desk.open(t="5")
    page.locator(".seenlabel", has_text="You watched").wait_for()
    desk.at(5)
    page.keyboard.press("k")
    desk.plays_past(6.5)
    page.keyboard.press("k")
    desk.rests()
    page.locator(".seenbar span").first.wait_for()
    with Store(made.path) as store:
        spans = store.watched([made.first])[made.first]["R. Ortiz"]
    # a machine that stands still for a moment while it plays leaves a gap between two of them
    assert spans[0].start >= 4.9 and spans[-1].end <= desk.time() + 0.1, "what was played, and no more"
    page.get_by_role("button", name="Sign off this review").evaluate(TWICE)
    page.locator(".workline", has_text="Signed off by R. Ortiz").wait_for()
    with Store(made.path) as store:
        (signed,) = store.sign_offs(made.first)
    expect(page.locator(".workline")).to_contain_text(signed.sha256[:12])
    page.keyboard.press("n")
    page.keyboard.press("x")
    page.locator(".said", has_text="Dismissed").wait_for()
    page.keyboard.press("t")
    page.locator(".said", has_text="Nobody has answered yet").wait_for()
    page.reload()
    page.locator(".workline", has_text="changed since: verdicts, withdrawals").wait_for()


def test_some_are_drawn_by_chance_and_the_draw_is_told_with_its_seed(desk: Desk) -> None:
    page, path = desk.page, desk.served.made.path
    page.goto(desk.served.address + "/?i=1")
    form = page.locator("form.draw")
    form.get_by_label("Which").select_option("event type")
    form.get_by_label("How many").fill("1")
    form.get_by_label("For", exact=True).fill("R. Ortiz")
    form.get_by_role("button", name="Draw").click()
    page.locator("summary", has_text="Draws (1)").click()
    drawn_as = page.locator("details", has_text="Draw 1")
    with Store(path) as store:
        (draw,) = store.draws()
        drawn = [one for one in store.assignments() if one.draw == draw.number]
        for one in drawn:
            store.change_assignment(one.number, "R. Ortiz", state="dropped")
    assert draw.who == "R. Ortiz" and {one.reviewer for one in drawn} == {"R. Ortiz"}
    expect(drawn_as).to_contain_text(f"seed {draw.seed}")
    expect(drawn_as).to_contain_text("drawn again: the same")
