"""Use-of-force reports as agencies export them: what is read, and what is refused with row and column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import TableError
from pipeline.force import ForceReport, ReportRow, read_force_reports
from pipeline.policy import load_policy
from pipeline.store import Store

ZONE = ZoneInfo("America/New_York")
RULES = load_policy().records.force_reports
HEADER = "Report Number,Case Number,Date/Time,Officer ID,Precinct,Race,Ethnicity,Injury,Force Type(s),Resistance\n"
ROW = "R1,25-0113,{at},17;18,North,W,NH,none,Taser|OC,Active\n"


def read(tmp_path: Path, text: str, zone: ZoneInfo | None = ZONE, rules=RULES) -> list[ReportRow]:
    path = tmp_path / "force.csv"
    path.write_text(text, encoding="utf-8")
    return list(read_force_reports(path, rules, zone))


def rows_of(*times: str) -> str:
    return HEADER + "".join(ROW.format(at=at).replace("R1", f"R{n}") for n, at in enumerate(times))


def test_a_row_is_read_as_it_stands(tmp_path: Path) -> None:
    (one,) = read(tmp_path, HEADER + ROW.format(at="2025-01-03 22:15"))
    assert one.report == ForceReport(
        "R1", datetime(2025, 1, 4, 3, 15, tzinfo=UTC), "25-0113", ("17", "18"), "", "North", "W", "NH", "none", "",
        ("Taser", "OC"), "Active",
    )  # fmt: skip
    assert one.report.at.isoformat() == "2025-01-03T22:15:00-05:00", "its day is the local one"


@pytest.mark.parametrize("at", ["1/3/2025 10:15 PM", "01/03/2025 22:15:00", "2025-01-03T22:15", "2025-01-04T03:15:00Z"])
def test_the_same_moment_in_other_forms(tmp_path: Path, at: str) -> None:
    (one,) = read(tmp_path, HEADER + ROW.format(at=at))
    assert one.report.at == datetime(2025, 1, 4, 3, 15, tzinfo=UTC) and one.report.at.day == 3


def test_date_and_time_in_two_columns(tmp_path: Path) -> None:
    text = (HEADER + ROW.format(at="2025-01-03,22:15")).replace("Date/Time", "Incident Date,Incident Time")
    assert read(tmp_path, text)[0].report.at.hour == 22


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (("2025-01-03 22:15", "01/04/2025 22:15"), "row 3, column 'Date/Time': '01/04/2025 22:15' is written"),
        (("2025-01-03 22:15", "2025-01-03T22:15:00Z"), "row 3, column 'Date/Time'"),
        (("last Friday",), "column 'Date/Time': 'last Friday' is no date and time that the pack knows: '2025-"),
        (("",), "row 2, column 'Date/Time': no date and time"),
        (("2025-01-03 25:15",), "row 2, column 'Date/Time'"),
        (("2025-02-29 10:00",), "row 2, column 'Date/Time'"),
        (("2025-01-03 22:15", "0025-01-03 22:15"), "row 3, column 'Date/Time': '0025-01-03 22:15' is in the year 25"),
        (("2025-01-03 22:15", "2025-03-09 02:30"), "row 3, column 'Date/Time': there was no '2025-03-09 02:30'"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_meant_names_row_and_column(tmp_path: Path, times: tuple[str, ...], says: str) -> None:
    with pytest.raises(TableError) as error:
        read(tmp_path, rows_of(*times))
    assert says in str(error.value)


def test_a_time_that_came_twice_is_taken_as_the_first_and_said(tmp_path: Path) -> None:
    (one,) = read(tmp_path, rows_of("2025-11-02 01:30"))
    assert one.report.at.isoformat() == "2025-11-02T01:30:00-04:00" and "came twice" in one.remark


def test_day_and_month_that_cannot_be_told_apart_are_asked_for(tmp_path: Path) -> None:
    both = replace(RULES, time_forms=("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M"))
    with pytest.raises(TableError, match=r"can be read as .* leave one in time_forms"):
        read(tmp_path, rows_of("04/04/2025 10:00", "03/04/2025 10:00"), rules=both)
    told = read(tmp_path, rows_of("03/04/2025 10:00", "13/04/2025 10:00"), rules=both)
    assert [one.report.at.month for one in told] == [4, 4], "a later row decides"
    assert len(read(tmp_path, rows_of("04/04/2025 10:00"), rules=both)) == 1, (
        "where both say the same it does not matter"
    )


def test_times_without_a_zone_need_one(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="times without a zone"):
        read(tmp_path, rows_of("2025-01-03 22:15"), zone=None)
    assert read(tmp_path, rows_of("2025-01-03T22:15:00-0600"), zone=None)[0].report.at.hour == 22


@pytest.mark.parametrize(
    ("column", "field"),
    [("Race", "race"), ("Force Type(s)", "kinds"), ("Report Number", "number"), ("Date/Time", "date")],
)
def test_a_missing_column_is_named(tmp_path: Path, column: str, field: str) -> None:
    with pytest.raises(TableError, match=f"no column for .*{field}|no column for the date and time"):
        read(tmp_path, HEADER.replace(column, "Something") + ROW.format(at="2025-01-03 22:15"))


def test_a_pack_adds_names_of_columns_and_categories(tmp_path: Path) -> None:
    pack = tmp_path / "city.toml"
    pack.write_text(
        'name = "city"\nversion = "1"\nextends = "model_policy"\nzone = "America/Chicago"\n'
        '[force_reports]\nneeded = ["kinds"]\nseparators = ["+"]\n'
        '[force_reports.columns]\nnumber = ["...", "Blauformular"]\n'
        '[force_reports.values.kinds]\n"Electronic weapon" = ["...", "x26p"]\n"Net" = ["net gun"]\n'
    )
    policy = load_policy(pack)
    rules = policy.records.force_reports
    assert policy.records.zone == "America/Chicago"
    (one,) = read(tmp_path, "Blauformular,Date Time,Force\nR1,2025-01-03 22:15,X26P+Net Gun+taser\n", rules=rules)
    assert [rules.category("kinds", k) for k in one.report.kinds] == ["Electronic weapon", "Net", "Electronic weapon"]


def test_what_a_pack_cannot_mean_has_its_line(tmp_path: Path) -> None:
    from pipeline.policy.load import check_policy

    pack = tmp_path / "city.toml"
    pack.write_text(
        'name = "city"\nversion = "1"\nextends = "model_policy"\nzone = "Chicago"\n'
        '[force_reports]\nneeded = ["kind"]\nlink_within = -1\ntime_forms = ["yesterday"]\n'
        '[force_reports.columns]\nnumbr = ["x"]\n[force_reports.values.race]\n"Blue" = ["white"]\n'
    )
    said = "\n".join(str(problem) for problem in check_policy(pack))
    for line, words in ((4, "no zone 'Chicago'"),
                        (6, "no field 'kind'"), (7, "link_within"), (8, "no form"),
                        (10, "unknown key 'numbr'"),
                        (12, "'white' stands under 'White' and under 'Blue'")):  # fmt: skip
        assert f":{line}: " in said and words in said, said


# the store


def imported(store: Store, rows: Iterable[ReportRow]) -> tuple[int, int, int]:
    done = store.import_force_reports(rows, "force.csv", "kim")
    return done.new, done.changed, done.unchanged


def test_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "force.csv"
    path.write_text(rows_of("2025-01-03 22:15", "2025-01-04 22:15").replace("R1,", "R1,").replace("17;18", "17;18", 1))
    broken = tmp_path / "broken.csv"
    broken.write_text(rows_of("2025-01-03 22:15", "2025-01-04 22:15", "2025-03-09 02:30"))
    with Store(tmp_path / "s.db") as store:
        with pytest.raises(TableError, match="row 4"):
            store.import_force_reports(read_force_reports(broken, RULES, ZONE), "broken.csv", "kim")
        assert store.force_reports() == [] and store.activity() == []
        assert imported(store, read_force_reports(path, RULES, ZONE)) == (2, 0, 0)
        assert [r.number for r in store.force_reports()] == ["R0", "R1"]


def test_the_same_again_changes_nothing_and_a_later_file_replaces_with_a_log(tmp_path: Path) -> None:
    rows = read(tmp_path, rows_of("2025-01-03 22:15", "2025-11-02 01:30"))
    with Store(tmp_path / "s.db") as store:
        assert imported(store, rows) == (2, 0, 0)
        assert store.force_reports() == [one.report for one in rows]
        before = store.data_version()
        assert imported(store, rows) == (0, 0, 2)
        assert store.data_version() == before
        assert imported(store, [replace(rows[0], report=replace(rows[0].report, subject_injury="minor"))]) == (0, 1, 0)
        assert [r.subject_injury for r in store.force_reports()] == ["minor", "none"]
        changed = next(row for row in store.activity() if row["action"] == "force_report.changed")
        assert changed["subject"] == "R0" and '"subject_injury": "none"' in changed["detail"]


def test_rows_of_one_report_are_put_together_and_must_agree(tmp_path: Path) -> None:
    one = ROW.format(at="2025-01-03 22:15")
    rows = read(tmp_path, HEADER + one + one.replace("17;18", "19").replace("Taser|OC", "K9"))
    with Store(tmp_path / "s.db") as store:
        assert imported(store, rows) == (1, 0, 0)
        (report,) = store.force_reports()
        assert report.officers == ("17", "18", "19") and report.kinds == ("Taser", "OC", "K9")
        other = read(tmp_path, HEADER + one + one.replace(",W,", ",B,"))
        with pytest.raises(TableError, match="row 3, column 'Race': report R1 has other rows"):
            imported(store, other)


def test_reports_of_a_stretch_of_time(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        imported(store, read(tmp_path, rows_of("2024-12-31 23:59", "2025-01-01 00:00")))
        year = datetime(2025, 1, 1, tzinfo=ZONE)
        assert [r.number for r in store.force_reports(first=year)] == ["R1"]
        assert [r.number for r in store.force_reports(before=year)] == ["R0"]
