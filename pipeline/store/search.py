"""Full-text search over transcripts and findings, and the searches that people keep."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pipeline.errors import SearchError
from pipeline.roster import spellings
from pipeline.rows import json_text, now, utc
from pipeline.search import Hit, Hits, Query, SavedSearch, is_called
from pipeline.store.roster import StoredRoster
from pipeline.store.search_rows import MADE, STANDING, VOICES, Found, asked, values_of
from pipeline.table_file import plain_name

RANKED = 2000
"""hits up to which the best come first; ranking hundreds of thousands takes a second, and nobody reads them"""
LONGEST_NAME = 100


class Searches(StoredRoster):
    """What is said and what was found, by words."""

    def find(self, query: Query, *, only: Sequence[str] | None = None, limit: int = 100, skip: int = 0) -> Hits:
        """Turns that people put right, other turns, then findings. A turn is found by its words as they stand and as
        they were measured; role and speaker are those that stand. `only`: the recordings that are looked at (with the
        incidents made of them alone).

        Up to RANKED hits of a kind the best come first; of more, the newest in the store. Raises SearchError.
        """
        if not query.match and query.label is None:
            raise SearchError("type a word to look for, or a label:")
        wanted = self._of(query, only)
        self._db.register_function(is_called, deterministic=True)
        voices = json_text(self._called(query.speaker)) if query.speaker is not None else None
        values = values_of(query) | {"only": json_text(wanted) if wanted is not None else None, "voices": voices}
        hits: list[Hit] = []
        count, more = 0, False
        try:
            for sql, hit in asked(query):
                counted = next(self._db.query(f"SELECT count(*) AS n FROM ({sql} LIMIT {RANKED + 1})", values))["n"]
                many = counted > RANKED
                order = "newest DESC" if many or not query.match else "best"
                page = values | {"limit": max(0, limit - len(hits)), "skip": max(0, skip - count)}
                rows = self._db.query(f"{sql} ORDER BY {order} LIMIT :limit OFFSET :skip", page)
                hits += hit(self._with_corrections(list(rows)))
                count, more = count + min(counted, RANKED), more or many
        except sqlite3.OperationalError as error:
            raise SearchError(f"this cannot be looked for ({error})") from error
        return Hits(tuple(hits), count, more)

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

    def _called(self, typed: str) -> list[str]:
        """The voices of the store that are called so, as they were measured or as people named them."""
        known = {row["voice"] for row in self._db.query(VOICES)}
        return sorted(voice for voice in known if is_called(voice, typed))

    def _with_corrections(self, rows: list[dict[str, Any]]) -> list[Found]:
        """The rows, each with what stands in its turn's place now and the corrections that put it there."""
        turns = {"turns": json_text([row["turn"] for row in rows if row["turn"] is not None])}
        now: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in self._db.query(STANDING, turns):
            now[row["turn"]].append(row)
        made = {row["id"]: row for row in self._db.query(MADE, turns)}
        return [Found(row, now.get(row["turn"], []), made) for row in rows]

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
