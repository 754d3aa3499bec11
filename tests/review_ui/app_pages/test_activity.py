"""The page of the activity log: what it shows, how it is turned, and that text stays text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.store import Store
from pipeline.types import Verdict
from review_ui.app_pages.activity import ROWS, action_name, names_of, table
from tests.review_ui.app_pages.test_pages import page  # noqa: F401  (a fixture)
from tests.review_ui.conftest import Made
from tests.review_ui.made_content import HOSTILE, findings_of

Page = Callable[..., AppTest]


def shown(test: AppTest) -> str:
    return " ".join(html.proto.body for html in test.get("html"))


def test_rows_in_plain_words(page: Page, made: Made) -> None:  # noqa: F811
    finding = findings_of(made.first)[1]
    with Store(made.path) as store:
        store.add_review(finding.id, Verdict.CONFIRMED, "R. Ortiz", "heard it twice")
        store.log("R. Ortiz", "recording.viewed", made.first)
    said = shown(page(log="1"))
    assert "Confirmed a finding" in said and "Opened it" in said and "note: heard it twice" in said
    assert f"?r={made.first}&amp;t=" in said and f"f={finding.id}" in said
    assert made.recordings["first"].path.name in said


def test_pages_are_turned(page: Page, made: Made) -> None:  # noqa: F811
    with Store(made.path) as store:
        for n in range(ROWS + 10):
            store.log("Somebody", "report.public", f"year {n}")
        count = store.activity_count()
    test = page(log="1")
    newer, older = (next(b for b in test.button if b.label == label) for label in ("Newer", "Older"))
    assert newer.disabled and not older.disabled and "year 59" in shown(test)
    assert any(f"1 to {ROWS} of {count}" in caption.value for caption in test.caption)
    older.click().run()
    assert "year 9<" in shown(test) and "year 59" not in shown(test)
    next(b for b in test.button if b.label == "Newer").click().run()
    assert "year 59" in shown(test)


def test_filters(page: Page, made: Made) -> None:  # noqa: F811
    with Store(made.path) as store:
        store.log("A", "report.public", "one year")
        store.log("B", "export.clip", "two clip.mp4", {"why": "debrief", "sha256": "f" * 64})
    test = page(log="1")
    test.selectbox[0].set_value("B").run()
    assert "two clip.mp4" in shown(test) and "one year" not in shown(test) and "f" * 64 not in shown(test)
    test.selectbox[1].set_value("export").run()
    assert "why: debrief" in shown(test)
    test.text_input[0].set_value("nothing so named").run()
    assert "No rows like this" in test.info[0].value
    deep = page(log=made.recordings["first"].path.name)
    assert "one year" not in shown(deep)


@pytest.mark.parametrize("said", [HOSTILE, "<script>alert(1)</script>", '" onmouseover="x', "x" * 10_000])
def test_text_stays_text(made: Made, said: str) -> None:
    with Store(made.path) as store:
        store.log(said, said, said, {said: said})
        rows = store.activity_page(limit=1)
        drawn = table(rows, names_of(store, rows))
    assert "<script" not in drawn and 'onmouseover="x' not in drawn and drawn.count("<tr>") == 2


def test_a_changed_row_is_told(page: Page, made: Made) -> None:  # noqa: F811
    with Store(made.path) as store:
        store.log("A", "report.public", "x")
        store.log("A", "report.public", "y")
        number = store.log_head().row
    test = page(log="1")
    check = next(b for b in test.button if b.label.startswith("Check"))
    assert "follow from each other" in check.click().run().success[0].value
    with sqlite3.connect(made.path) as db:
        db.execute("DROP TRIGGER activity_no_update")
        db.execute("UPDATE activity SET who = 'B' WHERE id = ?", [number])
    db.close()
    test = next(b for b in test.button if b.label.startswith("Check")).click().run()
    assert "changed behind" in test.error[0].value and f"row {number} is not what was logged" in test.text[0].value


def test_actions_nobody_foresaw_have_words() -> None:
    assert action_name("account.add") == "Account: add" and action_name("sign_in") == "Sign in"
