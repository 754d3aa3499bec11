"""A CSV file from another system: read row by row, whatever its encoding, separator and column names.

Rows are counted as a spreadsheet counts them: the header is row 1. A cell is text and stays text; what a spreadsheet
would run as a formula is made harmless where it leaves the store, not here.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pipeline.errors import TableError

DELIMITERS = (",", ";", "\t", "|")
PIECE = 1 << 16
"""bytes read at a time to tell the encoding"""


def plain_name(text: str) -> str:
    """How names of columns and categories are compared: "Report_No. " and "report no" are the same, and so are
    "Force Type(s)" and "force types"."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold().replace("(s)", "s")))


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, and its cells by field, stripped; a field without a column is ""."""

    path: Path
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]
    """field -> the column's name in the file"""

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")

    def wrong(self, field: str, reason: str) -> TableError:
        """The error to raise for the cell of a field."""
        return TableError(self.path, reason, self.number, self.columns.get(field, field))


@dataclass(frozen=True)
class TableFile:
    """A CSV file and the columns that are wanted of it. Each reading goes through the file anew, a row at a time."""

    path: Path
    accepted: Mapping[str, Sequence[str]]
    """field -> names that its column may have, the best first"""
    needed: Sequence[str] = ()
    """fields that every row has to fill"""
    columns_needed: Sequence[str] = ()
    """fields whose column has to be there, though cells may be empty"""
    section: str = ""
    """where in the pack further names of columns can be given, for messages"""
    columns_either: Sequence[Sequence[str]] = ()
    """groups of fields; of each the column of one at least has to be there"""

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything. Raises TableError with row and column."""
        try:
            with self.path.open(encoding=_encoding(self.path), newline="") as file:
                yield from self._rows(file)
        except OSError as error:
            raise TableError(self.path, f"cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:  # starts like UTF-16 and is not
            raise TableError(self.path, "is no text file; save the table as CSV in UTF-8") from error

    def _rows(self, file: TextIO) -> Iterator[Row]:
        reader = csv.reader(file, delimiter=self._delimiter(file), strict=True)
        header: list[str] = []
        columns: dict[str, int] = {}
        names: dict[str, str] = {}
        number = 0
        try:
            for number, cells in enumerate(reader, 1):
                if not header:
                    header = [cell.strip() for cell in cells]
                    columns = self._columns(header)
                    names = {field: header[at] for field, at in columns.items()}
                elif any(cell.strip() for cell in cells):
                    yield self._row(number, cells, header, columns, names)
        except csv.Error as error:
            raise TableError(self.path, f"not a CSV table ({error})", number + 1) from error
        if not header:
            raise TableError(self.path, "the file is empty")

    def _row(
        self, number: int, cells: Sequence[str], header: Sequence[str], columns: Mapping[str, int],
        names: Mapping[str, str],
    ) -> Row:  # fmt: skip
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            reason = f"{len(cells)} cells under {len(header)} columns; is a cell with the separator not in quotes?"
            raise TableError(self.path, reason, number)
        if any("\0" in cell for cell in cells):
            raise TableError(self.path, "holds a NUL character; save the table as CSV again", number)
        found = {field: cells[at].strip() if at < len(cells) else "" for field, at in columns.items()}
        row = Row(self.path, number, found, names)
        for field in self.needed:
            if not row[field]:
                raise row.wrong(field, "is empty")
        return row

    def _delimiter(self, file: TextIO) -> str:
        first = file.readline()
        if first[:4].lower() == "sep=" and first[4:5]:  # a line that Excel writes for itself
            return first[4]
        file.seek(0)
        return max(DELIMITERS, key=first.count)

    def _columns(self, header: Sequence[str]) -> dict[str, int]:
        plain = [plain_name(name) for name in header]
        found: dict[str, int] = {}
        for field, names in self.accepted.items():
            name = next((n for n in map(plain_name, names) if n in plain), None)
            if name is None:
                continue
            if plain.count(name) > 1:
                raise TableError(self.path, f"{plain.count(name)} columns have this name", 1, header[plain.index(name)])
            found[field] = plain.index(name)
        for field in (*self.needed, *self.columns_needed):
            if field not in found:
                raise self.missing(header, field)
        for group in self.columns_either:
            if not any(field in found for field in group):
                raise self.missing(header, *group)
        return found

    def missing(self, header: Sequence[str], *fields: str) -> TableError:
        """The error for a column that is not there; several fields: one of them would do."""
        names = ", ".join(repr(n) for field in fields for n in self.accepted[field])
        where = f"; name yours in [{self.section}]" if self.section else ""
        there = ", ".join(repr(name) for name in header)
        wanted = " or ".join(repr(field) for field in fields)
        return TableError(self.path, f"no column for {wanted}; looked for {names}{where}; the file has {there}", 1)


def _encoding(path: Path) -> str:
    """UTF-8 or UTF-16 where the file is that, else what Windows writes, else Latin-1, which every file is."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    return next(name for name in ("utf-8-sig", "cp1252", "latin-1") if _decodes(path, name))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
