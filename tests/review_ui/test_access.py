"""Every page for people who use no mouse, a screen reader, or need contrast: axe, light and dark, and Tab through it.

One page load for each page of `desk.PAGES`: a page that is added there is tested here by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe

from review_ui import desk
from tests.review_ui.conftest import PATIENCE_MS, Served

pytestmark = pytest.mark.browser

STOPS = 40
"""times that Tab is pressed"""
QUERIES: dict[str, Callable[[Served], dict[str, str]]] = {
    "r": lambda served: {"r": served.made.first},
    "c": lambda served: {"c": "incident0001"},
    "": lambda served: {},
    "s": lambda served: {"s": "hands"},
    "a": lambda served: {"a": "1", "first": "2025-03-01", "last": "2025-03-31"},
    "x": lambda served: {"x": served.made.first},
}
"""Page -> what its address says, where that is more than the page's key"""
DIALOGS = {
    "r": (("?", "Keys"), ("e", "Make a clip"), ("button:Each kind apart", "How sure, each kind apart")),
    "x": (("?", "Keys"), ("button:Versions", "Versions of this plan")),
    "clips": (("button:New list", "New list"),),
}
"""Page -> how its dialogs are opened, and what they are called"""
FOLDED = {
    "r": ("details.use > summary", ".of-call .use-card"),
    "c": ("details.use > summary", ".of-call .use-card"),
    "a": (".groups:not(.observed) button.name", ".detail .use-card"),
}
"""Page -> what leads to more of it, and by what that is known to be there"""
NOT_OURS = {"exclude": [["[data-testid=stSkipToContent]"]]}
"""Streamlit's link to the content stands outside of every landmark"""

FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  const { width, height, top, bottom } = one.getBoundingClientRect();
  const seen = (e) => e && e.nodeType === 1 && (getComputedStyle(e).outlineStyle !== 'none' || getComputedStyle(e).boxShadow !== 'none');
  const before = one.dataset.tabbed;
  one.dataset.tabbed = '1';
  return { tag: one.tagName, text: (one.getAttribute('aria-label') || one.textContent || '').trim().slice(0, 60), width, height,
    inside: bottom > 0 && top < innerHeight, ring: seen(one) || seen(one.parentElement), again: Boolean(before),
    ours: one.getRootNode() !== document || one.tagName === 'BUTTON' };
}"""  # noqa: E501


@pytest.fixture(scope="module")
def page(browser: Any, audited: Served) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    context.close()


def faults(page: Any, within: str | None = None) -> list[str]:
    """What axe finds, as one line for each element."""
    context: Any = within or NOT_OURS
    found = Axe().run(page, context, {"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {json.dumps(node['target'])} {node['html'][:160]}"
        for fault in found for node in fault["nodes"]
    ]  # fmt: skip


def settled(page: Any) -> None:
    """Until the page's own script has run and what it loads is there."""
    page.wait_for_selector("h1, .bwc:not(.running), [data-testid=stAlert]")
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_load_state("networkidle")


def in_theme(page: Any, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(
        """theme => [...document.querySelectorAll('*')].every((e) => {
            const root = e.shadowRoot?.querySelector('.bwc[data-theme]');
            return !root || root.dataset.theme === theme;
        })""",
        arg=theme,
    )


def opened(page: Any, how: str, name: str) -> None:
    if how.startswith("button:"):
        page.get_by_role("button", name=how.removeprefix("button:")).click()
    else:
        page.keyboard.press(how)
    page.get_by_role("dialog", name=name).wait_for()


@pytest.mark.parametrize("key", [one.key for one in desk.PAGES], ids=[one.title for one in desk.PAGES])
def test_axe_finds_nothing_and_tab_leads_through(page: Any, audited: Served, key: str) -> None:
    query = QUERIES.get(key, lambda _: {key: "1"})(audited)
    page.emulate_media(color_scheme="light")
    page.goto(f"{audited.address}/?{urlencode(query)}")
    settled(page)
    in_theme(page, "light")
    assert faults(page) == []
    trouble = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now["tag"] == "BODY" or now["again"]:
            break
        if now["ours"] and not (now["ring"] and now["width"] and now["inside"]):
            trouble.append(now)
    assert trouble == [], "what is reached can be seen, and that it is reached"
    page.keyboard.press("Escape")
    in_theme(page, "dark")
    assert faults(page) == []
    if key in FOLDED:
        more, there = FOLDED[key]
        page.locator(more).first.click()
        page.locator(there).first.wait_for()
        assert faults(page) == []
        in_theme(page, "light")
        assert faults(page) == []
        in_theme(page, "dark")
    if key == "r":
        page.keyboard.press("n")  # a clip needs a finding, or a stretch
    for how, name in DIALOGS.get(key, ()):
        opened(page, how, name)
        assert faults(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name=name).wait_for(state="hidden")
