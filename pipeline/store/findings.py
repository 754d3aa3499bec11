"""Findings, and what people said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from models.contract import BackendInfo
from pipeline.errors import StoreError
from pipeline.rows import StoredFinding, finding_row, json_text, now, to_backend, to_review, to_stored_finding, utc_text
from pipeline.store.opened import Opened
from pipeline.types import Finding, Review, Run, Verdict


@dataclass(frozen=True)
class FindingCount:
    """Findings of one detector on one recording or incident."""

    subject: str
    detector: str
    findings: int
    to_review: int
    """of them without an answer that counts"""


class Observed(NamedTuple):
    """Of a finding that stands what its place in the order of reviews rests on. Seconds.

    A plain tuple: an inbox of a year reads 100,000 of them.
    """

    id: str
    recording: str | None
    incident: str | None
    label: str
    start: float
    end: float
    score: float
    answered: int
    """1: somebody gave a verdict that was not taken back"""

    @property
    def subject(self) -> str:
        return self.recording or self.incident or ""


class Marks(NamedTuple):
    """How far the tables had grown that findings and answers hang on, none of which ever loses a row, and how often
    recordings and incidents were written to."""

    runs: int
    reviews: int
    withdrawals: int
    places: int


class Findings(Opened):
    """The findings and verdicts of a store."""

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
        """Findings by place and time, each with its newest review that was not taken back."""
        return self._findings(recording=recording, incident=incident, detector=detector, retired=retired)

    def _findings(self, *, retired: bool, **wanted: str | None) -> list[StoredFinding]:
        # conditions that are not asked for are left out: with "or nothing is asked" the indices could not be used
        given = {name: value for name, value in wanted.items() if value is not None}
        conditions = [_WANTED[name] for name in given] + ([] if retired else ["findings.retired_utc IS NULL"])
        rows = list(self._db.query(_FINDINGS.format(where=" AND ".join(conditions) or "TRUE"), given))
        recordings = {row["recording"] for row in rows if row["recording"]}
        backends = self._backends(recordings.pop() if len(recordings) == 1 else None)
        return [to_stored_finding(row, backends.get(row["recording"], {})) for row in rows]

    def finding_ids(self, subjects: Iterable[str]) -> set[str]:
        """The findings that stand of recordings and incidents, by id alone."""
        rows = self._db.query(
            "SELECT id FROM findings WHERE retired_utc IS NULL AND (recording IN (SELECT value FROM json_each(:of))"
            " OR incident IN (SELECT value FROM json_each(:of)))",
            {"of": json_text(list(subjects))},
        )
        return {row["id"] for row in rows}

    def finding_counts(self) -> list[FindingCount]:
        """How many findings of each detector stand on each recording and incident, and how many wait for an answer."""
        return [FindingCount(**row) for row in self._db.query(_COUNTS)]

    def observed(self, subjects: Collection[str] | None = None) -> list[Observed]:
        """The findings that stand, of these recordings and incidents or of all, in no order."""
        of = "" if subjects is None else _OF_SUBJECTS
        given = {} if subjects is None else {"of": json_text(sorted(subjects))}
        return list(map(Observed._make, self._db.execute(_OBSERVED.format(of=of), given)))

    def marks(self) -> Marks:
        """What tells later what changed since. Read before the findings and the places, nothing falls in between."""
        return Marks(*self._db.execute(_MARKS).fetchone())

    def subjects_touched(self, since: Marks) -> set[str]:
        """Recordings and incidents whose findings, or which of them are answered, may have changed since then.

        Findings come, change and retire with a run of their detector; answers with a verdict, or with one taken back.
        """
        return {subject for (subject,) in self._db.execute(_TOUCHED, since._asdict())}

    def labels_found(self) -> list[str]:
        """Every label that some finding has that stands."""
        return [row["label"] for row in self._db.query(_LABELS)]

    def finding(self, wanted: str) -> StoredFinding:
        """A finding by id or its first letters. Raises StoreError."""
        matches = self._findings(first_letters=wanted, retired=True)
        if len(matches) != 1:
            problem = f"{len(matches)} findings match" if matches else "no such finding in the store"
            raise StoreError(f"{wanted}: {problem}; see: bwc findings --json")
        return matches[0]

    def _backends(self, recording: str | None) -> dict[str, dict[str, BackendInfo]]:
        """Which models measured a recording, or each one: recording -> step -> model."""
        of_one = "WHERE subject = :recording" if recording else ""
        rows = self._db.query(
            "SELECT subject, step, backend FROM runs WHERE backend IS NOT NULL"
            f" AND id IN (SELECT max(id) FROM runs {of_one} GROUP BY subject, step)",
            {"recording": recording} if recording else {},
        )
        found: dict[str, dict[str, BackendInfo]] = {}
        for row in rows:
            found.setdefault(row["subject"], {})[row["step"]] = to_backend(row["backend"])
        return found

    def add_review(
        self, finding: str, verdict: Verdict, reviewer: str, note: str = "", *,
        speaker_right: bool = False, blind: bool = False,
    ) -> Review:  # fmt: skip
        """Adds a verdict of a person; earlier ones stay.

        `speaker_right`: the person also says that the speaker is right; `blind`: given without sight of others'.
        """
        review = Review(finding, verdict, reviewer, note, datetime.now(UTC))
        with self._writing():
            row = asdict(review) | {"verdict": verdict.value, "at_utc": utc_text(review.at_utc)}
            number = self._db.table("reviews").insert(row).last_pk
            marks = {"speaker_right": int(speaker_right), "blind": int(blind)}
            self._db.table("review_marks").insert({"review": number} | marks)
            said = {name: True for name, value in marks.items() if value}
            self._log(reviewer, f"review.{verdict.value}", finding, {"note": note} | said)
        return review

    def reviews(self, finding: str) -> list[Review]:
        """All verdicts on a finding, oldest first."""
        rows = self._db.query("SELECT * FROM reviews WHERE finding = ? ORDER BY id", [finding])
        return [to_review(row) for row in rows]


_WANTED = {
    "recording": "findings.recording = :recording",
    "incident": "findings.incident = :incident",
    "detector": "findings.detector = :detector",
    # ids are hexadecimal, so that all of one beginning lie between it and it followed by the next letter
    "first_letters": "findings.id BETWEEN :first_letters AND :first_letters || 'g'",
}
_ANSWERED = """
EXISTS (SELECT 1 FROM reviews WHERE reviews.finding = findings.id
  AND NOT EXISTS (SELECT 1 FROM review_withdrawals AS taken WHERE taken.finding = reviews.finding
    AND taken.reviewer = reviews.reviewer AND taken.review >= reviews.id))
