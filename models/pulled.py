"""`pulled.toml`, the lock file beside the weights: which files lie there, their hashes, how these were checked."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.manifest import WeightsError, is_sha256, safe_path

LOCK = "pulled.toml"
_BLOCK = 1 << 20

AGAINST_MANIFEST = "manifest"
AGAINST_HUB = "hub sha256"
AGAINST_GIT = "hub git id"
FIRST_SIGHT = "first sight"
"""nobody vouched for the hash: it was taken from the file as it was found"""


@dataclass(frozen=True)
class PulledFile:
    """A file as it was when it was accepted."""

    path: str
    sha256: str
    size: int
    """bytes"""
    checked: str
    """what the hash was checked against: one of the constants above"""


@dataclass(frozen=True)
class Pulled:
    """What lies in a model's folder."""

    name: str
    repository: str
    source: str
    revision: str | None
    """the commit; None for a folder that was copied by hand and that the manifest pins no hashes for"""
    how: str
    """"pulled" or "copied by hand" """
    recorded_utc: str
    verified_utc: str
    files: tuple[PulledFile, ...]


def now_utc() -> str:
    """The time, to the second, in ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def git_id_of(path: Path) -> str:
    """The id that git gives to a file: sha1 over a header with its length and its bytes.

    The hub publishes it for small files, which have no sha256 in its listing. It ties the file to the commit.
    """
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_lock(folder: Path) -> Pulled | None:
    """The lock file of a model's folder, None where there is none. Raises WeightsError where it is damaged."""
    path = folder / LOCK
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        files = tuple(PulledFile(f["path"], f["sha256"], int(f["size"]), f["checked"]) for f in table.pop("file"))
        if not all(safe_path(f.path) and is_sha256(f.sha256) for f in files):
            raise ValueError("a path or a hash that cannot be")
        return Pulled(**{**table, "revision": table.get("revision") or None, "files": files})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} is damaged ({error}): delete it, then verify or pull the model again") from error


def write_lock(folder: Path, pulled: Pulled) -> None:
    """Write the lock file in one step, so that it is there whole or not at all."""
    lines = [f"{key} = {json.dumps(getattr(pulled, key) or '')}" for key in _KEYS]
    for file in pulled.files:
        lines += ["", "[[file]]", f"path = {json.dumps(file.path)}", f'sha256 = "{file.sha256}"']
        lines += [f"size = {file.size}", f"checked = {json.dumps(file.checked)}"]
    put_in_place(folder / LOCK, "\n".join([*lines, ""]).encode())


_KEYS = ("name", "repository", "source", "revision", "how", "recorded_utc", "verified_utc")


def put_in_place(path: Path, content: bytes) -> None:
    """Write a small file so that a crash leaves the old one or the new one, never half of it."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
