"""Find, verify and fetch weights. Fetching is the one thing here that uses the network, and only when a person asks.

A model lies in `<weights folder>/<name>/`, its files under the paths that the repository gives them, beside a
`pulled.toml` that says which files these are and how their hashes were checked. A folder may also be copied by hand
from another machine: `verify` then checks it against the manifest or the lock file that came with it, and where neither
knows a hash it records what it found and says that this was not a check.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from models.download import Wanted, disk_trouble, fetch
from models.hub import Plan, plan
from models.manifest import (
    ModelEntry,
    NoSpace,
    UnknownModel,
    WeightsError,
    read_manifest,
    weights_folder,
)
from models.pulled import (
    FIRST_SIGHT,
    Pulled,
    PulledFile,
    git_id_of,
    now_utc,
    read_lock,
    sha256_of,
    write_lock,
)
from models.verify import BUSY, VerifyReport, found_files, verify_folder
from models.web import Advice, Web

PullProgress = Callable[[str, int, int], None]
"""Called with the file being fetched, the bytes of the whole model that are there, and the bytes it has in all."""


def no_pull_progress(path: str, done: int, total: int) -> None:
    """A `PullProgress` for callers that show nothing."""


@dataclass(frozen=True)
class PullReport:
    """What a pull did."""

    name: str
    folder: Path
    revision: str | None
    fetched: tuple[str, ...]
    """files that were fetched now; the others were already there and right"""
    message: str


@dataclass(frozen=True)
class ModelRow:
    """One line of `bwc models list`."""

    entry: ModelEntry
    state: str
    """"installed", "incomplete", "copied, not verified", "changed" or "not installed" """
    revision: str | None
    """the commit that is here, or would be fetched; None: not known"""
    verified_utc: str | None
    folder: Path

    @property
    def name(self) -> str:
        return self.entry.name


@dataclass(frozen=True)
class Shelf:
    """A folder of weights and the list of what may stand in it."""

    root: Path = field(default_factory=weights_folder)
    entries: tuple[ModelEntry, ...] = field(default_factory=read_manifest)

    def entry(self, name: str) -> ModelEntry:
        """The entry of a name or alias. Raises UnknownModel with the names there are."""
        for entry in self.entries:
            if name == entry.name or name in entry.aliases:
                return entry
        raise UnknownModel(f"no model is called {name}; there are: {', '.join(e.name for e in self.entries)}")

    def folder(self, name: str) -> Path:
        """Where a model stands, or would stand."""
        return self.root / self.entry(name).name

    def locate(self, name: str) -> Path | None:
        """The folder of a model whose files were accepted and still have their sizes, else None. Computes no hash."""
        folder = self.folder(name)
        return folder if self._state(self.entry(name)) == "installed" else None

    def hashes(self, name: str) -> dict[str, str]:
        """File -> sha256 as accepted, for the record of a run. Empty where the model is not there."""
        lock = read_lock(self.folder(name))
        return {f.path: f.sha256 for f in lock.files} if lock else {}

    def rows(self) -> tuple[ModelRow, ...]:
        """All models with their state."""
        return tuple(self._row(entry) for entry in self.entries)

    def verify(self, name: str, record: bool = True) -> VerifyReport:
        """Compare every file with the hash that is known for it.

        Where none is known and `record` is set, the hashes found are written down and compared from then on.
        """
        entry, folder = self.entry(name), self.folder(name)
        try:
            return verify_folder(entry, folder, record)
        except OSError as error:
            raise WeightsError(f"{folder} cannot be read or written: {error.strerror or error}") from error

    def pull(
        self,
        name: str,
        source_url: str | None = None,
        token: str | None = None,
        progress: PullProgress = no_pull_progress,
        web: Web | None = None,
    ) -> PullReport:
        """Fetch what is missing or wrong of a model. Raises a WeightsError that says what to do.

        `source_url`: another hub with the same addresses (default: `HF_ENDPOINT`, else the manifest's).
        `token`: default `HF_TOKEN`. `web`: how to ask, for tests.
        """
        entry, folder = self.entry(name), self.folder(name)
        source = _address(source_url or os.environ.get("HF_ENDPOINT") or entry.source)
        web = web or Web(_advice(entry, folder), token or os.environ.get("HF_TOKEN"))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _alone(folder, entry.name):
                return _pull(web, entry, folder, source, progress)
        except OSError as error:
            raise disk_trouble(error, folder) from error

    def _row(self, entry: ModelEntry) -> ModelRow:
        folder = self.root / entry.name
        try:
            lock = read_lock(folder)
        except WeightsError:
            lock = None
        revision = lock.revision if lock else entry.revision
        return ModelRow(entry, self._state(entry), revision, lock.verified_utc if lock else None, folder)

    def _state(self, entry: ModelEntry) -> str:
        folder = self.root / entry.name
        try:
            lock = read_lock(folder)
        except WeightsError:
            return "changed"
        if lock is not None:
            same = all(_size(folder / f.path) == f.size for f in lock.files)
            return "installed" if same and _covers(lock, entry) else "changed"
        there = [bool(found_files(folder, file)) for file in entry.files if not file.optional]
        begun = folder.is_dir() and any(folder.rglob("*.part"))
        if all(there) and not begun:
            return "copied, not verified"
        return "incomplete" if any(there) or begun else "not installed"


def catalogue() -> tuple[ModelEntry, ...]:
    """Every model that can be fetched."""
    return read_manifest()


def list_models() -> tuple[ModelRow, ...]:
    """Every model with its state on this machine."""
    return Shelf().rows()


def locate(name: str) -> Path | None:
    """The folder of an installed model, None where it is not installed. Raises UnknownModel."""
    return Shelf().locate(name)


def hashes(name: str) -> dict[str, str]:
    """File -> sha256 of an installed model."""
    return Shelf().hashes(name)


def verify(name: str, record: bool = True) -> VerifyReport:
    """See `Shelf.verify`."""
    return Shelf().verify(name, record)


def pull(
    name: str, source_url: str | None = None, token: str | None = None, progress: PullProgress = no_pull_progress
) -> PullReport:
    """See `Shelf.pull`."""
    return Shelf().pull(name, source_url, token, progress)


def _pull(web: Web, entry: ModelEntry, folder: Path, source: str, progress: PullProgress) -> PullReport:
    lock = read_lock(folder)
    todo = plan(web, entry, source, lock)
    present = {w.path: pulled for w in todo.files if (pulled := _present(folder, w)) is not None}
    _room_for(todo, present, folder)
    for path in [w.path for w in todo.files if w.path not in present]:
        (folder / path).unlink(missing_ok=True)
    accepted: list[PulledFile] = []
    for wanted in todo.files:
        done = sum(f.size for f in accepted)
        arrived = partial(_tell, progress, wanted.path, done, todo.size)
        accepted.append(present.get(wanted.path) or fetch(web, wanted, folder, arrived))
        arrived(accepted[-1].size)
    now = now_utc()
    write_lock(folder, Pulled(entry.name, entry.repository, source, todo.revision, "pulled", now, now, tuple(accepted)))
    fetched = tuple(f.path for f in accepted if f.path not in present)
    message = f"{entry.name}: {_how_sure(accepted)}; {len(fetched)} of {len(accepted)} files fetched; in {folder}"
    return PullReport(entry.name, folder, todo.revision, fetched, message)


def _tell(progress: PullProgress, path: str, before: int, total: int, here: int) -> None:
    progress(path, before + here, max(total, before + here))


def _present(folder: Path, wanted: Wanted) -> PulledFile | None:
    """The file if it is already there and known to be right."""
    path = folder / wanted.path
    if not path.is_file() or (wanted.size is not None and path.stat().st_size != wanted.size):
        return None
    sha256 = sha256_of(path)
    same = sha256 == wanted.sha256 if wanted.sha256 else wanted.git_id is not None and git_id_of(path) == wanted.git_id
    return PulledFile(wanted.path, sha256, path.stat().st_size, wanted.checked) if same else None


def _room_for(todo: Plan, present: dict[str, PulledFile], folder: Path) -> None:
    begun = sum(_size(folder / f"{w.path}.part") or 0 for w in todo.files)
    needed = sum(w.size or 0 for w in todo.files if w.path not in present) - begun
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise NoSpace(
            f"{folder} needs {megabytes(needed)} more and has {megabytes(free)}: free some, or set BWC_MODELS "
            "to a folder on another disk"
        )


def megabytes(size: int) -> str:
    """A number of bytes for a person: "0.3 MB", "75.5 MB", "3.09 GB"."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _how_sure(files: list[PulledFile]) -> str:
    if any(f.checked == FIRST_SIGHT for f in files):
        return "complete; some hashes were not known beforehand, they were recorded, not checked"
    return "complete, every hash checked"


def _covers(lock: Pulled, entry: ModelEntry) -> bool:
    return all(file.optional or any(file.matches(f.path) for f in lock.files) for file in entry.files)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _advice(entry: ModelEntry, folder: Path) -> Advice:
    return Advice(entry.name, str(folder), entry.page, entry.gated)


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query:
        raise WeightsError(f"{url} is no address to fetch from: it begins with https://")
    return url.rstrip("/")


@contextmanager
def _alone(folder: Path, name: str) -> Iterator[None]:
    """Let one pull of a model run at a time (on Windows the hashes alone guard against a second one)."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (folder / BUSY).open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WeightsError(f"another pull of {name} is running: wait for it") from None
        yield
