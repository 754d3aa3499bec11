"""Places and stretches in a real browser: drawn, moved, timed, split, taken back, looked at; by keys too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from pipeline.redaction.plan import Cover, Key, Plan, Region, Shape
from pipeline.redaction.versions import save, saved
from pipeline.store import Store
from pipeline.types import Span
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser


def kept(desk: Desk) -> Plan:
    with Store(desk.served.made.path) as store:
        return saved(store, desk.served.made.first).plan


def keep(desk: Desk, plan: Plan) -> None:
    with Store(desk.served.made.path) as store:
        save(store, desk.served.made.first, plan, "kim", saved(store, desk.served.made.first).number)


def begin(desk: Desk, plan: Plan | None = None) -> None:
    """The page with this plan, once it can be worked on."""
    keep(desk, plan or Plan())
    desk.page.goto(f"{desk.served.address}/?x={desk.served.made.first}")
    desk.page.wait_for_selector(".bwc.redaction[data-ready]")
    desk.page.locator("video").evaluate(
        "v => new Promise(r => v.readyState >= 2 ? r() : v.addEventListener('loadeddata', r))"
    )
    desk.page.locator("canvas.places").focus()


@contextmanager
def saving(desk: Desk) -> Iterator[None]:
    """Until all that is done in here is saved."""
    yield
    desk.page.wait_for_function(
        "() => { for (const host of document.querySelectorAll('*')) { const root = host.shadowRoot"
        "?.querySelector('.redaction'); if (root) return root.dataset.saved === 'yes'"
        " && root.querySelector('.state').textContent.startsWith('Saved'); } return false; }"
    )


def go(desk: Desk, seconds: float) -> None:
    desk.page.locator("video").evaluate(f"v => {{ v.currentTime = {seconds} }}")
    desk.at(seconds)


def drag(desk: Desk, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place of the picture to another, both as shares of it."""
    box = desk.page.locator("canvas.places").bounding_box()
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    desk.page.mouse.move(*spots[0])
    desk.page.mouse.down()
    desk.page.mouse.move(*spots[1], steps=4)
    desk.page.mouse.up()


def box_of(key: Key) -> list[float]:
    return [round(v, 1) for v in (key.x, key.y, key.width, key.height)]


def test_a_place_is_drawn_moved_resized_changed_and_removed_with_the_pointer(desk: Desk) -> None:
    begin(desk)
    page = desk.page
    with saving(desk):
        drag(desk, (0.2, 0.2), (0.4, 0.5))
    (region,) = kept(desk).regions
    assert box_of(region.keys[0]) == [0.2, 0.2, 0.2, 0.3]
    go(desk, 2.0)
    with saving(desk):
        drag(desk, (0.3, 0.3), (0.6, 0.4))  # moved at another moment: a second key
        drag(desk, (0.7, 0.6), (0.8, 0.8))  # its lower right corner
    (region,) = kept(desk).regions
    assert len(region.keys) == 2 and region.keys[1].at == pytest.approx(2.0, abs=0.1)
    assert box_of(region.keys[1]) == [0.5, 0.3, 0.3, 0.5] and box_of(region.keys[0]) == [0.2, 0.2, 0.2, 0.3]
    with saving(desk):
        page.get_by_label("Shape", exact=True).select_option("ellipse")
        page.get_by_label("Covered by").select_option("blur")
        page.get_by_label("To", exact=True).fill("0:05.5")
        page.keyboard.press("Enter")
    (region,) = kept(desk).regions
    assert (region.shape, region.cover, region.span.end) == (Shape.ELLIPSE, Cover.BLUR, 5.5)
    plot = page.locator(".covering-lanes .plot").bounding_box()
    at = [(plot["x"] + seconds / 120 * plot["width"], plot["y"] + 22 + 26 * 1.5) for seconds in (5.5, 30)]
    with saving(desk):
        page.mouse.move(*at[0])
        page.mouse.down()
        page.mouse.move(*at[1], steps=4)
        page.mouse.up()
    assert kept(desk).regions[0].span.end == pytest.approx(30, abs=0.5)
    with saving(desk):
        page.get_by_role("button", name="Remove", exact=True).click()
    assert kept(desk).regions == ()


