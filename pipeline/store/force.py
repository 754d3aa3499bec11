"""Use-of-force reports in the store: imported whole or not at all; what a later file changes is logged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.force.report import Differs, ForceReport, ReportRow
from pipeline.rows import json_text, now, utc_text
from pipeline.store.opened import Opened


@dataclass(frozen=True)
class Imported:
    """What an import did, by number of reports."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class ForceReports(Opened):
    """The use-of-force reports of a store."""

    def import_force_reports(self, rows: Iterable[ReportRow], source: str, who: str) -> Imported:
        """Keeps the reports of a file in one transaction; an error in any row leaves the store as it was.

        Rows of one number are one report: their officers and types of force are put together, all else must agree.
        A report that was there is replaced, with what it said before in the log. Raises TableError.
        """
        earlier = {report.number: report for report in self.force_reports()}
        seen: dict[str, ForceReport] = {}
        with self._writing():
            for one in rows:
                seen[one.report.number] = _joined(seen.get(one.report.number), one)
            at = now()
            news = (_row(r, source, at) for r in seen.values() if earlier.get(r.number) != r)
            self._db.table("force_reports").upsert_all(news, pk="number")
            done = Counter(_outcome(report, earlier) for report in seen.values())
            for report in seen.values():
                if _outcome(report, earlier) == "changed":
                    before = {"before": earlier[report.number].differences(report), "file": source}
                    self._log(who, "force_report.changed", report.number, before)
            if done["new"] or done["changed"]:
                self._log(who, "force_report.import", source, dict(done))
        return Imported(**done)

    def force_reports(self, first: datetime | None = None, before: datetime | None = None) -> list[ForceReport]:
        """Reports from `first` until before `before`, in order of time. Both with a zone, None: all."""
        rows = self._db.query(
            "SELECT * FROM force_reports WHERE (:first IS NULL OR at_utc >= :first)"
            " AND (:before IS NULL OR at_utc < :before) ORDER BY at_utc, number",
            {"first": utc_text(first) if first else None, "before": utc_text(before) if before else None},
        )
        return [_report(row) for row in rows]


def _joined(before: ForceReport | None, one: ReportRow) -> ForceReport:
    if before is None:
        return one.report
    try:
        return before.joined(one.report)
    except Differs as error:
        raise one.differs(error.field) from error


def _outcome(report: ForceReport, earlier: Mapping[str, ForceReport]) -> str:
    if report.number not in earlier:
        return "new"
    return "unchanged" if earlier[report.number] == report else "changed"


def _row(report: ForceReport, source: str, at: str) -> dict[str, Any]:
    return {
        "number": report.number,
        "at": report.at.isoformat(timespec="seconds"),
        "at_utc": utc_text(report.at),
        "incident": report.incident,
        "officers": json_text(list(report.officers)),
        "unit": report.unit,
        "precinct": report.precinct,
        "race": report.race,
        "ethnicity": report.ethnicity,
        "subject_injury": report.subject_injury,
        "officer_injury": report.officer_injury,
        "kinds": json_text(list(report.kinds)),
        "resistance": report.resistance,
        "source": source,
        "imported_utc": at,
    }


def _report(row: Mapping[str, Any]) -> ForceReport:
    return ForceReport(
        number=row["number"],
        at=datetime.fromisoformat(row["at"]),
        incident=row["incident"],
        officers=tuple(json.loads(row["officers"])),
        unit=row["unit"],
        precinct=row["precinct"],
        race=row["race"],
        ethnicity=row["ethnicity"],
        subject_injury=row["subject_injury"],
        officer_injury=row["officer_injury"],
        kinds=tuple(json.loads(row["kinds"])),
        resistance=row["resistance"],
    )
