"""Compare the files of a model with the hashes that are known for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from models.manifest import FileEntry, ModelEntry
from models.pulled import (
    AGAINST_MANIFEST,
    FIRST_SIGHT,
    LOCK,
    Pulled,
    PulledFile,
    now_utc,
    read_lock,
    sha256_of,
    write_lock,
)

BUSY = ".pulling"
"""the file that says a pull is running"""


@dataclass(frozen=True)
class FileCheck:
    """What verifying found about one file: "matches", "recorded", "differs" or "missing"."""

    path: str
    state: str
    sha256: str | None = None


@dataclass(frozen=True)
class VerifyReport:
    """What verifying found about one model."""

    name: str
    folder: Path
    files: tuple[FileCheck, ...]
    message: str
    """one line for a person"""
    unlisted: tuple[str, ...] = ()
    """other files in the folder: nobody looked at them, and nothing here loads them"""

    @property
    def ok(self) -> bool:
        """Whether the model can be used: nothing missing, nothing different."""
        return bool(self.files) and all(f.state in ("matches", "recorded") for f in self.files)

    @property
    def checked(self) -> bool:
        """Whether every hash was compared with a known one, and not only recorded."""
        return bool(self.files) and all(f.state == "matches" for f in self.files)


def verify_folder(entry: ModelEntry, folder: Path, record: bool) -> VerifyReport:
    """Compare every file with the hash that is known for it. `record`: write down what was found."""
    lock = read_lock(folder)
    checks = tuple(_check(folder, path, known, record) for path, known in _expected(entry, folder, lock))
    report = VerifyReport(entry.name, folder, checks, _verdict(entry, folder, checks), _unlisted(folder, checks))
    if report.ok and record:
        write_lock(folder, _renewed(entry, folder, lock, report))
    return report


def found_files(folder: Path, file: FileEntry) -> list[str]:
    """Files in a folder that are the one wanted (several where it is a pattern), without unfinished ones."""
    here = (p.relative_to(folder).as_posix() for p in folder.glob(file.path) if p.is_file())
    return sorted(path for path in here if not path.endswith((".part", ".part.json", ".draft")))


def _renewed(entry: ModelEntry, folder: Path, lock: Pulled | None, report: VerifyReport) -> Pulled:
    now = now_utc()
    if lock is not None and report.checked:
        return replace(lock, verified_utc=now)
    pinned = {f.path for f in entry.files if f.sha256}
    before = {f.path: f.checked for f in lock.files} if lock else {}
    files = tuple(
        PulledFile(
            path=check.path,
            sha256=str(check.sha256),
            size=(folder / check.path).stat().st_size,
            checked=before.get(check.path, AGAINST_MANIFEST if check.path in pinned else FIRST_SIGHT),
        )
        for check in report.files
    )
    if lock is not None:
        return replace(lock, verified_utc=now, files=files)
    revision = entry.revision if entry.pinned else None
    return Pulled(entry.name, entry.repository, entry.source, revision, "copied by hand", now, now, files)


def _expected(entry: ModelEntry, folder: Path, lock: Pulled | None) -> Iterator[tuple[str, str | None]]:
    """(path, known sha256) of every file that belongs to a model. The lock file counts unless it is of the manifest's
    own revision, whose hashes are the manifest's."""
    if lock is not None and not (entry.pinned and lock.revision == entry.revision):
        yield from ((f.path, f.sha256) for f in lock.files)
        missing = [f for f in entry.files if not f.optional and not any(f.matches(p.path) for p in lock.files)]
        yield from ((f.path, None) for f in missing)
        return
    for file in entry.files:
        found = found_files(folder, file)
        if not found and not file.optional:
            yield file.path, file.sha256
        yield from ((path, file.sha256) for path in found)


def _check(folder: Path, path: str, known: str | None, record: bool) -> FileCheck:
    if not (folder / path).is_file():
        return FileCheck(path, "missing")
    sha256 = sha256_of(folder / path)
    if known is None:
        return FileCheck(path, "recorded" if record else "not known", sha256)
    return FileCheck(path, "matches" if sha256 == known else "differs", sha256)


def _verdict(entry: ModelEntry, folder: Path, checks: tuple[FileCheck, ...]) -> str:
    by_state = {state: [c.path for c in checks if c.state == state] for state in {c.state for c in checks}}
    if set(by_state) == {"missing"}:
        return (
            f"{entry.name} is not installed: run bwc models pull {entry.name}, or copy its folder by hand to {folder}"
        )
    if "missing" in by_state:
        return f"{entry.name}: not complete, missing in {folder}: {', '.join(by_state['missing'])}. {_cure(entry)}"
    if "differs" in by_state:
        return (
            f"{entry.name}: not the expected content: {', '.join(by_state['differs'])}. Do not use it. {_cure(entry)}"
        )
    if "not known" in by_state:
        return f"{entry.name}: complete, but no hash is known to check it against"
    if "recorded" in by_state:
        return f"{entry.name}: complete; hashes recorded, not checked: from now on a change will be noticed"
    return f"{entry.name}: complete, every hash matches"


def _cure(entry: ModelEntry) -> str:
    return f"Run bwc models pull {entry.name}, or copy the folder again"


def _unlisted(folder: Path, checks: tuple[FileCheck, ...]) -> tuple[str, ...]:
    known = {c.path for c in checks} | {LOCK, BUSY}
    here = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else ()
    return tuple(sorted(path for path in here if path not in known))
