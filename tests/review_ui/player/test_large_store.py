"""An hour with 20,000 findings and four cameras, in a real Chromium: all of it answers, and asks nothing of Python.

Every test also fails on any error in the console. No test measures time: tests/benchmarks/screen.py does.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from pipeline.store import Store
from pipeline.types import Verdict
from tests.benchmarks.many_recordings import fill_recordings
from tests.review_ui import large_store
from tests.review_ui.conftest import Made, Served, free_port, start, stop
from tests.review_ui.large_store import Large
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser

PATIENCE = 120_000
"""milliseconds: a busy machine joins four cameras slowly"""
HEAVY = ("pandas", "torch", "onnxruntime", "sklearn")
"""packages that nobody who looks at recordings needs in memory; joining the cameras of an incident brings scipy"""
ROWS_IN_SIGHT = 60


@dataclass(frozen=True)
class Running:
    """The large store, shown by a process of its own."""

    large: Large
    address: str
    process: int


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("large")
    large = large_store.fill(folder / "bwc.db")
    large_store.make_copies(folder, large)
    port = free_port()
    process = start(large.path, port)
    yield Running(large, f"http://127.0.0.1:{port}", process.pid)
    stop(process)
    shutil.rmtree(folder)  # 300 MB that nobody looks at again


@pytest.fixture
def served(running: Running) -> Served:
    """In place of the small store."""
    large = running.large
    return Served(
        running.address, Made(large.path, {"first": large.alone} | {r.device or "": r for r in large.cameras})
    )


@pytest.fixture
def hour(desk: Desk) -> Desk:
    """A tab on the recording with 20,000 findings."""
    desk.page.set_default_timeout(PATIENCE)
    desk.open()
    return desk


def view(desk: Desk) -> tuple[float, float]:
    """From where to where the lanes show, in seconds, as their label says."""
    text = desk.page.locator(".zoom span").inner_text()
    times = [float(m) * 60 + float(s) for m, s in re.findall(r"(\d+):(\d\d)", text.replace("1:00:00", "60:00"))]
    return (times[0], times[1]) if times else (0.0, large_store.HOUR)


def wheel(desk: Desk, share: float, **turn: float) -> None:
    """Turns the wheel over the ruler, at a share of its width."""
    box = desk.page.locator(".plot").bounding_box()
    before = desk.page.locator(".zoom span").inner_text()
    desk.page.mouse.move(box["x"] + share * box["width"], box["y"] + 8)
    desk.page.mouse.wheel(turn.get("x", 0.0), turn.get("y", 0.0))
    desk.page.wait_for_function(
        "([label, before]) => label.textContent !== before",
        arg=[desk.page.locator(".zoom span").element_handle(), before],
    )


def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Waits for what is worked out from the page."""
    latest = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < latest, f"the lanes show {view(desk)}"
        desk.page.wait_for_timeout(50)


def test_the_wheel_zooms_where_the_pointer_is_and_pans_sideways(hour: Desk) -> None:
    for _ in range(8):
        wheel(hour, 0.75, y=-120)
    first, last = view(hour)
    assert last - first < 300, "eight turns, each awaited"
    assert abs(first + 0.75 * (last - first) - 0.75 * large_store.HOUR) < 3, "the time under the pointer stays there"
    wheel(hour, 0.75, x=200)
    moved, _ = view(hour)
    assert moved > first
    hour.page.keyboard.press("0")
    hour.page.wait_for_function(
        "label => label.textContent === ''", arg=hour.page.locator(".zoom span").element_handle()
    )


def test_the_lanes_are_dragged_and_the_overview_leads_elsewhere(hour: Desk) -> None:
    for _ in range(8):
        wheel(hour, 0.5, y=-120)
    first, _ = view(hour)
    lane = hour.page.locator(".label", has_text="Names").first
    lane.scroll_into_view_if_needed()
    row, plot = lane.bounding_box(), hour.page.locator(".plot").bounding_box()
    hour.page.mouse.move(plot["x"] + 300, row["y"] + 8)
    hour.page.mouse.down()
    hour.page.mouse.move(plot["x"] + 100, row["y"] + 8, steps=5)
    hour.page.mouse.up()
    until(hour, lambda: view(hour)[0] > first)
    overview = hour.page.locator(".overview")
    overview.scroll_into_view_if_needed()
    box = overview.bounding_box()
    overview.click(position={"x": box["width"] * 0.2, "y": 8})
    until(hour, lambda: view(hour)[0] < 0.2 * large_store.HOUR < view(hour)[1])


def test_only_the_rows_in_sight_are_elements_and_the_last_is_reached(hour: Desk) -> None:
    rows = hour.page.locator(".rows li")
    expect(rows.first).to_have_attribute("aria-setsize", "20000")
    assert 0 < rows.count() <= ROWS_IN_SIGHT
    hour.page.locator(".findings .scroll").first.evaluate("list => { list.scrollTop = list.scrollHeight }")
    hour.page.locator('.rows li[aria-posinset="20000"]').wait_for()
    assert rows.count() <= ROWS_IN_SIGHT


def test_next_finding_and_next_one_that_is_not_reviewed(hour: Desk) -> None:
    with Store(hour.served.made.path) as store:
        found = sorted(store.findings(recording=hour.served.made.first), key=lambda f: (f.finding.start, f.finding.end))
    second = found[1]
    hour.page.keyboard.press("n")
    hour.page.keyboard.press("n")
    hour.page.wait_for_function("id => location.search.includes(id)", arg=second.id)
    hour.page.keyboard.press("x")
    hour.page.locator(".said", has_text="Dismissed by R. Ortiz").wait_for()
    assert [one.verdict for one in hour.served.reviews(second.id)] == [Verdict.DISMISSED]
    hour.page.keyboard.press("p")
    hour.page.wait_for_function("id => location.search.includes(id)", arg=found[0].id)
    hour.page.keyboard.press("Shift+N")
    hour.page.wait_for_function("id => location.search.includes(id)", arg=found[2].id)
    hour.at(found[2].finding.start)


