"""What kind of file this is, by size and first bytes, before any decoder is asked.

The decoder library gives one and the same error for an empty file, a text, random bytes and an MP4 without its index,
so a clear reason has to be found here.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import av
import av.container

from pipeline.errors import DamagedMedia, MediaError, NotMedia

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,wav,w64,mp3,flac,ogg,aac,amr,mxf,dv,"
    "h264,hevc,aiff,caf"
)
"""Containers that are opened. Playlists (hls, concat, dash) are left out: they would open further files."""

_ISO_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"moof", b"styp"}
_NO_INDEX = "an MP4 file without its index (no moov): cut off before the camera closed it"
_INDEX_UNREADABLE = "an MP4 file whose index (moov) cannot be read"


def check_readable(path: Path) -> os.stat_result:
    """The file's facts. Raises NotMedia or MediaError for what no decoder needs to be asked about."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise NotMedia(path, "is a folder, not a file")
        if not stat.S_ISREG(facts.st_mode):
            raise NotMedia(path, "is not a regular file")
        if facts.st_size == 0:
            raise NotMedia(path, "the file is empty (0 bytes)")
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError:
        raise NotMedia(path, "no such file") from None
    except PermissionError:
        raise MediaError(path, "cannot be read: permission denied") from None
    except OSError as error:
        raise MediaError(path, f"cannot be read: {error.strerror or error}") from None
    return facts


def open_container(path: Path) -> av.container.InputContainer:
    """Open `path` for demuxing. Raises NotMedia or DamagedMedia with the reason that the first bytes give."""
    source = f"file:{path.absolute()}"  # the prefix keeps a name such as "a:b.mp4" from being read as a protocol
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    try:
        return av.open(source, "r", options=options, metadata_errors="replace")
    except av.FFmpegError as error:
        raise why_unreadable(path, error) from error


def why_unreadable(path: Path, error: Exception) -> MediaError:
    """The error to raise for a file that the demuxer refuses."""
    with path.open("rb") as file:
        head = file.read(4096)
    boxes = top_boxes(path)
    if boxes and boxes[0] in _ISO_BOXES:
        return DamagedMedia(path, _INDEX_UNREADABLE if b"moov" in boxes else _NO_INDEX)
    if not head.strip(b"\0") or _is_text(head):
        return NotMedia(path, "is text, not a recording" if head.strip(b"\0") else "holds only zero bytes")
    if head[:4] in (b"\x1aE\xdf\xa3", b"RIFF"):
        return DamagedMedia(path, "a recording whose header cannot be read")
    if isinstance(error, OSError):
        return MediaError(path, f"cannot be opened: {error.strerror or error}")
    return NotMedia(path, "is in no known recording format")


def top_boxes(path: Path, most: int = 64) -> list[bytes]:
    """Names of the top-level boxes of an ISO media file (ISO/IEC 14496-12, 4.2), as far as they can be followed."""
    names: list[bytes] = []
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 8 <= size and len(names) < most:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1 and len(head) == 16:
                length = int.from_bytes(head[8:16], "big")
            names.append(head[4:8])
            if length < 8:
                break
            at += length
    return names


def avi_duration(path: Path) -> float:
    """Seconds that an AVI header claims, 0 for other files: the demuxer corrects them by the size of a file cut off.

    The main header (AVIMAINHEADER, Microsoft) begins at byte 32 with the microseconds per frame; the number of frames
    follows 16 bytes later.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if head[:4] != b"RIFF" or head[8:12] != b"AVI " or head[24:28] != b"avih":
        return 0.0
    return int.from_bytes(head[32:36], "little") * int.from_bytes(head[48:52], "little") / 1e6


def _is_text(head: bytes) -> bool:
    try:
        text = head[: head.rfind(b" ") + 1 or len(head)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c in "\r\n\t\f" for c in text)
