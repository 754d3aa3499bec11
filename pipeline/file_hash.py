"""The sha256 of files that may be large."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.contract import Progress, no_progress

CHUNK_BYTES = 1 << 20


def sha256_of(path: Path, progress: Progress = no_progress) -> str:
    """The file's sha256 as hexadecimal text, read in pieces of 1 MiB."""
    digest, size, done = hashlib.sha256(), path.stat().st_size, 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
            done += len(piece)
            progress(min(1.0, done / size) if size else 1.0)
    return digest.hexdigest()
