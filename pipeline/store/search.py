"""Full-text search over transcripts and findings, and the searches that people keep."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.errors import SearchError
from pipeline.roster import spellings
from pipeline.rows import now, utc, utc_text
from pipeline.search import Hit, Hits, Query, SavedSearch
from pipeline.store.roster import StoredRoster
from pipeline.table_file import plain_name
from pipeline.types import Role

RANKED = 2000
"""hits up to which the best come first; ranking hundreds of thousands takes a second, and nobody reads them"""
LONGEST_NAME = 100


class Searches(StoredRoster):
    """What is said and what was found, by words."""

    def find(self, query: Query, *, only: Sequence[str] | None = None, limit: int = 100, skip: int = 0) -> Hits:
        """Turns, then findings. `only`: the recordings that are looked at (with the incidents made of them alone).

        Up to RANKED hits of a kind the best come first; of more, the newest in the store. Raises SearchError.
        """
        if not query.match and query.label is None:
            raise SearchError("type a word to look for, or a label:")
        wanted = self._of(query, only)
        values = _values(query) | {"only": json.dumps(wanted) if wanted is not None else None}
        kinds = []
        if query.where != "findings" and query.match and query.label is None:
            kinds.append((_TURNS, _turn_hit))
        if query.where != "turns":
            kinds.append((_FINDINGS if query.match else _FINDINGS_BY_LABEL, _finding_hit))
        hits: list[Hit] = []
        count, more = 0, False
        try:
            for sql, hit in kinds:
                counted = next(self._db.query(f"SELECT count(*) AS n FROM ({sql} LIMIT {RANKED + 1})", values))["n"]
                many = counted > RANKED
                order = "newest DESC" if many or not query.match else "best"
                page = values | {"limit": max(0, limit - len(hits)), "skip": max(0, skip - count)}
                rows = self._db.query(f"{sql} ORDER BY {order} LIMIT :limit OFFSET :skip", page)
                hits += [hit(row) for row in rows]
                count, more = count + min(counted, RANKED), more or many
        except sqlite3.OperationalError as error:
            raise SearchError(f"this cannot be looked for ({error})") from error
        return Hits(tuple(self._marked(hits)), count, more)

    def _of(self, query: Query, only: Sequence[str] | None) -> list[str] | None:
        """Ids of the recordings that officer, unit and camera leave, of those in `only`; None: all."""
        if query.officer is None and query.unit is None and query.camera is None:
            return list(only) if only is not None else None
        roster = self.roster()
        officers = {a.officer for a in roster.called(query.officer)} if query.officer else set()
        kept, among = [], set(only) if only is not None else None
        for row in self._db.query("SELECT id, device, start_utc FROM recordings"):
            worn = roster.wearer(row["device"], utc(row["start_utc"]))
            fits = (
                (query.officer is None or (worn is not None and worn.officer in officers))
                and (query.unit is None or (worn is not None and worn.unit.casefold() == query.unit.casefold()))
                and (query.camera is None or plain_name(query.camera) in spellings(row["device"] or ""))
            )
            if fits and (among is None or row["id"] in among):
                kept.append(row["id"])
        return kept

    def _marked(self, hits: Sequence[Hit]) -> Iterator[Hit]:
        """The hits, with a mark on turns of recordings that people have corrected."""
        touched = {row["recording"] for row in self._db.query("SELECT DISTINCT recording FROM corrections")}
        for hit in hits:
            yield replace(hit, corrected=True) if hit.kind == "turn" and hit.subject in touched else hit

    def save_search(self, name: str, text: str, who: str) -> SavedSearch:
        """Keeps a search under a name. Raises SearchError."""
        name = name.strip()[:LONGEST_NAME] or text.strip()[:LONGEST_NAME]
        row = {"name": name, "text": text, "who": who, "at_utc": now(), "removed_utc": None}
        with self._writing():
            number = int(str(self._db.table("saved_searches").insert(row).last_pk))
            self._log(who, "search.save", str(number), {"name": name, "text": text})
        return next(one for one in self.saved_searches() if one.id == number)

    def remove_search(self, number: int, who: str) -> None:
        """Takes a kept search off the list."""
        with self._writing():
            self._db.execute("UPDATE saved_searches SET removed_utc = ? WHERE id = ?", [now(), number])
            self._log(who, "search.remove", str(number), {})

    def saved_searches(self) -> list[SavedSearch]:
        """The searches that people keep, by name."""
        rows = self._db.query("SELECT * FROM saved_searches WHERE removed_utc IS NULL ORDER BY name COLLATE NOCASE, id")
        out = []
        for row in rows:
            at = utc(row["at_utc"])
            assert at is not None
            out.append(SavedSearch(row["id"], row["name"], row["text"], row["who"], at))
        return out


_WHEN = (
    "(:since IS NULL OR recordings.start_utc >= :since) AND (:until IS NULL OR recordings.start_utc < :until)"
    " AND (:only IS NULL OR recordings.id IN (SELECT value FROM json_each(:only)))"
)
_TURNS = f"""
SELECT turns.recording AS subject, start_s, end_s, role, highlight(turns_fts, 0, char(2), char(3)) AS marked,
       turns_fts.rank AS best, turns_fts.rowid AS newest
FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid JOIN recordings ON recordings.id = turns.recording
WHERE turns_fts MATCH :match AND (:role IS NULL OR role = :role) AND {_WHEN}
"""
_OF_FINDINGS = f"""
retired_utc IS NULL AND (:role IS NULL OR role = :role) AND (:label IS NULL OR label = :label OR detector = :label)
AND (EXISTS (SELECT 1 FROM recordings WHERE recordings.id = findings.recording AND {_WHEN})
     OR (findings.incident IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM incident_recordings AS i LEFT JOIN recordings ON recordings.id = i.recording AND {_WHEN}
         WHERE i.incident = findings.incident AND recordings.id IS NULL)))
"""
_FINDINGS = f"""
SELECT coalesce(recording, incident) AS subject, start_s, end_s, role, label, id,
       highlight(findings_fts, 0, char(2), char(3)) AS marked, highlight(findings_fts, 1, char(2), char(3)) AS words,
       findings_fts.rank AS best, findings_fts.rowid AS newest
FROM findings_fts JOIN findings ON findings.rowid = findings_fts.rowid
WHERE findings_fts MATCH :match AND {_OF_FINDINGS}
"""
_FINDINGS_BY_LABEL = f"""
SELECT coalesce(recording, incident) AS subject, start_s, end_s, role, label, id, summary AS marked, '' AS words,
       0 AS best, findings.rowid AS newest
FROM findings WHERE {_OF_FINDINGS}
"""


def _values(query: Query) -> dict[str, Any]:
    return {
        "match": query.match,
        "role": query.role.value if query.role else None,
        "label": query.label,
        "since": utc_text(query.since) if query.since else None,
        "until": utc_text(query.until) if query.until else None,
    }


def _parts(marked: str) -> tuple[tuple[str, bool], ...]:
    """What lies between the marks is what was looked for."""
    pieces = marked.replace("\x03", "\x02").split("\x02")
    return tuple((text, bool(place % 2)) for place, text in enumerate(pieces) if text)


def _turn_hit(row: Mapping[str, Any]) -> Hit:
    role = Role(row["role"]) if row["role"] else None
    return Hit("turn", row["subject"], row["start_s"], row["end_s"], _parts(row["marked"]), role)


def _finding_hit(row: Mapping[str, Any]) -> Hit:
    role = Role(row["role"]) if row["role"] else None
    place = row["subject"], row["start_s"], row["end_s"]
    parts = _parts(row["marked"])
    if not any(found for _, found in parts) and "\x02" in row["words"]:  # the words behind it, not what is said of it
        parts = (*parts, (": ", False), *_parts(row["words"]))
    return Hit("finding", *place, parts, role, row["label"], row["id"])
