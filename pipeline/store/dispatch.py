"""Calls of dispatch systems in the store: a file is imported whole or not at all, however long it is.

The rows of a file are gathered in a temporary table on disk, so that memory stays flat and other writers wait only for
the moment in which they are compared with what is there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.camera_use.types import Call
from pipeline.errors import StoreError, StoreFull, TableError
from pipeline.rows import now, utc, utc_text
from pipeline.store.opened import Opened
from pipeline.table_file import plain_name

BATCH = 2000
MANY = 100_000
"""rows from which the space that the journal of an import takes (300 MB for a million) is given back at once"""
_TIMES = ("dispatched_utc", "en_route_utc", "on_scene_utc", "cleared_utc")
_TEXTS = ("number", "officer", "unit", "officer_key", "unit_key", "call_type", "disposition")
_COLUMNS = (*_TEXTS, *_TIMES, "first_utc", "remark", "source_row")
_COMPARED = ("officer", "unit", "call_type", "disposition", *_TIMES, "remark")


@dataclass(frozen=True)
class ImportedCalls:
    """What an import did, by officers (or units) at calls."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    joined: int = 0
    """rows that say the same as another row of the file, or add to it"""
    without_time: int = 0


class DispatchCalls(Opened):
    """The dispatch records of a store."""

    def import_dispatch(self, calls: Iterable[Call], system: str, path: Path, who: str) -> ImportedCalls:
        """Keeps the calls of a file, all or none. What an earlier file said of the same officer at the same call is
        retired where it said something else.

        Rows of one call that add to each other are joined. Raises TableError for rows that contradict each other.
        """
        self._db.execute("DROP TABLE IF EXISTS temp.incoming")
        self._db.executescript(_INCOMING)
        try:
            rows = self._gather(calls)
            self._check_clashes(path)
            with self._writing():
                done = self._take_over(system, path.name, rows)
                if done.new or done.changed:
                    self._log(who, "dispatch.import", path.name, done.__dict__ | {"system": system})
            if rows >= MANY:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                reason = f"{self.path}: no space left on the disk; nothing was imported"
                raise StoreFull(reason) from error
            raise StoreError(f"{self.path}: could not be written ({error}); nothing was imported") from error
        finally:
            self._db.conn.rollback()
            self._db.execute("DROP TABLE IF EXISTS temp.incoming")
        return done

    def _gather(self, calls: Iterable[Call]) -> int:
        """Rows of the file into the temporary table; how many there were. Takes no lock that others wait for."""
        at, rows = iter(calls), 0
        cursor = self._db.conn.cursor()
        while batch := [_row(call) for call in islice(at, BATCH)]:
            cursor.executemany(_ADD, batch)
            rows += len(batch)
        self._db.conn.commit()
        return rows

    def _check_clashes(self, path: Path) -> None:
        for row in self._db.query("SELECT * FROM temp.incoming WHERE clash IS NOT NULL ORDER BY clash LIMIT 1"):
            reason = f"call {row['number']}: row {row['source_row']} says something else of the same officer or unit"
            raise TableError(path, reason, row["clash"], row["clash_in"])

    def _take_over(self, system: str, source: str, rows: int) -> ImportedCalls:
        named = {"system": system, "source": source, "now": now()}
        self._db.execute(_MARK_SAME, named)
        self._db.execute(_MARK_CHANGED, named)
        counts = next(self._db.query(_COUNTS))
        self._db.execute(_RETIRE, named)
        self._db.execute(_INSERT, named)
        return ImportedCalls(
            new=counts["new"],
            changed=counts["changed"],
            unchanged=counts["same"],
            joined=rows - counts["kept"],
            without_time=counts["without_time"],
        )

    def calls(self, first: datetime | None = None, before: datetime | None = None) -> list[Call]:
        """Officers at calls that began from `first` until before `before`, in order of time; None: all.

        Those that state no time at all come last, and only where no period is asked for.
        """
        return list(self._calls(first, before))

    def _calls(self, first: datetime | None, before: datetime | None) -> Iterator[Call]:
        where = ["retired_utc IS NULL"]
        where += ["first_utc >= :first"] if first else []
        where += ["first_utc < :before"] if before else []
        rows = self._db.query(
            f"SELECT * FROM dispatch_calls WHERE {' AND '.join(where)}"
            " ORDER BY first_utc IS NULL, first_utc, number, officer_key, unit_key, id",
            {"first": utc_text(first) if first else None, "before": utc_text(before) if before else None},
        )
        return map(_call, rows)


@lru_cache(maxsize=4096)
def _key(said: str) -> str:
    return plain_name(said)


