from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.run_incidents import incident_evidence
from pipeline.store import Store
from pipeline.types import IncidentEvidence, Verdict
from review_ui import joined as module
from review_ui import stores
from review_ui.joined import joined
from tests.review_ui import made_incident


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made_incident.fill(tmp_path / "bwc.db")
    stores.use(tmp_path / "bwc.db")
    return tmp_path / "bwc.db"


def ask(_: int = 0) -> IncidentEvidence:
    store = stores.opened()
    return joined(store.incident(made_incident.ID), store)


def test_whoever_asks_together_gets_the_same(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(ask, range(8))
    assert all(one is first for one in others)
    with Store(path) as store:
        assert first.turns == incident_evidence(store.incident(made_incident.ID), store).turns


def test_a_change_of_the_store_is_seen(path: Path) -> None:
    first = ask()
    with Store(path) as store:
        store.add_review(store.findings()[0].id, Verdict.CONFIRMED, "lee")
    assert ask() is not first


def test_it_is_held_for_a_moment_only(path: Path) -> None:
    first = ask()
    (key,) = module._HELD
    module._dropped(key)
    assert not module._HELD
    assert ask() is not first


def test_another_store_than_the_one_shown_is_never_mixed_up(path: Path, tmp_path: Path) -> None:
    ask()
    (tmp_path / "other").mkdir()
    made_incident.fill(tmp_path / "other" / "bwc.db")
    with Store(tmp_path / "other" / "bwc.db") as store:
        found = joined(store.incident(made_incident.ID), store)
    assert found is not ask() and len(module._HELD) == 1
