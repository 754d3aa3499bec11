"""The roster of a store: the newest file counts, earlier ones stay, retired."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.roster import Assignment, Roster
from pipeline.rows import now, utc, utc_text
from pipeline.store.opened import Opened


class StoredRoster(Opened):
    """Who wore which camera when, as the store was told last."""

    def replace_roster(self, assignments: Sequence[Assignment], source: str, who: str) -> bool:
        """Keeps a roster in place of the one before. False: it says the same, and nothing was written."""
        if list(Roster(assignments).assignments) == list(self.roster().assignments):
            return False
        with self._writing():
            self._db.execute("UPDATE roster SET retired_utc = ? WHERE retired_utc IS NULL", [now()])
            self._db.table("roster").insert_all(
                {
                    "officer": one.officer,
                    "name": one.name,
                    "unit": one.unit,
                    "precinct": one.precinct,
                    "camera": one.camera,
                    "from_utc": utc_text(one.start),
                    "until_utc": utc_text(one.end) if one.end else None,
                    "source": source,
                    "retired_utc": None,
                }
                for one in assignments
            )
            self._log(who, "roster.import", source, {"assignments": len(assignments)})
        return True

    def roster_state(self) -> tuple[int, int]:
        """Another one once another roster counts: each comes with rows of its own."""
        query = "SELECT count(*), coalesce(max(id), 0) FROM roster WHERE retired_utc IS NULL"
        count, newest = self._db.execute(query).fetchone()
        return count, newest

    def subjects_of(self, action: str) -> set[str]:
        """Everything that the activity log has this action for."""
        return {row["subject"] for row in self._db.query("SELECT subject FROM activity WHERE action = ?", [action])}

    def roster(self) -> Roster:
        """The roster that counts; an empty one where none was imported."""
        rows = self._db.query("SELECT * FROM roster WHERE retired_utc IS NULL ORDER BY id")
        assignments = []
        for row in rows:
            start = utc(row["from_utc"])
            assert start is not None
            named = (row["officer"], row["name"], row["unit"], row["precinct"], row["camera"])
            assignments.append(Assignment(*named, start, utc(row["until_utc"])))
        return Roster(assignments)
