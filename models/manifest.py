"""Which weights can be fetched, and from where: `manifest.toml` as data; and the errors of all that concerns weights.

ModelError
└── WeightsError      one line that says what happened and what to do
    ├── UnknownModel  no such name in the manifest
    ├── Unreachable   no network, no name resolution, a certificate that is not accepted
    ├── AccessRefused 401 or 403: a gated model, a token that is missing or not good
    ├── NotThere      404: the repository, the revision or a file is gone
    ├── ServerTrouble the server breaks off, is overloaded, or answers nonsense, again and again
    ├── WrongBytes    a file whose hash is not the expected one; it was deleted
    └── NoSpace       the disk is full
"""

from __future__ import annotations

import fnmatch
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from models.contract import ModelError

MANIFEST = Path(__file__).with_name("manifest.toml")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_PATH = re.compile(r"[A-Za-z0-9_.*-]+(/[A-Za-z0-9_.*-]+)*")


class WeightsError(ModelError):
    """Weights cannot be fetched, found or trusted."""


class UnknownModel(WeightsError):
    """No model of that name is in the manifest."""


class Unreachable(WeightsError):
    """The server cannot be reached at all."""


class AccessRefused(WeightsError):
    """The server wants to know who asks, or refuses who does."""


class NotThere(WeightsError):
    """The server has no such repository, revision or file."""


class ServerTrouble(WeightsError):
    """The server does not deliver what it announces."""


class WrongBytes(WeightsError):
    """A file has another hash than the one expected."""


class NoSpace(WeightsError):
    """No space is left where the weights go."""


@dataclass(frozen=True)
class FileEntry:
    """One file of a model. `path` is relative to the repository; a pattern only where no hash is known."""

    path: str
    sha256: str | None = None
    size: int | None = None
    """bytes"""
    optional: bool = False

    def matches(self, name: str) -> bool:
        """Whether a file of the repository is this one. A `*` never crosses a folder."""
        here, there = PurePosixPath(self.path), PurePosixPath(name)
        return here.parent == there.parent and fnmatch.fnmatchcase(there.name, here.name)


@dataclass(frozen=True)
class ModelEntry:
    """One model of the manifest."""

    name: str
    task: str
    """"transcription" or "diarization" """
    repository: str
    source: str
    """address of the hub"""
    revision: str | None
    licence: str
    gated: bool
    about: str
    files: tuple[FileEntry, ...]
    aliases: tuple[str, ...] = ()
    approximate_size: int | None = None
    """bytes, where the sizes of the files are not known"""

    @property
    def page(self) -> str:
        """Where a person reads about the model and accepts its conditions."""
        return f"{self.source}/{self.repository}"

    @property
    def size(self) -> int | None:
        """Bytes of all files, None where that is not known."""
        sizes = [f.size for f in self.files if f.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else self.approximate_size

    @property
    def size_mb(self) -> int | None:
        """The size in megabytes (10^6 bytes), at least 1."""
        return None if self.size is None else max(1, round(self.size / 1e6))

    @property
    def purpose(self) -> str:
        """What the model is for, in words."""
        return f"{self.task}: {self.about}" if self.about else self.task

    @property
    def pinned(self) -> bool:
        """Whether everything is known beforehand, so that the hub need not be asked for a listing."""
        return self.revision is not None and all(f.sha256 for f in self.files)


def weights_folder() -> Path:
    """Where weights are kept: `BWC_MODELS`, else the data folder that the platform gives to an application."""
    if chosen := os.environ.get("BWC_MODELS"):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "bwc" / "models"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "bwc" / "models"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "bwc" / "models"


def safe_path(path: str) -> bool:
    """Whether a file name from outside stays inside its folder: no absolute path, no "..", no odd characters."""
    return bool(_PATH.fullmatch(path)) and not any(part.strip(".") == "" for part in path.split("/"))


def is_commit(revision: str) -> bool:
    """Whether a revision is a full commit id, which no one can move, and not a branch or a tag."""
    return bool(_COMMIT.fullmatch(revision))


def is_sha256(text: str) -> bool:
    """Whether a text is a sha256 in lower-case hexadecimal."""
    return bool(_SHA256.fullmatch(text))


@cache
def read_manifest(path: Path = MANIFEST) -> tuple[ModelEntry, ...]:
    """All models of a manifest. Raises WeightsError with the entry and what is wrong with it."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return tuple(_model(row, str(table["source"]).rstrip("/")) for row in table["model"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise WeightsError(f"{path}: the list of models cannot be read ({error!r})") from error


def _model(row: Mapping[str, Any], source: str) -> ModelEntry:
    entry = ModelEntry(
        name=row["name"],
        task=row["task"],
        repository=row["repository"],
        source=source,
        revision=row.get("revision"),
        licence=row["licence"],
        gated=row.get("gated", False),
        about=row.get("about", ""),
        files=tuple(FileEntry(**f) for f in row["files"]),
        aliases=tuple(row.get("aliases", ())),
        approximate_size=row.get("approximate_size"),
    )
    _check(entry)
    return entry


def _check(entry: ModelEntry) -> None:
    wrong = [f.path for f in entry.files if not safe_path(f.path) or (f.sha256 and ("*" in f.path))]
    wrong += [f.path for f in entry.files if f.sha256 and not is_sha256(f.sha256)]
    if entry.revision is not None and not is_commit(entry.revision):
        wrong.append(f"revision {entry.revision}")
    if not safe_path(entry.name) or "/" in entry.name:
        wrong.append("name")
    if wrong:
        raise WeightsError(f"the list of models: {entry.name}: not usable: {', '.join(wrong)}")
