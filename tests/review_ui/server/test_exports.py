"""Exports handed out by their row in the log, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.redaction.plan import Key, Plan, Region
from pipeline.redaction.redact import Wanted, make_redacted
from pipeline.store import Store
from pipeline.types import Span
from review_ui import stores
from tests.pipeline.reels import made


@pytest.fixture
def exported(tmp_path: Path, client: TestClient) -> tuple[int, Path]:
    path, one, _, _ = made.fill(tmp_path)
    target = tmp_path / "a <b> copy.mp4"
    with Store(path) as store:
        plan = Plan("", (Region(Span(0, 1), (Key(0, 0.2, 0.2, 0.3, 0.3),)),))
        make_redacted(store, Wanted(one, plan, target, "kim", span=Span(0, 1)))
        number = store.exports()[0].activity
    stores.use(path)
    return number, target


def test_file_and_manifest(client: TestClient, exported: tuple[int, Path]) -> None:
    number, target = exported
    answer = client.get(f"/bwc/exports/{number}/file")
    assert answer.content == target.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    page = client.get(f"/bwc/exports/{number}/manifest")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "kim" in page.text


def test_what_is_not_there(client: TestClient, exported: tuple[int, Path]) -> None:
    number, target = exported
    for address in (f"/bwc/exports/{number + 99}/file", "/bwc/exports/../file", "/bwc/exports/x/manifest"):
        assert client.get(address).status_code == 404
    target.unlink()
    assert client.get(f"/bwc/exports/{number}/file").status_code == 404


def test_nobody_without_a_session(anonymous: TestClient, exported: tuple[int, Path]) -> None:
    anonymous.cookies.clear()
    assert anonymous.get(f"/bwc/exports/{exported[0]}/file").status_code == 401
