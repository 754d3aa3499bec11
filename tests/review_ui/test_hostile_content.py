"""Every page on a store whose texts are made to break pages: text stays text, nothing is fetched, nothing overflows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from review_ui import desk
from tests.review_ui import made_hostile, made_store
from tests.review_ui.conftest import PATIENCE_MS, Made, serving

pytestmark = pytest.mark.browser

READY = '.bwc[data-ready="all"]'
LISTED = ".bwc[data-ready]"
PAGES = {
    "": ("/", LISTED),
    "r": ("/?r={first}&t=5", READY),
    "c": (f"/?c={made_hostile.INCIDENT}", READY),
    "i": ("/?i=1", LISTED),
    "s": ("/?s=hands", LISTED),
    "a": ("/?a=1&first=2025-03-01&last=2025-03-31", LISTED),
    "reports": ("/?reports=1", "h1"),
    "clips": ("/?clips=1", "h1"),
    "x": ("/?x={first}", LISTED),
    "log": ("/?log=1", "h1"),
    "settings": ("/?settings=1", "h1"),
}

MORE = {"one call of the audit": ("/?a=1&first=2025-03-01&last=2025-03-31&list=all", ".detail .title")}
"""parts of pages that have an address of their own"""
FOLDED = "details.use > summary, details.samples > summary, details.clocks > summary"
"""what is drawn only when it is opened"""

INJECTED = """() => {
    const found = [];
    const look = (root) => {
        for (const one of root.querySelectorAll('*')) {
            const text = one.textContent || '';
            const bad = (one.tagName === 'IMG' && /(^|\\/)x(\\.png)?$/.test(one.getAttribute('src') || ''))
                || (one.tagName === 'SCRIPT' && text.includes('hacked'))
                || (['B', 'STRONG', 'SPAN', 'CODE'].includes(one.tagName) && ['bold', 'red', 'code'].includes(text))
                || (one.tagName === 'A' && (one.getAttribute('href') || '').includes('evil.example'))
                || one.getAttribute('onerror');
            if (bad) found.push(one.outerHTML.slice(0, 160));
            if (one.shadowRoot) look(one.shadowRoot);
        }
    };
    look(document);
    return [...found, ...(window.hacked ? ['a script ran'] : [])];
}"""
TOO_WIDE = """() => {
    const wide = [];
    for (const one of [document.scrollingElement, ...document.querySelectorAll('[data-testid=stMain]')])
        if (one.scrollWidth > one.clientWidth + 1) wide.push(`${one.tagName} ${one.scrollWidth} > ${one.clientWidth}`);
    const look = (root) => {
        for (const one of root.querySelectorAll('*')) {
            if (one.classList.contains('bwc') && one.getBoundingClientRect().right > innerWidth + 1) wide.push('.bwc');
            if (one.shadowRoot) look(one.shadowRoot);
        }
    };
    look(document);
    return wide;
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Made]]:
    path = tmp_path_factory.mktemp("hostile") / "bwc.db"
    made = Made(path, made_hostile.fill(path))
    made_store.make_media(path.parent, path, made.recordings["first"], 6.0)
    with serving(path, made.recordings) as shown:
        yield shown.address, made


def test_every_page_is_among_them() -> None:
    assert {page.key for page in desk.PAGES} <= set(PAGES)


def test_whatever_is_written_stays_text_on_every_page(browser: Any, hostile: tuple[str, Made]) -> None:
    address, made = hostile
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    told: list[str] = []
    page.on("console", lambda said: told.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda asked: told.append(asked.url) if not asked.url.startswith(_own(address)) else None)
    page.on("dialog", lambda dialog: told.append(dialog.message))
    wrong = {}
    for key, (where, shown) in ({one.key: PAGES[one.key] for one in desk.PAGES} | MORE).items():
        page.goto(address + where.format(first=made.first))
        page.locator(shown).first.wait_for()
        page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
        page.wait_for_load_state("networkidle")
        for summary in page.locator(FOLDED).all():
            summary.click()
        page.wait_for_load_state("networkidle")
        states = page.locator(".bwc-state, [data-testid=stException]").all_inner_texts()
        found = [*page.evaluate(INJECTED), *page.evaluate(TOO_WIDE), *told, *states]
        if found:
            wrong[key] = found
        told.clear()
    context.close()
    assert wrong == {}


def _own(address: str) -> tuple[str, ...]:
    return (f"{address}/", "data:", "blob:")
