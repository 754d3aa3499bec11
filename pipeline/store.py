"""The store: the only SQL of the project. SQLite through sqlite-utils, one file, several processes at once.

Every write is one transaction that takes the write lock first (`BEGIN IMMEDIATE`), so that two analyses wait for each
other instead of failing; readers are never blocked (WAL). A `Store` belongs to the thread that opened it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from models.contract import BackendInfo
from pipeline import codec
from pipeline.errors import StoreError, StoreFull, StoreTooNew
from pipeline.rows import (
    FileOutcome,
    StoredFinding,
    TurnHit,
    finding_row,
    json_text,
    now,
    recording_row,
    run_row,
    to_backend,
    to_recording,
    to_review,
    to_run,
    to_stored_finding,
    to_turn,
    turn_row,
    utc,
    utc_text,
)
from pipeline.schema import migrations
from pipeline.types import Evidence, Finding, Incident, NotAnalysed, Recording, Review, Run, Turn, Verdict

WAIT_FOR_LOCK = 120.0
"""Seconds that a writer waits for another one; a write here takes milliseconds."""


class Store:
    """Recordings, measurements, findings and verdicts of one agency or case, in one file."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Opens the store, making or migrating it. Raises StoreError with one line that says what to do."""
        self.path = path
        if not create and not path.exists():
            raise StoreError(f"{path}: no store here; make one with: bwc analyze PATHS --store {path}")
        try:
            connection = sqlite3.connect(path, timeout=WAIT_FOR_LOCK)
            self._db = Database(connection)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._migrate()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path}: cannot be opened as a store ({error})") from error

    def _migrate(self) -> None:
        known = {migration.name for migration in migrations._migrations}
        applied = {migration.name for migration in migrations.applied(self._db)}
        if applied - known:
            raise StoreTooNew(f"{self.path}: written by a newer version of this program; update it, then try again")
        if known - applied:
            with self._writing():
                migrations.apply(self._db)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that holds the write lock from its start."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.rollback()
                raise
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if "full" in str(error) or "disk I/O" in str(error):
                raise StoreFull(f"{self.path}: no space left on the disk; free some and run the same again") from error
            raise StoreError(f"{self.path}: could not be written ({error})") from error

    def data_version(self) -> int:
        """A number that grows with every step, verdict and regrouping: the key for caches of readers."""
        row = next(
            self._db.query(
                "SELECT (SELECT coalesce(max(id), 0) FROM runs) + (SELECT coalesce(max(id), 0) FROM reviews)"
                " + (SELECT coalesce(max(id), 0) FROM activity) AS version"
            )
        )
        return int(row["version"])

    # recordings and files

    def add_recording(self, recording: Recording) -> None:
        """Adds a recording, or refreshes what is known of it (it may have moved)."""
        with self._writing():
            row = recording_row(recording)
            row["added_utc"] = self._first_seen(recording.id)
            self._db.table("recordings").upsert(row, pk="id")
            self._note_file(str(recording.path), recording.id, None)

    def _first_seen(self, recording: str) -> str:
        rows = list(self._db.query("SELECT added_utc FROM recordings WHERE id = ?", [recording]))
        return rows[0]["added_utc"] if rows else now()

    def note_failure(self, path: Path, problem: str, recording: str | None = None) -> None:
        """Keeps why a file could not be analysed."""
        with self._writing():
            self._note_file(str(path), recording, problem)

    def _note_file(self, path: str, recording: str | None, problem: str | None) -> None:
        # a name that is not UTF-8 cannot be stored as text: keep it readable
        readable = path.encode("utf-8", "backslashreplace").decode()
        row = {"path": readable, "recording": recording, "problem": problem, "seen_utc": now()}
        self._db.table("files").upsert(row, pk="path")

    def files(self, *, failed_only: bool = False) -> list[FileOutcome]:
        """Every path that was given, with its outcome, in order of path."""
        where = "WHERE problem IS NOT NULL" if failed_only else ""
        rows = self._db.query(f"SELECT path, recording, problem FROM files {where} ORDER BY path")
        return [FileOutcome(**row) for row in rows]

    def recordings(self) -> list[Recording]:
        """All recordings, by start time (unknown ones last), then path."""
        rows = self._db.query("SELECT * FROM recordings ORDER BY start_utc IS NULL, start_utc, path")
        return [to_recording(row) for row in rows]

    def recording(self, wanted: str) -> Recording:
        """A recording by id, by the first letters of its id, by path or by file name. Raises StoreError."""
        rows = list(
            self._db.query(
                "SELECT * FROM recordings WHERE id = :w OR path = :w"
                " OR (length(:w) >= 4 AND substr(id, 1, length(:w)) = :w)"
                " OR replace(path, rtrim(path, replace(path, '/', '')), '') = :w"
                " OR id IN (SELECT recording FROM files WHERE path = :w)",
                {"w": wanted},
            )
        )
        if len(rows) == 1:
            return to_recording(rows[0])
        problem = f"{len(rows)} recordings match" if rows else "no such recording in the store"
        raise StoreError(f"{wanted}: {problem}; see: bwc recordings")

    # measurements

    def latest_runs(self, subject: str) -> dict[str, Run]:
        """The newest run of every step on a recording or an incident, by step name."""
        rows = self._db.query(
            "SELECT * FROM runs WHERE id IN (SELECT max(id) FROM runs WHERE subject = ? GROUP BY step)", [subject]
        )
        return {row["step"]: to_run(row) for row in rows}

    def save_step(
        self, run: Run, evidence: Evidence, writes: Sequence[str], not_analysed: Sequence[NotAnalysed]
    ) -> None:
        """Keeps what a stage measured together with its provenance, in one transaction."""
        recording = evidence.recording.id
        with self._writing():
            run_id = self._insert_run(run)
            for name in writes:
                value = getattr(evidence, name)
                if name == "turns":
                    self._replace_turns(recording, value)
                    value = None if value is None else ()
                self._replace_measurement(recording, name, value, run_id)
            self._db.table("not_analysed").delete_where("recording = ? AND step = ?", [recording, run.step])
            self._db.table("not_analysed").insert_all(
                {
                    "recording": recording,
                    "step": run.step,
                    "start_s": gap.start,
                    "end_s": gap.end,
                    "what": gap.what,
                    "reason": gap.reason,
                }
                for gap in not_analysed
            )

    def _insert_run(self, run: Run) -> int:
        cursor = self._db.table("runs").insert(run_row(run))
        return int(str(cursor.last_pk))

    def _replace_measurement(self, recording: str, name: str, value: Any, run_id: int) -> None:
        self._db.table("measurements").delete_where("recording = ? AND name = ?", [recording, name])
        if value is not None:
            payload = codec.encode(value)
            row = {"recording": recording, "name": name, "payload": payload, "run": run_id}
            self._db.table("measurements").insert(row)

    def _replace_turns(self, recording: str, turns: Sequence[Turn] | None) -> None:
        self._db.table("turns").delete_where("recording = ?", [recording])
        self._db.table("turns").insert_all(
            turn_row(recording, ordinal, turn) for ordinal, turn in enumerate(turns or ())
        )

    def measurements(self, recording: str, names: Iterable[str]) -> dict[str, Any]:
        """The measurements of those names that were made; a name that is missing was never measured."""
        found: dict[str, Any] = {}
        for name in names:
            rows = list(
                self._db.query("SELECT payload FROM measurements WHERE recording = ? AND name = ?", [recording, name])
            )
            if rows:
                found[name] = self.turns(recording) if name == "turns" else codec.decode(name, rows[0]["payload"])
        return found

    def evidence(self, recording: Recording, names: Iterable[str] | None = None) -> Evidence:
        """A recording with its measurements (all, or those named), what was not analysed, and which models ran."""
        wanted = Evidence.measurements() if names is None else names
        backends = {step: run.backend for step, run in self.latest_runs(recording.id).items() if run.backend}
        return Evidence(
            recording=recording,
            not_analysed=self.not_analysed(recording.id),
            backends=backends,
            **self.measurements(recording.id, wanted),
        )

    def turns(self, recording: str) -> tuple[Turn, ...]:
        """The transcript of a recording, in order."""
        rows = self._db.query("SELECT * FROM turns WHERE recording = ? ORDER BY ordinal", [recording])
        return tuple(to_turn(row) for row in rows)

    def search(self, phrase: str, limit: int = 100) -> list[TurnHit]:
        """Turns in which all the words of `phrase` occur, best first."""
        quoted = " ".join('"' + word.replace('"', "") + '"' for word in phrase.split())
        if not quoted:
            return []
        rows = self._db.query(
            "SELECT turns.* FROM turns_fts JOIN turns ON turns.id = turns_fts.rowid"
            " WHERE turns_fts MATCH ? ORDER BY rank LIMIT ?",
            [quoted, limit],
        )
        return [TurnHit(row["recording"], to_turn(row)) for row in rows]

    def not_analysed(self, recording: str) -> tuple[NotAnalysed, ...]:
        """Stretches in which something could not be looked for."""
        rows = self._db.query(
            "SELECT start_s, end_s, what, reason FROM not_analysed WHERE recording = ? ORDER BY start_s, what",
            [recording],
        )
        return tuple(NotAnalysed(row["start_s"], row["end_s"], row["what"], row["reason"]) for row in rows)

    # findings and verdicts

    def replace_findings(self, run: Run, findings: Sequence[Finding], *, of_incident: bool = False) -> None:
        """Keeps what a detector says now. What it said before and says no more is retired, never deleted."""
        column = "incident" if of_incident else "recording"
        said = {finding.id: finding for finding in findings}
        with self._writing():
            run_id = self._insert_run(run)
            self._db.execute(
                f"UPDATE findings SET retired_utc = ? WHERE {column} = ? AND detector = ? AND retired_utc IS NULL"
                " AND id NOT IN (SELECT value FROM json_each(?))",
                [now(), run.subject, run.step, json_text(list(said))],
            )
            rows = [finding_row(finding, column, run_id) for finding in said.values()]
            self._db.table("findings").upsert_all(rows, pk="id")

    def findings(
        self,
        *,
        recording: str | None = None,
        incident: str | None = None,
        detector: str | None = None,
        retired: bool = False,
    ) -> list[StoredFinding]:
        """Findings by place and time, each with its newest review."""
        return self._findings(recording=recording, incident=incident, detector=detector, retired=retired)

    def _findings(self, **wanted: str | bool | None) -> list[StoredFinding]:
        anything = {"recording": None, "incident": None, "detector": None, "first_letters": None, "retired": False}
        rows = self._db.query(_FINDINGS, anything | wanted)
        backends = self._backends()
        return [to_stored_finding(row, backends.get(row["recording"], {})) for row in rows]

    def finding(self, wanted: str) -> StoredFinding:
        """A finding by id or its first letters. Raises StoreError."""
        matches = self._findings(first_letters=wanted, retired=True)
        if len(matches) != 1:
            problem = f"{len(matches)} findings match" if matches else "no such finding in the store"
            raise StoreError(f"{wanted}: {problem}; see: bwc findings --json")
        return matches[0]

    def _backends(self) -> dict[str, dict[str, BackendInfo]]:
        """Which models measured each recording: recording -> step -> model."""
        rows = self._db.query(
            "SELECT subject, step, backend FROM runs WHERE backend IS NOT NULL"
            " AND id IN (SELECT max(id) FROM runs GROUP BY subject, step)"
        )
        found: dict[str, dict[str, BackendInfo]] = {}
        for row in rows:
            found.setdefault(row["subject"], {})[row["step"]] = to_backend(row["backend"])
        return found

    def add_review(self, finding: str, verdict: Verdict, reviewer: str, note: str = "") -> Review:
        """Adds a verdict of a person; earlier ones stay."""
        review = Review(finding, verdict, reviewer, note, datetime.now(UTC))
        with self._writing():
            self._db.table("reviews").insert(
                asdict(review) | {"verdict": verdict.value, "at_utc": utc_text(review.at_utc)}
            )
            self._log(reviewer, f"review.{verdict.value}", finding, {"note": note})
        return review

    def reviews(self, finding: str) -> list[Review]:
        """All verdicts on a finding, oldest first."""
        rows = self._db.query("SELECT * FROM reviews WHERE finding = ? ORDER BY id", [finding])
        return [to_review(row) for row in rows]

    # incidents

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
            for recording, offset, source in incident.recordings
        )

    def incidents(self) -> list[Incident]:
        """Incidents with their recordings, by start time."""
        rows = self._db.query(
            "SELECT * FROM incidents WHERE dissolved_utc IS NULL ORDER BY start_utc IS NULL, start_utc, id"
        )
        return [self._incident(row) for row in list(rows)]

    def incident(self, wanted: str) -> Incident:
        """An incident by id, by the first letters of its id, or by name. Raises StoreError."""
        matches = [i for i in self.incidents() if i.name == wanted or i.id.startswith(wanted)]
        if len(matches) != 1:
            problem = f"{len(matches)} incidents match" if matches else "no such incident in the store"
            raise StoreError(f"{wanted}: {problem}; see: bwc findings --json")
        return matches[0]

    def _incident(self, row: Mapping[str, Any]) -> Incident:
        members = self._db.query(
            "SELECT * FROM incident_recordings WHERE incident = ? ORDER BY offset_s, recording", [row["id"]]
        )
        return Incident(
            id=row["id"],
            name=row["name"],
            start_utc=utc(row["start_utc"]),
            recordings=tuple((m["recording"], m["offset_s"], m["offset_source"]) for m in members),
            grouped_by=row["grouped_by"],
        )

    # activity

    def log(self, who: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Adds a row to the append-only activity log."""
        with self._writing():
            self._log(who, action, subject, detail or {})

    def _log(self, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        row = {"at_utc": now(), "who": who, "action": action, "subject": subject, "detail": json_text(detail)}
        self._db.table("activity").insert(row)

    def activity(self, limit: int = 1000) -> list[dict[str, Any]]:
        """The newest rows of the activity log, newest first."""
        return list(self._db.query("SELECT * FROM activity ORDER BY id DESC LIMIT ?", [limit]))


_FINDINGS = """
SELECT findings.*, reviews.verdict, reviews.reviewer, reviews.note, reviews.at_utc
FROM findings LEFT JOIN reviews
  ON reviews.id = (SELECT max(id) FROM reviews AS newest WHERE newest.finding = findings.id)
LEFT JOIN recordings ON recordings.id = findings.recording
WHERE (:recording IS NULL OR findings.recording = :recording)
  AND (:incident IS NULL OR findings.incident = :incident)
  AND (:detector IS NULL OR findings.detector = :detector)
  AND (:first_letters IS NULL OR substr(findings.id, 1, length(:first_letters)) = :first_letters)
  AND (:retired OR findings.retired_utc IS NULL)
ORDER BY findings.recording IS NULL, recordings.start_utc IS NULL, recordings.start_utc, recordings.path,
  findings.start_s, findings.end_s, findings.detector, findings.label, findings.id
"""
