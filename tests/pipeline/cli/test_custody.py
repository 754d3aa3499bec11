"""`bwc verify`, `keys`, `activity`, and `--out` of findings and transcript, as somebody types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.commands import main
from pipeline.store import Store

LINES = [(0.0, 2.0, "o1", "officer", "Show me your hands!"), (2.5, 4.0, "c1", "civilian", "=HYPERLINK(1)")]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BWC_SIGNING_KEY", str(tmp_path / "settings" / "signing.key"))
    monkeypatch.setenv("LOGNAME", "tester")
    keys = ("t_start", "t_end", "speaker", "role", "text")
    rows = [json.dumps(dict(zip(keys, line, strict=True))) for line in LINES]
    (tmp_path / "stop.jsonl").write_text("\n".join(rows))

    def bwc(*arguments: str, status: int = 0) -> Result:
        done = CliRunner().invoke(main, list(arguments))
        assert done.exit_code == status, done.output
        return done

    bwc("add-transcript", "stop.jsonl")
    return bwc


def test_an_export_that_is_signed_and_checked(run, tmp_path: Path) -> None:
    assert "make one with: bwc keys make" in run("keys", "show", status=2).stderr
    made = run("keys", "make").stdout
    assert run("keys", "show").stdout.splitlines()[2] == made.splitlines()[2]
    done = run(
        "findings", "--csv", "--out", "found.csv", "--manifest", "--why", "for the debrief", "--who", "T. Rainer"
    )
    assert done.stdout.count("written:") == 3
    manifest = json.loads((tmp_path / "found.csv.manifest.json").read_text())
    assert (manifest["who"], manifest["why"], manifest["how"]) == ("T. Rainer", "for the debrief", {"form": "csv"})
    assert manifest["policy"]["version"] and manifest["sources"][0]["name"] == "stop.jsonl"
    assert "nothing changed" in run("verify", "found.csv", "--key", "settings/signing.pub").stdout
    assert "nothing changed" in run("verify").stdout
    (tmp_path / "found.csv").write_text("")
    told = run("verify", "found.csv.manifest.json", status=1).stdout
    assert "CHANGED  export found.csv: was changed after the export" in told and "1 thing changed" in told
    said = json.loads(run("verify", "--store", "--json", status=1).stdout)
    assert said["whole"] is False and said["changes"][0]["what"] == "export"


def test_wrong_use_is_one_line(run, tmp_path: Path) -> None:
    assert "no such file" in run("verify", "nothing.mp4", status=2).stderr
    assert "no store here" in run("verify", "--store", "none.db", status=2).stderr
    assert "give --out FILE" in run("findings", "--manifest", status=2).stderr
    assert "end it in .csv" in run("findings", "--out", "found.docx", status=2).stderr
    assert "give one: a recording, or" in run("transcript", "--out", "x.vtt", status=2).stderr
    assert "give --out FILE" in run("findings", "--elan", status=2).stderr
    (tmp_path / "other.jsonl").write_text((tmp_path / "stop.jsonl").read_text() + "\n")
    run("add-transcript", "other.jsonl")
    assert "an ELAN file is of one" in run("findings", "--out", "x.eaf", status=2).stderr
    run("findings", "--out", "found.csv")
    again = run("findings", "--out", "found.csv", status=2).stderr
    assert "is there already" in again and again.count("\n") == 1
    run("findings", "--out", "found.csv", "--replace")
    assert "is a source itself" in run("findings", "--json", "--out", "stop.jsonl", "--replace", status=2).stderr


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.csv", "id,recording"), ("a.json", "[\n{"), ("a.vtt", "WEBVTT\n"), ("a.eaf", "<?xml"), ("a.otio", "{\n")],
)
def test_forms_of_findings_go_by_the_ending(run, tmp_path: Path, name: str, start: str) -> None:
    run("findings", "--recording", "stop.jsonl", "--out", name, "--manifest")
    assert (tmp_path / name).read_text().startswith(start)
    assert "nothing changed" in run("verify", name, "--store", "bwc.db").stdout


@pytest.mark.parametrize("name", ["a.vtt", "a.srt", "a.txt", "a.csv", "a.json", "a.eaf"])
def test_forms_of_transcripts(run, tmp_path: Path, name: str) -> None:
    run("transcript", "stop.jsonl", "--out", name)
    text = (tmp_path / name).read_text()
    assert "Show me your hands!" in text and (name != "a.csv" or ",'=HYPERLINK(1)," in text)


def test_the_log_is_shown(run) -> None:
    run("findings", "--csv")
    run("transcript", "stop.jsonl")
    with Store(Path("bwc.db")) as store:
        store.log("=cmd", "review.unsure", "\x1b[31mred\nline", {"note": "<b>"})
    rows = json.loads(run("activity", "--json").stdout)
    assert [row["action"] for row in rows] == [
        "review.unsure",
        "export.transcript",
        "export.findings",
        "recording.added",
    ]
    assert [row["row"] for row in rows] == [4, 3, 2, 1] and all(len(row["hash"]) == 64 for row in rows)
    (read, first, *_) = csv.DictReader(io.StringIO(run("activity", "--csv").stdout))
    assert read["action"] == "export.activity" and first["who"] == "'=cmd"
    shown = run("activity", "--limit", "1").stdout
    assert "\x1b" not in shown and "5 older rows are not shown" in shown
    exports = json.loads(run("activity", "--action", "export", "--json").stdout)
    assert [r["row"] for r in exports] == [6, 5, 3, 2] and exports[0][
        "action"
    ] == "export.activity"  # reading it out is one
    assert "no such rows" in run("activity", "--who", "nobody").stdout
    assert json.loads(run("activity", "--json", "--until", "2000-01-01").stdout) == []
