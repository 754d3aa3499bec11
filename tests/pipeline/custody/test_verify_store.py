"""One byte of anything is altered, as somebody would who can write the files: it is found, and it is named."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from pipeline.custody import SigningKey
from pipeline.custody.anchors import anchors_path
from pipeline.custody.checks import Verified
from pipeline.custody.keys import make_key, public_place, read_public
from pipeline.custody.manifest import manifest_path, own_sha256, page_path, text_of
from pipeline.custody.verify_store import verify_files, verify_store
from pipeline.errors import CustodyError
from pipeline.store import Store
from pipeline.types import Recording


def alter(path: Path, at: int = 10) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def attack(path: Path, *statements: str) -> None:
    """Changes the store behind the program's back: the triggers are dropped first."""
    with sqlite3.connect(path) as db:
        for name in [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
    db.close()


def said(found: Verified) -> list[tuple[str, str]]:
    return [(change.what, change.name) for change in found.changes]


def test_nothing_changed(exported, store: Store, key: SigningKey) -> None:
    exported()
    found = verify_store(store)
    assert found.whole and not found.notes
    assert found.looked_at == {"log rows": 4, "sources": 1, "exports": 1, "manifests": 1, "signatures": 1}


def test_a_byte_of_a_source(exported, store: Store, recording: Recording) -> None:
    exported()
    alter(recording.path)
    (change,) = verify_store(store).changes
    assert (change.what, change.name) == (
        "source",
        str(recording.path),
    ) and "was changed since it came in" in change.said


def test_a_source_that_is_missing_or_moved(store: Store, recording: Recording) -> None:
    moved = recording.path.with_name("renamed.mp4")
    recording.path.rename(moved)
    (change,) = verify_store(store).changes
    assert change.name == str(recording.path) and f"moved: the same file is now {moved}" in change.said
    moved.unlink()
    (change,) = verify_store(store).changes
    assert change.said == "is missing"


def test_a_byte_of_an_export(exported, store: Store, target: Path) -> None:
    exported()
    alter(target)
    assert said(verify_store(store)) == [("export", str(target))]
    assert said(verify_files([target])) == [("export", str(target))]


def test_any_byte_of_a_manifest(exported, store: Store, target: Path, key: SigningKey) -> None:
    exported()
    manifest = manifest_path(target)
    before = manifest.read_bytes()
    for at in range(0, len(before), 37):
        alter(manifest, at)
        found = verify_files([target])
        assert {name for _, name in said(found)} == {str(manifest)}, (at, before[at : at + 1], found.changes)
        assert {name for _, name in said(verify_store(store))} == {str(manifest)}
        manifest.write_bytes(before)
    manifest.write_bytes(before + b"\n")
    assert said(verify_files([target])) == [("manifest", str(manifest))]
    alter(target)  # with the store, the export is checked all the same
    assert said(verify_store(store)) == [("manifest", str(manifest)), ("export", str(target))]


def test_a_page_and_what_is_missing(exported, store: Store, target: Path) -> None:
    exported()
    alter(page_path(target), 400)
    assert said(verify_store(store)) == [("page", str(page_path(target)))]
    page_path(target).unlink()
    target.unlink()
    assert set(said(verify_store(store))) == {("page", str(page_path(target))), ("export", str(target))}
    manifest_path(target).unlink()
    found = verify_store(store)
    assert found.whole and "no longer there" in found.notes[0]


def test_a_manifest_that_was_written_anew(exported, store: Store, target: Path, key: SigningKey) -> None:
    """The hashes inside are made to fit: the signature and the store's log still tell."""
    exported(redactions=("face blurred",))
    manifest = manifest_path(target)
    document = json.loads(manifest.read_bytes())
    document["redactions"] = []
    document["sha256"] = own_sha256(document)
    manifest.write_text(text_of(document))
    assert said(verify_files([target])) == [("signature", str(manifest))]
    del document["signature"]
    document["sha256"] = own_sha256(document)
    manifest.write_text(text_of(document))
    assert verify_files([target]).whole  # unsigned and without the store, nobody can tell ...
    assert said(verify_files([target], key=key.public)) == [("signature", str(manifest))]
    assert said(verify_store(store)) == [("manifest", str(manifest))]  # ... with either, anybody can


def test_a_copy_elsewhere_needs_only_the_public_key(exported, target: Path, key, tmp_path: Path, monkeypatch) -> None:
    exported()
    public = read_public(public_place(tmp_path / "settings" / "signing.key"))
    elsewhere = tmp_path / "elsewhere"
    target.parent.rename(elsewhere)
    monkeypatch.setenv("BWC_SIGNING_KEY", str(tmp_path / "none.key"))
    assert verify_files([elsewhere / target.name], key=public).whole
    assert any("give --key" in note for note in verify_files([elsewhere / target.name]).notes)
    other = make_key(tmp_path / "other.key")
    (change,) = verify_files([elsewhere / target.name], key=other.public).changes
    assert change.what == "signature" and "another key" in change.said
    with pytest.raises(CustodyError, match="no such file"):
        verify_files([elsewhere / "nothing.mp4"])


def test_a_source_that_lies_beside_a_copy(exported, target: Path, recording: Recording) -> None:
    exported()
    copy = target.with_name(recording.path.name)
    copy.write_bytes(recording.path.read_bytes())
    assert verify_files([target]).looked_at["sources"] == 1
    alter(copy)
    assert said(verify_files([target])) == [("source", str(copy))]


def test_many_notes_of_one_kind_are_one_line(exported, store: Store) -> None:
    for n in range(8):
        exported(f"{n}.mp4")
    (note,) = verify_store(store).notes
    assert note.endswith("and 3 more: not signed")


def test_another_name(exported, target: Path) -> None:
    exported()
    for path in (target, manifest_path(target), page_path(target)):
        path.rename(path.with_name(path.name.replace("clip.mp4", "other.mp4")))
    found = verify_files([target.with_name("other.mp4")])
    assert [c.said for c in found.changes] == ["was called clip.mp4 when it was exported"]


# the log


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE activity SET who = 'X. Reviewer' WHERE id = 3", 3),
        ('UPDATE activity SET detail = \'{"note": "heard  it"}\' WHERE id = 2', 2),
        ("UPDATE activity SET at_utc = replace(at_utc, 'Z', 'z') WHERE id = 3", 3),
        ("UPDATE activity SET hash = '0' || substr(hash, 2) WHERE id = 3 AND hash NOT LIKE '0%'", 3),
        ("DELETE FROM activity WHERE id = 3", 3),
        ("DELETE FROM activity WHERE id = 2", 2),
        ("DELETE FROM activity WHERE id = 1", 1),
    ],
)
def test_a_row_of_the_log(exported, store: Store, tmp_path: Path, statement: str, row: int) -> None:
    exported()
    before = store._db.execute("SELECT hash FROM activity WHERE id = 3").fetchone()[0]
    attack(store.path, statement)
    found = verify_store(store)
    if before.startswith("0") and "hash" in statement:
        assert found.whole  # the statement changed nothing
    else:
        assert ("log", f"row {row}") in said(found)
        assert not any(what in ("source", "export", "manifest") for what, _ in said(found))


