"""Two people answer the same findings, the second without sight of the first, and read how far they agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.accounts import Duty
from pipeline.store import Store
from pipeline.types import Verdict
from tests.review_ui.conftest import PATIENCE_MS, Served, serving
from tests.review_ui.made_content import finding
from tests.review_ui.made_store import recording, run

pytestmark = pytest.mark.browser
GOOD = "four quiet green lamps"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a store of one recording with two findings, and two accounts."""
    path = tmp_path_factory.mktemp("shared") / "bwc.db"
    only = recording("AX1041.mp4", duration=60.0)
    order = finding(
        only.id, "spoken_command", 9.0, 11.0, 0.7, "One order: stop there.", label="command", text="Stop there."
    )
    silence = finding(only.id, "muted_audio", 30.0, 45.0, 0.9, "No sound for 15 s.", label="muted")
    with Store(path) as store:
        store.add_recording(only)
        for one in (order, silence):
            store.replace_findings(run(only.id, one.detector), [one])
        for name in ("anna", "ben"):
            store.add_account(name, Duty.REVIEWER, GOOD, "root")
    with serving(path, {"first": only}) as shown:
        yield shown


def signed_in(browser: Any, shared: Served, name: str, where: str) -> Any:
    """A browser of this person's own, on a page."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(shared.address + where)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in").click()
    return page


def answers(page: Any, summary: str, key: str, said: str) -> None:
    """Chooses a finding, sees nobody's answer, and gives one."""
    page.locator(".rows button", has_text=summary).click()
    page.locator(".card .summary", has_text=summary).wait_for()
    page.locator(".said", has_text="Nobody has answered yet").wait_for()
    page.keyboard.press(key)
    page.locator(".said", has_text=said).wait_for()
    page.locator(".bwc [aria-live=polite]", has_text="Kept").first.wait_for(state="attached")


def test_a_blind_second_review_and_how_far_the_two_agree(browser: Any, shared: Served) -> None:
    anna = signed_in(browser, shared, "anna", f"/?r={shared.made.first}")
    anna.wait_for_selector('.bwc[data-ready="all"]')
    answers(anna, "One order", "c", "Confirmed by anna")
    answers(anna, "No sound", "x", "Dismissed by anna")
    anna.goto(shared.address + "/?i=1")
    form = anna.locator("form.draw")
    form.get_by_label("Which").select_option("officer")
    form.get_by_label("How many").fill("1")
    form.get_by_label("For", exact=True).fill("ben")
    form.get_by_label("blind second review").check()
    form.get_by_role("button", name="Draw").click()
    anna.locator("summary", has_text="With others (1)").wait_for()
    assert anna.locator("summary", has_text="Two reviewers").count() == 0, "nobody looked blind yet"

    ben = signed_in(browser, shared, "ben", "/?i=1")
    row = ben.locator(".item", has_text="blind second review")
    row.get_by_role("button", name="Review").click()
    ben.wait_for_selector('.bwc[data-ready="all"]')
    assert "anna" not in ben.locator(".findings").inner_text()
    answers(ben, "One order", "c", "Confirmed by ben")
    answers(ben, "No sound", "c", "Confirmed by ben")
    assert "anna" not in ben.locator(".findings").inner_text(), "also not among the earlier answers"
    ben.goto(shared.address + "/?i=1")
    done = row.get_by_role("button", name="Done")
    done.wait_for()
    assert ben.locator("summary", has_text="Two reviewers").count() == 0, "it would tell what the other said"
    done.click()

    for page in (ben, anna):
        page.goto(shared.address + "/?i=1")
        page.locator("summary", has_text="Two reviewers: 1 of 2 answers agree").click()
        told = page.locator("details", has_text="Two reviewers")
        told.locator("tr", has_text="All findings").wait_for()
        cells = [row.split("\t") for row in told.locator("tbody tr").all_inner_texts()]
        assert [[c.replace("\u202f", " ").strip() for c in row] for row in cells] == [
            ["All findings", "2", "1", "50 %", "0.00"],
            ["No sound", "1", "0", "0 %", "0.00"],
            ["Spoken commands", "1", "1", "100 %", "not defined"],
        ]
        told.locator("li", has_text="anna: dismissed, ben: confirmed").wait_for()
    ben.locator("details", has_text="Two reviewers").locator("li a").click()
    ben.locator(".card .earlier", has_text="dismissed by anna").wait_for()
    for page in (anna, ben):
        page.context.close()

    with Store(shared.made.path) as store:
        said = {(s.reviewer, s.detector): (s.verdict, s.blind) for s in store.verdicts_said()}
    assert said[("ben", "muted_audio")] == (Verdict.CONFIRMED, True)
    assert said[("anna", "muted_audio")] == (Verdict.DISMISSED, False)
