from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.audit.texts import lasting
from pipeline.cli import main
from pipeline.store import Store
from pipeline.types import ClockSource, Incident, Recording
from tests.pipeline.audit.test_gather import store as store_fixture

made_store = store_fixture
MARCH = ("--from", "2025-03-01", "--to", "2025-03-31", "--zone", "America/New_York")
CAD = """Incident Number,Officer,Call Type,Dispatched,On Scene,Cleared
77-1,1041,Traffic stop,2025-03-10 12:00:00,2025-03-10 12:00:00,2025-03-10 12:10:00
77-2,1042,=HYPERLINK,2025-03-10 14:00:00,2025-03-10 14:00:00,2025-03-10 14:10:00
"""
ROSTER = "officer,name,unit,camera,from\n1041,Dana Ruiz,South,AX 1,2025-01-01\n"


@pytest.fixture
def bwc(made_store: Store, tmp_path: Path) -> Callable[..., Result]:
    made_store.close()

    def run(*arguments: str, expect: int = 0) -> Result:
        done = CliRunner().invoke(main, ["audit", *arguments, "--store", str(tmp_path / "bwc.db")])
        assert done.exit_code == expect, done.output
        return done

    return run


def test_the_table(bwc: Callable[..., Result]) -> None:
    said = bwc("--by", "officer", *MARCH).output
    assert "Camera use, 2025-03-01 to 2025-03-31 (America/New_York)" in said
    rows = [line.replace("│", " ").split() for line in said.splitlines()]
    (ruiz,) = [row for row in rows if row[:2] == ["Dana", "Ruiz"]]
    assert ruiz[3:6] == ["2", "2", "(100%)"]
    assert "not analysed" in said
    assert "left out, of any period: 1 call without a time" in said
    assert "3 count for no call" in said


def test_what_was_observed_over_all_calls_with_what_people_said(bwc: Callable[..., Result]) -> None:
    said = bwc(*MARCH).output
    cells = [[cell.strip() for cell in line.split("│")] for line in said.splitlines() if "│" in line]
    rows = {row[0]: row[1:] for row in cells if len(row) == 10}
    figures = next(csv.DictReader(io.StringIO(bwc("--csv", *MARCH).stdout)))
    assert rows["Late start"][0] == figures["late_start_count"] and float(figures["late_start_count"]) > 0
    assert rows["Late start"][2:5] == [
        lasting(float(figures[f"late_start_{of}_s"])) for of in ("median", "worst", "total")
    ]
    assert sum(int(number) for row in rows.values() for number in row[5:] if number) > 0
    assert f"of the {lasting(float(figures['covered_s']))} that cameras ran, in all: without sound" in said
    assert "a covered or rubbed microphone: not measured" in said


def test_rows_as_csv_and_everything_as_json(bwc: Callable[..., Result]) -> None:
    figures = list(csv.DictReader(io.StringIO(bwc("--by", "unit", "--csv", *MARCH).stdout)))
    assert [row["name"] for row in figures] == ["North", "All"]
    observations = list(csv.DictReader(io.StringIO(bwc("--csv", "--rows", "observations", *MARCH).stdout)))
    made = json.loads(bwc("--json", *MARCH).stdout)
    assert [row["id"] for row in observations] == [row["id"] for row in made["observations"]]
    assert {row["kind"] for row in observations} >= {"late_start", "no_recording"}
    assert made["locked"] is None
    assert made["figures"][-1]["calls_required"] == 3


def test_a_page_of_its_own(bwc: Callable[..., Result], tmp_path: Path) -> None:
    bwc("--html", str(tmp_path / "audit.html"), "--by", "officer", *MARCH)
    text = (tmp_path / "audit.html").read_text()
    assert "Camera use, 2025-03-01" in text
    assert "Dana Ruiz (1041)" in text


def test_a_dispatch_export_and_a_roster_for_this_run_alone(bwc: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "cad.csv").write_text(CAD.replace("=HYPERLINK", "Welfare check"))
    (tmp_path / "roster.csv").write_text(ROSTER)
    given = ("--cad", str(tmp_path / "cad.csv"), "--roster", str(tmp_path / "roster.csv"))
    made = json.loads(bwc(*given, "--json", *MARCH).stdout)
    assert [(row["call"], row["unit"], bool(row["left_out"])) for row in made["calls"]] == [
        ("77-1", "South", False), ("77-2", "", True),
    ]  # fmt: skip
    assert "cad.csv: 2 rows, given for this run" in made["counted_from"]["calls"]
    assert len(json.loads(bwc("--json", *MARCH).stdout)["calls"]) == 3


def test_a_bad_export_is_one_line_with_row_and_column(bwc: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "cad.csv").write_text(CAD)
    said = bwc("--cad", str(tmp_path / "cad.csv"), *MARCH, expect=2).output
    assert said.count("\n") == 1
    assert "row 3" in said
    assert "'Call Type'" in said
    (tmp_path / "cad.csv").write_text(CAD.replace("=HYPERLINK", "x"))
    assert "zone" in bwc("--cad", str(tmp_path / "cad.csv"), *MARCH[:4], expect=2).output
    (tmp_path / "roster.csv").write_text(ROSTER)
    assert "zone" in bwc("--roster", str(tmp_path / "roster.csv"), *MARCH[:4], expect=2).output


