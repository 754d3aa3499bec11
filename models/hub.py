"""What a hub says about a repository: which commit a branch stands for, and its files with their hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from models.download import Wanted
from models.manifest import FileEntry, ModelEntry, NotThere, ServerTrouble, WrongBytes, is_commit, is_sha256, safe_path
from models.pulled import AGAINST_HUB, AGAINST_MANIFEST, FIRST_SIGHT, Pulled
from models.web import Web


@dataclass(frozen=True)
class Plan:
    """What will be fetched: every file of one commit."""

    revision: str
    files: tuple[Wanted, ...]

    @property
    def size(self) -> int:
        """Bytes, as far as known."""
        return sum(f.size or 0 for f in self.files)


@dataclass(frozen=True)
class _Place:
    """One commit of a repository on one hub."""

    entry: ModelEntry
    source: str
    commit: str

    def url(self, path: str) -> str:
        return f"{self.source}/{self.entry.repository}/resolve/{self.commit}/{quote(path)}"


def plan(web: Web, entry: ModelEntry, source: str, lock: Pulled | None) -> Plan:
    """What to fetch. The hub is asked only where the manifest does not already say it all.

    The commit is the manifest's, else the one pulled before, else the newest of the main branch. A hash from the
    manifest goes before one recorded earlier, which goes before what the hub says.
    """
    if entry.pinned:
        place = _Place(entry, source, str(entry.revision))
        return Plan(place.commit, tuple(_wanted(place, file, file.path, {}, None) for file in entry.files))
    revision = entry.revision or (lock.revision if lock else None) or "main"
    table = _ask(web, entry, source, revision)
    listed = {str(row["rfilename"]): row for row in table["siblings"]}
    place = _Place(entry, source, str(table["sha"]))
    files = tuple(
        _wanted(place, file, path, listed[path], lock) for file in entry.files for path in _paths(entry, file, listed)
    )
    return Plan(place.commit, files)


def _ask(web: Web, entry: ModelEntry, source: str, revision: str) -> Mapping[str, Any]:
    url = f"{source}/api/models/{entry.repository}/revision/{quote(revision, safe='')}?blobs=true"
    try:
        table = json.loads(web.listing(url))
        well = is_commit(table["sha"]) and all(isinstance(row["rfilename"], str) for row in table["siblings"])
    except (ValueError, KeyError, TypeError):
        well = False
    if not well:
        raise ServerTrouble(
            f"{source} answers with something that is no list of files (the page of a proxy?). {web.advice.by_hand}"
        )
    if is_commit(revision) and table["sha"] != revision:
        raise ServerTrouble(f"{source} answers for another revision than {revision}: not used")
    return dict(table)


def _paths(entry: ModelEntry, file: FileEntry, listed: Mapping[str, Any]) -> list[str]:
    found = sorted(path for path in listed if safe_path(path) and "*" not in path and file.matches(path))
    if not found and not file.optional:
        raise NotThere(f"{entry.repository} has no file {file.path} at this revision: nothing was fetched")
    return found


def _wanted(place: _Place, file: FileEntry, path: str, row: Mapping[str, Any], lock: Pulled | None) -> Wanted:
    before = next((f for f in lock.files if f.path == path), None) if lock else None
    large = row.get("lfs") or {}
    says = large.get("sha256") or large.get("oid")
    says = says if isinstance(says, str) and is_sha256(says) else None
    known = file.sha256 or (before.sha256 if before else None)
    if known and says and known != says:
        raise WrongBytes(
            f"{place.entry.name}: {path} at its source is no longer the file recorded here: nothing was fetched. "
            "To take the new one, move the model's folder away and pull again"
        )
    checked = AGAINST_MANIFEST if file.sha256 else AGAINST_HUB if says else before.checked if before else FIRST_SIGHT
    git_id = None if large else row.get("blobId")
    size = row.get("size", file.size)
    return Wanted(
        url=place.url(path),
        path=path,
        size=size if isinstance(size, int) else None,
        sha256=known or says,
        checked=checked,
        git_id=git_id if isinstance(git_id, str) else None,
    )
