"""The sha256 of weight files, computed once per process: a large model takes seconds to hash."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from models.pulled import sha256_of


def sha256_once(path: Path) -> str:
    """The sha256 of a file in hexadecimal; remembered until its path, size or time of change differ."""
    found = path.stat()
    return _remembered(path.resolve(), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=256)
def _remembered(path: Path, changed_ns: int, size_bytes: int) -> str:
    return sha256_of(path)
