"""`bwc queue` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli.commands import main
from pipeline.store import Store
from pipeline.types import Verdict
from tests.review_ui import made_store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    made_store.fill(tmp_path / "s.db")
    return tmp_path / "s.db"


def queue(store: Path, *said: str) -> Result:
    return CliRunner().invoke(main, ["queue", said[0], *said[1:], "--store", str(store)])


def test_an_empty_queue_says_what_to_do_and_what_waits(store: Path) -> None:
    said = queue(store, "list").output
    assert "bwc queue draw priority" in said and "in nobody's queue" in said


def test_a_draw_is_repeated_and_listed(store: Path) -> None:
    options = ("--each", "1", "--seed", "s7", "--for", "lee", "--due", "2020-02-03", "--who", "kim")
    made = queue(store, "draw", "officer", *options)
    assert made.exit_code == 0 and "seed s7" in made.output
    assert queue(store, "check", "1").output == "draw 1: the same again, seed s7\n"
    listed = queue(store, "list", "--for", "lee").output
    assert "due 2020-02-03  overdue" in listed and "drawn by chance: 1 of" in listed
    (row,) = json.loads(queue(store, "list", "--json").output)["queue"]
    assert (row["reviewer"], row["kind"], row["who"]) == ("lee", "random", "kim")
    assert "nothing is in the queue" in queue(store, "list", "--for", "sam").output
    assert queue(store, "draw", "priority", "--each", "1").exit_code == 0
    assert "by priority" in queue(store, "check", "2").output


def test_errors_are_one_line(store: Path) -> None:
    for said in (("check", "9"), ("draw", "officer", "--blind"), ("assign", "no such.mp4"),
                 ("draw", "officer", "--from", "1999-01-01", "--to", "1999-01-02")):  # fmt: skip
        answer = queue(store, *said)
        assert answer.exit_code == 2 and len(answer.output.splitlines()) == 1, said
    assert queue(store, "draw", "officer", "--from", "2025-01-01", "--zone", "Nowhere/X").exit_code == 2


def test_agreement_of_a_blind_second_review(store: Path) -> None:
    assert "judged by two people" in queue(store, "agreement").output
    assert queue(store, "assign", "AX1041 first part.mp4", "--for", "lee", "--blind").exit_code == 0
    with Store(store) as opened:
        found = [f for f in opened.findings() if f.verdict is None][:2]
        for one, second in zip(found, (Verdict.CONFIRMED, Verdict.DISMISSED), strict=True):
            opened.add_review(one.id, Verdict.CONFIRMED, "kim")
            opened.add_review(one.id, second, "lee", blind=True)
    said = queue(store, "agreement").output
    assert "all findings: 1 of 2 agree, kappa 0.00" in said and found[1].id in said
    told = json.loads(queue(store, "agreement", "--json").output)
    assert told["agreement"][0]["n"] == 2 and told["disagreements"][0]["lee"] == "dismissed"