def test_a_mark_says_what_who_and_how_sure_and_why(hour: Desk) -> None:
    with Store(hour.served.made.path) as store:
        found = store.findings(recording=hour.served.made.first, detector="raised_voice")[7]
    hour.page.goto(f"{hour.served.address}/?r={hour.served.made.first}&f={found.id}")
    hour.page.wait_for_selector('.bwc[data-ready="all"]')
    hour.page.keyboard.press("z")
    hour.page.wait_for_function(
        "label => label.textContent !== ''", arg=hour.page.locator(".zoom span").element_handle()
    )
    card = hour.page.locator(".card")
    expect(card).to_contain_text(found.finding.summary)
    expect(card.locator(".why")).to_contain_text("rule number")
    expect(card).to_contain_text(re.compile(r"Voice 91\d, officer"))
    hour.at(found.finding.start)


def test_less_sure_ones_leave_at_once_and_come_back(hour: Desk) -> None:
    before = hour.asked_of_python()
    told, slider = hour.page.locator(".leastsure output"), hour.page.get_by_label("How sure at least")
    slider.fill("80")
    told.get_by_text("hidden").wait_for()
    assert 1000 < int(hour.page.locator(".rows li").first.get_attribute("aria-setsize")) < 8000
    slider.fill("0")
    told.get_by_text("all").wait_for()
    hour.page.locator('.rows li[aria-setsize="20000"]').first.wait_for()
    assert len(hour.sent) == before


def test_ten_seconds_of_playback_run_no_script(hour: Desk) -> None:
    before = hour.asked_of_python()
    hour.page.keyboard.press("k")
    hour.plays_past(10.0)
    hour.page.keyboard.press("k")
    hour.rests()
    assert len(hour.sent) == before
    expect(hour.page.locator('li.turn[aria-current="true"]')).to_have_count(1)


def test_four_cameras_of_an_hour_play_together(desk: Desk, running: Running) -> None:
    page = desk.page
    page.set_default_timeout(PATIENCE)
    page.goto(f"{running.address}/?c={large_store.ID}&t=600")
    page.wait_for_selector('.bwc[data-ready="all"]')
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    expect(page.locator(".tile")).to_have_count(4)
    before = desk.asked_of_python()
    page.keyboard.press("k")
    in_step(page, 602.0)
    page.keyboard.press("3")
    page.locator(".tile.heard", has_text="AX-4103").wait_for()
    page.keyboard.press("k")
    assert len(desk.sent) == before
    page.keyboard.press("n")
    page.wait_for_function("() => location.search.includes('&f=')")
    expect(page.locator(".card h3")).not_to_be_empty()


def in_step(page: Any, after: float) -> None:
    """Waits until all four play, after a second of the incident, within a tenth of a second of each other."""
    found, latest = None, time.monotonic() + PATIENCE / 1000
    while time.monotonic() < latest:
        found = page.locator(".tile video").evaluate_all(
            "videos => videos.map(v => [v.paused, Number(v.dataset.start) + v.currentTime])"
        )
        at = [moment for _, moment in found]
        if not any(paused for paused, _ in found) and min(at) > after and max(at) - min(at) < 0.1:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the cameras do not play together: {found}")


def test_four_viewers_at_once(desk: Desk, browser: Any, running: Running) -> None:
    """Each plays and jumps while the others do; the server's process brings in nothing heavy for it."""
    contexts = [browser.new_context(viewport={"width": 1000, "height": 900}) for _ in range(4)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: desk.errors.append(str(error)))
        page.goto(f"{running.address}/?r={running.large.alone.id}")
    for number, page in enumerate(pages):
        page.wait_for_selector('.bwc[data-ready="all"]')
        page.keyboard.press("k")
        box = page.locator(".plot").bounding_box()
        page.mouse.click(box["x"] + box["width"] * (0.2 + 0.15 * number), box["y"] + 8)
    for number, page in enumerate(pages):
        least = large_store.HOUR * (0.2 + 0.15 * number)
        page.wait_for_function(
            "([v, least]) => !v.paused && v.readyState >= 2 && v.currentTime > least",
            arg=[page.locator("video").element_handle(), least - 10],
        )
    for context in contexts:
        context.close()
    desk.page.goto(running.address)  # the tab of this test is not needed further
    maps = Path(f"/proc/{running.process}/maps")
    if maps.is_file():
        held = maps.read_text(encoding="utf-8")
        assert [name for name in HEAVY if f"/site-packages/{name}/" in held] == []


def test_a_long_list_is_drawn_in_parts(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "bwc.db"
    fill_recordings(path, count=450, findings=1)
    port = free_port()
    process = start(path, port)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://127.0.0.1:{port}/")
    page.locator(".left", has_text="more fit").wait_for()
    rows = page.locator("a.row")
    before = rows.count()
    assert 200 <= before < 210, "they are drawn with the line below them"
    page.get_by_role("button", name="Show 200 more").click()
    page.locator("a.row").nth(before + 150).wait_for()
    expect(rows.nth(before)).to_be_focused()  # the keyboard goes on there
    page.locator("input[type=search]").fill("ax-1007")
    page.locator(".left").wait_for(state="detached")
    expect(rows).to_have_count(2)  # 300 cameras share 450 recordings
    page.close()
    stop(process)