def test_all_of_it_by_keys_and_every_step_back(desk: Desk) -> None:
    begin(desk)
    page = desk.page
    with saving(desk):
        for key in ("a", "ArrowRight", "ArrowDown", "Shift+ArrowRight"):
            page.keyboard.press(key)
    (first,) = kept(desk).regions
    assert (first.span, [round(v, 2) for v in (first.keys[0].x, first.keys[0].y, first.keys[0].width)]) == (
        Span(0, 3), [0.41, 0.36, 0.21],
    )  # fmt: skip
    go(desk, 1.0)
    with saving(desk):
        for key in ("k", "s", "x"):
            page.keyboard.press(key)
    assert [(r.span, r.off) for r in kept(desk).regions] == [(Span(0, 1), True), (Span(1, 3), False)]
    go(desk, 2.0)
    with saving(desk):
        page.keyboard.press("t")
        page.keyboard.press("l")
        desk.at(7.0)
        page.keyboard.press("t")
    assert [s.span for s in kept(desk).sound] == [Span(2, 7)]
    with saving(desk):
        for _ in range(3):  # the stretch, the switching off, the split
            page.keyboard.press("Control+z")
    plan = kept(desk)
    assert (len(plan.regions), plan.sound, plan.regions[0].off) == (1, (), False)
    with saving(desk):
        page.keyboard.press("Control+y")
    assert len(kept(desk).regions) == 2
    with Store(desk.served.made.path) as store:
        assert {version.who for version in store.plan_versions(desk.served.made.first)[-4:]} == {"R. Ortiz"}
    page.get_by_role("button", name="Versions").click()
    page.locator("dialog.versions").get_by_role("button", name="Take up version").nth(1).click()
    page.get_by_text("taken up again").wait_for(state="attached")
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some((e) => e.shadowRoot?.querySelectorAll('.labels [role=option]')"
        ".length === 4)"
    )
    assert [s.span for s in kept(desk).sound] == [Span(2, 7)]


def face(start: float, end: float, x: float) -> Region:
    keys = tuple(Key(start + n / 10, x, 0.3, 0.1, 0.2) for n in range(round((end - start) * 10) + 1))
    unseen = (Span(start, start + 0.5), Span(end - 0.5, end))
    return Region(Span(start, end), keys, Shape.ELLIPSE, by="a network", what="face", lost=unseen)


def test_stretches_in_which_a_face_was_not_seen_are_gone_through(desk: Desk) -> None:
    begin(desk, Plan("", (face(2, 6, 0.3), face(8, 120, 0.35))))
    page, looks = desk.page, desk.page.locator(".looks > span").first
    expect(looks).to_have_text("7 stretches: 4 covered by guess, 1 perhaps uncovered, 2 with nothing covered")
    page.keyboard.press("n")  # nothing is covered at the beginning
    desk.at(0.02)
    page.keyboard.press("n")
    desk.at(2.02)
    expect(page.locator(".looks .here")).to_contain_text("1. face was not seen")
    with saving(desk):
        page.keyboard.press("g")
    assert kept(desk).regions[0].lost == (Span(5.5, 6),) and kept(desk).regions[0].by == "a network, gone over by hand"
    page.keyboard.press("n")
    desk.at(5.52)
    page.keyboard.press("n")
    desk.at(6.02)
    with saving(desk):
        page.get_by_role("button", name="Cover until it is found again").click()
    first = kept(desk).regions[0]
    assert first.span == Span(2, 8) and first.keys[-1].x == pytest.approx(0.35) and first.lost[-1] == Span(6, 8)
    page.keyboard.press("v")
    expect(page.locator(".head [aria-pressed]")).to_have_attribute("aria-pressed", "true")


def test_it_says_why_faces_cannot_be_found(desk: Desk) -> None:
    begin(desk)
    button = desk.page.get_by_role("button", name="Look for faces")
    button.wait_for()
    if not button.is_enabled():
        expect(desk.page.locator(".find")).to_contain_text("bwc models pull yunet")
