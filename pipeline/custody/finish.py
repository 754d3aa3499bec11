"""How an export is finished: hashed, written down, and only then given its name.

The order, chosen so that a program killed at any moment leaves no file that looks finished:

1. The export is written as `NAME.part` by whoever makes it. Until step 6 there is no file called NAME.
2. The sources are hashed again and compared with what came in; the export is hashed and brought to the disk.
3. In one transaction of the store: the row of the activity log, the manifest and its page as `.part` files on the disk,
   the row of the export. Killed before it ends: no row is there, only `.part` files.
4. Manifest and page take their names; then what lies beside the export.
5. The folder is brought to the disk.
6. Last, `NAME.part` becomes NAME. Killed between 3 and 6: the log has an export whose file is still called
   `NAME.part`; `bwc verify` says so, and that the part is whole.

An error (no space left, a source that is gone) takes the `.part` files away and leaves no row but that of the refusal.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.contract import Progress, no_progress
from pipeline.chain import Head
from pipeline.custody.export import Export, Manifest
from pipeline.custody.keys import SigningKey, own_key
from pipeline.custody.manifest import (
    FileFacts,
    body_of,
    body_sha256,
    manifest_path,
    own_sha256,
    page_path,
    part_name,
    readable,
    signed_bytes,
    text_of,
)
from pipeline.custody.page import page_of
from pipeline.custody.sources import check_target, hashed_now
from pipeline.errors import BwcError, CustodyError, DiskFull
from pipeline.file_hash import sha256_of
from pipeline.rows import describe, now
from pipeline.store import Store

Beside = Sequence[tuple[Path, Path]]
"""Further files of one export (captions, a page): as they were written, and what they are to be called."""


def finish_export(
    store: Store | None,
    part: Path,
    target: Path,
    export: Export,
    key: SigningKey | None = None,
    *,
    beside: Beside = (),
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Manifest:
    """Finishes an export that lies whole in `part` (`part_name(target)`); see the module for the order.

    `key`: None takes the user's own key where one was made, else the manifest is not signed. `progress` follows the
    hashing. Raises SourceMissing, SourceAltered, DiskFull or CustodyError; `part` is gone then, the refusal is logged.
    """
    try:
        with _without_leftovers(part, target, beside):
            check_target(target, export.sources, overwrite)
            export = replace(export, sources=hashed_now(export.sources, progress))
            return _finished(store, part, target, export, key or own_key(), beside)
    except CustodyError as error:
        if store is not None:
            _log_refusal(store, export, target, error)
        raise


def _finished(
    store: Store | None, part: Path, target: Path, export: Export, key: SigningKey | None, beside: Beside
) -> Manifest:
    files = [_facts(written, name.name) for written, name in beside]
    if store is not None:
        export = _with_what_is_known(store, export)
    body = body_of(export, _facts(part, target.name), files, now())
    documents: list[dict[str, Any]] = []

    def write(head: Head | None) -> str:
        document, page = _completed(body, head, target, key)
        content = text_of(document).encode()
        _write(part_name(page_path(target)), page.encode())
        _write(part_name(manifest_path(target)), content)
        documents.append(document)
        return hashlib.sha256(content).hexdigest()

    if store is None:
        write(None)
    else:
        store.add_export(export.who, _subject(export, target), _row(export, target, body), _detail(export, body), write)
    _put_in_place(part, target, beside)
    return Manifest(manifest_path(target), documents[0])


def _completed(
    body: Mapping[str, Any], head: Head | None, target: Path, key: SigningKey | None
) -> tuple[dict[str, Any], str]:
    """The manifest with its place in the log, the hash of its page, its own hash and the signature; and the page."""
    document: dict[str, Any] = readable(body)
    document["log"] = head._asdict() if head else None
    page = page_of(document, key.public.fingerprint if key else None)
    page_sha256 = hashlib.sha256(page.encode()).hexdigest()
    document["page"] = {"name": readable(page_path(target).name), "sha256": page_sha256}
    document["sha256"] = own_sha256(document)
    if key:
        document["signature"] = key.sign(signed_bytes(document))
    return document, page


def _with_what_is_known(store: Store, export: Export) -> Export:
    """The export with the models that measured its sources, and the pack that their findings rest on, if only one."""
    recordings = list(dict.fromkeys(source.recording for source in export.sources if source.recording))
    runs = ((step, run) for recording in recordings for step, run in sorted(store.latest_runs(recording).items()))
    models = dict.fromkeys(f"{step}: {describe(run.backend)}" for step, run in runs if run.backend)
    packs = store.policies_behind(recordings)
    policy = packs[0] if len(packs) == 1 else {}
    return replace(export, models=export.models or tuple(models), policy=export.policy or policy)


def _subject(export: Export, target: Path) -> str:
    """The recording, where there is one alone; else the name of the export."""
    recordings = {source.recording for source in export.sources}
    only = recordings.pop() if len(recordings) == 1 else None
    return only or target.name


def _row(export: Export, target: Path, body: Mapping[str, Any]) -> dict[str, Any]:
    sources = [
        {"path": str(s.path.absolute()), "recording": s.recording, "sha256": s.sha256_now} for s in export.sources
    ]
    place = str(target.parent.resolve() / target.name)
    facts = body["file"]
    return {
        "kind": export.kind, "path": readable(place), "sha256": facts["sha256"], "size_bytes": facts["size_bytes"],
        "sources": readable(sources),
    }  # fmt: skip


def _detail(export: Export, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the log says of an export: enough to know it again, and the hash of all that the manifest says."""
    recordings = list(dict.fromkeys(s.recording for s in export.sources if s.recording))
    return {
        "file": body["file"]["name"], "sha256": body["file"]["sha256"], "manifest": body_sha256(body),
        "recordings": recordings, "redactions": list(export.redactions), "why": export.why,
    }  # fmt: skip


def _log_refusal(store: Store, export: Export, target: Path, error: CustodyError) -> None:
    try:
        store.log(export.who, "export.refused", _subject(export, target), {"kind": export.kind, "reason": str(error)})
    except BwcError:
        return  # the disk is full for the log too: the error that is on its way says so


def _facts(path: Path, name: str) -> FileFacts:
    """Name, hash and size of a file of the export, which is on the disk for good after this."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return FileFacts(name, sha256_of(path), path.stat().st_size)


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # what a stopped export left, or a link that leads elsewhere
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(part: Path, target: Path, beside: Beside) -> None:
    try:
        target.unlink(missing_ok=True)  # an older export of this name goes before its manifest is replaced
        pairs = [(part_name(path), path) for path in (page_path(target), manifest_path(target))]
        for written, name in (*pairs, *beside):
            written.replace(name)
        _sync_folder(target.parent)
        part.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        why = f"the export is logged and whole, but could not be given its name ({error.strerror}); it is {part}"
        raise _Logged(f"{target}: {why}") from error


class _Logged(CustodyError):
    """It went wrong after the log had it: what was written stays."""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _without_leftovers(part: Path, target: Path, beside: Beside) -> Iterator[None]:
    """Takes the half-made files away where finishing fails, and makes one line of what the system says."""
    written = (part, part_name(manifest_path(target)), part_name(page_path(target)), *(each for each, _ in beside))
    try:
        yield
    except _Logged:
        raise
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise one_line(error, target) from error
        raise


def one_line(error: OSError, target: Path) -> CustodyError:
    """What the system says while an export is written, as an error that a user reads."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"{target}: no space left on the disk; free some and export again")
    return CustodyError(f"{error.filename or target}: {error.strerror or error}")
