"""Where derived files lie: beside the store, never beside the source.

bwc.db
bwc.media/
    <recording id>/review.mp4, silent.mp4, peaks.dat, thumbnails.jpg ...
    scratch/<one folder per running analysis>
    locks/<recording id>
    running/<one note per running analysis>
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


def media_folder(store: Path) -> Path:
    """The folder of everything derived from the recordings of a store."""
    return store.with_suffix(".media")


def recording_folder(store: Path, recording: str) -> Path:
    """The folder of one recording's review copy, peaks and thumbnails."""
    return media_folder(store) / recording


@contextmanager
def scratch_folder(store: Path) -> Iterator[Path]:
    """A folder for half-made files, removed afterwards; what a killed analysis left behind is removed first."""
    root = media_folder(store) / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    with ExitStack() as alive:
        with held(root / ".lock"):  # so that nobody sweeps a folder between its making and its locking
            _sweep(root)
            folder = Path(tempfile.mkdtemp(prefix="run-", dir=root))
            alive.enter_context(held(folder / ".alive"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def exclusive(store: Path, recording: str) -> Iterator[None]:
    """Holds the one lock of a recording; a second analysis of the same file waits, then finds the work done.

    The lock belongs to the process: the system releases it however the process ends.
    """
    locks = media_folder(store) / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with held(locks / recording):
        yield


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock of a file until the end, or until the process ends in whatever way."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sweep(root: Path) -> None:
    """Remove scratch folders whose analysis no longer runs."""
    for folder in root.glob("run-*"):
        try:
            with (folder / ".alive").open("r") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except (FileNotFoundError, BlockingIOError):
            continue
