"""Exports as dispatch systems write them, and every way in which one cannot be meant."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.camera_use import Call
from pipeline.dispatch import read_calls
from pipeline.dispatch.written import parsed
from pipeline.errors import TableError
from pipeline.policy import load_policy

ZONE = ZoneInfo("America/New_York")
RULES = load_policy().dispatch
HEADER = "Incident Number,Unit,Officer ID,Dispatched,En Route,On Scene,Cleared,Call Type,Disposition\n"


def read(tmp_path: Path, text: str | bytes, zone: ZoneInfo | None = ZONE, rules: object = RULES) -> list[Call]:
    path = tmp_path / "cad.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_calls(path, rules, zone))  # type: ignore[arg-type]


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]


ROW = (
    "25-17,3B12,17,2025-05-17 19:41:10,2025-05-17 19:41:30,2025-05-17 19:45:00,2025-05-17 20:30:00,Person down,Report\n"
)


def test_a_row_is_read_as_it_stands(tmp_path: Path) -> None:
    (call,) = read(tmp_path, HEADER + ROW)
    assert call == Call(
        "25-17", "17", "3B12", "Person down", "Report", at(2025, 5, 17, 23, 41, 10), at(2025, 5, 17, 23, 41, 30),
        at(2025, 5, 17, 23, 45), at(2025, 5, 18, 0, 30), source="cad.csv", row=2,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + (HEADER + ROW).encode(),
        (HEADER + ROW).replace(",", ";").encode(),
        (HEADER + ROW).replace(",", "\t").encode(),
        ("sep=;\n" + (HEADER + ROW).replace(",", ";")).encode(),
        (HEADER + ROW).replace("\n", "\r\n").encode(),
        (HEADER + ROW).encode("utf-16"),
        (HEADER + ROW).replace("25-17", '"=""25-17"""').encode(),
        (HEADER + ROW + ",,,,,,,,\n").encode(),
    ],
    ids=["bom", "semicolons", "tabs", "sep line", "crlf", "utf-16", "number as formula text", "empty row"],
)
def test_encodings_separators_and_what_spreadsheets_do(tmp_path: Path, text: bytes) -> None:
    rows = read(tmp_path, text)
    assert [(c.number, c.officer, c.dispatched) for c in rows] == [("25-17", "17", at(2025, 5, 17, 23, 41, 10))]


def test_latin_1_letters_come_through(tmp_path: Path) -> None:
    (call,) = read(tmp_path, (HEADER + ROW).replace("Person down", "Señal").encode("latin-1"))
    assert call.call_type == "Señal"


def test_columns_are_known_by_many_names_and_by_those_of_the_pack(tmp_path: Path) -> None:
    text = (
        "CAD_EVENT,Call Sign,time assigned,ARRIVED,clear time,nature\n7,3B12,5/17/2025 19:41,,5/17/2025 20:30,Fight\n"
    )
    (call,) = read(tmp_path, text)
    assert (call.number, call.unit, call.on_scene, call.call_type) == ("7", "3B12", None, "Fight")
    own = replace(RULES, columns=dict(RULES.columns) | {"number": ("Geschäftszahl",)})
    (call,) = read(tmp_path, text.replace("CAD_EVENT", "GESCHÄFTSZAHL"), rules=own)
    assert call.number == "7"


@pytest.mark.parametrize(
    ("unit", "officer", "sent"),
    [
        ("3B12;3B14", "", [("", "3B12"), ("", "3B14")]),
        ('"3B12, 3B14"', "", [("", "3B12"), ("", "3B14")]),
        ("3B12;3B14", "17;18", [("17", "3B12"), ("18", "3B14")]),
        ("3B12", "17|18", [("17", "3B12"), ("18", "3B12")]),
        ("", '"Tarn, J."', [("Tarn, J.", "")]),
        ("3B12;3B12", "", [("", "3B12")]),
        ("", "", [("", "")]),
    ],
)
def test_several_officers_or_units_in_one_cell(
    tmp_path: Path, unit: str, officer: str, sent: list[tuple[str, str]]
) -> None:
    calls = read(tmp_path, HEADER + ROW.replace("3B12", unit).replace(",17,2", f",{officer},2"))
    assert [(c.officer, c.unit) for c in calls] == sent