def test_a_dispatch_system_that_the_pack_does_not_know_is_no_system(bwc: Callable[..., Result], tmp_path: Path) -> None:
    # its clock would be taken for right, and every late start be off by what it shows too much
    (tmp_path / "cad.csv").write_text(CAD.replace("=HYPERLINK", "Welfare check"))
    said = bwc("--cad", str(tmp_path / "cad.csv"), "--system", "Nope", *MARCH, expect=2).output
    assert "Nope" in said


def test_a_lock_and_what_changed_since(bwc: Callable[..., Result], tmp_path: Path) -> None:
    said = bwc("lock", "--who", "R. Ortiz", *MARCH).output
    assert said.startswith("locked: 2025-03-01 to 2025-03-31 (America/New_York), 3 calls, lock 1, sha256 ")
    assert "locked already (R. Ortiz" in bwc("lock", "--who", "M. Chen", *MARCH, expect=2).output
    with Store(tmp_path / "bwc.db") as store:
        recording = store.recording("c.mp4")
        store.add_recording(
            type(recording)("7" * 64, Path("cards/late upload.mp4"), 700.0,
                            datetime(2025, 3, 10, 17, 59, tzinfo=UTC), recording.clock_source, "AX 2", "mov,mp4")
        )  # fmt: skip
    later = bwc(*MARCH).output
    assert "by R. Ortiz: 67% of calls with video; live: 100%" in later
    assert "since then: 1 call: new recordings" in later
    made = json.loads(bwc("--json", *MARCH).stdout)
    assert made["locked"]["intact"] is True
    assert made["locked"]["figures"]["whole"]["with_video"] == 2
    assert [change["call"] for change in made["locked"]["changes"]] == ["25-3"]
    assert "lock 2" in bwc("lock", "--who", "M. Chen", "--reason", "late uploads", *MARCH).output


def test_a_period_that_has_not_ended_is_not_locked(bwc: Callable[..., Result]) -> None:
    ahead = datetime.now(UTC).date() + timedelta(days=30)
    said = bwc("lock", "--from", "2025-03-01", "--to", str(ahead), expect=2).output
    assert "has not ended" in said


def test_a_sample_is_drawn_kept_and_drawn_again(bwc: Callable[..., Result]) -> None:
    first = json.loads(bwc("sample", "--each", "1", "--seed", "4f2a", "--json", *MARCH).stdout)
    again = json.loads(bwc("sample", "--each", "1", "--seed", "4f2a", "--json", *MARCH).stdout)
    assert [row["recording"] for row in first] == [row["recording"] for row in again]
    assert {row["officer"] for row in first} == {"1041", "1042", "not stated"}
    listed = bwc("sample", "--list").output.splitlines()
    assert len(listed) == 2
    assert "seed 4f2a" in listed[0]
    assert "the same recordings come out" in bwc("sample", "--check", "1").output
    assert "no sample 9" in bwc("sample", "--check", "9", expect=2).output


def test_the_seed_that_nobody_chose_is_told(bwc: Callable[..., Result]) -> None:
    one, two = (bwc("sample", *MARCH).output for _ in range(2))
    assert "seed " in one
    assert one.split("seed ")[1] != two.split("seed ")[1]


def test_without_any_dispatch_record_that_is_said(bwc: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "cad.csv").write_text(CAD.splitlines()[0] + "\n")
    with Store(tmp_path / "bwc.db") as store:
        start = datetime(2025, 3, 10, 16, 0, tzinfo=UTC)
        both = [("a" * 64, 0.0, "clock"), ("9" * 64, 40.0, "clock")]
        store.add_recording(
            Recording("9" * 64, Path("cards/9.mp4"), 600.0, start, ClockSource.STAMP, "AX 2", "mov,mp4")
        )
        store.save_incidents([Incident("1" * 16, "at noon", start, tuple(both), "by hand")])
    given = ("--cad", str(tmp_path / "cad.csv"))
    assert "no dispatch record in this period: a call here is an incident" in bwc(*given, *MARCH).output
    bwc(*given, "--html", str(tmp_path / "none.html"), *MARCH)
    assert "No dispatch record was imported for this period" in (tmp_path / "none.html").read_text()
    assert "no dispatch record" not in bwc(*MARCH).output


def test_a_period_upside_down_and_an_empty_one(bwc: Callable[..., Result]) -> None:
    assert "comes before" in bwc("--from", "2025-03-02", "--to", "2025-03-01", expect=2).output
    assert "no calls in this period: bwc import-dispatch" in bwc("--from", "2020-01-01", "--to", "2020-01-31").output
    assert "nothing to draw from" in bwc("sample", "--from", "2020-01-01", "--to", "2020-01-31", expect=2).output
