"""What audits leave in the store: locked values and random samples. Both are append-only."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipeline.rows import json_text, now
from pipeline.store.opened import Opened


@dataclass(frozen=True)
class LockRow:
    """The values of a period as they stood when a person locked them. Days are of `zone`, both included."""

    first_day: date
    last_day: date
    zone: str
    reason: str
    policy: Mapping[str, str]
    inputs: Mapping[str, str]
    figures: Mapping[str, Any]
    cases: Mapping[str, Any]
    who: str
    number: int = 0
    at_utc: datetime | None = None
    sha256: str = ""

    def digest(self) -> str:
        """The sha256 of everything that was locked."""
        said = json_text([dict(self.policy), dict(self.inputs), dict(self.figures), dict(self.cases)])
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class SampleRow:
    """A random sample as it is kept; group -> ids of recordings."""

    first_day: date
    last_day: date
    zone: str
    grouping: str
    each: int
    seed: str
    method: str
    population: Mapping[str, list[str]]
    drawn: Mapping[str, list[str]]
    who: str
    number: int = 0
    at_utc: datetime | None = None


class Audits(Opened):
    """Locked values and samples of a store."""

    def add_lock(self, row: LockRow) -> int:
        """Keeps the values of a period for good; its number."""
        period = {"first_day": str(row.first_day), "last_day": str(row.last_day), "zone": row.zone}
        kept = period | {
            "reason": row.reason,
            "policy": json_text(dict(row.policy)),
            "inputs": json_text(dict(row.inputs)),
            "figures": json_text(dict(row.figures)),
            "cases": _packed(row.cases),
            "sha256": row.digest(),
            "who": row.who,
            "at_utc": now(),
        }
        with self._writing():
            number = int(str(self._db.table("audit_locks").insert(kept).last_pk))
            self._log(row.who, "audit.lock", str(number), period | {"sha256": kept["sha256"]})
        return number

    def locks(self, first_day: date | None = None, last_day: date | None = None, zone: str = "") -> list[LockRow]:
        """Locked values, oldest first: of one period, or of all."""
        rows = self._db.query(
            "SELECT * FROM audit_locks WHERE (:first IS NULL OR first_day = :first) AND (:last IS NULL OR last_day ="
            " :last) AND (:zone = '' OR zone = :zone) ORDER BY id",
            {"first": _text(first_day), "last": _text(last_day), "zone": zone},
        )
        return [_lock(row) for row in rows]

    def add_sample(self, row: SampleRow) -> int:
        """Keeps a draw for good; its number."""
        kept = {
            "first_day": str(row.first_day),
            "last_day": str(row.last_day),
            "zone": row.zone,
            "grouping": row.grouping,
            "each": row.each,
            "seed": row.seed,
            "method": row.method,
            "population": _packed(row.population),
            "drawn": json_text(dict(row.drawn)),
            "who": row.who,
            "at_utc": now(),
        }
        with self._writing():
            number = int(str(self._db.table("audit_samples").insert(kept).last_pk))
            said = {"seed": row.seed, "each": row.each, "grouping": row.grouping}
            self._log(row.who, "audit.sample", str(number), said)
        return number

    def calls_without_time(self) -> int:
        """Calls of the dispatch records that state no time, and so lie in no period."""
        rows = self._db.query(
            "SELECT count(*) AS n FROM dispatch_calls WHERE retired_utc IS NULL AND first_utc IS NULL"
        )
        return int(next(rows)["n"])

    def newest_call(self) -> datetime | None:
        """When the newest call of the dispatch records began; None: there is none that states a time."""
        return self._newest("SELECT max(first_utc) AS newest FROM dispatch_calls WHERE retired_utc IS NULL")

    def newest_recording(self) -> datetime | None:
        """When the newest recording began; None: there is none with a known clock."""
        return self._newest("SELECT max(start_utc) AS newest FROM recordings")

    def _newest(self, query: str) -> datetime | None:
        found = next(self._db.query(query))["newest"]
        return datetime.fromisoformat(found) if found else None

    def assessment_version(self) -> str:
        """Changes with everything that calls are laid against recordings by; not with states, views, locks or exports.

        The key of what readers keep of an assessment, which takes seconds for a month of a large agency.
        """
        row = next(
            self._db.query(
                "SELECT (SELECT coalesce(max(id), 0) FROM runs) AS runs,"
                " (SELECT coalesce(max(id), 0) FROM reviews) AS reviews,"
                " (SELECT count(*) FROM recordings) AS recordings,"
                " (SELECT id FROM activity WHERE NOT (action LIKE 'camera_use.%' OR action LIKE 'audit.%'"
                " OR action LIKE 'report.%' OR action LIKE 'export.%' OR action LIKE 'checklist.%'"
                " OR action LIKE 'recording.%' OR action LIKE '%.refused') ORDER BY id DESC LIMIT 1) AS activity"
            )
        )
        return "-".join(str(value) for value in row.values())

    def samples(self, number: int | None = None) -> list[SampleRow]:
        """Draws, oldest first: all, or the one of this number."""
        rows = self._db.query("SELECT * FROM audit_samples WHERE :n IS NULL OR id = :n ORDER BY id", {"n": number})
        return [_sample(row) for row in rows]


def _text(day: date | None) -> str | None:
    return str(day) if day else None


def _packed(value: Mapping[str, Any]) -> bytes:
    return zlib.compress(json_text(dict(value)).encode())


def _unpacked(blob: bytes) -> Any:
    return json.loads(zlib.decompress(blob))


def _lock(row: Mapping[str, Any]) -> LockRow:
    return LockRow(
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        zone=row["zone"],
        reason=row["reason"],
        policy=json.loads(row["policy"]),
        inputs=json.loads(row["inputs"]),
        figures=json.loads(row["figures"]),
        cases=_unpacked(row["cases"]),
        who=row["who"],
        number=row["id"],
        at_utc=datetime.fromisoformat(row["at_utc"]),
        sha256=row["sha256"],
    )


def _sample(row: Mapping[str, Any]) -> SampleRow:
    return SampleRow(
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        zone=row["zone"],
        grouping=row["grouping"],
        each=row["each"],
        seed=row["seed"],
        method=row["method"],
        population=_unpacked(row["population"]),
        drawn=json.loads(row["drawn"]),
        who=row["who"],
        number=row["id"],
        at_utc=datetime.fromisoformat(row["at_utc"]),
    )