def _text(moment: datetime | None) -> str | None:
    """As `utc_text` writes it, in a third of the time: a file may hold ten millions of them."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z" if moment.tzinfo is UTC else utc_text(moment)


def _row(call: Call) -> tuple[Any, ...]:
    return (
        call.number, call.officer, call.unit, _key(call.officer), _key(call.unit), call.call_type, call.disposition,
        *map(_text, call.times), _text(call.first), call.remark, call.row,
    )  # fmt: skip


def _call(row: Mapping[str, Any]) -> Call:
    return Call(
        number=row["number"],
        officer=row["officer"],
        unit=row["unit"],
        call_type=row["call_type"],
        disposition=row["disposition"],
        dispatched=utc(row["dispatched_utc"]),
        en_route=utc(row["en_route_utc"]),
        on_scene=utc(row["on_scene_utc"]),
        cleared=utc(row["cleared_utc"]),
        system=row["system"],
        source=row["source"],
        row=row["source_row"],
        remark=row["remark"],
    )


_SAME_KEY = "o.number = n.number AND o.officer_key = n.officer_key AND o.unit_key = n.unit_key"
_LIVE = "o.retired_utc IS NULL AND o.system = :system"
# some systems count their calls anew each day: the same number about a day later is another call
_NEAR = "(o.first_utc IS NULL OR n.first_utc IS NULL OR abs(julianday(o.first_utc) - julianday(n.first_utc)) <= 0.5)"
_INCOMING = f"""
CREATE TEMP TABLE incoming (
    {", ".join(f"{name}" for name in _COLUMNS)},
    clash INTEGER,
    clash_in TEXT,
    state TEXT NOT NULL DEFAULT 'new',
    at TEXT GENERATED ALWAYS AS (coalesce(first_utc, '')) VIRTUAL
);
CREATE UNIQUE INDEX temp.incoming_key ON incoming (number, officer_key, unit_key, at);
"""
_FIRST_OF_TIMES = " ".join(f"WHEN {t} <> excluded.{t} THEN '{t.removesuffix('_utc')}'" for t in _TIMES)
_ADD = f"""
INSERT INTO incoming ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
ON CONFLICT (number, officer_key, unit_key, at) DO UPDATE SET
    {", ".join(f"{t} = coalesce({t}, excluded.{t})" for t in _TIMES)},
    {", ".join(f"{t} = CASE WHEN {t} = '' THEN excluded.{t} ELSE {t} END" for t in ("call_type", "disposition"))},
    clash = CASE WHEN clash IS NULL AND ({" OR ".join(f"{t} <> excluded.{t}" for t in _TIMES)})
        THEN excluded.source_row ELSE clash END,
    clash_in = CASE WHEN clash IS NULL THEN CASE {_FIRST_OF_TIMES} END ELSE clash_in END
"""
_MARK_SAME = f"""
UPDATE temp.incoming AS n SET state = 'same' WHERE EXISTS (
    SELECT 1 FROM main.dispatch_calls AS o WHERE {_LIVE} AND {_SAME_KEY} AND o.first_utc IS n.first_utc
    AND {" AND ".join(f"o.{name} IS n.{name}" for name in _COMPARED)})
"""
_MARK_CHANGED = f"""
UPDATE temp.incoming AS n SET state = 'changed' WHERE state = 'new' AND EXISTS (
    SELECT 1 FROM main.dispatch_calls AS o WHERE {_LIVE} AND {_SAME_KEY} AND {_NEAR})
"""
_COUNTS = """
SELECT count(*) AS kept, coalesce(sum(state = 'new'), 0) AS new, coalesce(sum(state = 'changed'), 0) AS changed,
    coalesce(sum(state = 'same'), 0) AS same, coalesce(sum(first_utc IS NULL), 0) AS without_time FROM temp.incoming
"""
_RETIRE = f"""
UPDATE main.dispatch_calls SET retired_utc = :now WHERE id IN (
    SELECT o.id FROM temp.incoming AS n JOIN main.dispatch_calls AS o ON {_LIVE} AND {_SAME_KEY} AND {_NEAR}
    WHERE n.state = 'changed')
AND NOT EXISTS (
    SELECT 1 FROM temp.incoming AS n, main.dispatch_calls AS o WHERE o.id = main.dispatch_calls.id
    AND n.state = 'same' AND {_SAME_KEY} AND o.first_utc IS n.first_utc)
"""
_INSERT = f"""
INSERT INTO main.dispatch_calls (system, {", ".join(_COLUMNS)}, source, imported_utc)
SELECT :system, {", ".join(_COLUMNS)}, :source, :now FROM temp.incoming WHERE state <> 'same' ORDER BY source_row
"""