def test_rows_cut_off_are_told_by_a_manifest(exported, store: Store) -> None:
    exported()
    attack(store.path, "DELETE FROM exports", "DELETE FROM activity WHERE id = 4")
    assert verify_store(store).whole  # nothing in the store can tell: the export and its row are both gone
    exported("again.mp4")
    attack(store.path, "DELETE FROM activity WHERE id = 4")
    assert ("log", "row 4") in said(verify_store(store))


def test_rows_cut_off_are_told_by_the_export_that_somebody_has(exported, store: Store, target: Path) -> None:
    exported()
    attack(store.path, "DELETE FROM exports", "DELETE FROM activity WHERE id = 4")
    (change,) = verify_files([target], store=store).changes
    assert (change.what, change.name) == ("log", "row 4") and "cut off" in change.said


def test_rows_cut_off_are_told_by_an_anchor(store: Store, key: SigningKey) -> None:
    assert verify_store(store).whole and anchors_path(store.path).exists()
    attack(store.path, "DELETE FROM activity WHERE id = 3")
    (change,) = verify_store(store).changes
    assert (change.what, change.name) == ("log", "row 3") and "the log ends at row 2" in change.said
    store.log("X", "other", "row")  # the place is filled again
    (change,) = verify_store(store).changes
    assert (change.what, change.name) == ("log", "row 3") and "rewritten" in change.said


