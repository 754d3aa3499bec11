"""A clip from the screen, in a real Chromium: marked with two keys, looped, cut, downloaded; it is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.artifacts import recording_folder
from pipeline.media.recording_file import open_media
from pipeline.media.review_copy import make_review_files
from pipeline.reels.reel import read_reel
from pipeline.store import Store
from tests.pipeline.media.cut.counted import KINDS, decode, make
from tests.review_ui.conftest import Served, serving
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a store whose one recording is where it says."""
    folder = tmp_path_factory.mktemp("clips served")
    path, film = folder / "bwc.db", make(folder / "patrol; one.mp4", replace(KINDS["plain"], duration=8.0))
    with Store(path) as store, open_media(film, folder / "scratch") as media:
        recording = media.probe()
        store.add_recording(recording)
        make_review_files(media, recording_folder(path, recording.id))
    with serving(path, {"first": recording}) as shown:
        yield shown


def heard_until_it_begins_again(desk: Desk) -> list[float]:
    """Where the video stood, as the page saw it, until the time went back from the end to the beginning of a stretch.

    How far beyond the end it came says how busy the machine is: the page looks as often as it draws."""
    handle = desk.page.locator("video").element_handle()
    script = """async (v) => {
        const seen = [];
        while (seen.length < 2 || seen.at(-1) > seen.at(-2) - 0.5) {
            if (!v.seeking) seen.push(v.currentTime);
            await new Promise((done) => setTimeout(done, 30));
        }
        return seen;
    }"""
    found: list[float] = desk.page.evaluate(script, handle)
    return found[1:]


def test_a_stretch_is_marked_looped_cut_and_downloaded(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.open(t="2")
    desk.at(2.0)
    expect(page.locator(".clipbar .make")).to_be_disabled()
    page.keyboard.press("i")
    expect(page.locator(".clipbar .stretch")).to_contain_text("from 0:02.0")
    for _ in range(2):
        page.keyboard.press("Shift+ArrowRight")
    desk.at(4.0)
    page.keyboard.press("o")
    expect(page.locator(".clipbar .stretch")).to_contain_text("0:02.0 \u2013 0:04.0")
    page.keyboard.press("Shift+Space")
    seen = heard_until_it_begins_again(desk)
    assert min(seen) >= 1.9
    page.keyboard.press("e")
    dialog = page.locator("dialog.clipping")
    expect(dialog.get_by_role("textbox", name="From", exact=True)).to_have_value("0:02.000")
    dialog.get_by_role("textbox", name="To", exact=True).fill("0:03.5")
    dialog.get_by_label("What for").fill("<b>debrief</b>")
    dialog.get_by_role("button", name="Make the clip").click()
    expect(dialog.locator("li.clip")).to_contain_text("<b>debrief</b>", timeout=120_000)
    dialog.get_by_label("Name of the new list").fill("spring day")
    dialog.get_by_role("button", name="Add", exact=True).click()
    dialog.get_by_text("Clip 1 of spring day").wait_for()
    with page.expect_download() as waiting:
        dialog.locator("li.clip a.main").click()
    name = "patrol_one_0h00m02.000_to_0h00m03.500_exact.mp4"
    assert waiting.value.suggested_filename == name
    waiting.value.save_as(tmp_path / name)
    assert [n for _, n in decode(tmp_path / name).pictures] == list(range(30, 53))
    with Store(desk.served.made.path) as store:
        assert {"export.clip", "export.download"} <= {row["action"] for row in store.activity(10)}


def test_a_reel_is_put_in_order_given_words_and_made(desk: Desk) -> None:
    page, store = desk.page, desk.served.made.path
    page.goto(f"{desk.served.address}/?clips=1")
    page.wait_for_selector(".bwc.reels[data-ready]")
    page.get_by_role("button", name="New list").click()
    page.get_by_label("Name of the list").fill("autumn")
    page.get_by_role("button", name="Begin the list").click()
    page.locator(".adding:not(.past) summary").click()
    for begin, end in (("0:01", "0:02"), ("4", "5.5")):
        page.locator(".adding:not(.past)").get_by_label("From").fill(begin)
        page.locator(".adding:not(.past)").get_by_label("To", exact=True).fill(end)
        page.locator(".adding:not(.past)").get_by_role("button", name="Add").click()
    page.get_by_label("Title on its card").fill("Hands")  # of the second, which is open
    page.get_by_label("Questions, one in each line").fill("Who?\nWhen?")
    page.get_by_label("Clip 2 earlier").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Picture", exact=True).select_option("640x360")
    page.get_by_label("Seconds of a card").fill("0.5")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Make reel and page").click()
    page.locator("li.film a").nth(1).wait_for(timeout=180_000)
    kept = read_reel(store.with_suffix(".media") / "reels" / "autumn.toml")
    assert [(c.title, c.start, c.questions) for c in kept.clips] == [("Hands", 4.0, ("Who?", "When?")), ("", 1.0, ())]
    with page.expect_download() as waiting:
        page.locator("li.film a", has_text=".mp4").click()
    assert waiting.value.suggested_filename.startswith("autumn ")
    page.reload()
    page.locator(".clips .name", has_text="1. Hands").wait_for()


def test_mistakes_are_told_in_the_dialog(desk: Desk) -> None:
    desk.open(t="1")
    desk.at(1.0)
    desk.page.keyboard.press("e")
    desk.page.locator('.bwc [aria-live="polite"]', has_text="Choose a finding first").wait_for(state="attached")
    expect(desk.page.locator("dialog.clipping")).to_be_hidden()
    desk.page.keyboard.press("i")
    desk.page.keyboard.press("ArrowRight")
    desk.at(6.0)
    desk.page.keyboard.press("o")
    desk.page.keyboard.press("e")
    dialog = desk.page.locator("dialog.clipping")
    dialog.get_by_role("textbox", name="To", exact=True).fill("later")
    dialog.get_by_role("button", name="Make the clip").click()
    expect(dialog.locator(".trouble")).to_contain_text("the end comes after the start")
    dialog.get_by_role("textbox", name="To", exact=True).fill("0:03")
    dialog.get_by_label("WebVTT").check()
    dialog.get_by_role("button", name="Make the clip").click()
    dialog.locator("li.job[data-state=failed]").wait_for(timeout=120_000)
    expect(dialog.locator("li.job")).to_contain_text("never transcribed")