def test_dates_beside_times_of_day_go_over_midnight(tmp_path: Path) -> None:
    header = "Incident,Date,Unit,Dispatched,Arrived,Cleared\n"
    (call,) = read(tmp_path, header + "7,5/17/2025,A,23:50:00,00:05:30,01:10:00\n")
    assert call.times == (at(2025, 5, 18, 3, 50), None, at(2025, 5, 18, 4, 5, 30), at(2025, 5, 18, 5, 10))


def test_a_time_of_day_a_little_before_the_one_before_it_is_no_call_of_a_day(tmp_path: Path) -> None:
    header = "Incident,Date,Unit,Dispatched,Arrived,Cleared\n"
    (call,) = read(tmp_path, header + "7,5/17/2025,A,10:20:00,10:25:23,10:24:53\n")
    assert call.cleared == at(2025, 5, 17, 14, 24, 53)
    (guard,) = read(tmp_path, header + "7,5/17/2025,A,20:00:00,20:10:00,13:00:00\n")
    assert guard.cleared == at(2025, 5, 18, 17)


def test_a_column_of_dates_beside_whole_times_is_not_needed(tmp_path: Path) -> None:
    (call,) = read(tmp_path, "Incident,Date,Unit,Dispatched,Cleared\n7,5/17/2025,A,5/17/2025 23:50,5/18/2025 00:10\n")
    assert call.dispatched == at(2025, 5, 18, 3, 50)


def test_times_that_name_their_zone_need_none(tmp_path: Path) -> None:
    text = "Incident,Unit,Dispatched,Cleared\n7,A,2025-11-02T01:30:00-0400,2025-11-02T01:40:00-05:00\n"
    text += "8,A,2025-11-02T01:30:00Z,\n"
    calls = read(tmp_path, text, zone=None)
    assert [c.dispatched for c in calls] == [at(2025, 11, 2, 5, 30), at(2025, 11, 2, 1, 30)]
    assert calls[0].cleared == at(2025, 11, 2, 6, 40) and calls[0].remark == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Incident,Unit,Dispatched\n7,A,2025-05-17 19:41:10\n",
         "row 1: no column for 'cleared'; looked for 'cleared', .*'clr'.*; name yours in \\[dispatch.columns\\]; "
         "the file has 'Incident', 'Unit', 'Dispatched'"),
        ("Incident,Dispatched,Cleared\n7,2025-05-17 19:41:10,\n", "no column for 'officer' or 'unit'; looked for"),
        ("Incident,Unit,Cleared\n7,A,2025-05-17 19:41:10\n", "no column for 'dispatched' or 'en_route' or 'on_scene'"),
        ("Unit,Dispatched,Cleared\nA,2025-05-17 19:41:10,\n", "no column for 'number'"),
        (HEADER + ROW + ROW.replace("2025-05-17 19:45:00", "5/17/2025 19:45"),
         "row 3, column 'On Scene': '5/17/2025 19:45' is written in another way than the rows before it, such as"),
        (HEADER + ROW + ROW.replace("2025-05-17 19:45:00", "later"), "row 3, column 'On Scene': 'later' is "),
        (HEADER + ROW.replace("2025-05-17 19:41:10", "45794.82"), "row 2, column 'Dispatched': '45794.82' is a bare"),
        (HEADER + ROW.replace("25-17", "=A1+1"), "row 2, column 'Incident Number': '=A1\\+1' is a formula"),
        (HEADER + ROW.replace("Report", "=HYPERLINK(1)"), "row 2, column 'Disposition': '=HYPERLINK\\(1\\)' is a form"),
        (HEADER + ROW.replace("2025-05-17 19:41:10", "=NOW()"), "row 2.*Dispatched': '=NOW\\(\\)' is a formula"),
        (HEADER + ROW.replace("2025-05-17 19:41:10", "0025-05-17 19:41:10"), "column 'Dispatched'.* is in the year 25"),
        (HEADER + ROW.replace("2025-05-17 19:4", "2025-03-09 02:4"), "there was no '2025-03-09 02:41:10' in America"),
        (HEADER + ROW.replace("17,2", "17;18,2").replace("3B12", "A;B;C"), "2 officers and 3 units: who was in which"),
        (HEADER + "," + ROW.split(",", 1)[1], "row 2, column 'Incident Number': is empty"),
        (HEADER + ROW.replace("25-17", "N/A"), "row 2, column 'Incident Number': is empty"),
        (HEADER + ROW.replace("\n", ",x,y\n"), "11 cells under 9 columns"),
        (HEADER + ROW.replace("Report", "x" * 2001), "row 2, column 'Disposition': 2001 characters in one cell"),
        ("", "the file is empty"),
        ("Incident,Date,Unit,Dispatched,Cleared\n7,,A,19:41:10,\n", "row 2, column 'Date': no date beside the times"),
        ("Incident,Date,Unit,Dispatched,Cleared\n7,5/17/2025,A,19:41:10,\n8,17.5.2025,A,19:41:10,\n",
         "row 3, column 'Date': '17.5.2025' is"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_names_row_and_column(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TableError, match=says):
        read(tmp_path, text)


def test_day_and_month_that_can_be_either_have_to_be_told(tmp_path: Path) -> None:
    both = replace(RULES, time_forms=("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"))
    header = "Incident,Unit,Dispatched,Cleared\n"
    with pytest.raises(TableError, match=r"row 2, column 'Dispatched': '3/4/2025 10:00' can be read as"):
        read(tmp_path, header + "7,A,3/4/2025 10:00,\n", rules=both)
    calls = read(tmp_path, header + "7,A,3/4/2025 10:00,\n8,A,13/4/2025 10:00,\n", rules=both)
    assert calls[0].dispatched == at(2025, 4, 3, 14)


def test_a_call_without_any_time_is_read_as_it_is(tmp_path: Path) -> None:
    one, two = read(tmp_path, HEADER + "25-16,3B12,17,,,,,Disturbance,Cancelled\n" + ROW)
    assert one.times == (None, None, None, None) and one.disposition == "Cancelled" and one.remark == ""
    assert two.dispatched is not None


def test_days_first_are_told_by_the_first_day_that_is_no_month(tmp_path: Path) -> None:
    rows = "".join(f"{n},A,{n}/6/2025 10:00,\n" for n in range(1, 14))
    with pytest.raises(TableError, match=r"row 14, column 'Dispatched': '13/6/2025 10:00' has its day first"):
        read(tmp_path, "Incident,Unit,Dispatched,Cleared\n" + rows)


def test_without_a_zone_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="times without a zone"):
        read(tmp_path, HEADER + ROW, zone=None)


