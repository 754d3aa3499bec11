"""TOML files that people write: settings, policy packs, plans of redaction, lists of clips, truth files.

Each kind is refused with an error of its own, in the same words: what cannot be read, and what nobody would read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import BwcError, ConfigError

Refused = Callable[[str], BwcError]
"""The error of a kind of file, made of one line"""


def read_toml(path: Path) -> dict[str, Any]:
    """What a file says. Raises ConfigError with the line where it is no TOML."""
    return parsed(path, text_of(path))


def toml_of(path: Path, refused: Refused) -> dict[str, Any]:
    """The same, raising the error of its kind."""
    try:
        return read_toml(path)
    except ConfigError as error:
        raise refused(str(error)) from error


def text_of(path: Path) -> str:
    """A file's text, without the mark that some editors put before it. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(path, "is no text in UTF-8; save it as UTF-8 and try again") from error
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})") from error


def parsed(path: Path, text: str) -> dict[str, Any]:
    """What the text of a file says. Raises ConfigError with the line where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(path, f"is not valid TOML: {error}", int(line[1]) if line else None) from error


def check_entries(table: Mapping[str, Any], known: Sequence[str], said: str, refused: Refused) -> None:
    """Raises for an entry that nobody reads; `said` names the file and the place in it."""
    odd = sorted(set(table) - set(known))
    if odd:
        raise refused(f"{said}: no entry is called {odd[0]!r}; there are: {', '.join(known)}")


def rows_at(table: Mapping[str, Any], name: str, said: str, refused: Refused) -> list[Mapping[str, Any]]:
    """The tables of a list [[name]]; none where it is left out. Raises where it is anything else."""
    rows = table.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise refused(f"{said}: {name} is written as [[{name}]]")
    return rows


def quoted(text: str) -> str:
    """A text as TOML writes it: quotes, backslashes and control characters escaped."""
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(named.get(c, f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c) for c in text) + '"'
