"""The cameras of an incident in step, in a real Chromium. Every test also fails on any error in the console."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.store import Store
from pipeline.types import Incident, Verdict
from tests.review_ui import made_incident
from tests.review_ui.conftest import PATIENCE_MS, Served, serving
from tests.review_ui.made_store import START, recording
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser

STEP = 0.06
"""seconds by which two cameras may differ: less than one picture of a review copy"""
CLOCKS = """tiles => tiles.map(tile => {
    const video = tile.querySelector('video');
    return {
        camera: tile.querySelector('.device').textContent,
        at: Number(video.dataset.start) + video.currentTime,
        off: tile.classList.contains('dark') ? tile.querySelector('.off').innerText : '',
        heard: tile.classList.contains('heard'),
        muted: video.muted, paused: video.paused, kind: video.src.split('/').pop(),
    };
})"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("incident")
    path = folder / "bwc.db"
    recordings = made_incident.fill(path)
    made_incident.make_copies(folder, path, recordings)
    with serving(path, recordings) as shown:
        yield shown


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Served:
    """In place of the store with one review copy: the tab of this module's tests is on the incident."""
    found: Served = request.getfixturevalue(getattr(request, "param", "scene"))
    return found


@pytest.fixture
def five(tmp_path: Path) -> Iterator[Served]:
    """Five cameras without any copy to play."""
    path = tmp_path / "bwc.db"
    made = {f"cam {n}.mp4": recording(f"cam {n}.mp4", duration=20.0, device=f"AX-{n}") for n in range(1, 6)}
    with Store(path) as store:
        for one in made.values():
            store.add_recording(one)
        members = tuple((one.id, float(at), "container clock") for at, one in enumerate(made.values()))
        store.save_incidents([Incident(made_incident.ID, "five cameras", START, members, "clock")])
    with serving(path, made) as shown:
        yield shown


def go(desk: Desk, **query: object) -> None:
    asked = {"c": made_incident.ID} | query
    desk.page.goto(desk.served.address + "/?" + "&".join(f"{key}={value}" for key, value in asked.items()))
    desk.page.wait_for_selector('.bwc[data-ready="all"]')
    desk.page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    desk.page.locator("summary", has_text="out of step").wait_for()
    desk.page.evaluate("document.fonts.ready.then(() => true)")


def clocks(desk: Desk) -> dict[str, dict[str, Any]]:
    return {one["camera"]: one for one in desk.page.locator(".tile").evaluate_all(CLOCKS)}


def at(desk: Desk, camera: str, seconds: float) -> None:
    """Waits until a camera shows a second of the incident."""
    desk.page.locator(".tile", has_text=camera).wait_for()
    until(desk, lambda now: bool(abs(now[camera]["at"] - seconds) < STEP))


def until(desk: Desk, holds: Callable[[dict[str, dict[str, Any]]], bool]) -> dict[str, dict[str, Any]]:
    """The cameras, all looked at in one moment, once they are as they are to be."""
    latest = time.monotonic() + PATIENCE_MS / 1000
    while not holds(now := clocks(desk)):
        assert time.monotonic() < latest, now
        desk.page.wait_for_timeout(50)
    return now


def together(now: dict[str, dict[str, Any]]) -> bool:
    moments = [one["at"] for one in now.values()]
    return bool(max(moments) - min(moments) < STEP)


def playing(desk: Desk, after: float, before: float) -> dict[str, dict[str, Any]]:
    """The cameras, once all of them play in step between two seconds. A busy machine may need more time for that than
    there is between them: then it is played again from before."""

    def holds(now: dict[str, dict[str, Any]]) -> bool:
        at = [one["at"] for one in now.values()]
        if max(at) > before:
            desk.page.keyboard.press("ArrowLeft")
            return False
        return together(now) and not any(one["paused"] for one in now.values()) and min(at) > after

    return until(desk, holds)


def lane(desk: Desk, name: str, seconds: float) -> tuple[float, float]:
    """Where a second of a lane lies in the window; the axis is as long as the incident."""
    row = desk.page.locator(".label", has_text=name).first
    row.scroll_into_view_if_needed()
    label, plot = row.bounding_box(), desk.page.locator(".plot").bounding_box()
    return plot["x"] + seconds / made_incident.LENGTH * plot["width"], label["y"] + 10


