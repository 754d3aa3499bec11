"""Small repairs of a finished MP4: how the picture is turned for display (ISO/IEC 14496-12, 8.3.2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MATRIX_BYTES = 36
_MATRIX_AT = {0: 48, 1: 60}
"""Place of the matrix in a track header of either version, from the beginning of the box"""


def write_matrix(path: Path, matrix: bytes) -> None:
    """Turn the picture track of an MP4 for display by `matrix` (nine 32-bit numbers as the decoder keeps them)."""
    values = struct.unpack("=9i", matrix[:MATRIX_BYTES])
    with path.open("r+b") as file:
        for track in _children(file, 0, path.stat().st_size, b"moov"):
            for at, end in _children(file, *track, b"trak"):
                if not _is_picture(file, at, end):
                    continue
                for head, _ in _children(file, at, end, b"tkhd"):
                    file.seek(head)
                    version = file.read(1)[0]
                    file.seek(head - 8 + _MATRIX_AT[version])
                    file.write(struct.pack(">9i", *values))


def _is_picture(file: BinaryIO, start: int, end: int) -> bool:
    for media in _children(file, start, end, b"mdia"):
        for at, _ in _children(file, *media, b"hdlr"):
            file.seek(at + 8)
            return file.read(4) == b"vide"
    return False


def _children(file: BinaryIO, start: int, end: int, name: bytes) -> Iterator[tuple[int, int]]:
    """(first byte of the content, byte behind it) of the boxes called `name` between two places."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        length, content = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, content = int.from_bytes(head[8:16], "big"), at + 16
        if length < 8:
            return
        if head[4:8] == name:
            yield content, at + length
        at += length