"""
_COUNTS = f"""
SELECT coalesce(recording, incident) AS subject, detector, count(*) AS findings,
  sum(CASE WHEN {_ANSWERED} THEN 0 ELSE 1 END) AS to_review
FROM findings WHERE retired_utc IS NULL GROUP BY coalesce(recording, incident), detector
"""
_OBSERVED = f"""
SELECT id, recording, incident, label, start_s, end_s, score, {_ANSWERED} FROM findings
WHERE retired_utc IS NULL {{of}}
"""
_OF_SUBJECTS = """
AND (recording IN (SELECT value FROM json_each(:of)) OR incident IN (SELECT value FROM json_each(:of)))
"""
_MARKS = """
SELECT (SELECT coalesce(max(id), 0) FROM runs), (SELECT coalesce(max(id), 0) FROM reviews),
  (SELECT coalesce(max(id), 0) FROM review_withdrawals), (SELECT times FROM places_changed)
"""
_TOUCHED = """
SELECT subject FROM runs WHERE id > :runs UNION
SELECT coalesce(recording, incident) FROM findings WHERE id IN
  (SELECT finding FROM reviews WHERE id > :reviews UNION
   SELECT finding FROM review_withdrawals WHERE id > :withdrawals)
"""
_LABELS = "SELECT DISTINCT label FROM findings WHERE retired_utc IS NULL ORDER BY label"
_FINDINGS = """
SELECT findings.*, reviews.verdict, reviews.reviewer, reviews.note, reviews.at_utc
FROM findings LEFT JOIN reviews
  ON reviews.id = (SELECT max(id) FROM reviews AS newest WHERE newest.finding = findings.id
    AND NOT EXISTS (SELECT 1 FROM review_withdrawals AS taken WHERE taken.finding = newest.finding
      AND taken.reviewer = newest.reviewer AND taken.review >= newest.id))
LEFT JOIN recordings ON recordings.id = findings.recording
WHERE {where}
ORDER BY findings.recording IS NULL, recordings.start_utc IS NULL, recordings.start_utc, recordings.path,
  findings.start_s, findings.end_s, findings.detector, findings.label, findings.id
"""
