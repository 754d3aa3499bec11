from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from pipeline.store import Store
from pipeline.store.audit import LockRow, SampleRow

LOCK = LockRow(
    date(2025, 3, 1), date(2025, 3, 31), "America/New_York", "", {"name": "model", "sha256": "ab"},
    {"calls": "cd"}, {"all": {"All": {"required": 3}}}, {"26-1 1041": {"required_s": 12.5}}, "R. Ortiz",
)  # fmt: skip
SAMPLE = SampleRow(
    date(2025, 3, 1), date(2025, 3, 31), "UTC", "officer", 2, "4f2a", "sha256", {"1041": ["r1", "r2", "r3"]},
    {"1041": ["r3", "r1"]}, "R. Ortiz",
)  # fmt: skip


def test_a_lock_is_kept_and_told_again(tmp_path: Path) -> None:
    with Store(tmp_path / "bwc.db") as store:
        before = store.data_version()
        number = store.add_lock(LOCK)
        assert store.data_version() > before
        (kept,) = store.locks(LOCK.first_day, LOCK.last_day, LOCK.zone)
        assert (kept.number, kept.sha256) == (number, LOCK.digest())
        assert kept.digest() == kept.sha256
        assert (kept.figures, kept.cases, kept.inputs, kept.policy) == (
            LOCK.figures, LOCK.cases, LOCK.inputs, LOCK.policy,
        )  # fmt: skip
        assert store.locks(LOCK.first_day, date(2025, 4, 1), LOCK.zone) == []
        assert store.locks(LOCK.first_day, LOCK.last_day, "UTC") == []
        assert [one.number for one in store.locks()] == [number]


def test_samples_are_kept_in_the_order_of_the_draw(tmp_path: Path) -> None:
    with Store(tmp_path / "bwc.db") as store:
        number = store.add_sample(SAMPLE)
        (kept,) = store.samples()
        assert kept.drawn == {"1041": ["r3", "r1"]}
        assert kept.population == SAMPLE.population
        assert store.samples(number) == [kept]
        assert store.samples(number + 1) == []


@pytest.mark.parametrize("table", ["audit_locks", "audit_samples"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET who = 'somebody else'"])
def test_neither_can_be_changed(tmp_path: Path, table: str, change: str) -> None:
    with Store(tmp_path / "bwc.db") as store:
        store.add_lock(LOCK)
        store.add_sample(SAMPLE)
    plain = sqlite3.connect(tmp_path / "bwc.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute(change.format(table))
