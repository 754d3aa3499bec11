from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.audit.drawings import share_bar
from pipeline.audit.locks import lock, locked
from pipeline.audit.view import html
from pipeline.camera_use import UseKind, UseState
from pipeline.reports.intervals import share
from pipeline.store import Store
from tests.pipeline.audit.made import START, book_of, finding, month, small, state, use


class Links(HTMLParser):
    """Anchors, what links to them, and anything that would be fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self.inside = ""
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.append(tag)
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag == "a":
            self.inside = str(said["href"])
        self.fetched += [str(said[name]) for name in ("src", "srcset", "data") if name in said]

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.links.append((self.inside, data.strip()))
            self.inside = ""


@pytest.mark.parametrize("grouping", [None, "officer", "unit", "shift", "call-type", "month"])
def test_the_page_is_one_file_and_each_of_its_links_leads_somewhere(grouping: str | None) -> None:
    text = html(book_of(*month(6, 150)), grouping)
    page = Links(text)
    assert page.fetched == []
    assert "script" not in page.tags
    assert not {"link", "iframe", "img"} & set(page.tags)
    assert not re.findall(r"https?://", text)
    assert len(set(page.ids)) == len(page.ids)
    assert all(target.startswith("#") and target[1:] in page.ids for target, _ in page.links)


def test_a_number_leads_to_as_many_rows(tmp_path: Path) -> None:
    text = html(book_of(*month(6, 150)), "officer")
    page = Links(text)
    counts = [
        (target[1:], int(said.replace(",", ""))) for target, said in page.links if said.replace(",", "").isdigit()
    ]
    checked = 0
    for anchor, count in counts:
        if "-" not in anchor or anchor.endswith("-states"):
            continue
        start = text.index(f'<table id="{anchor}">')
        rows = text[start : text.index("</details>", start)].count("<tr") - 1
        assert rows == count, anchor
        checked += 1
    assert checked > 30


def test_texts_of_other_systems_are_text() -> None:
    bad = "<script>alert(1)</script>"
    missing = replace(finding(UseKind.NO_RECORDING, bad, START, 60.0, officer=bad), summary=bad)
    book = book_of(
        [use(bad, officer=bad, call_type=bad, findings=[missing])], (), [state(missing, UseState.JUSTIFIED, bad)]
    )
    text = html(book, "officer")
    assert "<script" not in text
    assert text.count("&lt;script&gt;") > 5


def test_the_locked_value_stands_beside_the_live_one(tmp_path: Path) -> None:
    uses, known, states = small()
    with Store(tmp_path / "bwc.db") as store:
        lock(store, book_of(uses, known, states), "R. Ortiz", now=datetime(2025, 4, 2, tzinfo=UTC))
        said = [*states, state(uses[1].findings[0], UseState.CONFIRMED, who="M. Chen")]
        book = book_of(uses, known, said)
        text = html(book, "officer", locked(store, book))
    assert "Locked on" in text
    assert "states set: late start is confirmed by M. Chen" in text
    assert "With video when locked" in text
    assert "Nothing changed since" not in text
    assert "Locked on" not in html(book, "officer")


def test_it_prints() -> None:
    text = html(book_of(*small()), "unit")
    assert "@media print" in text
    assert "table-header-group" in text
    assert "prefers-color-scheme: dark" in text


def test_a_bar_says_what_it_draws() -> None:
    drawn = share_bar(share(3, 4), 0.95)
    assert 'aria-label="75%, between 30% and 95%; goal 95%"' in drawn
    assert "nothing to count" in share_bar(None, 0.95)
