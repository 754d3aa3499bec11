"""What a verification says: what changed, what could not be checked, what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import CustodyError
from pipeline.file_hash import sha256_of

Bytes = Callable[[int, int, str], None]
"""Called while files are hashed: bytes done, bytes in all, the file at hand."""

MOST_LINES = 5
"""Files of one kind that get a line each."""


def quiet(done: int, total: int, name: str) -> None:
    """A `Bytes` for callers that show nothing."""


@dataclass(frozen=True)
class Change:
    """Something that is not as it was. `what`: source, export, manifest, page, signature, log, store or anchor."""

    what: str
    name: str
    """the file, or the row"""
    said: str


@dataclass
class Verified:
    """The outcome of a verification."""

    changes: list[Change] = field(default_factory=list)
    asides: dict[str, list[str]] = field(default_factory=dict)
    """what could not be checked, and of which files"""
    looked_at: dict[str, int] = field(default_factory=dict)
    """how many sources, exports, manifests and rows"""

    def change(self, what: str, name: Path | str, said: str) -> None:
        one = Change(what, str(name), said)
        if one not in self.changes:
            self.changes.append(one)

    def note(self, name: Path | str, said: str) -> None:
        names = self.asides.setdefault(said, [])
        if str(name) not in names:
            names.append(str(name))

    @property
    def notes(self) -> list[str]:
        """What could not be checked, in lines: many files of one kind are one line."""
        return [line for said, names in self.asides.items() for line in _lines(said, names)]

    def count(self, what: str, number: int = 1) -> None:
        self.looked_at[what] = self.looked_at.get(what, 0) + number

    @property
    def whole(self) -> bool:
        """Nothing changed, as far as could be checked."""
        return not self.changes

    def document(self) -> Mapping[str, Any]:
        """The same as JSON."""
        changes = [asdict(change) for change in self.changes]
        return {"whole": self.whole, "changes": changes, "not_checked": self.notes, "looked_at": self.looked_at}


def _lines(said: str, names: list[str]) -> list[str]:
    if len(names) <= MOST_LINES:
        return [f"{name}: {said}" for name in names]
    return [f"{', '.join(names[:MOST_LINES])} and {len(names) - MOST_LINES} more: {said}"]


class Hashes:
    """The hashes of files, each read once, with progress over all that are to be read."""

    def __init__(self, progress: Bytes = quiet) -> None:
        self._progress = progress
        self._total = 0
        self._done = 0
        self._expected: set[Path] = set()
        self._known: dict[Path, str] = {}

    def expect(self, path: Path) -> None:
        """A file that will be asked for: it counts for the time left."""
        if path not in self._expected and path.is_file():
            self._expected.add(path)
            self._total += path.stat().st_size

    def of(self, path: Path) -> str:
        """The sha256 of a file. Raises CustodyError where it cannot be read."""
        if path not in self._known:
            self.expect(path)
            try:
                size, start = path.stat().st_size, self._done
                self._known[path] = sha256_of(path, lambda share: self._moved(start + int(share * size), path))
                self._done = start + size
            except OSError as error:
                raise CustodyError(f"{path}: cannot be read ({error.strerror})") from error
        return self._known[path]

    def _moved(self, done: int, path: Path) -> None:
        self._progress(done, self._total, path.name)