def test_three_cameras_play_in_step_and_one_is_heard(desk: Desk) -> None:
    go(desk, t=5)
    at(desk, "AX-2210", 5.0)
    before = desk.asked_of_python()
    desk.page.keyboard.press(" ")
    now = playing(desk, after=6.5, before=11.5)
    assert [one["heard"] for one in now.values()] == [True, False, False]
    assert [(one["kind"], one["muted"]) for one in now.values()] == [
        ("review", False),
        ("silent", True),
        ("silent", True),
    ]
    desk.page.keyboard.press(" ")
    until(desk, lambda now: together(now) and all(one["paused"] for one in now.values()))
    assert len(desk.sent) == before, "Python was not asked for anything"


def test_another_camera_is_heard_by_key_and_by_button(desk: Desk) -> None:
    go(desk, t=6)
    desk.page.keyboard.press("3")
    now = until(desk, lambda now: now["AX-2210"]["heard"])
    assert now["AX-2210"]["kind"] == "review" and now["AX-1041"]["kind"] == "silent" and now["AX-1041"]["muted"]
    desk.page.keyboard.press(" ")
    playing(desk, after=6.5, before=11.5)
    desk.page.locator("button.hear", has_text="AX-3305").click()
    until(desk, lambda now: now["AX-3305"]["heard"])
    now = playing(desk, after=6.5, before=11.5)
    assert now["AX-3305"]["heard"] and not now["AX-3305"]["muted"]


def test_where_a_camera_made_no_recording_there_is_no_picture(desk: Desk) -> None:
    go(desk, t=15)
    at(desk, "AX-1041", 15.0)
    now = until(desk, lambda now: "Camera off" in now["AX-2210"]["off"])
    assert "no recording from 0:12 to 0:20" in now["AX-2210"]["off"]
    assert now["AX-1041"]["off"] == now["AX-3305"]["off"] == ""
    expect(desk.page.locator(".tile.dark video")).to_have_css("visibility", "hidden")
    desk.page.mouse.move(*lane(desk, "AX-2210", 16))
    expect(desk.page.locator(".tip")).to_contain_text("Camera off")


def test_over_a_gap_another_camera_is_heard_until_it_is_back(desk: Desk) -> None:
    go(desk, t=10.5)
    desk.page.keyboard.press("3")
    desk.page.keyboard.press(" ")
    desk.page.locator(".notice", has_text="AX-2210 has no sound here: AX-1041 is heard").wait_for()
    desk.page.keyboard.press(" ")
    desk.page.mouse.click(*lane(desk, "AX-3305", 19))
    at(desk, "AX-3305", 19.0)
    desk.page.keyboard.press(" ")
    desk.page.locator(".tile.heard", has_text="AX-2210").wait_for()
    assert playing(desk, after=20.0, before=25.5)["AX-2210"]["heard"]


def test_lanes_lead_to_their_moment(desk: Desk) -> None:
    go(desk)
    desk.page.mouse.click(*lane(desk, "AX-1041", 22))
    at(desk, "AX-1041", 22.0)
    desk.page.mouse.click(*lane(desk, "Several officers", 10))
    at(desk, "AX-1041", 9.0)
    expect(desk.page.locator(".card h3")).to_have_text("Several officers command")
    expect(desk.page.locator(".card")).to_contain_text("Names before this moment")
    expect(desk.page.locator(".names")).to_contain_text("Officer Dane")
    desk.page.mouse.move(*lane(desk, "Dispatch", 3.05))
    expect(desk.page.locator(".tip")).to_contain_text("on scene")


def test_a_finding_of_one_camera_is_heard_on_it(desk: Desk) -> None:
    go(desk)
    desk.page.locator(".rows button", has_text="No sound for 3 s").click()
    at(desk, "AX-2210", 5.0)
    until(desk, lambda now: now["AX-2210"]["heard"])


def test_the_transcript_follows_and_leads_to_the_cameras_own_page(desk: Desk) -> None:
    go(desk)
    line = desk.page.locator("li.turn", has_text="Show me your hands")
    line.locator("button.at").click()
    at(desk, "AX-1041", 9.5)
    expect(line).to_have_attribute("aria-current", "true")
    line.locator("button.who").click()
    desk.page.get_by_role("button", name="Open its page here").click()
    second = desk.served.made.recordings["second"].id[:16]
    desk.page.wait_for_url(lambda url: f"r={second}" in url and "t=5.5" in url)
    desk.page.locator('.bwc[data-ready="all"] .top h1', has_text="second").wait_for()
    desk.page.locator("a.camera", has_text="all cameras together").click()
    desk.page.wait_for_selector(".stage")
    at(desk, "AX-2210", 9.5)


