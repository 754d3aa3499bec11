"""Every error that a user can cause. Each message is one line that says what happened and what to do.

BwcError
├── MediaError            a media file cannot be used; `path` and `reason`
│   ├── NotMedia          empty, text, or no known container
│   ├── DamagedMedia      a container without its index, cut off, or unreadable streams
│   └── MediaChanged      the file changed while it was read
├── TranscriptError       a transcript file cannot be read; `path`, `line`
├── ConfigError           bwc.toml or a policy pack; `path`, `line` where known
├── TableError            a CSV file cannot be read; `path`, `row`, `column`
├── CorrectionError       a correction of the transcript that cannot be meant
├── SearchError           a search that cannot be meant
├── AccountError          an account that cannot be made or changed
├── StoreError            the store cannot be opened or written
│   ├── StoreTooNew       written by a newer version
│   ├── StoreMissing      no file there, or it went away
│   ├── NotAStore         a file of another kind
│   ├── StoreDamaged      a store whose pages cannot be read
│   ├── StoreLocked       nothing may be written there: rights, or a folder that is read-only
│   └── StoreFull         no space left on the disk
├── ClipError             a clip that cannot be cut: no such stretch, a name that is taken
├── UnwritableText        text in letters that nothing on this machine can draw
├── CustodyError          an export that cannot be made or finished, a key or a manifest that cannot be read
│   ├── SourceMissing     a source is not where it was
│   ├── SourceAltered     a source is not the file that came in
│   └── DiskFull          no space left for an export; nothing half-written was kept
└── NotMeasurable         a stage has nothing to work on (no sound track...): a reason, not a fault
"""

from __future__ import annotations

from pathlib import Path


class BwcError(Exception):
    """An error to be shown to the user as one line."""


class MediaError(BwcError):
    """A media file cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class NotMedia(MediaError):
    """Empty, text, or no container that is known."""


class DamagedMedia(MediaError):
    """A container that cannot be read to any use."""


class MediaChanged(MediaError):
    """The file changed while it was being read."""


class SearchError(BwcError):
    """A search that cannot be meant."""


class AccountError(BwcError):
    """An account that cannot be made or changed."""


class TranscriptError(BwcError):
    """A transcript file cannot be read."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        self.path = path
        self.reason = reason
        self.line = line
        where = f"{path}, line {line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {reason}")


class TableError(BwcError):
    """A CSV file says something that cannot be meant; nothing of it was imported."""

    def __init__(self, path: Path, reason: str, row: int | None = None, column: str | None = None) -> None:
        self.path = path
        self.reason = reason
        self.row = row
        self.column = column
        places = (f"row {row}" if row is not None else "", f"column {column!r}" if column is not None else "")
        super().__init__(f"{', '.join(part for part in (str(path), *places) if part)}: {reason}")


class ConfigError(BwcError):
    """A settings file or a policy pack says something that cannot be meant."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        self.path = path
        self.reason = reason
        self.line = line
        where = f"{path}, line {line}" if line is not None else f"{path}"
        super().__init__(f"{where}: {reason}")


class CorrectionError(BwcError):
    """A correction of a transcript that cannot be meant: no such voice, nobody speaks there."""


class StoreError(BwcError):
    """The store cannot be opened or written."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of this program."""


class StoreMissing(StoreError):
    """There is no store at this place, or there no longer is."""


class NotAStore(StoreError):
    """The file is something else: another program's database, or no database. It was left as it is."""


class StoreDamaged(StoreError):
    """The file is a store, or was one, and cannot be read."""


class StoreLocked(StoreError):
    """The store cannot be written: the file or its folder is read-only, or not for this account."""


class StoreFull(StoreError):
    """No space is left where the store lies; nothing half-written was kept."""


class CustodyError(BwcError):
    """An export cannot be made or finished, or what vouches for it cannot be read."""


class SourceMissing(CustodyError):
    """A source is not where it was when it came in."""


class SourceAltered(CustodyError):
    """A source is not the file that came in: its sha256 differs."""


class DiskFull(CustodyError):
    """No space is left where an export is written; nothing half-written was kept."""


class ClipError(BwcError):
    """A clip that cannot be cut: nothing there, a name that is taken, an encoder that failed."""


class UnwritableText(BwcError):
    """Text in letters that nothing on this machine can draw in their right form and order."""


class NotMeasurable(BwcError):
    """A stage has nothing to work on. The reason is stored and shown as "not analysed: ..."."""
