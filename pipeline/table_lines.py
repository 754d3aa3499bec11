"""The lines of a table of text, whatever its encoding. What is no text, or text of two encodings, is refused."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from pipeline.errors import TableError

PIECE = 1 << 16
"""bytes read at a time to tell the encoding"""
LONGEST_LINE = 1 << 20
"""characters; no row of a table is as long, and a file without line breaks must not fill the memory"""
_OTHERS = (
    (b"PK\x03\x04", "an Excel workbook or another archive"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"<", "a web page"),
)
"""What files begin with that are taken for tables: programs call their downloads .csv or .xls as they please."""


class OddLine(Exception):
    """A line that no table holds; the message says why."""


class Lines:
    """The lines of an opened file. `last`: the one given out last; at the end, the file's last."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_LINE):
            self.last = line
            if len(line) == LONGEST_LINE:
                raise OddLine(f"more than {LONGEST_LINE:,} characters in one line; is a quotation mark not closed?")
            if "\0" in line:
                raise OddLine("holds a NUL character; save the table as CSV again")
            yield line

    @property
    def broken_off(self) -> bool:
        """Whether the last line has no end."""
        return bool(self.last) and self.last[-1] not in "\r\n"


def encoding_of(path: Path) -> str:
    """UTF-8, UTF-16 or UTF-32 where the file is that, else what Windows writes, else Latin-1, which every file is.

    Raises TableError for what is no text, and where UTF-8 goes over into something else; OSError.
    """
    with path.open("rb") as file:
        head = file.read(1024)
    for begins, name in _OTHERS:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(begins):
            raise TableError(path, f"is {name}; save the table as CSV in UTF-8")
    return _wide(head) or _narrow(path)


def _wide(head: bytes) -> str:
    """The encoding of text in units of two or four bytes, told by its mark or by the zeros of its Latin letters."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even and odd * 2 > len(head[1::2]):
        return "utf-16-le"
    return "utf-16-be" if not odd and even * 2 > len(head[::2]) else ""


def _narrow(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, beyond_ascii, first = 1, False, True
    with path.open("rb") as file:
        while True:
            piece = file.read(PIECE)
            beyond_ascii |= first and piece.startswith(codecs.BOM_UTF8)
            first = False
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                if not beyond_ascii and before.isascii():
                    return "cp1252" if _decodes(path, "cp1252") else "latin-1"
                at = line + before.count(b"\n")
                reason = f"is UTF-8 up to line {at} and something else, or cut off, there; save it again in UTF-8"
                raise TableError(path, reason) from error
            if not piece:
                return "utf-8-sig"
            beyond_ascii |= not text.isascii()
            line += text.count("\n")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True