def test_orders_a_minute_of_all_cameras_stand_above_the_speech(desk: Desk) -> None:
    go(desk)
    desk.page.locator(".label", has_text="Orders a minute").locator(".count").wait_for()
    desk.page.mouse.move(*lane(desk, "Orders a minute", 9.5))
    desk.page.locator(".tip", has_text="a minute").wait_for()
    asked = "id => fetch(`/bwc/incident/${id}`).then(r => r.json()).then(e => e.findings.kind)"
    orders = desk.page.evaluate(asked, made_incident.ID).count("spoken_command")
    assert orders > 0
    desk.page.locator(".tip", has_text="Orders found that begin within").wait_for()


def test_a_deep_link_and_a_verdict(desk: Desk) -> None:
    with Store(desk.served.made.path) as store:
        (at_once,) = store.findings(incident=made_incident.ID, detector="multi_officer_commands")
    go(desk, t="9.5", f=at_once.id)
    at(desk, "AX-1041", 9.5)
    expect(desk.page.locator(".card h3")).to_have_text("Several officers command")
    desk.page.keyboard.press("c")
    desk.page.locator(".said", has_text="Confirmed by R. Ortiz").wait_for()
    assert [one.verdict for one in desk.served.reviews(at_once.id)] == [Verdict.CONFIRMED]
    desk.page.wait_for_url(lambda url: "&f=" in url and f"c={made_incident.ID}" in url)


def test_a_camera_that_is_moved_stays_there(desk: Desk) -> None:
    go(desk, t=6)
    desk.page.locator("summary", has_text="out of step").click()
    desk.page.get_by_label("Recording to move").select_option(desk.served.made.recordings["second"].id)
    desk.page.get_by_role("button", name="+0.1 s").click()
    desk.page.get_by_role("button", name="+0.1 s").click()
    expect(desk.page.locator(".moved")).to_have_text("0.20 s later")
    desk.page.get_by_role("button", name="Keep").click()
    desk.page.locator(".source", has_text="by hand").wait_for()
    go(desk, t=6)
    expect(desk.page.locator('.tile video[data-start="4.2"]')).to_have_count(1)
    with Store(desk.served.made.path) as store:
        assert [(p.recording, p.seconds) for p in store.placings(made_incident.ID)] == [
            (desk.served.made.recordings["second"].id, 4.2)
        ]
    desk.page.locator("summary", has_text="out of step").click()
    desk.page.get_by_label("Recording to move").select_option(desk.served.made.recordings["second"].id)
    desk.page.get_by_role("button", name="As it was measured").click()
    desk.page.locator(".source", has_text="sound; container clock agrees").wait_for()
    expect(desk.page.locator('.tile video[data-start="4"]')).to_have_count(1)


@pytest.mark.parametrize("served", ["five"], indirect=True)
def test_of_five_cameras_four_play_and_one_waits(desk: Desk) -> None:
    go(desk, t=10)
    expect(desk.page.locator(".tile")).to_have_count(4)
    expect(desk.page.locator(".tile").first).to_contain_text("No copy to play")
    desk.page.get_by_role("button", name="AX-5: bring here and hear").click()
    expect(desk.page.locator(".tile .device")).to_have_text(["AX-1", "AX-2", "AX-3", "AX-5"])
    desk.page.get_by_role("button", name="AX-4: bring here and hear").wait_for()


def test_what_came_before_what_stands_below(desk: Desk) -> None:
    go(desk)
    desk.page.get_by_text("Clauses of the policy", exact=True).wait_for()
    desk.page.get_by_text("What came before what, and the policy").wait_for()


def test_space_plays_the_finding_that_was_clicked(desk: Desk) -> None:
    go(desk)
    desk.page.locator(".rows button", has_text="2 orders by 2 officers").click()
    at(desk, "AX-1041", 9.0)
    desk.page.keyboard.press(" ")
    until(desk, lambda now: not now["AX-1041"]["paused"] and now["AX-1041"]["at"] > 9.5)


def test_an_incident_is_taken_and_signed_off_beside_its_cameras(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.served.address}/?c={made_incident.ID}")
    line = page.locator(".workline")
    line.get_by_text("In nobody’s queue").wait_for()
    line.get_by_text("You watched").wait_for()
    line.get_by_role("button", name="Take it").click()
    line.get_by_text("In the queue").wait_for()
    line.get_by_role("button", name="Done").click()
    line.get_by_text("In nobody’s queue").wait_for()
    line.get_by_role("button", name="Sign off this review").click()
    line.get_by_text("Signed off by R. Ortiz").wait_for()
    with Store(desk.served.made.path) as store:
        (signed,) = store.sign_offs(made_incident.ID)
    assert signed.who == "R. Ortiz" and signed.intact
