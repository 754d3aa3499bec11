"""Incidents on the command line: listed, read and looked through as one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.commands import main
from pipeline.store import Store
from pipeline.types import Evidence, Finding, Role, Run, SoundFit, StepState
from tests.pipeline.incidents.made import START, camera, incident

LINES = [(10.0, 12.0, "v1", "drop the knife"), (13.0, 15.0, "v2", "please do not")]


def keep(store: Store, evidence: Evidence, offset: float) -> None:
    store.add_recording(evidence.recording)
    run = Run(evidence.recording.id, "turns", "1", "x", StepState.DONE, "", {}, None, START, 0.0)
    store.save_step(run, evidence, ("turns", "voices", "level"), ())
    command = Finding(
        evidence.recording.id, "spoken_command", "command", 10.0 - offset, 12.0 - offset, 0.8, "Order", "v1"
    )
    store.replace_findings(replace(run, step="spoken_command"), [replace(command, text="drop the knife")])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with Store(tmp_path / "bwc.db") as store:
        keep(store, camera("a" * 8, LINES, roles={"v1": Role.OFFICER}), 0.0)
        keep(store, camera("b" * 8, LINES, offset=5.0), 5.0)
        placed = incident(("a" * 8, 0.0), ("b" * 8, 5.0))
        store.save_incidents([replace(placed, fits=(SoundFit("b" * 8, 12.0, 31.0, 0.002, "differ by 3.2 s"),))])

    def bwc(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return bwc


def test_incidents_are_listed(run) -> None:
    (row,) = json.loads(run("incidents", "--json").stdout)
    assert [(m["offset"], m["drift_ppm"], m["score"]) for m in row["recordings"]] == [
        (0.0, 0.0, None),
        (5.0, 12.0, 31.0),
    ]
    table = run("incidents").stdout
    assert "the stop" in table and "differ by 3.2 s" in table


def test_the_transcript_of_an_incident_stands_once(run) -> None:
    said = json.loads(run("transcript", "--incident", "the stop", "--json").stdout)
    assert [t["text"] for t in said["turns"]] == ["drop the knife", "please do not"]
    assert said["turns"][0]["also_heard_by"]
    assert "officer 1: drop the knife" in run("transcript", "--incident", "the stop").stdout
    assert run("transcript", "--incident", "the stop", "--vtt").stdout.startswith("WEBVTT")


def test_findings_of_an_incident_stand_once_on_its_clock(run) -> None:
    (row,) = json.loads(run("findings", "--incident", "the stop", "--json").stdout)
    assert (row["start"], row["end"], row["speaker"]) == (10.0, 12.0, "officer 1")
    assert row["start_utc"] == "2026-03-01T20:00:10.000Z"
    assert len(row["also_on"]) == len(row["same_as"]) == 1
    assert "also_on" in run("findings", "--incident", "the stop", "--csv").stdout
    table = run("findings", "--incident", "the stop").stdout
    assert "command" in table and "aaaaaaaa" in table and "bbbbbbbb" in table


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("transcript",), "give one"),
        (("transcript", "a.mp4", "--incident", "the stop"), "give one"),
        (("transcript", "--incident", "nowhere"), "nowhere: no such incident in the store; see: bwc incidents"),
        (("findings", "--incident", "nowhere"), "no such incident"),
        (("incidents", "--store", "none.db"), "no store here"),
    ],
)
def test_wrong_use_is_one_line(run, arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_without_incidents_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Store(tmp_path / "bwc.db").close()
    assert "--incident NAME" in CliRunner().invoke(main, ["incidents"]).stdout


def groups(run) -> dict[str, list[str]]:
    rows = json.loads(run("incidents", "--json").stdout)
    return {row["name"]: [Path(m["file"]).stem[:1] for m in row["recordings"]] for row in rows}


def test_recordings_are_put_together_and_taken_apart_by_hand(run) -> None:
    assert groups(run) == {"the stop": ["a", "b"]}
    done = run("incidents", "ungroup", "the stop", "b" * 8, "--who", "sgt")
    assert done.exit_code == 0, done.output
    assert groups(run) == {"the stop": ["a"]}
    done = run("incidents", "group", "the stop", "b" * 8, "--who", "sgt")
    assert "2 recordings, grouped by hand" in done.stdout
    assert groups(run) == {"the stop": ["a", "b"]}
    with Store(Path("bwc.db")) as store:
        said = [(row["who"], row["action"]) for row in store.activity(2)]
        assert said == [("sgt", "incident.group"), ("sgt", "incident.ungroup")]


def test_a_wrong_name_is_one_line(run) -> None:
    assert "no such incident" in run("incidents", "ungroup", "nowhere").stderr
    assert "no such recording" in run("incidents", "group", "x", "nothing.mp4").stderr
    run("incidents", "ungroup", "the stop", "b" * 8)
    assert "is not in the stop" in run("incidents", "ungroup", "the stop", "b" * 8).stderr
    assert run("incidents", "--store", "none.db", "group", "x", "a").exit_code == 2


def test_a_whole_incident_by_hand_is_taken_apart(run) -> None:
    run("incidents", "ungroup", "the stop")
    assert groups(run) == {}
