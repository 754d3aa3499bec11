"""Which H.264 packets are marked as key frames but only begin a gradual refresh.

Cameras that stream often code no picture by itself: a column of each is, and after a round of columns the whole
picture is anew. Files mark the first picture of a round as a key frame, since one may begin to decode there; decoded
alone it shows one column. Such a packet says so in a message: the count of frames until the picture is whole
(ISO/IEC 14496-10, D.1.8, recovery point; its first bit is 1 where that count is 0).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pipeline.media.h264 import IDR, kind, split

MESSAGES, RECOVERY_POINT = 6, 6
"""the kind of unit, and of message"""
FIRST_BYTES = 4096
"""messages come before the picture"""


def is_gradual(data: bytes, size: int | None) -> bool:
    """Whether the packet begins a gradual refresh. `size`: bytes of each unit's length; None: start codes."""
    with contextlib.suppress(ValueError):  # damaged: what comes before says nothing of it
        for unit in split(data if size else data[:FIRST_BYTES], size or 0):
            if kind(unit) == IDR:
                return False
            if kind(unit) == MESSAGES:
                for number, payload in _messages(unit[1:]):
                    if number == RECOVERY_POINT and payload:
                        return not payload[0] & 0x80
    return False


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of each message in a unit."""
    at = 0
    while at + 2 <= len(data):
        number, at = _number(data, at)
        length, at = _number(data, at)
        yield number, data[at : at + length]
        at += length


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number as bytes of 255 and a last one, and where it ends."""
    total = 0
    while at < len(data) and data[at] == 255:
        total, at = total + 255, at + 1
    return total + (data[at] if at < len(data) else 0), at + 1
