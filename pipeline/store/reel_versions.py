"""Versions of the lists of debrief reels: append-only, so that an earlier one can be taken up again."""

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
class ReelVersion:
    """A list as it was saved."""

    name: str
    version: int
    """from 1, for each list"""
    sha256: str
    """of its text"""
    said: str
    """what was changed, in words"""
    who: str
    at_utc: datetime | None


class ReelVersions(Opened):
    """What the lists of debrief reels of a store said, version by version."""

    def keep_reel_version(self, name: str, text: str, clips: int, who: str, said: str) -> ReelVersion:
        """Keeps the text of a list, unless it is its newest version already; each is a row of the log."""
        kept = packed(text)
        with self._writing():
            newest = next(iter(self.reel_versions(name, 1)), None)
            if newest is not None and newest.sha256 == kept["sha256"]:
                return newest
            row = {
                **kept, "list": name, "version": newest.version + 1 if newest else 1,
                "said": said, "who": who, "at_utc": now(),
            }  # fmt: skip
            self._db.table("reel_versions").insert(row)
            self._log(who, "reel.list", name, {"clips": clips, "sha256": kept["sha256"], "version": row["version"]})
        return self.reel_versions(name, 1)[0]

    def reel_versions(self, name: str, most: int = -1) -> list[ReelVersion]:
        """The versions of a list, newest first; `most`: -1 for all."""
        asked = "SELECT list, version, sha256, said, who, at_utc FROM reel_versions WHERE list = ?"
        return [_version(row) for row in self._db.query(f"{asked} ORDER BY version DESC LIMIT ?", [name, most])]

    def reel_text(self, name: str, version: int) -> str:
        """What a version said. Raises StoreError where there is none such, or its text is another than was kept."""
        asked = "SELECT content, sha256 FROM reel_versions WHERE list = ? AND version = ?"
        rows = list(self._db.query(asked, [name, version]))
        if not rows:
            raise StoreError(f"the list {name!r} has no version {version}")
        return unpacked(rows[0], f"version {version} of the list {name!r}")


def _version(row: Mapping[str, Any]) -> ReelVersion:
    return ReelVersion(row["list"], row["version"], row["sha256"], row["said"], row["who"], utc(row["at_utc"]))
