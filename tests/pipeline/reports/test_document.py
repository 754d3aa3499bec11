"""The JSON of records: what the page says, with its rules beside it."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.reports.document import NOTES, document, record_row
from pipeline.reports.make import records_made
from pipeline.reports.narrowing import narrowed
from pipeline.reports.records import record_of_all, records_by_month
from tests.pipeline.reports.made_store import A, B, C, made_store
from tests.pipeline.reports.test_records import POLICY, gathered, judge


def test_a_record_says_what_was_and_was_not_looked_at(tmp_path: Path) -> None:
    store = made_store(tmp_path / "s.db")
    judge(store, C)
    row = record_row(record_of_all(gathered(store), POLICY, []))
    assert (row["recordings"], row["reviewed_recordings"], row["contacts"], row["reviewed_contacts"]) == (3, 1, 2, 1)
    assert row["hours"]["recorded"] == 2.5 and row["hours"]["analysed"] == 2.4
    assert row["not_analysed"] == {"too loud": 0.1}
    listening = next(t for t in row["techniques"] if t["label"] == "listening")
    assert (listening["confirmed"], listening["not_yet_confirmed"], listening["contacts_with_it"]) == (1, 1, 1)
    assert listening["share_of_reviewed_contacts"][0] == 1.0 and listening["months"]["2025-05"] is None
    assert row["other_observations_confirmed"] == {}


def test_nothing_that_waits_and_speaks_against_somebody_is_in_it(tmp_path: Path) -> None:
    store = made_store(tmp_path / "s.db")
    whole = gathered(store)
    said = json.dumps(document([record_of_all(whole, POLICY, [])], "officer", whole, POLICY, {"officer": "17"}))
    assert "disrespect" not in said and NOTES[1] in said and '"narrowed_to": {"officer": "17"}' in said
    judge(store, A, label="disrespect")
    assert "disrespect" not in json.dumps(record_row(record_of_all(gathered(store), POLICY, []))), "the speaker is open"


def test_months_as_a_page_and_a_table(tmp_path: Path) -> None:
    store = made_store(tmp_path / "s.db")
    judge(store, B)
    some = narrowed(gathered(store), {"unit": "A"})
    made = records_made(records_by_month(some, POLICY, []), "month", some, POLICY, 3)
    assert "Records by month" in made.html and "In order of time" in made.html
    assert "not in 0.10 h: too loud" in made.html
    assert made.csv.splitlines()[0].startswith("month,name,from,to")
    assert made.csv.splitlines()[1].startswith("2025-05,2025-05,2025-05-01,2025-06-30")
