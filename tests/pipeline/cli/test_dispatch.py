"""`bwc import-dispatch`, `bwc calls` and `bwc camera-use` as a person types them, on the sample's records."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest

from pipeline.policy import load_policy
from pipeline.store import Store
from pipeline.types import ClockSource, Recording
from tests.pipeline.cli.test_commands import run

__all__ = ("run",)

read_once = lru_cache(load_policy)
"""A pack takes half a second to read, and each command reads it."""
SAMPLES = Path(__file__).parents[3] / "sample_media"
ZONE = ("--zone", "America/New_York")


@pytest.fixture
def here(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the sample's recordings, not analysed, its roster and its dispatch record."""
    monkeypatch.setattr("pipeline.policy.load_policy", read_once)
    with Store(tmp_path / "bwc.db") as store:
        for one in tomllib.loads((SAMPLES / "truth.toml").read_text("utf-8"))["recording"]:
            path, start = Path("/cards") / one["file"], one["start_utc"]
            clock = ClockSource.CONTAINER
            store.add_recording(Recording(one["sha256"], path, one["duration"], start, clock, one["device"]))
    for name in ("dispatch.csv", "roster.csv"):
        shutil.copy(SAMPLES / name, tmp_path)
    assert run("import-roster", "roster.csv", *ZONE).exit_code == 0
    return tmp_path


def test_the_sample_shows_each_kind_of_start_and_end(run, here: Path) -> None:
    assert run("import-dispatch", "dispatch.csv", *ZONE).output == "dispatch.csv: 7 new, 0 changed, 0 as before\n"
    assert run("import-dispatch", "dispatch.csv", *ZONE).output == "dispatch.csv: 0 new, 0 changed, 7 as before\n"
    rows = json.loads(run("camera-use", "list", "--json", *ZONE).output)
    assert [(r["kind"], r["officer"], r["call"], r["seconds"]) for r in rows] == [
        ("no_recording", "2131", "25-0517-0191", 570.0), ("gap", "2108", "25-0517-0191", 37.0),
        ("late_start", "2140", "25-0518-0044", 160.0), ("early_stop", "2131", "25-0519-0007", 296.0),
    ]  # fmt: skip
    assert {r["state"] for r in rows} == {"to look at"}
    shown = run("camera-use", "list", *ZONE).output
    assert "4 observations at 5 calls and incidents; nothing is wrong by itself" in shown
    assert "left out: 1 x the policy leaves out calls of type 'Training'" in shown


def test_an_observation_shows_where_to_look_and_keeps_what_people_say(run, here: Path) -> None:
    run("import-dispatch", "dispatch.csv", *ZONE)
    gap = json.loads(run("camera-use", "list", "--kind", "gap", "--json", *ZONE).output)[0]["id"]
    shown = run("camera-use", "show", gap[:6], *ZONE).output
    assert "maple_street_cam_b1.mp4 ends at 2025-05-17 19:43:20 EDT" in shown
    assert "The camera of officer 2117 recorded 37 s of it" in shown and "nobody has looked at it yet" in shown
    marked = ("camera-use", "mark", gap[:6], "--who", "kim")
    assert "needs its reason" in run(*marked, "--state", "justified").output
    assert "no category 'batery'" in run(*marked, "--state", "confirmed", "--category", "batery").output
    done = run(*marked, "--state", "justified", "--reason", "battery", "--category", "Equipment failure")
    assert done.exit_code == 0 and f"{gap}: justified, says kim" in done.output
    assert "kim: justified (equipment failure; battery)" in run("camera-use", "show", gap, *ZONE).output
    rows = json.loads(run("camera-use", "list", "--state", "justified", "--json").output)
    assert [(r["id"], r["category"]) for r in rows] == [(gap, "equipment failure")]
    assert "nothing observed of camera use has this id" in run("camera-use", "show", "zzzz").output


