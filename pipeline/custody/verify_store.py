"""Checks a whole store: the file itself, the log and its chain, the sources, and every export that was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.custody.anchors import add_anchor, anchors_path, check_anchors
from pipeline.custody.checks import Bytes, Hashes, Verified, quiet
from pipeline.custody.keys import PublicKey
from pipeline.custody.manifest import PART_ENDING, manifest_path, page_path, part_name
from pipeline.custody.sources import found_at
from pipeline.custody.verify_export import target_of, verify_export
from pipeline.errors import CustodyError
from pipeline.store import ActivityFilter, ExportRow, Store
from pipeline.types import Recording


@dataclass(frozen=True)
class _Wanted:
    """A source as the store knows it."""

    path: Path
    sha256: str
    size_bytes: int | None
    others: tuple[Path, ...] = ()
    """further paths under which this file was given"""


def verify_files(
    paths: Sequence[Path], *, key: PublicKey | None = None, store: Store | None = None, progress: Bytes = quiet
) -> Verified:
    """Checks these exports; with a store also its log of them and their sources, else sources that lie beside them."""
    found, hashes = Verified(), Hashes(progress)
    for path in paths:
        hashes.expect(target_of(path))
    for path in paths:
        target = target_of(path)
        if not any(each.exists() for each in (path, target, manifest_path(target), part_name(target))):
            raise CustodyError(f"{path}: no such file")
        document = verify_export(path, found, hashes, key=key, store=store)
        if document is not None:
            _sources_of(document["sources"], path.parent, store, hashes, found)
    return found


def _sources_of(
    sources: Sequence[Mapping[str, Any]], folder: Path, store: Store | None, hashes: Hashes, found: Verified
) -> None:
    known = {r.id: _of(r, store) for r in store.recordings()} if store else {}
    for source in sources:
        wanted = known.get(source["recording"] or "")
        beside = folder / Path(source["name"]).name
        if wanted is not None:
            _source(wanted, hashes, found)
        elif beside.is_file():
            _source(_Wanted(beside, source["sha256_now"], None), hashes, found)
        else:
            found.note(source["name"], "the source is not here, so it was not checked")


def verify_store(
    store: Store, *, key: PublicKey | None = None, anchors: Path | None = None, progress: Bytes = quiet
) -> Verified:
    """Checks all that a store holds or points at. `anchors`: a file of heads of the log that is kept elsewhere."""
    found, hashes = Verified(), Hashes(progress)
    sources = _sources(store)
    exports = _standing(store.exports())
    for path in [wanted.path for wanted in sources] + [row.path for row in exports]:
        hashes.expect(path)
    for problem in store.damage():
        found.change("store", store.path, f"the file is damaged: {problem}")
    _check_log(store, found)
    anchors = anchors or anchors_path(store.path)
    last = check_anchors(store, anchors, key, found)
    for wanted in sources:
        _source(wanted, hashes, found)
    for row in exports:
        _export(row, store, key, hashes, found)
    _leftovers(exports, found)
    add_anchor(store, anchors, last, found)
    return found


def _check_log(store: Store, found: Verified) -> None:
    for broken in store.broken_links():
        found.change("log", f"row {broken.row}", broken.said)
    found.count("log rows", store.activity_count())
    kept = {row.activity: row for row in store.exports()}
    logged = {row.id: row for row in store.activity_page(ActivityFilter(action="export"), limit=-1)}
    for number, row in logged.items():
        if "manifest" in row.detail and number not in kept:
            found.change("store", f"export of row {number}", "is missing from the list of exports")
    for number, export in kept.items():
        if number not in logged:
            found.change("log", f"row {number}", f"is missing: it logged the export {export.path.name}")
        elif logged[number].detail.get("sha256") != export.sha256:
            found.change("store", f"export of row {number}", "says something else than the log")
    for said in store.broken_sign_offs():
        found.change("store", "sign-offs", said)
    for said in store.unlogged():
        found.change("store", store.path, said)


def _of(recording: Recording, store: Store, others: tuple[Path, ...] = ()) -> _Wanted:
    return _Wanted(found_at(recording.path, store.path), recording.id, recording.size_bytes, others)


def _sources(store: Store) -> list[_Wanted]:
    """Every recording, and every source of an export that is no recording."""
    given: dict[str, list[Path]] = {}
    for outcome in store.files():
        if outcome.recording:
            given.setdefault(outcome.recording, []).append(Path(outcome.path))
    found = [_of(r, store, tuple(given.get(r.id, ()))) for r in store.recordings()]
    for row in store.exports():
        found += [_Wanted(Path(s["path"]), s["sha256"], None) for s in row.sources if not s["recording"]]
    return list({(wanted.path, wanted.sha256): wanted for wanted in found}.values())


def _source(wanted: _Wanted, hashes: Hashes, found: Verified) -> None:
    found.count("sources")
    if not wanted.path.exists():
        where = _moved_to(wanted, hashes)
        said = f"was moved: the same file is now {where}" if where else "is missing"
        found.change("source", wanted.path, said)
        return
    try:
        now = hashes.of(wanted.path)
    except CustodyError as error:
        found.change("source", wanted.path, str(error).removeprefix(f"{wanted.path}: "))
        return
    if now != wanted.sha256:
        then = f"sha256 {wanted.sha256[:12]}... then, {now[:12]}... now"
        found.change("source", wanted.path, f"was changed since it came in ({then})")


def _moved_to(wanted: _Wanted, hashes: Hashes) -> Path | None:
    """Where the file is now: another path under which it was given, or another name in its folder."""
    near = [each for each in sorted(wanted.path.parent.glob("*")) if each.is_file()] if wanted.size_bytes else []
    same = [each for each in near if each.stat().st_size == wanted.size_bytes]
    for path in (*wanted.others, *same):
        if path.is_file() and hashes.of(path) == wanted.sha256:
            return path
    return None


def _standing(rows: Sequence[ExportRow]) -> list[ExportRow]:
    """The exports whose file was not replaced by a later one of the same name."""
    return list({row.path: row for row in rows}.values())


def _export(row: ExportRow, store: Store, key: PublicKey | None, hashes: Hashes, found: Verified) -> None:
    if row.path.exists() or part_name(row.path).exists() or manifest_path(row.path).exists():
        verify_export(row.path, found, hashes, key=key, store=store)
    else:
        found.note(row.path, "this export is no longer there, with its manifest; it was not checked")


def _leftovers(exports: Sequence[ExportRow], found: Verified) -> None:
    """Parts beside exports that no export of the log belongs to: work that was stopped."""
    known = {part_name(near(row.path)) for row in exports for near in (Path, manifest_path, page_path)}
    for folder in dict.fromkeys(row.path.parent for row in exports):
        for part in sorted(folder.glob(f"*{PART_ENDING}")):
            if part not in known:
                found.note(part, "an export that was stopped half-way; it may be deleted")
