"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.commands import main
from pipeline.store import Store

LINES = [
    (0.0, 2.0, "o1", "officer", "Hi, I'm Officer Baker with the city police."),
    (2.5, 4.0, "c1", "civilian", "What is this about?"),
    (5.0, 6.0, "o1", "officer", "Show me your hands!"),
    (6.2, 7.0, "o2", "officer", "Get on the ground!"),
    (8.0, 9.0, "c1", "civilian", "=HYPERLINK(1)"),
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def bwc(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return bwc


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "stop.jsonl"
    keys = ("t_start", "t_end", "speaker", "role", "text")
    path.write_text("\n".join(json.dumps(dict(zip(keys, line, strict=True))) for line in LINES))
    return path


def test_a_transcript_alone_gives_findings(run, transcript: Path) -> None:
    done = run("add-transcript", str(transcript))
    assert done.exit_code == 0, done.output
    rows = json.loads(run("findings", "--json").stdout)
    labels = {row["label"] for row in rows}
    assert {"command", "multi_officer_commands", "officer_name_given"} <= labels
    named = next(row for row in rows if row["label"] == "officer_name_given")
    assert (named["speaker"], named["role"], named["file"]) == ("o1", "officer", "stop.jsonl")
    assert named["text"] and named["rule"] and 0 <= named["score"] <= 1
    assert not named["draft"]


def test_what_a_transcript_alone_cannot_tell_is_said(run, transcript: Path) -> None:
    printed = run("add-transcript", str(transcript)).stdout
    assert "not analysed: stop.jsonl" in printed
    assert "muted_audio" in printed and "a transcript without media" in printed
    assert "not analysed" in run("recordings").stdout


def test_findings_as_csv_are_safe_for_a_spreadsheet(run, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    line = {"t_start": 0, "t_end": 1, "speaker": "=cmd|' /C calc'!A0", "role": "officer", "text": "Show me your hands!"}
    path.write_text(json.dumps(line))
    assert run("add-transcript", str(path)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(run("findings", "--csv").stdout)))
    assert rows and all(not value.startswith(("=", "+", "@")) for row in rows for value in row.values())


@pytest.mark.parametrize(("form", "start"), [("--vtt", "WEBVTT"), ("--srt", "1\n"), ("--json", "{"), ("--txt", "")])
def test_the_transcript_in_every_form(run, transcript: Path, form: str, start: str) -> None:
    run("add-transcript", str(transcript))
    done = run("transcript", "stop.jsonl", form)
    assert done.exit_code == 0
    assert done.stdout.startswith(start) and "Show me your hands" in done.stdout


def test_a_file_that_fails_is_named_with_its_reason_and_the_rest_goes_on(run, transcript: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.vtt"
    bad.write_text("no transcript at all")
    done = run("add-transcript", str(bad), str(transcript))
    assert done.exit_code == 1
    assert "bad.vtt" in done.stderr and "stop.jsonl" in done.stdout
    assert "bad.vtt" in run("recordings").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["findings"], "no store here"),
        (["findings", "--store", "none.db"], "bwc analyze"),
        (["transcript", "x"], "no store here"),
        (["analyze", "x.mp4", "--asr", "nonsense"], "no such backend"),
        (["analyze", "x.mp4", "--config", "none.toml"], "cannot be read"),
        (["analyze", "a.mp4", "b.mp4", "--transcript", "t.vtt"], "exactly one"),
        (["analyze"], "Missing argument"),
        (["analyze", "x.mp4", "--policy", "none.toml"], "none.toml"),
        (["score", "none.toml"], "none.toml"),
        (["models", "pull", "nothing"], "nothing"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run, arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_a_recording_that_is_not_in_the_store(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    done = run("transcript", "other.mp4")
    assert done.exit_code == 2 and "bwc recordings" in done.stderr


def test_doctor_says_what_is_here_and_what_to_do(run, transcript: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path / "models"))
    run("add-transcript", str(transcript))
    printed = run("doctor").stdout
    assert "pocketsphinx" in printed and "bwc models pull" in printed and "1 recordings" in printed


def test_the_list_of_models(run, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path / "models"))
    printed = run("models", "list").stdout
    assert "small.en" in printed and "not installed" in printed
    assert run("models", "verify").exit_code == 0


def test_help_does_not_wait_for_the_stores_libraries(run) -> None:
    assert run("--help").exit_code == 0


def test_the_same_command_again_adds_nothing(run, transcript: Path) -> None:
    run("add-transcript", str(transcript))
    with Store(Path("bwc.db")) as store:
        before = store.data_version()
    run("add-transcript", str(transcript))
    with Store(Path("bwc.db")) as store:
        assert store.data_version() == before