def test_what_a_database_writes_for_nothing_is_nothing(tmp_path: Path) -> None:
    (call,) = read(tmp_path, HEADER + ROW.replace("2025-05-17 19:41:30", "NULL").replace("Report", "N/A"))
    assert call.en_route is None and call.disposition == ""


# the hour that comes twice: in New York on 2025-11-02 from 01:00 to 02:00

NIGHT = "Incident,Unit,Dispatched,On Scene,Cleared\n"
SORTED = "".join(f"{n},A,2025-11-01 {n:02d}:00:00,,2025-11-01 {n:02d}:30:00\n" for n in range(10, 17))
"""Enough rows to see that the file is in order of time."""


def test_the_order_of_times_in_a_row_tells_which_hour_it_was(tmp_path: Path) -> None:
    (call,) = read(tmp_path, NIGHT + "7,A,2025-11-02 01:50:00,2025-11-02 01:10:00,2025-11-02 01:40:00\n")
    assert call.times == (at(2025, 11, 2, 5, 50), None, at(2025, 11, 2, 6, 10), at(2025, 11, 2, 6, 40))
    assert call.remark == ""


def test_where_nothing_tells_the_hour_it_is_said(tmp_path: Path) -> None:
    (call,) = read(tmp_path, NIGHT + "7,A,2025-11-02 00:50:00,2025-11-02 01:05:00,2025-11-02 02:10:00\n")
    assert call.on_scene == at(2025, 11, 2, 5, 5)
    assert call.remark == "01:05 comes twice in that night, taken as the first"


