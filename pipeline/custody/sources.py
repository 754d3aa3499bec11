"""What an export is made from and where it is put: refused before any work where it would cost evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from models.contract import Progress
from pipeline.custody.export import Source
from pipeline.custody.keys import own_key
from pipeline.errors import CustodyError, SourceAltered, SourceMissing
from pipeline.file_hash import sha256_of
from pipeline.types import Recording


def found_at(path: Path, store: Path) -> Path:
    """Where a file lies that a store names by a path from a folder: this one, the store's, or the one above it.

    Stores of earlier versions name them so.
    """
    places = (
        [path] if path.is_absolute() else [path, store.absolute().parent / path, store.absolute().parent.parent / path]
    )
    return next((place for place in places if place.exists()), path)


def source_of(recording: Recording, start: float | None = None, end: float | None = None) -> Source:
    """A recording of the store as a source; the in and out that are asked for, in seconds."""
    return Source(
        path=recording.path,
        recording=recording.id,
        sha256_in=recording.id,
        start=start,
        end=end,
        camera=recording.device,
        transcript=not recording.streams,
    )


def check_target(target: Path, sources: Sequence[Source], overwrite: bool = False) -> None:
    """Refuses, before any work, a place that cannot be written or that would cost evidence. Raises CustodyError.

    A signing key that cannot be used is told here too, not after an hour of encoding.
    """
    own_key()
    if not target.name:
        raise CustodyError(f"{target}: no file name")
    if not target.parent.is_dir():
        raise CustodyError(f"{target}: there is no folder {target.parent}; make it first")
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise CustodyError(f"{target}: is no plain file; choose another name")
    for source in sources:
        if target.exists() and source.path.exists() and target.samefile(source.path):
            raise CustodyError(f"{target}: is a source itself; a source is never written to")
    if target.exists() and not overwrite:
        raise CustodyError(f"{target}: is there already; choose another name, or say --replace")


def hashed_now(sources: Sequence[Source], progress: Progress) -> tuple[Source, ...]:
    """The sources with their hashes of this moment, each file read once. Raises SourceMissing, SourceAltered."""
    sizes = {source.path: _size(source.path) for source in sources}
    total, done = max(1, sum(sizes.values())), 0
    hashes: dict[Path, str] = {}
    for path, size in sizes.items():
        hashes[path] = sha256_of(path, _part_of(progress, done / total, size / total))
        done += size
    for source in sources:
        if source.sha256_in and hashes[source.path] != source.sha256_in:
            raise SourceAltered(
                f"{source.path}: is not the file that came in (sha256 {source.sha256_in[:12]}... then, "
                f"{hashes[source.path][:12]}... now); nothing is exported from it"
            )
    return tuple(replace(source, sha256_now=hashes[source.path]) for source in sources)


def _part_of(progress: Progress, start: float, share: float) -> Progress:
    """Progress over a part of the work that starts at `start` and is `share` of all."""
    return lambda done: progress(min(1.0, start + share * done))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise SourceMissing(f"{path}: the source is not there; bring it back, then try again") from error
