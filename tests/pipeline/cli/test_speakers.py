"""`bwc speakers`: corrections change what is found at once, survive a new analysis, and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.test_commands import run, transcript

__all__ = ("run", "transcript")


def found(run, detector: str) -> list[dict]:
    return json.loads(run("findings", "--detector", detector, "--json").stdout)


def test_a_merge_takes_several_officers_away_and_undoing_brings_them_and_the_verdict_back(
    run, transcript: Path
) -> None:
    run("add-transcript", str(transcript))
    (several,) = found(run, "multi_officer_commands")
    done = run("speakers", "merge", "stop.jsonl", "o2", "o1", "--who", "kim")
    assert done.exit_code == 0, done.output
    assert done.stdout == "correction 1: o2 and o1 are one: o1\n"
    assert found(run, "multi_officer_commands") == []
    run("add-transcript", str(transcript))
    assert found(run, "multi_officer_commands") == [], "the correction survives a new analysis"
    assert run("speakers", "undo", "stop.jsonl", "1", "--who", "lee").stdout == "taken back: o2 and o1 are one: o1\n"
    assert [row["id"] for row in found(run, "multi_officer_commands")] == [several["id"]]


def test_findings_follow_a_name_that_a_person_gave(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    run("speakers", "name", "stop.jsonl", "o2", "Officer Tarn", "--who", "kim")
    assert "Officer Tarn" in {row["speaker"] for row in found(run, "spoken_command")}
    assert "Officer Tarn" in run("transcript", "stop.jsonl").stdout


def test_a_role_that_a_person_sets_decides(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    run("speakers", "role", "stop.jsonl", "o2", "civilian", "--who", "kim")
    assert found(run, "multi_officer_commands") == []
    shown = json.loads(run("speakers", "list", "stop.jsonl", "--json").stdout)
    assert {s["voice"]: s["role"] for s in shown["speakers"]} == {"o1": "officer", "c1": "civilian", "o2": "civilian"}
    assert shown["corrections"][0]["said"] == "o2 is civilian" and shown["corrections"][0]["who"] == "kim"


def test_the_list_for_people_shows_voices_and_corrections(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    run("speakers", "assign", "stop.jsonl", "6.1", "7.1", "o3", "--who", "kim")
    shown = run("speakers", "list", "stop.jsonl").stdout
    assert "o3" in shown and "6.1-7.1 s is said by o3" in shown and "kim" in shown


def test_mistakes_are_one_line(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    for arguments, says in (
        (("merge", "stop.jsonl", "o9", "o1"), "no voice 'o9' here; there are: o1, c1, o2"),
        (("split", "stop.jsonl", "o1", "90", "new"), "does not speak both before and after 90.0 s"),
        (("undo", "stop.jsonl", "7"), "no correction 7 stands"),
        (("name", "other.jsonl", "o1", "Tarn"), "no such recording"),
    ):
        done = run("speakers", *arguments, "--who", "kim")
        assert done.exit_code == 2 and says in done.stderr and done.stderr.count("\n") == 1, done.stderr