def test_in_a_file_in_order_of_time_the_jump_back_parts_the_hours(tmp_path: Path) -> None:
    night = ["01:05", "01:40", "01:10", "01:55"]
    rows = [f"9{n},A,2025-11-02 {t}:00,,\n" for n, t in enumerate(night)]
    after = [f"{n},A,2025-11-02 {n:02d}:15:00,,2025-11-02 {n:02d}:20:00\n" for n in range(2, 9)]
    wanted = [at(2025, 11, 2, 5, 5), at(2025, 11, 2, 5, 40), at(2025, 11, 2, 6, 10), at(2025, 11, 2, 6, 55)]
    calls = read(tmp_path, NIGHT + SORTED + "".join(rows) + after[0])
    assert [c.dispatched for c in calls[7:11]] == wanted and not any(c.remark for c in calls)
    calls = read(tmp_path, NIGHT + "".join(after[::-1] + rows[::-1]) + SORTED.splitlines(True)[-1])
    assert [c.dispatched for c in calls[7:11]] == wanted[::-1] and not any(c.remark for c in calls)


def test_a_file_that_is_not_in_order_of_time_tells_nothing(tmp_path: Path) -> None:
    rows = "".join(f"9{n},A,2025-11-02 {t}:00,,2025-11-02 {t}:30\n" for n, t in enumerate(["01:40", "01:10"]))
    mixed = "".join(SORTED.splitlines(True)[::-1][:3]) + SORTED
    calls = read(tmp_path, NIGHT + mixed + rows)
    assert [bool(c.remark) for c in calls[-2:]] == [True, True]


def test_rows_that_are_sure_tell_of_their_neighbours(tmp_path: Path) -> None:
    rows = (
        "90,A,2025-11-02 01:20:00,,2025-11-02 01:30:00\n"
        "91,A,2025-11-02 01:50:00,2025-11-02 01:10:00,2025-11-02 01:40:00\n"
    )
    calls = read(tmp_path, NIGHT + SORTED + rows)
    assert calls[-2].dispatched == at(2025, 11, 2, 5, 20) and calls[-1].dispatched == at(2025, 11, 2, 5, 50)
    assert calls[-2].remark == "01:30 comes twice in that night, taken as the first"  # ten minutes or seventy


def test_the_skipped_hour_is_no_trouble_beside_times_of_day(tmp_path: Path) -> None:
    header = "Incident,Date,Unit,Dispatched,Arrived,Cleared\n"
    (call,) = read(tmp_path, header + "7,11/2/2025,A,01:50:00,01:10:00,03:00:00\n")
    assert call.times == (at(2025, 11, 2, 5, 50), None, at(2025, 11, 2, 6, 10), at(2025, 11, 2, 8))


SHORT = "Incident,Unit,Date,Dispatched,Cleared\n"


@pytest.mark.parametrize(
    ("clock", "hour", "minute"),
    [("0130", 1, 30), ("130", 1, 30), ("45", 0, 45), ("5", 0, 5), ("0", 0, 0), ("1300", 13, 0)],
)
def test_a_time_of_day_whose_zeros_a_spreadsheet_took(tmp_path: Path, clock: str, hour: int, minute: int) -> None:
    (one,) = read(tmp_path, f"{SHORT}7,A,2025-05-17,{clock},1400\n".encode())
    assert one.dispatched == datetime(2025, 5, 17, hour, minute, tzinfo=ZONE).astimezone(UTC)


@given(st.times())
def test_a_time_of_day_as_a_number_is_that_time(when: time) -> None:
    text = f"{when:%H%M}"
    assert {parsed(text[n:], "%H%M") for n in range(3) if text[:n] == "0" * n} == {
        datetime(1900, 1, 1, when.hour, when.minute)
    }


@pytest.mark.parametrize(
    ("dispatched", "first"),
    [
        ("2025-05-17 19:41:10.0000000", datetime(2025, 5, 17, 23, 41, 10, tzinfo=UTC)),
        ("2025-05-17T19:41:10.1234567Z", datetime(2025, 5, 17, 19, 41, 10, 123456, tzinfo=UTC)),
        ("2025-05-17 19:41:10 -05:00", datetime(2025, 5, 18, 0, 41, 10, tzinfo=UTC)),
        ("2025-05-17 24:00:00", datetime(2025, 5, 18, 4, tzinfo=UTC)),
        ("12/31/2025 24:00", datetime(2026, 1, 1, 5, tzinfo=UTC)),
        ("17-May-2025 19:41:10", datetime(2025, 5, 17, 23, 41, 10, tzinfo=UTC)),
    ],
)
def test_times_as_databases_write_them(tmp_path: Path, dispatched: str, first: datetime) -> None:
    (one,) = read(tmp_path, f"Incident,Unit,Dispatched,Cleared\n7,A,{dispatched},\n".encode())
    assert one.dispatched == first


