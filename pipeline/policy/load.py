"""Read a policy pack from TOML. Everything that cannot be meant is a ConfigError that names the line."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.policy.pack import (
    COMMAND_CATEGORIES,
    AddresseeRules,
    CommandRules,
    NameRules,
    PatternSet,
    Policy,
    RoleRules,
    Windows,
)
from pipeline.policy.patterns import PatternError, compile_pattern

SHIPPED = Path(__file__).parent
"""Packs that come with the program, found by name: `extends = "model_policy"`."""
INHERITED = "..."
"""First item of a list in a pack that extends another: the inherited items, then these."""

_TOP = ("name", "version", "title", "extends", "hotwords", "clauses", "words", "commands", "addressee", "names",
        "roles", "windows")  # fmt: skip
_COMMAND = ("clause", "phrases", "imperatives", "alone", "vague")
_ADDRESSEE = ("peers", "medical", "person")
_NAMES = ("clause", "officer_gives", "asks", "asks_alone", "person_gives", "answers", "third_person")
_ROLES = ("officer", "civilian", "radio")
_NEEDED_WORDS = ("openers", "vocatives", "titles", "not_names", "agencies")
Table = Mapping[str, Any]


def load_policy(path: Path | None = None) -> Policy:
    """Read a pack; None is the shipped model policy.

    Raises ConfigError (file, line where known) for a file that cannot be read, an unknown key, a wrong type or a
    pattern that does not follow the syntax.
    """
    return _load(path or SHIPPED / "model_policy.toml", ())


@dataclass(frozen=True)
class _Pack:
    """The text of one file, kept to find the line of what is wrong."""

    path: Path
    text: str

    def wrong(self, reason: str, table: str = "", key: str = "") -> ConfigError:
        return ConfigError(self.path, reason, self._line(table, key))

    def wrong_item(self, reason: str, item: str) -> ConfigError:
        lines = self.text.splitlines()
        return ConfigError(self.path, reason, next((n for n, t in enumerate(lines, 1) if item in t), None))

    def _line(self, table: str, key: str) -> int | None:
        at = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[([^\[\]]+)\]", line)
            if header:
                at = header[1].replace('"', "").strip()
                if at == f"{table}.{key}".strip("."):
                    return number
            elif at == table and re.match(rf'\s*"?{re.escape(key)}"?\s*=', line):
                return number
        return None


def _load(path: Path, through: tuple[Path, ...]) -> Policy:
    data, pack = _merged(path, through)
    words = _words(data.get("words", {}), pack)
    return Policy(
        name=_text(data, "name", pack),
        version=_text(data, "version", pack),
        title=str(data.get("title", "")),
        sha256=hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest(),
        clauses=_strings(data.get("clauses", {}), pack, "clauses"),
        commands=_commands(data.get("commands", {}), words, pack),
        addressee=AddresseeRules(**_sets(data, "addressee", _ADDRESSEE, words, pack)),
        names=_names(data, words, pack),
        roles=RoleRules(**_sets(data, "roles", _ROLES, words, pack)),
        words=words,
        windows=_windows(data.get("windows", {}), pack),
        hotwords=tuple(_list(data, "hotwords", pack)),
        source=str(path),
    )


def _read(path: Path) -> tuple[dict[str, Any], _Pack]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(path, "a policy pack is a text file in UTF-8") from error
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from error
    try:
        return tomllib.loads(text), _Pack(path, text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(path, f"not valid TOML: {error}", int(line[1]) if line else None) from error


def _merged(path: Path, through: tuple[Path, ...]) -> tuple[dict[str, Any], _Pack]:
    data, pack = _read(path)
    _known(data, _TOP, pack, "")
    for key in ("name", "version"):  # never inherited: a finding must say which pack it is from
        _text(data, key, pack)
    if "extends" not in data:
        return data, pack
    base = _text(data, "extends", pack)
    shipped = SHIPPED / f"{base}.toml"
    parent = shipped if shipped.is_file() and "/" not in base else path.parent / base
    if parent.resolve() in {p.resolve() for p in (*through, path)}:
        raise pack.wrong(f"{base!r} extends this pack, which goes round in a circle", "", "extends")
    if not parent.is_file():
        names = ", ".join(sorted(p.stem for p in SHIPPED.glob("*.toml")))
        raise pack.wrong(f"no pack {base!r} to extend (shipped: {names}; or a file beside this one)", "", "extends")
    inherited, _ = _merged(parent, (*through, path))
    return _over(inherited, data), pack


def _over(old: Table, new: Table) -> dict[str, Any]:
    """`new` laid over `old`: tables merge, lists and values replace; a list that starts with "..." adds."""
    out = dict(old)
    for key, value in new.items():
        if key == "extends":
            continue
        before = old.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            out[key] = _over(before, value)
        elif isinstance(value, list) and value[:1] == [INHERITED]:
            out[key] = [*(before or []), *value[1:]]
        else:
            out[key] = value
    return out


def _known(table: object, known: Sequence[str], pack: _Pack, name: str) -> None:
    if not isinstance(table, dict):
        raise pack.wrong(f"{name} is a table: [{name}]", "", name)
    for key in table:
        if key not in known:
            where = f"in [{name}]" if name else "at the top"
            raise pack.wrong(f"unknown key {key!r} {where}; known: {', '.join(known)}", name, key)


def _text(data: Table, key: str, pack: _Pack) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise pack.wrong(f'{key} must be a text such as {key} = "..."', "", key)
    return value


def _list(data: Table, key: str, pack: _Pack, table: str = "") -> list[str]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise pack.wrong(f'{key} is a list of texts: {key} = ["..."]', table, key)
    if value[:1] == [INHERITED]:
        raise pack.wrong(f'{key} starts with "..." but there is nothing to inherit', table, key)
    return value


def _strings(data: Table, pack: _Pack, table: str) -> dict[str, str]:
    for key, value in data.items():
        if not isinstance(value, str):
            raise pack.wrong(f"{key} must be a text", table, key)
    return dict(data)


def _words(data: Table, pack: _Pack) -> dict[str, tuple[str, ...]]:
    for key in data:
        if not re.fullmatch(r"[a-z_]+", key):
            raise pack.wrong(f"a list is named in small letters: {key!r}", "words", key)
    missing = [w for w in _NEEDED_WORDS if not data.get(w)]
    if missing:
        raise pack.wrong(f"[words] lacks {', '.join(missing)}; extend a shipped pack to have them")
    return {key: tuple(" ".join(w.lower().split()) for w in _list(data, key, pack, "words")) for key in data}


def _patterns(data: Table, key: str, words: Mapping[str, tuple[str, ...]], pack: _Pack, table: str) -> PatternSet:
    out = []
    for source in _list(data, key, pack, table):
        try:
            out.append(compile_pattern(source, words))
        except PatternError as error:
            raise pack.wrong_item(f"[{table}] {key}: {error}", source) from error
    return PatternSet(out)


def _sets(
    data: Table, table: str, keys: Sequence[str], words: Mapping[str, tuple[str, ...]], pack: _Pack
) -> dict[str, PatternSet]:
    _known(data.get(table, {}), keys, pack, table)
    return {key: _patterns(data.get(table, {}), key, words, pack, table) for key in keys}


def _commands(data: Table, words: Mapping[str, tuple[str, ...]], pack: _Pack) -> dict[str, CommandRules]:
    _known(data, COMMAND_CATEGORIES, pack, "commands")
    out = {}
    for category, table in data.items():
        name = f"commands.{category}"
        _known(table, _COMMAND, pack, name)
        sets = {key: _patterns(table, key, words, pack, name) for key in _COMMAND if key != "clause"}
        out[category] = CommandRules(category, str(table.get("clause", "")), **sets)
    return out


def _names(data: Table, words: Mapping[str, tuple[str, ...]], pack: _Pack) -> NameRules:
    table = data.get("names", {})
    _known(table, _NAMES, pack, "names")
    sets = {key: _patterns(table, key, words, pack, "names") for key in _NAMES if key != "clause"}
    return NameRules(
        clause=str(table.get("clause", "")),
        titles=frozenset(words["titles"]),
        not_names=frozenset(words["not_names"]),
        agencies=frozenset(words["agencies"]),
        **sets,
    )


def _windows(data: Table, pack: _Pack) -> Windows:
    known = {f.name: f.type for f in fields(Windows)}
    _known(data, tuple(known), pack, "windows")
    for key, value in data.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or value < 0 or (known[key] == "int" and (not isinstance(value, int) or value < 2)):
            raise pack.wrong(f"{key} must be a number of {'times, 2 or more' if known[key] == 'int' else 'seconds'}",
                             "windows", key)  # fmt: skip
    return Windows(**data)


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    """The model policy, read once: for parts that were given no pack."""
    return load_policy(None)
