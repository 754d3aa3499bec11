"""Files that appear under their name only when they are complete, and a clear word when the disk is full."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ClipError, DiskFull

MAKING = ".clip-making-"
FORGOTTEN = 7 * 86400.0
"""Seconds after which a folder of half-made files belongs to no cut that still runs"""
_FULL = ("No space left", "Disk quota exceeded", "File too large")


def out_of_space(said: object, path: Path) -> DiskFull | None:
    """The error to raise where `said` (an exception or a program's words) means that the disk is full."""
    full = isinstance(said, OSError) and said.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if full or any(words in str(said) for words in _FULL):
        return DiskFull(f"{path.parent}: no space left for the clip; nothing half-written was kept")
    return None


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """A hidden folder beside `target` to make it in, removed in any case. Raises ClipError where none can be made."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent)
        folder = Path(tempfile.mkdtemp(prefix=MAKING, dir=target.parent))
    except OSError as error:
        if full := out_of_space(error, target):
            raise full from error
        raise ClipError(f"{target.parent}: cannot be written ({error.strerror or error})") from error
    try:
        yield folder
    except OSError as error:
        if full := out_of_space(error, target):
            raise full from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Take away what cuts that were killed left behind long ago."""
    for left in folder.glob(f"{MAKING}*"):
        if left.is_dir() and not left.is_symlink() and time.time() - left.stat().st_mtime > FORGOTTEN:
            shutil.rmtree(left, ignore_errors=True)


def settle(part: Path, target: Path) -> None:
    """Bring a finished file to the disk, then under its name."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