@pytest.mark.parametrize("never", ["(null)", "0000-00-00 00:00:00", "1900-01-01 00:00:00", "1899-12-30 00:00:00"])
def test_what_databases_write_for_a_time_that_never_was(tmp_path: Path, never: str) -> None:
    row = ROW.replace("2025-05-17 19:45:00", never)
    assert never in row and read(tmp_path, (HEADER + row).encode())[0].on_scene is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            "Total,2,,,,,,,\n",
            "row 3, column 'Incident Number': no time and no call beside 'Total': is it a line of totals",
        ),
        (
            "Report generated 2025-06-01,,,,,,,,\n",
            "row 3, column 'Incident Number': no time and no call beside 'Report gen",
        ),
        (ROW.replace("2025-05-17 19:41:10", "2025-05-17 19:41:10 EDT"), "'EDT' at the end of"),
    ],
)
def test_what_stands_below_a_table_is_no_call(tmp_path: Path, rows: str, says: str) -> None:
    with pytest.raises(TableError, match=re.escape(says)):
        read(tmp_path, (HEADER + (ROW if "EDT" not in rows else "") + rows).encode())


def test_units_one_below_the_other_in_a_cell_are_several(tmp_path: Path) -> None:
    calls = read(tmp_path, 'Incident,Unit,Dispatched,Cleared\n7,"A\nB",2025-05-17 10:00:00,2025-05-17 11:00:00\n')
    assert [one.unit for one in calls] == ["A", "B"]


HALF = "Incident,Unit,Dispatched,Arrived,Cleared\n7,A,2025-05-17 11:50:00,2025-05-17 12:05:00,2025-05-17 {}\n"


def test_hours_of_a_clock_of_twelve_without_am_and_pm_are_no_times(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"row 2, column 'Cleared': .* are AM and PM missing"):
        read(tmp_path, HALF.format("01:10:00"))
    assert read(tmp_path, HALF.format("13:10:00")) and read(tmp_path, HALF.format("11:58:00"))
    (moved,) = read(tmp_path, "Incident,Date,Unit,Dispatched,Cleared\n7,5/17/2025,A,23:50:00,01:10:00\n")
    assert moved.cleared == at(2025, 5, 18, 5, 10)
    with pytest.raises(TableError, match="AM and PM"):
        read(tmp_path, "Incident,Date,Unit,Dispatched,Cleared\n7,5/17/2025,A,12:50:00,01:10:00\n")


@pytest.mark.parametrize(
    ("cell", "says"),
    [("=A1+1", "is a formula"), ("13/04/2025 10:00:00", r"day first.*'%d/%m/%Y %H:%M:%S' in place of that in \[disp")],
)
def test_what_is_no_time_says_what_it_is(tmp_path: Path, cell: str, says: str) -> None:
    rows = f"7,A,04/03/2025 10:00:00,04/03/2025 11:00:00\n8,A,{cell},04/13/2025 11:00:00\n"
    with pytest.raises(TableError, match=f"row 3, column 'Dispatched': .*{says}"):
        read(tmp_path, "Incident,Unit,Dispatched,Cleared\n" + rows)


def test_what_stands_in_brackets_behind_the_name_of_a_column_is_no_part_of_it(tmp_path: Path) -> None:
    row = "7,A,2025-05-17 10:00:00,2025-05-17 11:00:00\n"
    (one,) = read(tmp_path, "Incident,Unit,DISPATCHED (local),Cleared [hh:mm]\n" + row)
    assert one.dispatched == at(2025, 5, 17, 14)
    with pytest.raises(TableError, match="row 1, column 'Cleared \\(UTC\\)': its name says UTC"):
        read(tmp_path, "Incident,Unit,Dispatched,Cleared (UTC)\n" + row)


def test_a_call_that_was_given_to_nobody_is_one(tmp_path: Path) -> None:
    (one,) = read(tmp_path, (HEADER + "25-18,,,,,,,Alarm,Cancelled\n").encode())
    assert one.first is None and one.call_type == "Alarm"
