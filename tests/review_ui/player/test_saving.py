"""Saving what a person changes, asked of the module itself in a browser."""

from __future__ import annotations

from typing import Any

import pytest

from review_ui.server.assets import FOLDER

pytestmark = pytest.mark.browser

SCRIPT = """async (text) => {
    const { Saving } = await import('data:text/javascript,' + encodeURIComponent(text));
    const answers = [true, false, true];
    const send = () => new Promise((done) => setTimeout(() => done(answers.shift())));
    const saving = new Saving(send, () => undefined, 1e6);
    saving.touch();
    const first = saving.flush();
    saving.touch(); // changed again while the first is on its way, and three wait for that
    const waiting = [saving.flush(), saving.flush(), saving.flush()];
    return [await first, ...(await Promise.all(waiting)), answers.length, saving.busy];
}"""


def test_whoever_waits_for_a_save_is_told_how_it_ended(browser: Any) -> None:
    page = browser.new_page()
    source = (FOLDER / "saving.js").read_text(encoding="utf-8")
    # the second save fails, so the next one who waits tries again, and the last finds all of it kept
    assert page.evaluate(SCRIPT, source) == [True, False, True, True, 0, False]
    page.close()
