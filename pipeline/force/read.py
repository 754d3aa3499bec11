"""Reading use-of-force reports from CSV, row by row, with the columns that the pack names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.errors import TableError
from pipeline.force.report import ForceReport, ReportRow
from pipeline.force.times import TimeForm, time_form
from pipeline.policy.records import FORCE_FIELDS, ForceReportRules
from pipeline.table_file import Row, TableFile


def read_force_reports(path: Path, rules: ForceReportRules, zone: ZoneInfo | None) -> Iterator[ReportRow]:
    """The rows of a file, in order; the file is read twice: once to tell how it writes times, once for the rest.

    Raises TableError with row and column.
    """
    accepted = {field: rules.columns.get(field, (field,)) for field in FORCE_FIELDS}
    table = TableFile(path, accepted, ("number",), rules.needed, "force_reports.columns")
    form = time_form(_with_times(table), rules.time_forms, zone)
    between = re.compile("|".join(re.escape(s) for s in rules.separators) or r"(?!)")
    for row in table.rows():
        yield _report(row, form, between)


def _with_times(table: TableFile) -> Iterator[Row]:
    for row in table.rows():
        if "time" not in row.columns and "date" not in row.columns:
            names = ", ".join(repr(name) for field in ("time", "date") for name in table.accepted[field])
            reason = f"no column for the date and time; looked for {names}; name yours in [{table.section}]"
            raise TableError(row.path, reason, 1)
        yield row


def _report(row: Row, form: TimeForm, between: re.Pattern[str]) -> ReportRow:
    at, remark = form.read(row)
    said = {field: row.text(field) for field in FORCE_FIELDS}
    report = ForceReport(
        number=said["number"],
        at=at,
        incident=said["incident"],
        officers=_parts(said["officers"], between),
        unit=said["unit"],
        precinct=said["precinct"],
        race=said["race"],
        ethnicity=said["ethnicity"],
        subject_injury=said["subject_injury"],
        officer_injury=said["officer_injury"],
        kinds=_parts(said["kinds"], between),
        resistance=said["resistance"],
    )
    return ReportRow(report, row, remark)


def _parts(cell: str, between: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in between.split(cell) if part.strip()))
