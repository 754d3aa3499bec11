"""Finishing an export: what the manifest says, what the store keeps; what a kill, a full disk, a lost source leave."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.chain import row_hash
from pipeline.custody import Export, Source, check_target, finish_export, part_name, source_of, watermark_text
from pipeline.custody.verify_store import verify_files, verify_store
from pipeline.errors import CustodyError, DiskFull, SourceAltered, SourceMissing
from pipeline.store import Store
from pipeline.types import Finding, Recording
from tests.pipeline.custody.conftest import CLIP, SOURCE
from tests.pipeline.store.test_store import run_of


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_manifest_says_from_what_how_by_whom_and_why(exported, recording: Recording, key, target: Path) -> None:
    pack = {"name": "model", "version": "3", "sha256": "ab" * 32}
    made = exported(
        how={"kind": "exact", "encoder": "libx264"}, redactions=("face blurred, 0:04 to 0:05",), policy=pack
    )
    said = json.loads(made.path.read_text())
    assert said["file"] == {"name": "clip.mp4", "sha256": hashlib.sha256(CLIP).hexdigest(), "size_bytes": len(CLIP)}
    (source,) = said["sources"]
    digest = hashlib.sha256(SOURCE).hexdigest()
    assert (source["sha256_in"], source["sha256_now"], source["recording"]) == (digest, digest, recording.id)
    assert source["asked"] == {"start": 4.2, "end": 9.8} and source["camera"] == "X1" and source["name"] == "cam a.mp4"
    assert (said["who"], said["why"], said["how"]["kind"]) == ("A. Trainer", "debrief", "exact")
    assert said["policy"] == pack and said["redactions"] == ["face blurred, 0:04 to 0:05"]
    assert said["tool"]["version"] == __version__ and said["at_utc"].endswith("Z")
    assert str(target.parent) not in made.path.read_text()  # no path of this machine leaves it
    assert names(target.parent) == ["clip.mp4", "clip.mp4.manifest.html", "clip.mp4.manifest.json"]


def test_the_log_and_the_list_of_exports_hold_the_same(exported, store: Store, recording: Recording) -> None:
    made = exported()
    (row,) = store.activity_page(limit=1)
    assert (row.action, row.subject, row.who) == ("export.clip", recording.id, "A. Trainer")
    assert made.document["log"] == {"row": row.id, "hash": row.hash} and row.detail["sha256"] == made.sha256
    (kept,) = store.exports()
    assert kept.activity == row.id and kept.sha256 == made.sha256
    assert kept.manifest_sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()


def test_a_source_outside_every_store(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "loose.mp4"
    source.write_bytes(SOURCE)
    part_name(target).write_bytes(CLIP)
    made = finish_export(None, part_name(target), target, Export("clip", (Source(source),), "me"))
    assert made.document["log"] is None and made.document["sources"][0]["sha256_in"] is None
    assert not made.signed and verify_files([target]).whole


def test_models_and_further_files(exported, store: Store, recording: Recording, target: Path) -> None:
    part_name(target).write_bytes(CLIP)
    captions = target.with_name("clip.vtt")
    part_name(captions).write_text("WEBVTT\n")
    export = Export("clip", (source_of(recording),), "me", captions="WebVTT", models=("small.en 1",))
    made = finish_export(store, part_name(target), target, export, beside=[(part_name(captions), captions)])
    assert made.document["models"] == ["small.en 1"] and made.document["beside"][0]["name"] == "clip.vtt"
    captions.write_text("WEBVTT \n")
    assert [c.name for c in verify_files([target]).changes] == [str(captions)]


def test_the_pack_behind_the_findings_is_named(exported, store: Store, recording: Recording) -> None:
    assert exported().document["policy"] == {}
    pack = {"name": "model", "version": "3", "sha256": "ab" * 32}
    found = Finding(recording.id, "techniques", "listening", 3, 4, 0.5, "", evidence={"policy": pack})
    store.replace_findings(run_of("techniques", subject=recording.id), [found])
    assert exported("two.mp4").document["policy"] == pack


def test_the_page_speaks_plainly(exported) -> None:
    how = {"audio_only": False, "last_picture": 45.916666666666664, "joins": [0.5, 2], "finding": None}
    page = exported(how=how).path.with_suffix(".html").read_text()
    for said in ("audio only: no", "last picture: 45.917", "joins: 0.5, 2", "finding: none"):
        assert said in page


def test_a_source_that_is_gone(exported, store: Store, recording: Recording, target: Path) -> None:
    recording.path.unlink()
    with pytest.raises(SourceMissing, match=r"cam a\.mp4: the source is not there; bring it back"):
        exported()
    assert names(target.parent) == [] and store.exports() == []
    assert store.activity_page(limit=1)[0].action == "export.refused"


def test_a_source_that_is_not_the_file_that_came_in(exported, store: Store, recording: Recording, target: Path) -> None:
    recording.path.write_bytes(SOURCE[:-1] + b"!")
    with pytest.raises(SourceAltered, match="is not the file that came in"):
        exported()
    assert names(target.parent) == [] and store.exports() == []


def test_evidence_is_not_written_over(exported, store: Store, recording: Recording, target: Path) -> None:
    exported()
    with pytest.raises(CustodyError, match="is there already"):
        exported()
    assert target.read_bytes() == CLIP and verify_store(store).whole
    with pytest.raises(CustodyError, match="is a source itself"):
        check_target(recording.path, [source_of(recording)], overwrite=True)
    link = target.with_name("link.mp4")
    link.symlink_to(recording.path)
    with pytest.raises(CustodyError, match="no plain file"):
        check_target(link, [])
    with pytest.raises(CustodyError, match="make it first"):
        check_target(target.parent / "nowhere" / "clip.mp4", [])
    assert recording.path.read_bytes() == SOURCE


def test_a_key_that_cannot_be_used_is_told_before_the_work(target: Path, key, no_key_of_this_machine: Path) -> None:
    no_key_of_this_machine.chmod(0o644)
    with pytest.raises(CustodyError, match="chmod 600"):
        check_target(target, [])


def test_an_export_that_may_be_replaced(exported, store: Store, recording: Recording, target: Path) -> None:
    exported()
    part_name(target).write_bytes(b"another")
    finish_export(store, part_name(target), target, Export("clip", (source_of(recording),), "me"), overwrite=True)
    assert target.read_bytes() == b"another" and len(store.exports()) == 2
    assert verify_store(store).whole


@pytest.mark.parametrize(
    "name", ["naïve – ٱلْعَرَبِيَّة.mp4", "-rf.mp4", "a\nb.mp4", "<script>alert(1)</script>.mp4", "x" * 200 + ".mp4"]
)
def test_hostile_names(exported, store: Store, target: Path, name: str) -> None:
    if "/" in name:
        name = name.replace("/", "_")
    made = exported(name)
    page = made.path.with_suffix(".html").read_text()
    assert "<script>" not in page and verify_store(store).whole
    assert verify_files([target.with_name(name)], store=store).whole


def test_markup_stays_text(exported) -> None:
    nasty = '"><img src=x onerror=alert(1)>'
    made = exported(who=nasty, why=nasty, redactions=(nasty,), how={nasty: nasty}, remarks=(nasty,), watermark=nasty)
    page = made.path.with_suffix(".html").read_text()
    assert "<img" not in page and "&lt;img src=x" in page and "default-src 'none'" in page


def test_names_that_are_no_text(exported, store: Store) -> None:
    made = exported(who="half \udce9 letter", why="\ud800")
    said = json.loads(made.path.read_text())
    assert (said["who"], said["why"]) == ("half \\udce9 letter", "\\ud800") and verify_store(store).whole


def test_watermark() -> None:
    assert watermark_text("J.\nDoe").startswith("TRAINING COPY · J. Doe · 20")


# killed, and out of space


def in_child(work) -> int:
    """Runs work in a process of its own that can be killed; its exit status, -9: it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(moment: int) -> None:
    """From now on, kills this process at the moment-th thing that it asks of the system."""
    seen = 0

    def watch(event: str, _: object) -> None:
        nonlocal seen
        if event in ("open", "os.rename", "os.remove", "os.truncate"):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def never_finished(goal: Path) -> bool:
    return [c.name for c in verify_files([goal]).changes if "never finished" in c.said] == [str(goal)]


