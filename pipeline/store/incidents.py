"""Which recordings belong together, and how their clocks relate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.errors import StoreError
from pipeline.rows import Grouping, Placing, fit_columns, json_text, now, to_fits, utc, utc_text
from pipeline.store.opened import Opened
from pipeline.types import Incident, Run

GROUPED, UNGROUPED = "incident.group", "incident.ungroup"
"""How the activity log calls what people say of an incident's recordings."""
PLACED = "incident.place"
"""How it calls where people say that a recording lies on the incident's clock."""


class Places(NamedTuple):
    """Rows of the store as they are, quick to read and to compare: an agency's year has 25,000 recordings."""

    recordings: tuple[tuple[str, str, float, str | None], ...]
    """id, path, duration in seconds, start (UTC, as text), by start"""
    incidents: tuple[tuple[str, str, str | None], ...]
    """id, name, start, by start"""
    members: tuple[tuple[str, str, float], ...]
    """incident, recording, its start on the incident's clock in seconds; by incident and start"""


class Incidents(Opened):
    """The incidents of a store."""

    def save_incidents(self, incidents: Sequence[Incident]) -> None:
        """Keeps the present grouping; incidents that are gone are dissolved, not deleted."""
        with self._writing():
            self._db.execute(
                "UPDATE incidents SET dissolved_utc = ? WHERE dissolved_utc IS NULL"
                " AND id NOT IN (SELECT value FROM json_each(?))",
                [now(), json_text([incident.id for incident in incidents])],
            )
            self._db.execute("DELETE FROM incident_recordings")
            for incident in incidents:
                self._save_incident(incident)

    def _save_incident(self, incident: Incident) -> None:
        self._db.table("incidents").upsert(
            {
                "id": incident.id,
                "name": incident.name,
                "start_utc": utc_text(incident.start_utc) if incident.start_utc else None,
                "grouped_by": incident.grouped_by,
                "dissolved_utc": None,
            },
            pk="id",
        )
        self._db.table("incident_recordings").insert_all(
            {"incident": incident.id, "recording": recording, "offset_s": offset, "offset_source": source}
            | fit_columns(incident, recording)
            for recording, offset, source in incident.recordings
        )

    def incidents(self) -> list[Incident]:
        """Incidents with their recordings, by start time."""
        rows = self._db.query(
            "SELECT * FROM incidents WHERE dissolved_utc IS NULL ORDER BY start_utc IS NULL, start_utc, id"
        )
        members: dict[str, list[Mapping[str, Any]]] = {}
        for row in self._db.query("SELECT * FROM incident_recordings ORDER BY offset_s, recording"):
            members.setdefault(row["incident"], []).append(row)
        return [_incident(row, members.get(row["id"], ())) for row in rows]

    def places(self) -> Places:
        """Which recordings and incidents there are, named, timed and grouped how."""
        return Places(*(tuple(self._db.execute(query)) for query in _PLACES))

    def incident(self, wanted: str) -> Incident:
        """An incident by id, by the first letters of its id, or by name. Raises StoreError."""
        matches = [i for i in self.incidents() if i.name == wanted or i.id.startswith(wanted)]
        if len(matches) != 1:
            problem = f"{len(matches)} incidents match" if matches else "no such incident in the store"
            raise StoreError(f"{wanted}: {problem}; see: bwc incidents")
        return matches[0]

    def log_grouping(self, who: str, said: Grouping) -> None:
        """Keeps in the activity log what a person says of which recordings belong together."""
        detail = {"recordings": list(said.recordings), "rest": list(said.rest)}
        self.log(who, GROUPED if said.together else UNGROUPED, said.incident, detail)

    def groupings(self) -> list[Grouping]:
        """What people said of which recordings belong together, oldest first."""
        rows = self._db.query(
            "SELECT action, subject, detail FROM activity WHERE action IN (?, ?) ORDER BY id", [GROUPED, UNGROUPED]
        )
        return [_to_grouping(row) for row in list(rows)]

    def place(self, who: str, said: Placing, incident: Incident) -> None:
        """Keeps the incident as it is after a person placed a recording, and what was said in the activity log."""
        detail = {name: getattr(said, name) for name in _PLACING}
        with self._writing():
            self._db.execute("DELETE FROM incident_recordings WHERE incident = ?", [incident.id])
            self._save_incident(incident)
            self._log(who, PLACED, incident.id, detail)

    def placings(self, incident: str) -> list[Placing]:
        """Where people said that an incident's recordings lie, oldest first."""
        rows = self._db.query(
            "SELECT detail FROM activity WHERE action = ? AND subject = ? ORDER BY id", [PLACED, incident]
        )
        details = [json.loads(row["detail"]) for row in list(rows)]
        return [Placing(incident, **{name: detail[name] for name in _PLACING}) for detail in details]

    def save_run(self, run: Run) -> None:
        """Keeps how a step on an incident ended, where nothing else is kept of it."""
        with self._writing():
            self._insert_run(run)


def _incident(row: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> Incident:
    return Incident(
        id=row["id"],
        name=row["name"],
        start_utc=utc(row["start_utc"]),
        recordings=tuple((m["recording"], m["offset_s"], m["offset_source"]) for m in members),
        grouped_by=row["grouped_by"],
        fits=to_fits(members),
    )


_PLACES = (
    "SELECT id, path, duration_s, start_utc FROM recordings ORDER BY start_utc IS NULL, start_utc, path",
    "SELECT id, name, start_utc FROM incidents WHERE dissolved_utc IS NULL ORDER BY start_utc IS NULL, start_utc, id",
    "SELECT incident, recording, offset_s FROM incident_recordings ORDER BY incident, offset_s, recording",
)
_PLACING = ("recording", "against", "seconds", "source", "was_seconds", "was_source")


def _to_grouping(row: Mapping[str, Any]) -> Grouping:
    detail = json.loads(row["detail"])
    return Grouping(row["action"] == GROUPED, row["subject"], tuple(detail["recordings"]), tuple(detail["rest"]))
