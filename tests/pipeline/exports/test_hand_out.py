"""Exports to files: what is logged, and what a failure leaves behind."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.custody import Export, Source
from pipeline.errors import CustodyError, DiskFull
from pipeline.exports.hand_out import hand_out, policy_behind, text_writer
from pipeline.rows import StoredFinding
from pipeline.store import Store
from pipeline.types import Finding


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BWC_SIGNING_KEY", str(tmp_path / "none.key"))
    with Store(tmp_path / "bwc.db") as opened:
        yield opened


EXPORT = Export("findings", (), "A. Reviewer", "asked for")


def test_without_a_manifest_the_log_has_it(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    assert hand_out(store, target, text_writer("a,b\n"), EXPORT) == [target]
    (row,) = store.activity_page()
    assert (row.action, row.who, row.subject) == ("export.findings", "A. Reviewer", "rows.csv")
    assert row.detail["sha256"] == hashlib.sha256(b"a,b\n").hexdigest() and row.detail["why"] == "asked for"
    assert sorted(p.name for p in tmp_path.iterdir() if "rows" in p.name) == ["rows.csv"]


def test_with_a_manifest_there_are_three_files(store: Store, tmp_path: Path) -> None:
    paths = hand_out(store, tmp_path / "rows.csv", text_writer("a"), EXPORT, manifest=True)
    assert [p.name for p in paths] == ["rows.csv", "rows.csv.manifest.json", "rows.csv.manifest.html"]
    assert all(p.exists() for p in paths)


@pytest.mark.parametrize("manifest", [True, False])
def test_a_full_disk_is_one_clear_line(store: Store, tmp_path: Path, manifest: bool) -> None:
    def write(part: Path) -> None:
        part.write_text("half")
        with Path("/dev/full").open("w") as file:  # every write to it ends as on a full disk
            file.write("x")

    with pytest.raises(DiskFull, match=r"rows.csv: no space left on the disk; free some"):
        hand_out(store, tmp_path / "rows.csv", write, EXPORT, manifest=manifest)
    assert not [p for p in tmp_path.iterdir() if "rows" in p.name] and store.exports() == []


def test_what_is_there_is_kept(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("older")
    with pytest.raises(CustodyError, match="is there already"):
        hand_out(store, target, text_writer("newer"), EXPORT)
    assert target.read_text() == "older"
    hand_out(store, target, text_writer("newer"), EXPORT, overwrite=True)
    assert target.read_text() == "newer"
    with pytest.raises(CustodyError, match="a source is never written to"):
        hand_out(store, target, text_writer("x"), Export("findings", (Source(target),), "me"), overwrite=True)


def stored(policy: object) -> StoredFinding:
    finding = Finding("r", "techniques", "listening", 0, 1, 0.5, "", evidence={"policy": policy} if policy else {})
    return StoredFinding(finding, finding.id, "r", None, None, False)


def test_the_pack_behind_findings() -> None:
    one, two = {"name": "a", "version": "1", "sha256": "x"}, {"name": "a", "version": "2", "sha256": "y"}
    assert policy_behind([stored(one), stored(None), stored(dict(one))]) == one
    assert policy_behind([stored(one), stored(two)]) == policy_behind([]) == {}
