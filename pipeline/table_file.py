"""A CSV file from another system: read row by row, whatever its encoding, separator and column names.

Rows are counted as a spreadsheet counts them: the header is row 1. A cell is text and stays text; what a spreadsheet
would run as a formula is made harmless where it leaves the store, not here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import TextIO

from pipeline.errors import TableError
from pipeline.table_lines import LONGEST_LINE, Lines, OddLine, encoding_of

DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 2000
"""characters; a longer one is a narrative in the wrong column, or a quotation mark that was never closed"""
TITLE_ROWS = 10
"""rows in which the names of the columns are looked for where the first has none, to say what stands above them"""
_TEXT_LITERAL = re.compile(r'="([^"]*)"')
"""how a spreadsheet keeps the zeros at the head of a number"""
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
"""what a spreadsheet makes of a long number; the rest of its digits is gone"""
_BEHIND = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
"""what stands in brackets behind the name of a column: "Dispatched (local)" is "Dispatched" """
_OTHER_CLOCK = re.compile(r"\b(?:utc|gmt)\b", re.IGNORECASE)

EMPTY = frozenset({"", "null", "(null)", "n/a", "none", "-", "--", "nan", "nat", "0000-00-00", "0000-00-00 00:00:00"})
"""What exports write where there is nothing."""


@lru_cache(maxsize=65536)
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

    def text(self, field: str) -> str:
        """A cell as text. Raises TableError for a formula, whose value is not in the file, and for what is too long."""
        cell = self[field]
        if len(cell) > LONGEST_CELL:
            raise self.wrong(field, f"{len(cell)} characters in one cell")
        if _SHORTENED.fullmatch(cell):
            raise self.wrong(field, f"{cell!r} is a number that a spreadsheet has cut short; save the column as text")
        if not cell.startswith("="):
            return cell
        literal = _TEXT_LITERAL.fullmatch(cell)
        if literal is None:
            raise self.wrong(field, f"{cell[:60]!r} is a formula; save the table with values in its place")
        return literal[1].strip()

    def wrong(self, field: str, reason: str) -> TableError:
        """The error to raise for the cell of a field."""
        return TableError(self.path, reason, self.number, self.columns.get(field, field))


def said(row: Row, name: str) -> str:
    """A cell, "" where the export writes that there is nothing."""
    text = row[name]
    return "" if text.casefold() in EMPTY else text


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
            with self.path.open(encoding=self._encoding, newline="") as file:
                yield from self._rows(file)
        except OSError as error:
            raise TableError(self.path, f"cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:  # starts like UTF-16 and is not
            raise TableError(self.path, "is no text file; save the table as CSV in UTF-8") from error

    @cached_property
    def _encoding(self) -> str:
        return encoding_of(self.path)

    def _rows(self, file: TextIO) -> Iterator[Row]:
        delimiter, lines = self._delimiter(file), Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        header: list[str] = []
        cells: Sequence[str] = ()
        columns: dict[str, int] = {}
        names: dict[str, str] = {}
        number = short = ended = 0
        try:
            for number, cells in enumerate(reader, 1):
                ended = reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if header:
                    short += len(cells) < len(header)
                    yield self._row(number, cells, header, columns, names)
                else:
                    header = [cell.strip() for cell in cells]
                    columns = self._header(header, number, reader)
                    names = {field: header[at] for field, at in columns.items()}
        except (csv.Error, OddLine) as error:
            begun = reader.line_num - ended > isinstance(error, csv.Error)  # a cell goes over several lines
            raise self._odd(error, number + 1, "" if begun else lines.last, delimiter, header) from error
        if not header:
            raise TableError(self.path, "the file is empty")
        if lines.broken_off and short == 1 and len(cells) < len(header):
            reason = f"the file ends after {len(cells)} of {len(header)} cells: is it cut off?"
            raise TableError(self.path, f"{reason} If it is whole, end it with a line break", number)

    def _odd(self, error: Exception, number: int, line: str, delimiter: str, header: Sequence[str]) -> TableError:
        """The error for a row that cannot be taken apart, with the column of a cell that is too long."""
        if not isinstance(error, OddLine) and "field limit" not in str(error):
            return TableError(self.path, f"not a CSV table ({error})", number)
        at = _longest_cell(line, delimiter) if len(line) > csv.field_size_limit() else len(header)
        column = header[at] if at < len(header) else None
        reason = str(error)
        if column is not None or not isinstance(error, OddLine):
            reason = f"a cell of more than {csv.field_size_limit():,} characters; is a quotation mark not closed?"
        return TableError(self.path, reason, number, column)

    def _row(
        self, number: int, cells: Sequence[str], header: Sequence[str], columns: Mapping[str, int],
        names: Mapping[str, str],
    ) -> Row:  # fmt: skip
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            reason = f"{len(cells)} cells under {len(header)} columns; is a cell with the separator not in quotes?"
            raise TableError(self.path, reason, number)
        found = {field: cells[at].strip() if at < len(cells) else "" for field, at in columns.items()}
        row = Row(self.path, number, found, names)
        for field in self.needed:
            if not row[field]:
                raise row.wrong(field, "is empty")
        return row

    def _delimiter(self, file: TextIO) -> str:
        """The separator under which most columns are known, of the first lines; else the one that is there most."""
        first = file.readline(LONGEST_LINE)
        if first[:4].lower() == "sep=" and first[4:5]:  # a line that Excel writes for itself
            return first[4]
        lines = [first, *(file.readline(LONGEST_LINE) for _ in range(TITLE_ROWS))]
        file.seek(0)
        first = next((line for line in lines if line.strip()), "")
        return max(DELIMITERS, key=lambda one: (max(self._known(line, one) for line in lines), first.count(one)))

    def _known(self, line: str, delimiter: str) -> int:
        """How many columns have a name that is wanted, if a line is the header."""
        names = {plain_name(cell.strip(' "\r\n')) for cell in line.split(delimiter)} if len(line) < LONGEST_CELL else ()
        return sum(any(plain_name(name) in names for name in own) for own in self.accepted.values())

    def _header(self, header: Sequence[str], number: int, rows: Iterator[list[str]]) -> dict[str, int]:
        """The columns. What stands above their names is told as such."""
        try:
            return self._columns(header, number)
        except TableError as error:
            raised = error
            for later, cells in enumerate(islice(rows, TITLE_ROWS), number + 1):
                with suppress(TableError):
                    self._columns([cell.strip() for cell in cells], later)
                    reason = f"{str(error.reason).split(';')[0]}; row {later} has it"
                    title = "delete what stands above the names of the columns"
                    raised = TableError(self.path, f"{reason}: {title}", number)
                    break
            raise raised from None

    def _columns(self, header: Sequence[str], number: int) -> dict[str, int]:
        plain, bare = ([plain_name(name) for name in of] for of in (header, [_BEHIND.sub("", n) for n in header]))
        found: dict[str, int] = {}
        for field, names in self.accepted.items():
            wanted = list(map(plain_name, names))
            among, name = next(((of, n) for of in (plain, bare) for n in wanted if n in of), (plain, ""))
            if not name:
                continue
            column = header[among.index(name)]
            if among.count(name) > 1:
                raise TableError(self.path, f"{among.count(name)} columns have this name", number, column)
            if among is bare and (zone := _OTHER_CLOCK.search(column)):
                reason = f"its name says {zone[0]}; take that out of the name, and give --zone {zone[0].upper()}"
                raise TableError(self.path, reason, number, column)
            found[field] = among.index(name)
        for field in (*self.needed, *self.columns_needed):
            if field not in found:
                raise self.missing(header, number, field)
        for group in self.columns_either:
            if not any(field in found for field in group):
                raise self.missing(header, number, *group)
        return found

    def missing(self, header: Sequence[str], number: int, *fields: str) -> TableError:
        """The error for a column that is not there; several fields: one of them would do."""
        names = ", ".join(repr(n) for field in fields for n in self.accepted[field])
        where = f"; name yours in [{self.section}]" if self.section else ""
        there = ", ".join(repr(name) for name in header)
        wanted = " or ".join(repr(field) for field in fields)
        title = "; delete what stands above the names of the columns" if len(header) == 1 else ""
        reason = f"no column for {wanted}; looked for {names}{where}; the file has {there}{title}"
        return TableError(self.path, reason, number)


def _longest_cell(line: str, delimiter: str) -> int:
    """The number of the first cell of a line that is longer than CSV allows; that of cells where none is."""
    cell, at, number = re.compile(rf'(?:"(?:[^"]|"")*(?:"|$)|[^{re.escape(delimiter)}"])*'), 0, 0
    while at <= len(line):
        found = cell.match(line, at)
        end = found.end() if found else at
        if end - at > csv.field_size_limit():
            return number
        at, number = end + 1, number + 1
    return number
