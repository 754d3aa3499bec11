"""Checks one export against its manifest, and the manifest against itself, its signature and the store's log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.custody.checks import Hashes, Verified
from pipeline.custody.keys import ALGORITHM, PublicKey, from_base64, own_public, public_from
from pipeline.custody.manifest import (
    ENDING,
    PAGE_ENDING,
    PART_ENDING,
    body_sha256,
    manifest_path,
    own_sha256,
    page_path,
    part_name,
    read_manifest,
    signed_bytes,
    text_of,
)
from pipeline.errors import CustodyError
from pipeline.store import Store


def target_of(path: Path) -> Path:
    """The export that a file belongs to: itself, or the one whose manifest, page or part it is."""
    for ending in (PART_ENDING, ENDING, PAGE_ENDING):
        if path.name.endswith(ending) and path.name != ending:
            path = path.with_name(path.name.removesuffix(ending))
    return path


def verify_export(
    path: Path, found: Verified, hashes: Hashes, *, key: PublicKey | None = None, store: Store | None = None
) -> Mapping[str, Any] | None:
    """Checks an export, named by itself or by its manifest. The manifest, None where it cannot be believed.

    `key`: whoever signed must have been the holder of this key. `store`: the log of this store must know the export.
    """
    target = target_of(path)
    manifest = manifest_path(target)
    if not manifest.exists() and _unfinished(target, store, hashes, found):
        return None
    found.count("exports")
    try:
        document, content = read_manifest(manifest)
    except CustodyError as error:
        found.change("manifest", manifest, str(error).removeprefix(f"{manifest}: "))
        _without_manifest(target, store, hashes, found)
        return None
    as_written = _itself(manifest, document, content, found)
    _signature(manifest, document, key, found)
    if not as_written:
        _without_manifest(target, store, hashes, found)
        return None
    _files(target, document, hashes, found)
    if store is not None:
        _log(manifest, document, content, store, found)
    return document


def _unfinished(target: Path, store: Store | None, hashes: Hashes, found: Verified) -> bool:
    """Whether this export was never finished: there is its part, and no manifest with its name."""
    part = part_name(target)
    if target.exists() or not part.exists():
        return False
    kept = store.export_at(target) if store else None
    if kept is not None and hashes.of(part) == kept.sha256:
        whole = (
            f"it is whole and logged (row {kept.activity}): rename {part.name}, and the same for its manifest and page"
        )
        found.change("export", target, f"was stopped just before its end; {whole}")
    else:
        found.change("export", target, f"was never finished: {part.name} is not to be used; export it again")
    return True


def _itself(manifest: Path, document: Mapping[str, Any], content: bytes, found: Verified) -> bool:
    """Whether the manifest is as it was written; where it is not, nothing that it says counts."""
    found.count("manifests")
    if text_of(document).encode() != content or document["sha256"] != own_sha256(document):
        found.change("manifest", manifest, "was changed after it was written")
        return False
    for source in document["sources"]:
        if source["sha256_in"] and source["sha256_in"] != source["sha256_now"]:
            found.change("manifest", manifest, f"says that {source['name']} was not the file that came in")
    return True


def _without_manifest(target: Path, store: Store | None, hashes: Hashes, found: Verified) -> None:
    """Checks an export by what the store keeps of it, where its manifest cannot be believed."""
    kept = store.export_at(target) if store else None
    if kept is not None:
        _same("export", target, kept.sha256, hashes, found)
    else:
        found.note(target, "not checked, since its manifest cannot be believed")


def _signature(manifest: Path, document: Mapping[str, Any], key: PublicKey | None, found: Verified) -> None:
    if "signature" not in document:
        if key is not None:
            found.change("signature", manifest, "is not signed by the key that was given")
        else:
            found.note(manifest, "not signed")
        return
    found.count("signatures")
    holder = _signer(document["signature"], signed_bytes(document))
    if holder is None:
        found.change("signature", manifest, "the signature does not fit what the manifest says")
    elif key is not None and key.raw != holder.raw:
        found.change("signature", manifest, f"was signed by another key: {holder.fingerprint}")
    elif key is None:
        own = own_public()
        if own is None or own.raw != holder.raw:
            found.note(manifest, f"signed by {holder.fingerprint}; give --key to check whose that is")


def _signer(signature: Any, content: bytes) -> PublicKey | None:
    """Who signed the content; None: nobody did. Every byte of the signature counts: there is no place for others."""
    if not isinstance(signature, dict) or set(signature) != {"algorithm", "public_key", "value"}:
        return None
    if signature["algorithm"] != ALGORITHM or not all(isinstance(said, str) for said in signature.values()):
        return None
    holder, value = public_from(signature["public_key"]), from_base64(signature["value"])
    return holder if holder and value and holder.checks(value, content) else None


def _files(target: Path, document: Mapping[str, Any], hashes: Hashes, found: Verified) -> None:
    if document["file"]["name"] != target.name:
        found.change("export", target, f"was called {document['file']['name']} when it was exported")
    if not target.exists() and part_name(target).exists():
        whole = hashes.of(part_name(target)) == document["file"]["sha256"]
        rest = f"it is whole: rename {part_name(target).name}" if whole else "export it again"
        found.change("export", target, f"was stopped just before its end; {rest}")
    else:
        _same("export", target, document["file"]["sha256"], hashes, found)
    for one in document["beside"]:
        _same("export", target.with_name(Path(one["name"]).name), one["sha256"], hashes, found)
    _same("page", page_path(target), document["page"]["sha256"], hashes, found)


def _same(what: str, path: Path, sha256: str, hashes: Hashes, found: Verified) -> None:
    if not path.exists():
        found.change(what, path, "is missing")
        return
    try:
        now = hashes.of(path)
    except CustodyError as error:
        found.change(what, path, str(error).removeprefix(f"{path}: "))
        return
    if now != sha256:
        found.change(what, path, f"was changed after the export (sha256 {sha256[:12]}... then, {now[:12]}... now)")


def _log(manifest: Path, document: Mapping[str, Any], content: bytes, store: Store, found: Verified) -> None:
    """Whether the store's log knows this export, and says the same of it as the manifest."""
    place = document["log"]
    if place is None:
        found.note(manifest, "made outside a store, so no log knows it")
        return
    row = store.activity_row(place["row"])
    if row is None:
        found.change("log", f"row {place['row']}", f"is missing, though {manifest.name} names it: the log was cut off")
    elif row.hash != place["hash"]:
        found.change("log", f"row {place['row']}", f"is not the row that {manifest.name} names")
    elif row.detail.get("manifest") != body_sha256(document):
        found.change("manifest", manifest, f"says something else than row {row.id} of the log")
    else:
        kept = store.export_of(row.id)
        if kept is None:
            found.change("store", f"export of row {row.id}", "is missing from the list of exports")
        elif kept.manifest_sha256 != hashlib.sha256(content).hexdigest():
            found.change("manifest", manifest, "is not the one that was written at the export")
