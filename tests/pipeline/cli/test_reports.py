"""`bwc import-force`, `import-roster`, `watched` and `report` as a person types them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.pipeline.cli.test_commands import run
from tests.pipeline.reports.made_store import made_store

__all__ = ("run",)

FORCE = (
    "Report Number,Case Number,Date Time,Officer ID,Race,Ethnicity,Injury,Force\n"
    "R1,25-0113,2025-05-17 18:40,,W,NH,none,Taser\n"
    "R2,,2025-05-17 18:45,Vale,B,NH,none,OC\n"
    "R3,,2025-05-17 18:45,,B,NH,none,wet noodle\n"
    "R4,,2025-05-17 03:45,Vale,B,NH,none,OC\n"
)
ZONE = ("--zone", "America/Chicago")


@pytest.fixture
def here(run, tmp_path: Path) -> Path:
    made_store(tmp_path / "bwc.db").close()
    (tmp_path / "force.csv").write_text(FORCE, encoding="utf-8")
    return tmp_path


def test_an_import_says_what_it_did_what_it_assumed_and_what_it_linked(run, here: Path) -> None:
    done = run("import-force", "force.csv", *ZONE)
    assert done.exit_code == 0, done.output
    assert "force.csv: 4 new, 0 changed, 0 as before" in done.output
    assert "note: kinds 'wet noodle' (1 times) is not in [force_reports.values.kinds]" in done.output
    assert "linked to recordings: 2 by number or officer, 1 by time alone (to be looked at), 1 not" in done.output


def test_a_bad_row_is_one_line_and_nothing_is_kept(run, here: Path) -> None:
    (here / "bad.csv").write_text(FORCE + "R5,,yesterday,Vale,B,NH,none,OC\n", encoding="utf-8")
    done = run("import-force", "bad.csv", *ZONE)
    assert done.exit_code == 2
    assert done.output.startswith("bwc: bad.csv, row 6, column 'Date Time': 'yesterday' is no date and time")
    assert "4 new" in run("import-force", "force.csv", *ZONE).output


def test_times_need_a_zone_and_the_zone_must_exist(run, here: Path) -> None:
    assert "times without a zone" in run("import-force", "force.csv").output
    assert "no time zone 'Chicago'" in run("import-force", "force.csv", "--zone", "Chicago").output
    (here / "r.csv").write_text("Officer,From\n1,2025-01-01\n")
    assert "days without a zone" in run("import-roster", "r.csv").output
    assert "1 assignments of 1 officers" in run("import-roster", "r.csv", *ZONE).output


def test_records_are_a_page_and_a_table(run, here: Path) -> None:
    done = run("report", "officer", "Vale", "--from", "2025-05-01", "--to", "2025-05-31", "--out", "vale.html", *ZONE)
    assert done.output == "written: vale.html\nwritten: vale.csv\n", done.output
    rows = list(csv.DictReader((here / "vale.csv").open(encoding="utf-8")))
    assert {row["officer"] for row in rows} == {"18"} and rows[0]["hours_recorded"] == "0.5"
    assert "Vale (18)" in (here / "vale.html").read_text(encoding="utf-8")
    assert not list(here.glob(".*.part"))


def test_a_recording_that_somebody_watched_is_reviewed(run, here: Path) -> None:
    assert run("watched", "b.mp4", "--who", "kim").output == "watched: b.mp4\n"
    run("report", "unit", "A", "--from", "2025-05-01", "--to", "2025-05-31", "--out", "a.html")
    assert next(csv.DictReader((here / "a.csv").open(encoding="utf-8")))["hours_reviewed"] == "0.5"


def test_the_public_report_counts_what_was_heard_in_linked_recordings(run, here: Path) -> None:
    rows = "".join(f"R{n},25-0113,2025-05-17 18:40,,W,NH,none,Taser\n" for n in range(6))
    (here / "many.csv").write_text(FORCE.splitlines()[0] + "\n" + rows, encoding="utf-8")
    run("import-force", "many.csv", *ZONE)
    done = run("report", "public", "2025", *ZONE)
    assert done.output == "written: public-report-2025.html\nwritten: public-report-2025.csv\n", done.output
    found = {
        row["value"]: row["count"]
        for row in csv.DictReader((here / "public-report-2025.csv").open(encoding="utf-8"))
        if row["by"].startswith("De-escalation") and not row["and_by"]
    }
    assert found["Technique found, not confirmed by a person"] == "6" and found["No recording linked"] == "0"


def test_an_incident_is_a_page(run, here: Path) -> None:
    done = run("report", "incident", "Case 25-0113", *ZONE)
    assert done.output == "written: incident-inc1.html\n" and (here / "incident-inc1.html").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("report", "officer", "Nobody", "--to", "2025-06-01"), "no officer 'Nobody' on the roster in this period"),
        (("report", "officer", "--from", "2025-06-02", "--to", "2025-06-01"), "--to comes before --from"),
        (("report", "public", "2025", "--out", "missing/x.html"), "cannot be written"),
        (("report", "incident", "x" * 40), "no such incident or recording"),
        (("report", "public", "2025", "--store", "none.db"), "no store here"),
    ],
)
def test_mistakes_are_one_line(run, here: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2 and says in done.output


def test_every_report_is_in_the_activity_log(run, here: Path) -> None:
    from pipeline.store import Store

    run("report", "incident", "Case 25-0113")
    with Store(here / "bwc.db") as store:
        assert store.activity()[0]["action"] == "report.incident"
