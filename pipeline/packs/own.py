"""Which files the pack in force consists of, and how an agency's own pack is begun."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import FILE_NAME, load_settings
from pipeline.errors import ConfigError
from pipeline.policy.source import SHIPPED, Pack, read_pack
from pipeline.toml_file import quoted, text_of

OWN_NAME = "agency_policy.toml"
"""The file that `begin` writes, beside the settings."""
_BEGINNING = """# The policy pack of this agency: the model policy, and what is different here.
# A list that starts with "..." keeps what the model policy says and adds to it.
name = {name}
version = "1"
title = {title}
extends = "model_policy"
"""


@dataclass(frozen=True)
class PackText:
    """One file of a pack."""

    name: str
    """relative to the folder of the pack's own file; of a shipped one, its name"""
    path: Path
    text: str
    shipped: bool
    """it comes with the program: read, never changed"""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def main_file(path: Path | None) -> Path:
    """The pack's own file; None: the model policy that ships."""
    return path or SHIPPED / "model_policy.toml"


def pack_texts(path: Path | None) -> list[PackText]:
    """The files of a pack, its own first, then its parts and what it extends. Raises ConfigError.

    Of an agency's pack that cannot be read as one, its own file alone: so that it can be put right.
    """
    main = main_file(path)
    try:
        files = [file.path for file in read_pack(main).files]
    except ConfigError:
        alone = _pack_text(main, main)
        if alone.shipped:
            raise
        return [alone]
    return [_pack_text(file, main) for file in files]


def _pack_text(path: Path, main: Path) -> PackText:
    shipped = path.resolve().is_relative_to(SHIPPED.resolve())
    folder, whole = main.resolve().parent, path.resolve()
    name = whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.name
    return PackText(name, path, text_of(path), shipped)


def source_of(pack: Pack, *at: str | int) -> list[tuple[str, int]]:
    """Where a key stands: file and line, the agency's own before what it extends; []: the program's default."""
    return [(file.path.name, file.lines[at]) for file in pack.files if at in file.lines]


def begin(name: str, title: str = "", folder: Path | None = None) -> Path:
    """Begins a pack of the agency's own beside the settings, and names it there. Raises ConfigError.

    The settings keep every line that they have; `policy = "..."` goes to the top, where TOML wants it.
    """
    settings, own = (folder or Path()) / FILE_NAME, (folder or Path()) / OWN_NAME
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}", name):
        raise ConfigError(own, f"{name!r} cannot be the name of a pack: letters, digits, spaces and . _ -, 64 at most")
    if load_settings(settings if settings.exists() else None).policy is not None:
        raise ConfigError(settings, "names a policy pack already; change that one")
    if own.exists():
        raise ConfigError(own, f'is there already; say policy = "{OWN_NAME}" in {FILE_NAME} to use it')
    said = text_of(settings) if settings.exists() else ""
    replaced(own, _BEGINNING.format(name=quoted(name), title=quoted(title or name)))
    try:
        replaced(settings, f'policy = "{OWN_NAME}"\n{said}')
    except ConfigError:
        own.unlink(missing_ok=True)
        raise
    return own


def replaced(path: Path, text: str) -> None:
    """Puts a text in place of a file's, whole or not at all. Raises ConfigError."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error
