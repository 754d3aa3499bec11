"""Versions of what is to be covered in recordings: append-only, each place and stretch stored once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.errors import StoreError
from pipeline.rows import json_text, now, utc
from pipeline.store.opened import Opened


class PlanMoved(StoreError):
    """Somebody else saved a newer version in between."""


@dataclass(frozen=True)
class PlanVersion:
    """One version: the hashes of its parts, who saved it and when."""

    recording: str
    version: int
    picture: tuple[str, ...]
    sound: tuple[str, ...]
    remarks: tuple[str, ...]
    sha256: str
    """of the plan as a file"""
    said: str
    """what was changed, in words"""
    who: str
    at_utc: datetime | None = None


class RedactionPlans(Opened):
    """The plans of a store."""

    def add_plan(self, version: PlanVersion, parts: Mapping[str, str]) -> PlanVersion:
        """Keeps a version after the one before it; `parts`: hash -> JSON of those that may be new.

        Raises PlanMoved where `version.version` is not the next one.
        """
        with self._writing():
            newest = self._newest_number(version.recording)
            if version.version != newest + 1:
                raise PlanMoved(f"this plan was changed in between: version {newest} is the newest one")
            rows = [{"sha256": sha, "part": part} for sha, part in parts.items()]
            self._db.table("redaction_parts").insert_all(rows, ignore=True)
            self._db.table("redaction_plans").insert(_row(version))
            detail = {"version": version.version, "said": version.said, "sha256": version.sha256}
            self._log(version.who, "redaction.plan", version.recording, detail)
        return self.plan_versions(version.recording)[-1]

    def plan_versions(self, recording: str) -> list[PlanVersion]:
        """All versions, oldest first."""
        rows = self._db.query("SELECT * FROM redaction_plans WHERE recording = ? ORDER BY version", [recording])
        return [_version(row) for row in rows]

    def plan_parts(self, wanted: Iterable[str]) -> dict[str, str]:
        """Hash -> JSON of the parts that are known among those wanted."""
        marks = json_text(sorted(set(wanted)))
        query = "SELECT sha256, part FROM redaction_parts WHERE sha256 IN (SELECT value FROM json_each(?))"
        return {row["sha256"]: row["part"] for row in self._db.query(query, [marks])}

    def _newest_number(self, recording: str) -> int:
        rows = self._db.query("SELECT max(version) AS newest FROM redaction_plans WHERE recording = ?", [recording])
        return int(next(iter(rows))["newest"] or 0)


def _row(version: PlanVersion) -> dict[str, Any]:
    return {
        "recording": version.recording, "version": version.version, "picture": json_text(list(version.picture)),
        "sound": json_text(list(version.sound)), "remarks": json_text(list(version.remarks)),
        "sha256": version.sha256, "said": version.said, "who": version.who, "at_utc": now(),
    }  # fmt: skip


def _version(row: Mapping[str, Any]) -> PlanVersion:
    def listed(name: str) -> tuple[str, ...]:
        values: Sequence[str] = json.loads(row[name])
        return tuple(values)

    return PlanVersion(
        row["recording"], row["version"], listed("picture"), listed("sound"), listed("remarks"), row["sha256"],
        row["said"], row["who"], utc(row["at_utc"]),
    )  # fmt: skip
