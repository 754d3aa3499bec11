from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from pipeline.store import Store

GOOD = "four quiet green lamps"


def bwc(store: Path, *words: str, said: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(main, ["users", *words, "--store", str(store)], input=said)
    return done.exit_code, done.output


def test_accounts_are_added_listed_changed_and_shut_out(tmp_path: Path) -> None:
    store = tmp_path / "bwc.db"
    assert "no accounts" in bwc(store, "list")[1]
    code, told = bwc(store, "add", "kim", "--duty", "auditor", "--unit", "North", said=f"{GOOD}\n{GOOD}\n")
    assert code == 0 and "everybody signs in" in told and GOOD not in told
    assert bwc(store, "add", "ben", "--password-stdin", said=f"{GOOD}\n")[0] == 0
    listed = bwc(store, "list")[1]
    assert "auditor" in listed and "North" in listed and "all units" in listed
    assert bwc(store, "disable", "ben")[0] == 0
    assert "disabled" in bwc(store, "list")[1]
    assert bwc(store, "duty", "kim", "admin", "--all-units")[0] == 0
    assert bwc(store, "password", "kim", "--password-stdin", said="eleven slow paper boats\n")[0] == 0
    with Store(store) as opened:
        assert opened.signed_in("kim", "eleven slow paper boats") is not None
        assert opened.signed_in("kim", GOOD) is None
        assert opened.signed_in("ben", GOOD) is None


def test_mistakes_are_one_line_and_change_nothing(tmp_path: Path) -> None:
    store = tmp_path / "bwc.db"
    for words, said in ((("add", "kim", "--password-stdin"), "short\n"), (("disable", "kim"), "")):
        code, told = bwc(store, *words, said=said)
        assert code == 2 and len(told.strip().splitlines()) == 1 and told.startswith("bwc: ")
    assert "no accounts" in bwc(store, "list")[1]
