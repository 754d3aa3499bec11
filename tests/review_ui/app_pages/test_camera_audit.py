from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.review_ui.app_pages.test_pages import component, page
from tests.review_ui.conftest import Made

__all__ = ["page"]


def test_the_page_and_the_way_back(page: Callable[..., AppTest], made: Made) -> None:
    test = page(a="1", first="2025-03-01", last="2025-03-31")
    assert test.title[0].value == "Camera audit"
    shown = component(test)
    assert shown["name"] == "bwc_audit"
    assert shown["data"]["store"] == "bwc.db"
    next(button for button in test.button if button.label == "Recordings").click().run()
    assert test.title[0].value == "Recordings"
    assert not test.query_params


def test_the_way_there(page: Callable[..., AppTest], made: Made) -> None:
    test = page()
    next(button for button in test.button if button.label == "Camera audit").click().run()
    assert test.title[0].value == "Camera audit"
