"""Which picture packets cannot be whole, told from their bytes alone, without decoding.

Only H.264 and H.265 as they lie in MP4, MOV and Matroska, where each packet is a row of units that each begin with
their length (ISO/IEC 14496-15): the lengths must add up, the first bit of a unit is 0, and a unit never holds three
zero bytes in a row (ISO/IEC 14496-10, 7.4.1). A region of a disk that reads as zeros, or belongs to another file,
breaks these rules; a few altered bytes inside a unit do not, and only a decoder notices them.
"""

from __future__ import annotations

import av

ZEROS = bytes(5)
"""Never in a whole packet: at most three zero bytes begin a unit's length, and no unit ends with one"""


def length_size(codec: av.VideoCodecContext) -> int | None:
    """Bytes of each unit's length; None: not stored so, nothing can be told."""
    head = bytes(codec.extradata or b"")
    if len(head) < 7 or head[0] != 1:
        return None
    if codec.name == "h264":
        return (head[4] & 3) + 1
    return (head[21] & 3) + 1 if codec.name == "hevc" and len(head) > 21 else None


def is_broken(data: bytes, size: int) -> bool:
    """Whether a packet breaks the rules above; `size`: bytes of a unit's length."""
    at, end = 0, len(data)
    while at + size < end:
        length = int.from_bytes(data[at : at + size], "big")
        at += size
        if not length or at + length > end or data[at] & 0x80:
            return True
        at += length
    return at != end or ZEROS in data
