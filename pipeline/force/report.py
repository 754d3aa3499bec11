"""A use-of-force report as an agency's own system states it: text as it stood in the file, and a moment."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

from pipeline.errors import TableError
from pipeline.table_file import Row


@dataclass(frozen=True)
class ForceReport:
    """One report on force used towards one person. `at` has a zone; the other fields hold what the file says, or ""."""

    number: str
    at: datetime
    incident: str = ""
    officers: tuple[str, ...] = ()
    """numbers or names, as the file has them"""
    unit: str = ""
    precinct: str = ""
    race: str = ""
    ethnicity: str = ""
    subject_injury: str = ""
    officer_injury: str = ""
    kinds: tuple[str, ...] = ()
    """types of force"""
    resistance: str = ""

    def joined(self, other: ForceReport) -> ForceReport:
        """This report with the officers and types of force of a further row of it. Raises Differs for all else."""
        for name in (f.name for f in fields(self) if f.name not in ("officers", "kinds")):
            if getattr(self, name) != getattr(other, name):
                raise Differs(name)
        officers, kinds = (tuple(dict.fromkeys(a + b)) for a, b in
                           ((self.officers, other.officers), (self.kinds, other.kinds)))  # fmt: skip
        return replace(self, officers=officers, kinds=kinds)

    def differences(self, other: ForceReport) -> dict[str, object]:
        """What this report said where the other says something else."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)}


class Differs(Exception):
    """Two rows of one report do not say the same in `field`."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


@dataclass(frozen=True)
class ReportRow:
    """A report and the row that it was read from."""

    report: ForceReport
    row: Row
    remark: str = ""
    """what had to be assumed: "01:30 comes twice in that night, taken as the first" """

    def differs(self, field: str) -> TableError:
        """The error for a second row of a report that says something else about the same person."""
        reason = f"report {self.report.number} has other rows that say something else; one number for each person"
        return self.row.wrong("time" if field == "at" else field, reason)
