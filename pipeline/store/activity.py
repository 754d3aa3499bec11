"""The activity log as it is read: by page, by filter, and in order to follow its chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.chain import START, Head, row_hash
from pipeline.corrections import CorrectionKind
from pipeline.rows import utc, utc_text
from pipeline.store.answers import ANSWERS
from pipeline.store.opened import Opened
from pipeline.types import Verdict

VIEWED = "recording.viewed"
"""Action in the log: a person opened a recording."""


@dataclass(frozen=True)
class ActivityRow:
    """A row of the activity log."""

    id: int
    at_utc: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True)
class ActivityFilter:
    """Which rows are wanted; None: any."""

    who: str | None = None
    action: str | None = None
    """the whole action, or what stands before its dot: "review" is every verdict"""
    subject: str | None = None
    """begins so"""
    since: datetime | None = None
    until: datetime | None = None
    """not included"""

    def values(self) -> dict[str, Any]:
        return {
            "who": self.who,
            "action": self.action,
            "subject": self.subject,
            "since": utc_text(self.since) if self.since else None,
            "until": utc_text(self.until) if self.until else None,
        }


ANY_ROW = ActivityFilter()


@dataclass(frozen=True)
class FindingPlace:
    """Where a finding is: on a recording or an incident, at a time in seconds."""

    id: str
    recording: str | None
    incident: str | None
    label: str
    start: float


@dataclass(frozen=True)
class BrokenLink:
    """A place where the chain of the log does not hold: the number of the row, and what is wrong there."""

    row: int
    said: str


class Activity(Opened):
    """The activity log of a store."""

    def activity_page(
        self, wanted: ActivityFilter = ANY_ROW, *, before: int | None = None, limit: int = 100
    ) -> list[ActivityRow]:
        """Rows that pass the filter, newest first, of those with a number below `before`."""
        values = wanted.values() | {"before": before, "limit": limit}
        below = "(:before IS NULL OR id < :before)"
        rows = self._db.query(
            f"SELECT * FROM activity WHERE {_PASSES} AND {below} ORDER BY id DESC LIMIT :limit", values
        )
        return [to_activity(row) for row in rows]

    def activity_count(self, wanted: ActivityFilter = ANY_ROW) -> int:
        """How many rows pass the filter."""
        rows = self._db.query(f"SELECT count(*) AS n FROM activity WHERE {_PASSES}", wanted.values())
        return int(next(rows)["n"])

    def activity_choices(self) -> tuple[list[str], list[str]]:
        """Everybody who is in the log, and every action, for filters."""
        people = [row["who"] for row in self._db.query("SELECT DISTINCT who FROM activity ORDER BY who")]
        actions = [row["action"] for row in self._db.query("SELECT DISTINCT action FROM activity ORDER BY action")]
        return people, actions

    def activity_row(self, number: int) -> ActivityRow | None:
        """One row, None: there is none of this number."""
        rows = list(self._db.query("SELECT * FROM activity WHERE id = ?", [number]))
        return to_activity(rows[0]) if rows else None

    def broken_links(self) -> Iterator[BrokenLink]:
        """Every place where a row is not what was logged, or does not follow the row before it."""
        before, doubted, last = (START,), 0, 0
        for row in self._db.query("SELECT * FROM activity ORDER BY id"):
            made = [row_hash(each, row) for each in before]
            if doubted:
                yield _doubted(doubted, made.index(row["hash"]) if row["hash"] in made else None)
            elif row["hash"] not in made and row["id"] > last + 1:
                yield _missing(last + 1, row["id"] - 1)
            # what follows a row in doubt cannot be told apart from it: only the first of them is named
            failed = not doubted and row["hash"] not in made and row["id"] == last + 1
            doubted = row["id"] if failed else 0
            before, last = (row["hash"], *(made if failed else ())), row["id"]
        if doubted:
            yield _doubted(doubted, None)

    def unlogged(self) -> Iterator[str]:
        """Verdicts, corrections and answers that the log does not know as they stand, or knows and the store lost;
        recordings that came in and are gone."""
        for row in self._db.query(
            "SELECT subject FROM activity WHERE action = 'recording.added' EXCEPT SELECT id FROM recordings"
        ):
            yield f"recording {row['subject'][:12]} came in, and is no longer in the store"
        for what, kept, logged in _LOGGED:
            for query, said in (
                (f"{kept} EXCEPT {logged}", "is not in the log as it stands"),
                (f"{logged} EXCEPT {kept}", "is in the log, but no longer in the store"),
            ):
                for row in self._db.query(query):
                    yield f"{what} by {row['who']} on {row['subject'][:12]} ({row['action']}) {said}"

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file itself; empty: nothing."""
        found = [str(row["quick_check"]) for row in self._db.query("PRAGMA quick_check(20)")]
        return [] if found == ["ok"] else found

    def places_of_findings(self, ids: Sequence[str]) -> list[FindingPlace]:
        """Where those of these findings are that the store has."""
        rows = self._db.query(
            "SELECT id, recording, incident, label, start_s FROM findings WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return [FindingPlace(r["id"], r["recording"], r["incident"], r["label"], r["start_s"]) for r in rows]

    def note_view(self, who: str, recording: str) -> Head:
        """Logs that a person opened a recording."""
        with self._writing():
            return self._log(who, VIEWED, recording, {})


def _missing(first: int, last: int) -> BrokenLink:
    which = f"row {first} is" if first == last else f"rows {first} to {last} are"
    return BrokenLink(first, f"{which} missing")


def _doubted(row: int, follows: int | None) -> BrokenLink:
    """`follows`: what the next row follows from: 0 the hash that stands there, 1 the hash that should, None neither."""
    if follows == 1:
        return BrokenLink(row, f"the hash of row {row} was changed")
    changed = f"row {row} is not what was logged"
    if row > 1 and follows == 0:
        changed += f" (or row {row - 1} is not, and was given a new hash)"
    return BrokenLink(row, changed)


def to_activity(row: Mapping[str, Any]) -> ActivityRow:
    """A row of the log from its row in the store. A detail that is no JSON any more is kept as it stands."""
    at = utc(row["at_utc"])
    assert at is not None
    try:
        detail = json.loads(row["detail"])
    except ValueError:
        detail = {"damaged": row["detail"]}
    detail = detail if isinstance(detail, dict) else {"said": detail}
    return ActivityRow(row["id"], at, row["who"], row["action"], row["subject"], detail, row["hash"])


_PASSES = """
    (:who IS NULL OR who = :who)
    AND (:action IS NULL OR action = :action OR substr(action, 1, length(:action) + 1) = :action || '.')
    AND (:subject IS NULL OR substr(subject, 1, length(:subject)) = :subject)
    AND (:since IS NULL OR at_utc >= :since) AND (:until IS NULL OR at_utc < :until)
"""

_REMEMBERED = """
    SELECT subject, who, action, CASE WHEN json_valid(detail) THEN json_extract(detail, '$.{key}') END AS said,
      count(*) AS n FROM activity WHERE action IN ({actions}) GROUP BY 1, 2, 3, 4
"""


def _remembered(prefix: str, values: Iterable[str], key: str) -> str:
    return _REMEMBERED.format(key=key, actions=", ".join(f"'{prefix}.{value}'" for value in values))


_LOGGED = (
    (
        "a verdict",
        "SELECT finding AS subject, reviewer AS who, 'review.' || verdict AS action, note AS said, count(*) AS n"
        " FROM reviews GROUP BY 1, 2, 3, 4",
        _remembered("review", Verdict, "note"),
    ),
    (
        "a correction",
        "SELECT recording AS subject, who, 'correction.' || kind AS action, said, count(*) AS n"
        " FROM corrections GROUP BY 1, 2, 3, 4",
        _remembered("correction", (*CorrectionKind, "undo"), "said"),
    ),
    (
        "an answer",
        "SELECT subject, reviewer AS who, 'checklist.' || answer AS action, clause AS said, count(*) AS n"
        " FROM checklist_answers GROUP BY 1, 2, 3, 4",
        _remembered("checklist", ANSWERS, "clause"),
    ),
)
"""What people said, as the store keeps it and as the log remembers it: the same rows, if nobody changed either."""
