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
        test = AppTest.from_file(str(SCRIPT), default_timeout=60)
        for key, value in query.items():
            test.query_params[key] = value
        test.run()
        assert not test.exception
        return test

    return run


def component(test: AppTest) -> dict[str, Any]:
    (found,) = test.get("bidi_component")
    data = json.loads(found.proto.json)
    return {"name": found.proto.component_name, "data": data | json.loads(data["more"])}


def test_the_list(page: Callable[..., AppTest], made: Made) -> None:
    test = page()
    assert test.title[0].value == "Recordings"
    assert component(test)["name"] == "bwc_library"


def test_an_empty_store_says_what_to_do(page: Callable[..., AppTest], tmp_path: Path) -> None:
    Store(tmp_path / "bwc.db").close()
    stores.use(tmp_path / "bwc.db")
    test = page()
    assert "no recordings yet" in test.info[0].value
    assert "bwc analyze" in test.code[0].value


@pytest.mark.parametrize("letters", [64, 16])
def test_a_recording(page: Callable[..., AppTest], made: Made, letters: int) -> None:
    data = component(page(r=made.first[:letters], t="12.5", f="abc"))["data"]
    assert data["recording"] == made.first
    assert (data["start"], data["finding"]) == (12.5, "abc")
    assert data["draft"] == "pocketsphinx"
    assert data["media"] == {}


def test_a_recording_that_is_not_there(page: Callable[..., AppTest], made: Made) -> None:
    test = page(r="ffffffff")
    assert "not in the store" in test.warning[0].value
    next(b for b in test.button if b.label == "All recordings").click().run()
    assert test.title[0].value == "Recordings"


def test_the_inbox(page: Callable[..., AppTest], made: Made) -> None:
    test = page(i="1")
    assert test.title[0].value == "Inbox" and component(test)["name"] == "bwc_inbox"
    bar = [b.label for b in test.button]
    assert bar[0] == "Inbox", "the first in the bar"


def test_an_ended_session_sees_nothing(made: Made) -> None:
    test = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert "session has ended" in test.warning[0].value
    assert not test.title
    assert not test.get("bidi_component")


def test_a_store_that_went_away_is_said(
    page: Callable[..., AppTest], made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stores._PLACE, "store", made.path.with_name("gone.db"))
    test = page()
    assert "cannot be shown" in test.error[0].value
    assert "no store here" in test.text[0].value


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.5", 12.5), ("-3", -3.0), (None, None), ("", None), ("abc", None), ("nan", None), ("inf", None)],
)
def test_the_second_of_a_link(text: str | None, value: float | None) -> None:
    assert review.seconds(text) == value
