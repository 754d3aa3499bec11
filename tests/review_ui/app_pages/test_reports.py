from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.review_ui.app_pages.test_pages import component, page
from tests.review_ui.conftest import Made

__all__ = ["page"]


def test_the_page_and_the_way_there(page: Callable[..., AppTest], made: Made) -> None:
    test = page()
    next(button for button in test.button if button.label == "Techniques and reports").click().run()
    assert test.title[0].value == "Techniques and reports" and test.query_params["reports"] in ("1", ["1"])
    shown = component(test)
    assert shown["name"] == "bwc_reports" and shown["data"]["store"] == "bwc.db"
