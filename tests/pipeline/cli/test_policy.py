from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.commands import main
from pipeline.policy.source import SHIPPED
from pipeline.store import Store

LINES = """{"t_start": 0, "t_end": 3, "speaker": "o", "role": "officer", "text": "I'm Officer Dunn. What's your name?"}
{"t_start": 4, "t_end": 5, "speaker": "c", "role": "civilian", "text": "Ruth."}
{"t_start": 6, "t_end": 9, "speaker": "o", "role": "officer", "text": "Take your time. Sit down, please."}
{"t_start": 10, "t_end": 12, "speaker": "o", "role": "officer", "text": "Cuéntenos qué pasó. No tiene que firmar nada."}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "said.jsonl").write_text(LINES, encoding="utf-8")
    done = run("add-transcript", tmp_path / "said.jsonl", "--store", tmp_path / "bwc.db")
    assert done.exit_code == 0, done.output
    return tmp_path / "bwc.db"


def test_check_a_sound_pack() -> None:
    done = run("policy", "check", SHIPPED / "example_city.toml")
    assert done.exit_code == 0
    assert "sound. example_city 1" in done.output


def test_check_names_file_line_and_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text('name = "c"\nversion = "1"\nextends = "model_policy"\n[tecniques]\n', encoding="utf-8")
    done = run("policy", "check", path)
    assert done.exit_code == 1
    assert f"{path}:4: unknown key 'tecniques' at the top; did you mean 'techniques'?" in done.output


def test_show() -> None:
    done = run("policy", "show")
    assert done.exit_code == 0
    assert "1.2-one-voice" in done.output
    assert "noncompliance_cue" in done.output
    assert "pair_within = 5.0" in done.output
    assert "shelter_offered" in run("policy", "show", SHIPPED / "example_city.toml").output


def test_findings_have_a_row_for_each_label_and_line(store: Path) -> None:
    rows = json.loads(run("findings", "--store", store, "--json").output)
    keys = ("label", "start", "end", "speaker", "role", "text", "rule")
    assert all(row[key] is not None for row in rows for key in keys)
    found = {(row["label"], row["start"]) for row in rows}
    assert {("officer_name_given", 0), ("name_asked", 0), ("name_given_by_person", 4), ("slow_down", 6),
            ("command", 6), ("rights_advised", 10)} <= found  # fmt: skip
    assert {row["evidence"]["policy"]["name"] for row in rows} == {"model_policy"}


def test_sequence(store: Path) -> None:
    assert "First contact at 0:00." in run("sequence", "--recording", "said.jsonl", "--store", store).output
    data = json.loads(run("sequence", "--recording", "said.jsonl", "--store", store, "--json").output)
    assert data["milestones"][0]["key"] == "first_contact"
    assert run("sequence", "--store", store).exit_code == 2


def test_checklist_and_an_answer(store: Path) -> None:
    asked = ("checklist", "--recording", "said.jsonl", "--store", store)
    items = {i["clause"]: i for i in json.loads(run(*asked, "--json").output)["items"]}
    assert items["1.2-pace"]["state"] == "found"
    assert items["1.2-distance"]["state"] == "needs a person"
    done = run(*asked, "--clause", "1.2-pace", "--answer", "yes", "--comment", "calm", "--who", "R. Ortiz")
    assert "yes (R. Ortiz)" in " ".join(done.output.split())
    assert run(*asked, "--clause", "1.2-pace").exit_code == 2
    wrong = run(*asked, "--clause", "1.2-space", "--answer", "yes")
    assert (wrong.exit_code, "did you mean '1.2-pace'" in wrong.output) == (2, True)


def test_a_pack_with_every_clause_off_gives_no_findings(tmp_path: Path, store: Path) -> None:
    from pipeline.policy import load_policy

    off = "".join(f'[clauses."{clause}"]\nenabled = false\n' for clause in load_policy().clauses)
    path = tmp_path / "off.toml"
    path.write_text('name = "off"\nversion = "1"\nextends = "model_policy"\n' + off, encoding="utf-8")
    run("add-transcript", tmp_path / "said.jsonl", "--store", tmp_path / "off.db", "--policy", path)
    assert json.loads(run("findings", "--store", tmp_path / "off.db", "--json").output) == []


def test_a_long_list_is_cut_after_an_analysis_and_the_remarks_still_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.cli import tables

    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    (tmp_path / "said.jsonl").write_text(LINES, encoding="utf-8")
    done = run("add-transcript", tmp_path / "said.jsonl", "--store", tmp_path / "bwc.db")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "more; all of them: bwc findings" in said
    assert "not analysed: said.jsonl" in said


def test_a_label_that_no_clause_asks_for_is_pointed_out(tmp_path: Path) -> None:
    pack = tmp_path / "city.toml"
    pack.write_text(
        'name = "city"\nversion = "1"\nextends = "model_policy"\n[techniques.slow_dwn]\nphrases = ["easy"]\n'
    )
    done = CliRunner().invoke(main, ["policy", "check", str(pack)])
    assert done.exit_code == 0
    assert "note: no clause asks for the label 'slow_dwn'; did you mean 'slow_down'?" in done.output


def test_a_pack_is_begun_changed_and_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = tmp_path / "bwc.db"
    with Store(store):
        pass
    assert "no version was kept" in run("policy", "versions", "--store", str(store)).output
    assert "agency_policy.toml: written" in run("policy", "begin", "Our city").output
    assert run("policy", "check", "agency_policy.toml").exit_code == 0
    again = run("policy", "begin", "Our city")
    assert again.exit_code == 2 and "names a policy pack already" in again.output
    with Store(store) as opened:
        opened.keep_policy_version(
            "agency_policy.toml", "x", {"name": "a", "version": "2", "sha256": "c" * 64}, "kim", "n"
        )
    listed = run("policy", "versions", "--store", str(store)).output
    assert "agency_policy.toml  a 2 (sha256 cccccccccccc)  n" in listed
    assert run("policy", "redo", "--store", str(store)).exit_code == 0
