"""`bwc chart` on a transcript."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.cli.test_commands import run, transcript

__all__ = ("run", "transcript")


def test_the_chart_in_words_numbers_and_lines(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    words = run("chart", "--recording", "stop.jsonl").stdout.splitlines()
    assert words[0] == "o1 (officer): talks 0:03.0"
    assert "two voices at once: not measured" in words and words[-1].startswith("orders to the public: 2, ")
    row = json.loads(run("chart", "--recording", "stop.jsonl", "--json").stdout)
    assert row["talk_by_role"] == {"officer": 3.8, "civilian": 2.5} and row["loudness"] is None
    assert run("chart", "--recording", "stop.jsonl", "--svg").stdout.startswith("<svg ")


def test_one_of_incident_and_recording_is_asked_for(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    assert run("chart").exit_code == 2
    done = run("chart", "--incident", "none")
    assert done.exit_code == 2 and "no such incident" in done.stderr
