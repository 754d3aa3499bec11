from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from pipeline.audit.case import GROUPINGS
from pipeline.audit.rows import SCHEMA, TABLES, document, figure_rows, loose_rows, observation_rows
from pipeline.camera_use import UseKind
from pipeline.exports.findings import as_csv
from tests.pipeline.audit.made import START, book_of, finding, month, small, use


def test_figures_of_each_group_and_of_all() -> None:
    rows = figure_rows(book_of(*small()), "officer")
    assert [row["name"] for row in rows] == ["2001", "Dana Ruiz (1041)", "Sam Okafor (1042)", "All"]
    assert [row["calls_required"] for row in rows] == [1, 2, 2, 5]
    assert [row["activation"] for row in rows] == [None, 1.0, 0.5, 0.75]
    assert rows[0]["muted_s"] is None
    assert rows[-1]["late_start_median_s"] == 95.0
    assert rows[-1]["state_to_look_at"] == 2
    assert len(figure_rows(book_of(*small()), None)) == 1


def test_recordings_that_count_for_no_call_say_why() -> None:
    rows = {row["recording"][0]: row["reason"] for row in loose_rows(book_of(*small()))}
    assert rows == {"d": "no call of this officer was open", "e": "the roster does not say who wore the camera"}
    uses, known, states = small()
    timeless = replace(known[0], id="9" * 64, start_utc=None, end_utc=None)
    assert loose_rows(book_of(uses, [timeless], states))[0]["reason"].startswith("no clock is known")


@pytest.mark.parametrize("table", list(TABLES))
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_is_a_formula_for_a_spreadsheet(table: str, start: str) -> None:
    bad = f'{start}HYPERLINK("http://x")'
    missing = replace(finding(UseKind.NO_RECORDING, bad, START, 60.0, officer=bad), summary=bad)
    book = book_of([use(bad, officer=bad, unit=bad, call_type=bad, findings=[missing])])
    text = as_csv(TABLES[table](book, "officer"))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert table == "recordings" or any(bad in cell for cell in cells)


@pytest.mark.parametrize("grouping", [None, *GROUPINGS])
def test_the_document_says_its_schema_and_agrees_with_itself(grouping: str | None) -> None:
    made = json.loads(json.dumps(document(book_of(*month(8, 200)), grouping)))
    assert made["schema"] == SCHEMA
    assert made["goals"] == {"activated": 0.95, "covered": 0.9, "reviewed": 0.05}
    whole = made["figures"][-1]
    counted = [row for row in made["calls"] if not row["left_out"]]
    assert whole["calls_required"] == len(counted)
    assert whole["calls_with_video"] == sum(bool(row["recordings"]) for row in counted)
    assert whole["late_start_count"] == sum(row["kind"] == "late_start" for row in made["observations"])
    for name in ("to look at", "justified", "confirmed", "not applicable"):
        mine = sum(row["state"] == name for row in made["observations"])
        assert whole[f"state_{name.replace(' ', '_')}"] == mine
    if grouping:
        assert sum(row["calls_required"] for row in made["figures"][:-1]) == whole["calls_required"]


def test_observations_of_calls_left_out_are_not_there() -> None:
    late = finding(UseKind.LATE_START, "25-1", START, 95.0)
    assert observation_rows(book_of([use("25-1", left_out="court", findings=[late])]).cases) == []
