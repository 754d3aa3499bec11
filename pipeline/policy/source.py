"""The files of a policy pack: read, laid over each other, and asked where something stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.policy.positions import TomlPath, lines_of
from pipeline.toml_file import parsed, text_of

SHIPPED = Path(__file__).parent
"""Packs that come with the program, found by name: `extends = "model_policy"`."""
INHERITED = "..."
"""First item of a list in a pack that extends another: the inherited items, then these."""


@dataclass(frozen=True)
class Problem:
    """Something in a pack that cannot be meant, and where. `line` None: something that is missing."""

    path: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"

    @property
    def error(self) -> ConfigError:
        return ConfigError(self.path, self.message, self.line)


@dataclass(frozen=True)
class PackFile:
    """One TOML file with the places of what it says."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[TomlPath, int] = field(repr=False)

    def item_line(self, at: TomlPath, item: object) -> int | None:
        """The line of `item` in the list that stands at `at`."""
        value: Any = self.data
        for key in at:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, list) and item in value:
            return self.lines.get((*at, value.index(item)))
        return None


@dataclass
class Pack:
    """A pack: its own file first, then its parts and what it extends; `data` is all of them laid together."""

    files: list[PackFile]
    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    @property
    def own(self) -> PackFile:
        return self.files[0]

    def wrong(self, message: str, *at: str | int, item: object = None) -> None:
        """Notes a problem at a key, or at an item of the list that the key holds."""
        for file in self.files:
            line = file.item_line(at, item) if item is not None else None
            line = line or (file.lines.get(at) if item is None else None)
            if line:
                self.problems.append(Problem(file.path, line, message))
                return
        self.problems.append(Problem(self.own.path, None, message))


def nearest(word: str, known: Iterable[str]) -> str:
    """ "; did you mean 'phrases'?" where one of the known names is close, else nothing."""
    found = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def read_pack(path: Path) -> Pack:
    """A pack with everything it extends. Raises ConfigError for a file that cannot be read or extended at all."""
    return _pack(path, ())


def _pack(path: Path, through: tuple[Path, ...]) -> Pack:
    own = _read(path)
    files, data = [own], dict(own.data)
    for part in _texts(own, "parts"):
        piece = _read(path.parent / part)
        files.append(piece)
        data = _joined(data, piece)
    data.pop("parts", None)
    if "extends" not in own.data:
        return Pack(files, data)
    parent = _pack(_parent(own, (*through, path)), (*through, path))
    return Pack([*files, *parent.files], laid_over(parent.data, data))


def _joined(data: Mapping[str, Any], part: PackFile) -> dict[str, Any]:
    """A pack's tables with those of a part; a part adds, it never replaces what another file of the pack says."""
    out = dict(data)
    for key, value in part.data.items():
        before = out.get(key, {})
        if not isinstance(value, dict) or not isinstance(before, dict):
            twice = [key] if key in out else []
        else:
            twice = [key, *sorted(set(value) & set(before))][:2] if set(value) & set(before) else []
        if twice:
            raise Problem(part.path, part.lines.get(tuple(twice)), f"{'.'.join(twice)} stands twice in the pack").error
        out[key] = before | value if isinstance(value, dict) else value
    return out


def _parent(own: PackFile, through: tuple[Path, ...]) -> Path:
    named = own.data["extends"]
    line = own.lines.get(("extends",))
    if not isinstance(named, str):
        raise Problem(own.path, line, 'extends must be a text such as extends = "model_policy"').error
    shipped = SHIPPED / f"{named}.toml"
    parent = shipped if shipped.is_file() and "/" not in named else own.path.parent / named
    if parent.resolve() in {p.resolve() for p in through}:
        raise Problem(own.path, line, f"{named!r} extends this pack, which goes round in a circle").error
    if not parent.is_file():
        names = ", ".join(shipped_packs())
        reason = f"no pack {named!r} to extend (shipped: {names}; or a file beside this one)"
        raise Problem(own.path, line, reason + nearest(named, shipped_packs())).error
    return parent


def shipped_packs() -> list[str]:
    """Names of the packs that come with the program; parts of packs are none."""
    return sorted(p.stem for p in SHIPPED.glob("*.toml") if re.search(r'^name = "', p.read_text("utf-8"), re.MULTILINE))


def _texts(file: PackFile, key: str) -> list[str]:
    value = file.data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Problem(file.path, file.lines.get((key,)), f'{key} is a list of texts: {key} = ["..."]').error
    return value


def _read(path: Path) -> PackFile:
    text = text_of(path)
    return PackFile(path, parsed(path, text), lines_of(text))


def laid_over(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """`new` laid over `old`: tables merge, lists and values replace; a list that starts with "..." adds."""
    out = dict(old)
    for key, value in new.items():
        if key == "extends":
            continue
        before = old.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            out[key] = laid_over(before, value)
        elif isinstance(value, list) and value[:1] == [INHERITED] and isinstance(before, list):
            out[key] = [*before, *value[1:]]
        else:
            out[key] = value
    return out
