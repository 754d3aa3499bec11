"""Which files an analysis is meant for: files as they are given, folders searched for media."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

MEDIA_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "mp4 m4v mov mkv avi webm ts mts m2ts mpg mpeg wmv asf 3gp flv mxf ogv h264 hevc",
        "wav flac mp3 m4a aac ogg opus oga wma aif aiff amr ac3",
    )
    for name in names.split()
)
"""What is taken for media inside a folder; a file that is named is always tried."""


def media_files(paths: Iterable[Path]) -> list[Path]:
    """The files to analyse, each once, in order. Folders are searched; hidden files and other kinds are passed over."""
    found: dict[Path, None] = {}
    for path in paths:
        for file in _in_folder(path) if path.is_dir() else (path,):
            found.setdefault(file)
    return list(found)


def _in_folder(folder: Path) -> Iterator[Path]:
    """Media below a folder. Links to folders are followed once: a loop of links ends by itself."""
    seen: set[tuple[int, int]] = set()
    for here, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(".media"))
        facts = Path(here).stat()
        if (facts.st_dev, facts.st_ino) in seen:
            folders[:] = []
            continue
        seen.add((facts.st_dev, facts.st_ino))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in MEDIA_SUFFIXES:
                yield Path(here) / name
