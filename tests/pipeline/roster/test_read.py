"""Rosters as agencies write them, and every way in which one cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import TableError
from pipeline.policy import load_policy
from pipeline.roster import Assignment, read_roster
from pipeline.store import Store

ZONE = ZoneInfo("America/New_York")
HEADER = "Badge,Name,Unit,District,Serial,From,To\n"


def read(tmp_path: Path, text: str) -> list[Assignment]:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path, load_policy().records.roster_columns, ZONE)


def test_days_are_whole_days_of_the_zone_over_a_change_of_the_clocks(tmp_path: Path) -> None:
    (one,) = read(tmp_path, HEADER + "7,Tarn,A,North,X1,2025-03-09,2025-03-09\n")
    assert (one.start, one.end) == (datetime(2025, 3, 9, 5, tzinfo=UTC), datetime(2025, 3, 10, 4, tzinfo=UTC))
    assert (one.officer, one.precinct, one.camera) == ("7", "North", "X1")


def test_an_empty_end_means_still(tmp_path: Path) -> None:
    (one,) = read(tmp_path, HEADER + "7,Tarn,A,North,X1,3/9/2025,\n")
    assert one.end is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            "7,T,A,N,X1,2025-01-01,\n8,V,A,N,x1,2025-02-01,\n",
            "row 3, column 'Serial': camera x1 is with 7 and 8; row 2",
        ),
        ("7,T,A,N,X1,2025-01-01,2025-02-01\n8,V,A,N,X1,2025-02-01,\n", "row 3, column 'Serial'"),
        ("7,T,A,N,X1,2025-01-01,\n7,T,B,N,X2,2025-02-01,\n", "row 3, column 'Badge': 7 is in two places"),
        ("7,T,A,N,X1,2025-01-01,\n7,T,A,N,X1,2025-02-01,\n", "twice; row 2 says so"),
        ("7,T,A,N,X1,2025-02-30,\n", "row 2, column 'From': '2025-02-30' is no date; write it as 2025-03-31"),
        ("7,T,A,N,X1,2025-02-03,2025-02-02\n", "row 2, column 'To': 2025-02-02 comes before"),
        (",T,A,N,X1,2025-02-03,\n", "row 2, column 'Badge': is empty"),
        ("7,T,A,N,X1,,\n", "row 2, column 'From': is empty"),
        ("7,T,A,N,X1,0025-01-01,\n", "row 2, column 'From': '0025-01-01' is in the year 25"),
        ("7,T,A,N,X1,45658,\n", "row 2, column 'From': '45658' is no date"),
        ("7,T,A,N,X1,13/6/2025,\n", "row 2, column 'From': '13/6/2025' is no date"),
        ("=7+1,T,A,N,X1,2025-01-01,\n", "row 2, column 'Badge': '=7+1' is a formula"),
        ("7,=T,A,N,X1,2025-01-01,\n", "row 2, column 'Name': '=T' is a formula"),
        ("7,T,A,N,=X1,2025-01-01,\n", "row 2, column 'Serial': '=X1' is a formula"),
        ("7,T,A,N,6.0012E+11,2025-01-01,\n", "row 2, column 'Serial': '6.0012E+11' is a number that a spreadsheet"),
        ("7," + "T" * 2001 + ",A,N,X1,2025-01-01,\n", "row 2, column 'Name': 2001 characters in one cell"),
        ("7,T,A,N,X1,2025-01-01,\n8,T", "row 3, column 'From': is empty"),
        ("", "names the columns and nobody; the roster that counts stays"),
    ],
)
def test_what_cannot_be_meant_names_row_and_column(tmp_path: Path, rows: str, says: str) -> None:
    with pytest.raises(TableError) as error:
        read(tmp_path, HEADER + rows)
    assert says in str(error.value)


@pytest.mark.parametrize("end", ["9999-12-31", "12/31/9999", "2100-01-01"])
def test_an_end_that_never_comes_means_still(tmp_path: Path, end: str) -> None:
    (one,) = read(tmp_path, HEADER + f"7,T,A,N,X1,2025-01-01,{end}\n")
    assert one.end is None


def test_a_number_keeps_its_zeros_as_spreadsheets_write_them(tmp_path: Path) -> None:
    (one,) = read(tmp_path, HEADER + '"=""0101""",T,A,N,"=""00X1""",2025-01-01,\n')
    assert (one.officer, one.camera) == ("0101", "00X1")


