from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.redaction.plan import Key, Plan, Region
from pipeline.redaction.redact import Wanted, make_redacted
from pipeline.store import Store
from pipeline.types import Recording, Span
from review_ui import stores
from tests.pipeline.reels import made
from tests.review_ui.app_pages.test_pages import component, page

__all__ = ("page",)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recording]:
    path, one, _, _ = made.fill(tmp_path_factory.mktemp("clips"))
    with Store(path) as store:
        plan = Plan("", (Region(Span(0, 1), (Key(0, 0.2, 0.2, 0.3, 0.3),)),))
        make_redacted(store, Wanted(one, plan, path.parent / "covered.mp4", "kim", span=Span(0, 1)))
    return path, one


def press(test: AppTest, label: str) -> AppTest:
    next(b for b in test.button if b.label == label).click().run()
    assert not test.exception
    return test


def listed(test: AppTest) -> list[list[str]]:
    """The cells of each row, without the day."""
    (table,) = [h.proto.body for h in test.get("html") if "bwc-exports" in h.proto.body]
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(<td>.*?)</tr>", table)]
    return [[re.sub(r"<.*?>", "", cell) for n, cell in enumerate(row) if n != 3] for row in rows]


def test_what_left_the_store_and_whether_it_is_still_so(
    page: Callable[..., AppTest], filled: tuple[Path, Recording]
) -> None:
    path, _ = filled
    stores.use(path)
    test = page(clips="1")
    assert test.title[0].value == "Clips"
    assert listed(test)[0] == ["covered copy", "covered.mp4", str(path.parent), "manifest", "not compared yet"]
    test = press(test, "Compare all files with what the log says of them")
    assert listed(test)[0][-1] == "unchanged"
    covered = path.parent / "covered.mp4"
    data = bytearray(covered.read_bytes())
    data[len(data) // 2] ^= 1
    covered.write_bytes(bytes(data))
    test = press(test, "Compare all files with what the log says of them")
    assert listed(test)[0][-1] == "CHANGED: the file"


def test_reels_are_worked_on_in_a_component_of_their_own(
    page: Callable[..., AppTest], filled: tuple[Path, Recording]
) -> None:
    stores.use(filled[0])
    shown = component(page(clips="1", reel="spring day"))
    assert (shown["name"], shown["data"]["chosen"]) == ("bwc_reels", "spring day")


def test_places_are_drawn_on_a_page_of_their_own(page: Callable[..., AppTest], filled: tuple[Path, Recording]) -> None:
    path, one = filled
    stores.use(path)
    test = page(x=one.id)
    assert test.title[0].value.startswith("Covered copy of cam one")
    assert component(test)["name"] == "bwc_redaction"
    assert component(test)["data"]["recording"] == one.id
    assert "not in the store" in page(x="0" * 64).warning[0].value
