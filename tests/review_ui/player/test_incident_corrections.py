"""On the page of an incident words, a speaker and a role are put right in place, and kept on the camera's recording."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from pipeline.store import Store
from pipeline.types import Role
from tests.review_ui import made_incident
from tests.review_ui.conftest import Served, serving
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A store of its own: detectors that run again retire what was invented. Nothing to play."""
    path = tmp_path_factory.mktemp("incident_corrections") / "bwc.db"
    with serving(path, made_incident.fill(path)) as shown:
        yield shown


def line(desk: Desk, words: str) -> Locator:
    found: Locator = desk.page.locator("li.turn", has_text=words)
    return found


def corrected(desk: Desk, words: str, label: str, value: str, button: str) -> None:
    """Opens the dialog of a turn's speaker, fills one field, and waits until it was taken."""
    line(desk, words).locator("button.who").click()
    dialog = desk.page.locator("dialog.speakers[open]")
    expect(dialog.locator(".place")).to_contain_text("AX-2210")
    field = dialog.get_by_label(label)
    if label == "Role":
        field.select_option(value)
    else:
        field.fill(value)
    dialog.get_by_role("button", name=button).click()
    dialog.wait_for(state="hidden")


def test_words_speaker_and_role_are_put_right_in_place_and_kept_on_the_camera_that_heard_them(desk: Desk) -> None:
    page, made = desk.page, desk.served.made
    page.goto(f"{desk.served.address}/?c={made_incident.ID}")
    page.wait_for_selector('.bwc[data-ready="all"]')
    line(desk, "Show me your hands").locator(".text").dblclick()
    page.locator(".editing textarea").fill("Show me <b>both</b> hands")
    page.keyboard.press("Enter")
    told = line(desk, "Show me <b>both</b> hands").locator(".corrected")
    expect(told).to_contain_text("R. Ortiz")
    expect(told).to_contain_text("Show me your hands")  # the words heard first are told
    corrected(desk, "both", "Name to show", "Officer Tarn", "Name it")
    expect(line(desk, "both").locator(".who")).to_contain_text("Officer Tarn")
    expect(page.locator(".labels")).to_contain_text("Officer Tarn")  # the lane of the speaker has the name too
    corrected(desk, "both", "Role", "civilian", "Set role")
    expect(line(desk, "both").locator(".who .dot.civilian")).to_have_count(1)
    assert page.locator(".bwc b").count() == 0
    with Store(made.path) as store:
        (turn,) = store.turns(made.recordings["second"].id)
        assert (turn.text, turn.voice, turn.role) == ("Show me <b>both</b> hands", "Officer Tarn", Role.CIVILIAN)
        assert store.corrections(made.recordings["first"].id) == [], "other cameras keep what they heard"
        assert [c.who for c in store.corrections(made.recordings["second"].id)] == ["R. Ortiz"] * 3