def test_recordings_that_no_call_asked_for_are_listed(run, here: Path) -> None:
    text = (here / "dispatch.csv").read_text("utf-8")
    (here / "few.csv").write_text("\n".join(line for line in text.splitlines() if "25-0518" not in line), "utf-8")
    run("import-dispatch", "few.csv", *ZONE)
    rows = json.loads(run("camera-use", "outside", "--json", *ZONE).output)
    assert [(r["file"], r["officer"], r["start"]) for r in rows] == [
        ("river_road_cam_c.mp4", "2140", "2025-05-18 11:20:00-0400")
    ]


def test_calls_as_a_table_and_as_csv_of_some_days(run, here: Path) -> None:
    run("import-dispatch", "dispatch.csv", *ZONE)
    text = run("calls", "--from", "2025-05-18", "--to", "2025-05-18", "--csv", *ZONE).output
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["call"], r["dispatched"]) for r in rows] == [
        ("25-0518-0044", "2025-05-18 11:17:20-0400"), ("25-0518-0046", "2025-05-18 13:00:00-0400"),
        ("25-0519-0007", "2025-05-18 22:05:20-0400"),
    ]  # fmt: skip
    assert "25-0517-0191" in run("calls", *ZONE).output
    assert "--to comes before --from" in run("calls", "--from", "2025-05-18", "--to", "2025-05-17").output


def test_a_bad_file_is_one_line_and_nothing_is_kept(run, here: Path) -> None:
    text = (here / "dispatch.csv").read_text("utf-8")
    (here / "bad.csv").write_text(text + "26,2C07,2131,17.5.2025 19:00,,,2025-05-17 20:00:00,,\n", "utf-8")
    done = run("import-dispatch", "bad.csv", *ZONE)
    assert done.exit_code == 2
    assert done.output.startswith("bwc: bad.csv, row 9, column 'Dispatched': '17.5.2025 19:00' is")
    (here / "bad.csv").write_text(text.replace("Cleared", "Done"), "utf-8")
    done = run("import-dispatch", "bad.csv", *ZONE)
    assert "bad.csv, row 1: no column for 'cleared'" in done.output and "'Done'" in done.output
    assert "times without a zone" in run("import-dispatch", "dispatch.csv").output
    assert json.loads(run("calls", "--json").output) == []


def test_a_system_of_the_pack_brings_its_zone_and_clock(run, here: Path) -> None:
    (here / "pack.toml").write_text(
        'name = "here"\nversion = "1"\nextends = "model_policy"\n'
        '[dispatch.systems."County"]\nclock_ahead = 90\nzone = "America/New_York"\n', "utf-8",
    )  # fmt: skip
    assert "7 new" in run("import-dispatch", "dispatch.csv", "--system", "county", "--policy", "pack.toml").output
    rows = json.loads(run("camera-use", "list", "--kind", "late_start", "--json", "--policy", "pack.toml").output)
    # 14, 8 and 10 s after the clock's own time of dispatch; the traffic stop was over before its recording began
    assert [(r["officer"], r["seconds"]) for r in rows] == [("2108", 104.0), ("2117", 98.0), ("2131", 100.0)]
    done = run("import-dispatch", "dispatch.csv", "--system", "Contry", "--policy", "pack.toml")
    assert "no dispatch system 'Contry' in the pack" in done.output and "did you mean 'County'" in done.output


def test_a_time_that_comes_twice_is_told(run, here: Path) -> None:
    header = "Incident,Unit,Dispatched,Cleared\n"
    (here / "night.csv").write_text(header + "9,3B12,2025-11-02 01:30:00,2025-11-02 01:40:00\n", "utf-8")
    done = run("import-dispatch", "night.csv", *ZONE)
    assert done.output.splitlines()[1] == "note: row 2: 01:30 comes twice in that night, taken as the first"


def test_without_a_roster_it_says_what_is_missing(run, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "dispatch.csv", tmp_path)
    assert "no roster yet" in run("import-dispatch", "dispatch.csv", *ZONE).output