def test_one_after_the_other_and_two_cameras_at_once_are_fine(tmp_path: Path) -> None:
    rows = "7,T,A,N,X1,2025-01-01,2025-01-31\n8,V,A,N,X1,2025-02-01,\n8,V,A,N,X2,2025-02-01,\n9,W,A,N,,2025-01-01,\n"
    assert len(read(tmp_path, HEADER + rows)) == 4


def test_a_missing_column_is_named_with_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"row 1: no column for 'from'; looked for 'from', 'start'.*roster.columns"):
        read(tmp_path, "Badge,Serial\n7,X1\n")


def test_the_newest_roster_counts_and_the_same_again_writes_nothing(tmp_path: Path) -> None:
    first = read(tmp_path, HEADER + "7,T,A,N,X1,2025-01-01,\n")
    second = read(tmp_path, HEADER + "8,V,A,N,X1,2025-01-01,\n")
    with Store(tmp_path / "s.db") as store:
        assert store.replace_roster(first, "a.csv", "kim") and not store.replace_roster(first, "a.csv", "kim")
        assert store.replace_roster(second, "b.csv", "kim")
        assert [a.officer for a in store.roster().assignments] == ["8"]
        assert [row["action"] for row in store.activity()] == ["roster.import"] * 2


@pytest.mark.parametrize("hours", ["2025-03-08 22:00,2025-03-09 06:00", "3/8/2025 22:00,3/9/2025 06:00:00",
                                   "2025-03-08T22:00:00,2025-03-09T06:00"])  # fmt: skip
def test_a_roster_of_shifts_says_hours(tmp_path: Path, hours: str) -> None:
    (one,) = read(tmp_path, HEADER + f"7,Tarn,A,North,X1,{hours}\n")
    assert (one.start, one.end) == (datetime(2025, 3, 9, 3, tzinfo=UTC), datetime(2025, 3, 9, 10, tzinfo=UTC))
    assert one.within_days


def test_a_car_and_a_camera_that_change_hands_at_the_change_of_shifts(tmp_path: Path) -> None:
    shifts = "7,T,C1,N,X1,2025-03-01 06:00,2025-03-01 14:00\n8,V,C1,N,X1,2025-03-01 14:00,2025-03-01 22:00\n"
    early, late = read(tmp_path, HEADER + shifts)
    assert early.end == late.start and not early.overlaps(late)
    whole = read(tmp_path, HEADER + "7,T,C1,N,X1,2025-03-01,2025-03-01\n8,V,C1,N,X1,2025-03-02 00:00,\n")
    assert whole[0].end == whole[1].start and not whole[0].within_days and not whole[1].within_days


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("7,T,A,N,X1,2025-03-01 06:00,2025-03-01 05:00\n", "row 2, column 'To': 2025-03-01 05:00 comes before"),
        ("7,T,A,N,X1,2025-03-01 06:00,2025-03-01 06:00\n", "row 2, column 'To': 2025-03-01 06:00 is when it begins"),
        ("7,T,A,N,X1,2025-03-01 6h,\n", "row 2, column 'From': '2025-03-01 6h' is no date; write it as 2025-03-31 or"),
        (
            "7,T,A,N,X1,2025-03-01,2025-03-01\n8,V,B,N,X1,2025-03-01,2025-03-01\n",
            "row 3, column 'Serial': camera X1 is with 7 and 8; row 2 says so for the same time; where it changes",
        ),
    ],
)
def test_hours_that_cannot_be_meant(tmp_path: Path, rows: str, says: str) -> None:
    with pytest.raises(TableError) as error:
        read(tmp_path, HEADER + rows)
    assert says in str(error.value)


@pytest.mark.parametrize("nothing", ["", "NULL", "n/a", "-"])
def test_what_exports_write_for_no_end(tmp_path: Path, nothing: str) -> None:
    (one,) = read(tmp_path, HEADER + f"7,T,A,N,X1,2025-01-01,{nothing}\n")
    assert one.end is None
