"""Versions of the agency's policy pack: append-only, so that what a finding was made by can be read for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.errors import StoreError
from pipeline.rows import now, utc
from pipeline.store.kept_text import packed, unpacked
from pipeline.store.opened import Opened


@dataclass(frozen=True)
class PolicyVersion:
    """One file of a pack as it was kept."""

    number: int
    file: str
    sha256: str
    """of its text"""
    pack: Mapping[str, str]
    """name, version and sha256 of the whole pack with it"""
    note: str
    who: str
    at_utc: datetime | None


class PolicyVersions(Opened):
    """What the packs of a store said, version by version."""

    def keep_policy_version(self, file: str, text: str, pack: Mapping[str, str], who: str, note: str) -> PolicyVersion:
        """Keeps the text of a file of the pack, unless it is the newest version of that file already."""
        kept = packed(text)
        newest = next((v for v in self.policy_versions() if v.file == file), None)
        if newest is not None and newest.sha256 == kept["sha256"]:
            return newest
        row = {
            **kept, "file": file, "pack_name": pack["name"], "pack_version": pack["version"],
            "pack_sha256": pack["sha256"], "note": note, "who": who, "at_utc": now(),
        }  # fmt: skip
        with self._writing():
            self._db.table("policy_versions").insert(row)
            said = {"name": pack["name"], "version": pack["version"], "sha256": pack["sha256"], "note": note}
            self._log(who, "policy.keep", file, said)
        return self.policy_versions()[0]

    def policy_versions(self) -> list[PolicyVersion]:
        """All versions of all files, newest first."""
        return [_version(row) for row in self._db.query(f"SELECT {_COLUMNS} FROM policy_versions ORDER BY id DESC")]

    def policy_text(self, number: int) -> str:
        """What a version said. Raises StoreError where there is none such, or its text is another than was kept."""
        rows = list(self._db.query("SELECT content, sha256 FROM policy_versions WHERE id = ?", [number]))
        if not rows:
            raise StoreError(f"there is no version {number} of the policy pack")
        return unpacked(rows[0], f"version {number} of the policy pack")


_COLUMNS = "id, file, sha256, pack_name, pack_version, pack_sha256, note, who, at_utc"


def _version(row: Mapping[str, Any]) -> PolicyVersion:
    pack = {name: str(row[f"pack_{name}"]) for name in ("name", "version", "sha256")}
    return PolicyVersion(row["id"], row["file"], row["sha256"], pack, row["note"], row["who"], utc(row["at_utc"]))
