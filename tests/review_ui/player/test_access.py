"""The player for people who do not use a mouse, or see little: contrast, names, places to scroll, a list beside lanes.

Looked for by rules of WCAG 2.2 that a program can check; axe-core 4 finds nothing besides on these pages.
"""

from __future__ import annotations

import pytest

from tests.review_ui.made_content import findings_of
from tests.review_ui.player.conftest import Desk

pytestmark = pytest.mark.browser

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3; 3 for text of 24 px, or of 18.66 px where bold"""

LOOK = """(least) => {
  const player = [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.timeline')).find(Boolean)
    .closest('.bwc');
  const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement || at.getRootNode().host) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null; // hatching: not one colour
      const own = rgba(style.backgroundColor);
      if (own[3] > 0) layers.push(own);
      if (own[3] === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [], unnamed = [], stuck = [], lists = [];
  for (const element of player.querySelectorAll('*')) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest('.screen, .hidden, [disabled], dialog')) continue;
    const style = getComputedStyle(element);
    const text = [...element.childNodes].map((n) => n.nodeType === 3 ? n.data.trim() : '').join('');
    const below = text && ground(element);
    if (below) {
      const [a, b] = [light(over(rgba(style.color), below)), light(below)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : least)) faint.push(`${ratio.toFixed(2)} ${text.slice(0, 40)} (${element.className})`);
    }
    if (element.matches('button, input, select, textarea, meter, summary, video, a')) {
      const label = element.getAttribute('aria-label') || element.closest('label')?.textContent || element.title;
      if (!(element.textContent.trim() || label?.trim())) unnamed.push(element.outerHTML.slice(0, 80));
    }
    const scrolls = /auto|scroll/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
    const leads = element.tabIndex >= 0 || element.querySelector('button, a, input, textarea');
    if (scrolls && !leads) stuck.push(element.className);
    const strange = element.matches('ol, ul') && [...element.children].some((child) => child.tagName !== 'LI');
    if (strange) lists.push(element.className);
  }
  const hidden = player.querySelectorAll('canvas:not([aria-hidden="true"])').length;
  return { faint, unnamed, stuck, lists, hidden };
}"""  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_and_controls_have_names(desk: Desk, scheme: str) -> None:
    desk.page.emulate_media(color_scheme=scheme)
    desk.open(f=findings_of(desk.served.made.first)[4].id)
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("hands")
    desk.page.locator(".turns .hit").first.wait_for()
    desk.page.keyboard.press("Enter")
    desk.page.locator(".turns .hit.chosen").wait_for()
    assert desk.page.locator(f'.bwc[data-theme="{scheme}"] .timeline').count() == 1
    found = desk.page.evaluate(LOOK, LEAST_CONTRAST)
    assert found == {"faint": [], "unnamed": [], "stuck": [], "lists": [], "hidden": 0}


def test_every_mark_of_the_lanes_is_a_row_of_a_list(desk: Desk) -> None:
    desk.open()
    rows = desk.page.locator(".rows li")
    marks = desk.page.locator(".labels .count:not([title])").all_inner_texts()
    assert rows.first.get_attribute("aria-setsize") == str(sum(int(mark) for mark in marks))
    assert desk.page.locator('.bwc [aria-live="polite"]').count() >= 1