def test_killed_at_any_moment_nothing_looks_finished(
    store: Store, recording: Recording, target: Path, tmp_path
) -> None:
    store.close()
    outcomes = set()
    for moment in range(1, 40):
        goal = target.with_name(f"clip {moment}.mp4")
        part_name(goal).write_bytes(CLIP)

        def work(goal: Path = goal, moment: int = moment) -> None:
            with Store(tmp_path / "bwc.db") as own:
                killed_at(moment)
                finish_export(own, part_name(goal), goal, Export("clip", (source_of(recording),), "me"))

        ended = in_child(work)
        with Store(tmp_path / "bwc.db") as again:
            logged = [row for row in again.exports() if row.path == goal]
            found = verify_store(again)
            if goal.exists():
                assert ended == 0 or logged  # whole, and all that belongs to it is there
                assert verify_files([goal], store=again).whole
            elif logged:
                assert any(c.name == str(goal) and "rename" in c.said for c in found.changes), found
            else:
                assert found.whole and (not part_name(goal).exists() or never_finished(goal))
            outcomes.add((ended, goal.exists(), bool(logged)))
        if ended == 0:
            break
        for left in target.parent.glob(f"{goal.name}*"):
            if not goal.exists():
                left.unlink()
        target.parent.joinpath(goal.name).unlink(missing_ok=True)
    assert ended == 0, "the export was never finished"
    assert {(-9, False, False), (-9, False, True), (0, True, True)} <= outcomes


def test_no_space_left(recording: Recording, target: Path) -> None:
    """A limit on the size of files is the disk's end as far as a program can tell."""

    def work() -> None:
        part_name(target).write_bytes(b"x" * 100)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
        try:
            finish_export(None, part_name(target), target, Export("clip", (source_of(recording),), "me"))
        except DiskFull as error:
            assert "no space left on the disk; free some" in str(error) and "\n" not in str(error)
            os._exit(7)

    assert in_child(work) == 7
    assert names(target.parent) == []


def test_the_store_has_no_space_left(exported, store: Store, target: Path) -> None:
    pages = next(iter(store._db.query("PRAGMA page_count")))["page_count"]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Exception, match="no space left"):
        exported(redactions=("a face blurred " * 4000,))
    assert names(target.parent) == [] and store.exports() == []


def test_the_hash_of_a_row_covers_every_column(store: Store) -> None:
    (row,) = store._db.query("SELECT * FROM activity WHERE id = 2")
    (before,) = store._db.query("SELECT hash FROM activity WHERE id = 1")
    assert row_hash(before["hash"], row) == row["hash"]
    for column in ("id", "at_utc", "who", "action", "subject", "detail"):
        assert row_hash(before["hash"], dict(row) | {column: f"{row[column]} "}) != row["hash"]
    assert replace(store.activity_page(limit=1)[0]).id == 3