def test_an_anchor_that_was_changed(store: Store, key: SigningKey) -> None:
    verify_store(store)
    path = anchors_path(store.path)
    path.write_text(path.read_text().replace('"row": 3', '"row": 2'))
    assert [what for what, _ in said(verify_store(store))] == ["anchor"]
    path.write_text("{}\n")
    assert [what for what, _ in said(verify_store(store))] == ["anchor"]


def test_anchors_may_lie_elsewhere(store: Store, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other disk.anchors"
    assert verify_store(store, anchors=elsewhere).whole
    assert elsewhere.exists() and not anchors_path(store.path).exists()
    assert verify_store(store, anchors=elsewhere).looked_at["anchors"] == 1
    assert len(elsewhere.read_text().splitlines()) == 1  # the same head is not written twice


def test_a_log_made_anew_from_its_start_is_told_by_what_was_written_outside(exported, store: Store) -> None:
    """Whoever can write the store can make a chain that holds: only what lies elsewhere tells."""
    from pipeline.chain import START, row_hash

    exported()
    rows = [dict(row) for row in store._db.query("SELECT * FROM activity ORDER BY id")]
    rows[0]["who"] = "Somebody Else"
    before, statements = START, []
    for row in rows:
        before = row_hash(before, row)
        statements.append(f"UPDATE activity SET who = '{row['who']}', hash = '{before}' WHERE id = {row['id']}")
    attack(store.path, *statements)
    assert ("log", "row 4") in said(verify_store(store))


def test_exports_that_the_list_lost_or_changed(exported, store: Store) -> None:
    exported()
    attack(store.path, "UPDATE exports SET sha256 = replace(sha256, '0', '1')")
    assert said(verify_store(store)) == [("store", "export of row 4")]
    attack(store.path, "DELETE FROM exports")
    assert said(verify_store(store)) == [("store", "export of row 4")]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE reviews SET verdict = 'dismissed'", "UPDATE reviews SET note = 'other'", "DELETE FROM reviews"],
)
def test_a_verdict_that_was_changed(store: Store, statement: str) -> None:
    attack(store.path, statement)
    found = verify_store(store)
    assert found.changes and all(what == "store" for what, _ in said(found))
    assert any("A. Reviewer" in change.said for change in found.changes)


def test_a_damaged_manifest_is_named_whatever_it_holds(exported, target: Path) -> None:
    exported()
    manifest = manifest_path(target)
    good = json.loads(manifest.read_bytes())
    broken = [
        {"schema": "bwc-manifest-1"},
        {**good, "file": None},
        {**good, "beside": {}},
        {**good, "schema": "bwc-manifest-9"},
    ]
    for text in ("", "[]", "{", "{}", "[" * 5000, '"x"', *map(json.dumps, broken)):
        manifest.write_text(text)
        assert said(verify_files([target])) == [("manifest", str(manifest))], text[:80]
    manifest.write_bytes(b"\xff\xfe\x00")
    assert said(verify_files([target])) == [("manifest", str(manifest))]


def test_a_recording_that_was_taken_out(exported, store: Store, recording: Recording) -> None:
    attack(
        store.path, "PRAGMA foreign_keys = OFF", "DELETE FROM findings", "DELETE FROM reviews", "DELETE FROM recordings"
    )
    assert any("came in, and is no longer in the store" in change.said for change in verify_store(store).changes)
