"""CSV that no spreadsheet runs, whoever wrote the text in it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.exports.csv_text import FORMULA_STARTS, as_csv, harmless
from pipeline.exports.findings import as_csv as of_findings

PACKAGES = Path(__file__).parents[3]
RUN = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=cmd|' /C calc'!A0",
    "\ufeff=1",
    "＝1",
    "＠x",
)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("said", RUN)
def test_what_a_spreadsheet_would_run_is_text(said: str) -> None:
    (row,) = read(as_csv([{"note": said}]))
    assert row["note"] == "'" + said.replace("\r", "\n")


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_no_cell_starts_as_a_formula(said: str) -> None:
    shown = harmless(said)
    assert not shown.lstrip().startswith(FORMULA_STARTS)
    assert read(as_csv([{"note": said}, {"note": "last"}])) == [{"note": shown}, {"note": "last"}]


def test_numbers_stay_numbers_and_headers_are_cells_too() -> None:
    text = as_csv([{"=cmd": -1.5, "b": None, "c": ["=1"], "d": ("x",)}])
    assert text.splitlines() == ["'=cmd,b,c,d", '-1.5,,"[""=1""]","[""x""]"']
    assert as_csv([]) == ""


def test_separators_and_quotes_do_not_open_a_new_cell() -> None:
    rows = read(as_csv([{"a": 'x",=1', "b": "y\n=1"}, {"a": "x\r=1", "b": ""}]))
    assert rows == [{"a": 'x",=1', "b": "y\n=1"}, {"a": "x\n=1", "b": ""}]


def test_there_is_one_writer_of_csv() -> None:
    """Every table of the program goes through it."""
    assert of_findings is as_csv
    writers = [
        path.relative_to(PACKAGES).as_posix()
        for package in ("pipeline", "review_ui", "models")
        for path in sorted((PACKAGES / package).rglob("*.py"))
        if re.search(r"csv\.(writer|DictWriter)\b|\.to_csv\(", path.read_text("utf-8"))
        and "models/training" not in path.as_posix()
    ]
    assert writers == ["pipeline/exports/csv_text.py"]
