from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.store import Store
from review_ui import stores, who
from review_ui.app_pages import review
from review_ui.server.sessions import Identity
from tests.review_ui.conftest import Made

SCRIPT = Path(review.__file__).parent.parent / "ui.py"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setattr(who, "signed_in", lambda: Identity("R. Ortiz"))

    def run(**query: str) -> AppTest:
        test = AppTest.from_file(str(SCRIPT), default_timeout=240)
        for key, value in query.items():
            test.query_params[key] = value
        test.run()
        assert not test.exception
        return test

    return run


def said(test: AppTest) -> str:
    """All that the page says as HTML of its own."""
    return "".join(element.proto.body for element in test.get("html"))


def component(test: AppTest) -> dict[str, Any]:
    (found,) = [one for one in test.get("bidi_component") if one.proto.component_name != "bwc_running"]
    data = json.loads(found.proto.json)
    return {"name": found.proto.component_name, "data": data | json.loads(data.get("more", "{}"))}


def test_the_list(page: Callable[..., AppTest], made: Made) -> None:
    test = page()
    assert test.title[0].value == "Recordings"
    assert component(test)["name"] == "bwc_library"


@pytest.mark.parametrize("letters", [64, 16])
def test_a_recording(page: Callable[..., AppTest], made: Made, letters: int) -> None:
    data = component(page(r=made.first[:letters], t="12.5", f="abc"))["data"]
    assert data["recording"] == made.first
    assert (data["start"], data["finding"]) == (12.5, "abc")
    assert data["draft"] == "pocketsphinx"
    assert data["media"] == {}


def test_a_recording_that_is_not_there(page: Callable[..., AppTest], made: Made) -> None:
    test = page(r="ffffffff")
    assert "not in the store" in said(test)
    next(b for b in test.button if b.label == "All recordings").click().run()
    assert test.title[0].value == "Recordings"


def test_the_inbox(page: Callable[..., AppTest], made: Made) -> None:
    test = page(i="1")
    assert test.title[0].value == "Inbox" and component(test)["name"] == "bwc_inbox"
    bar = [b.label for b in test.button]
    assert bar[0] == "Inbox", "the first in the bar"


def test_an_ended_session_sees_nothing(made: Made) -> None:
    test = AppTest.from_file(str(SCRIPT), default_timeout=240).run()
    assert "session has ended" in said(test)
    assert not test.title
    assert not test.get("bidi_component")


def newer(path: Path) -> None:
    with Store(path) as store:
        row = {"migration_set": "bwc-review", "name": "m999_later", "applied_at": "2030-01-01T00:00:00Z"}
        store._db.table("_sqlite_migrations").insert(row)


@pytest.mark.parametrize(
    ("act", "title", "do"),
    [
        (Path.unlink, "The store is not there", "Connect the drive"),
        (lambda path: path.write_text("notes" * 3000), "This file is not a store", "<code>bwc.db</code>"),
        (newer, "written by a newer version", "Update this program"),
    ],
)
@pytest.mark.parametrize("query", [{}, {"i": "1"}, {"r": "ab"}])
def test_a_store_that_cannot_be_shown_says_why_and_what_to_do(
    page: Callable[..., AppTest],
    made: Made,
    act: Callable[[Path], object],
    title: str,
    do: str,
    query: dict[str, str],
) -> None:
    page(**query)
    act(made.path)
    stores.open_again()
    test = page(**query)
    assert title in said(test) and do in said(test)
    assert str(made.path) in said(test)
    assert not test.title and not test.error


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.5", 12.5), ("-3", -3.0), (None, None), ("", None), ("abc", None), ("nan", None), ("inf", None)],
)
def test_the_second_of_a_link(text: str | None, value: float | None) -> None:
    assert review.seconds(text) == value
