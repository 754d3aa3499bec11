"""Views of recordings are rows of the log: one for each visit, whatever the player asks for."""

from __future__ import annotations

import threading

import pytest
from starlette.testclient import TestClient

from pipeline.store import VIEWED, ActivityFilter, Store, opened
from review_ui import stores
from review_ui.server import views
from tests.review_ui.conftest import Made


def seen(made: Made) -> list[tuple[str, str]]:
    with Store(made.path) as store:
        return [(row.who, row.subject) for row in store.activity_page(ActivityFilter(action=VIEWED))]


def test_one_row_for_a_visit(client: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("events", "why", "transcript", "events"):
        assert client.get(f"/bwc/{name}/{made.first}").status_code == 200
    assert seen(made) == [("R. Ortiz", made.first)]
    monkeypatch.setattr(views, "AGAIN_AFTER", 0.0)
    client.get(f"/bwc/events/{made.first}")
    assert len(seen(made)) == 2


def test_the_list_is_no_view_and_nor_is_what_is_not_there(client: TestClient, made: Made) -> None:
    client.get("/bwc/recordings")
    client.get("/bwc/events/" + "f" * 64)
    assert seen(made) == []


def test_what_cannot_be_logged_is_not_shown(client: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "WAIT_FOR_LOCK", 0.1)
    monkeypatch.setattr(stores, "_LOCAL", threading.local())  # connections of this test's own, with the short wait
    with Store(made.path) as store, store._writing():  # somebody writes and does not come to an end
        answer = client.get(f"/bwc/events/{made.first}")
    assert answer.status_code == 503 and "findings" not in answer.json()
    assert client.get(f"/bwc/events/{made.first}").status_code == 200 and len(seen(made)) == 1
