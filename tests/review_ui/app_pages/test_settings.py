from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.accounts import Account, Duty
from review_ui import who
from review_ui.server.sessions import Identity
from tests.review_ui.app_pages.test_pages import component, page
from tests.review_ui.conftest import Made

__all__ = ["page"]


def test_whoever_is_alone_at_the_screen_manages(page: Callable[..., AppTest], made: Made) -> None:
    shown = component(page(settings="1"))
    assert shown["name"] == "bwc_settings" and shown["data"]["manage"] is True


@pytest.mark.parametrize(
    ("account", "manages"),
    [
        (Account("a", Duty.ADMIN), True),
        (Account("a", Duty.ADMIN, units=("North",)), False),
        (Account("a", Duty.AUDITOR), False),
    ],
)
def test_others_read(
    page: Callable[..., AppTest], made: Made, monkeypatch: pytest.MonkeyPatch, account: Account, manages: bool
) -> None:
    monkeypatch.setattr(who, "signed_in", lambda: Identity("a", account))
    test = page(settings="1")
    assert test.title[0].value == "Settings" and component(test)["data"]["manage"] is manages
