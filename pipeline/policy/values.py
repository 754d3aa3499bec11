"""Values in the tables of a pack: texts, lists, switches, columns, zones. What cannot be meant is noted there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from pipeline.policy.source import INHERITED, Pack, nearest

Table = Mapping[str, Any]


def check_known(table: Table, known: Sequence[str], pack: Pack, *at: str | int, where: str = "") -> None:
    """Notes every key of a table that nobody reads. `where` "": the table is called by its path."""
    for key in table:
        if key not in known:
            hint = nearest(key, known) or "; known: " + ", ".join(known)
            pack.wrong(f"unknown key {key!r} {where or f'in [{_dotted(at)}]'}{hint}", *at, key)


def table_at(data: Table, pack: Pack, *at: str) -> dict[str, Any]:
    """The table that `data` has under the last name of `at`; empty where there is none, or where it is no table."""
    value = data.get(at[-1], {})
    if isinstance(value, dict):
        return value
    pack.wrong(f"{_dotted(at)} is a table: [{_dotted(at)}]", *at)
    return {}


def text_at(data: Table, key: str, pack: Pack, *at: str | int, needed: bool = True) -> str:
    """A text; "" where it is none, and where it may be left out."""
    value = data.get(key, "")
    if not isinstance(value, str) or (needed and not value):
        pack.wrong(f'{key} must be a text such as {key} = "..."', *at, *([key] if key in data else []))
        return ""
    return value


def switch_at(data: Table, key: str, default: bool, pack: Pack, *at: str) -> bool:
    """True or false."""
    value = data.get(key, default)
    if not isinstance(value, bool):
        pack.wrong(f"{key} must be true or false", *at, key)
        return default
    return value


def list_at(data: Table, pack: Pack, *at: str | int) -> list[str]:
    """A list of texts that hold more than spaces; nothing is left to inherit here, so a leading "..." is noted."""
    key = str(at[-1])
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        pack.wrong(f'{key} is a list of texts: {key} = ["..."]', *at)
        return []
    if value[:1] == [INHERITED]:
        pack.wrong(f'{key} starts with "..." but there is nothing to inherit', *at)
        return value[1:]
    return value


def texts(value: object, pack: Pack, *at: str) -> tuple[str, ...]:
    """A list of texts of which one may be a space or a tab, as separators are."""
    if isinstance(value, list) and all(isinstance(v, str) and v for v in value):
        return tuple(value)
    pack.wrong(f'{at[-1]} is a list of texts: {at[-1]} = ["..."]', *at)
    return ()


def columns_at(data: Table, fields: Sequence[str], pack: Pack, *at: str) -> dict[str, tuple[str, ...]]:
    """field -> the names that its column may have, of the table at `at`."""
    table = table_at(data, pack, *at)
    check_known(table, fields, pack, *at)
    return {name: texts(table[name], pack, *at, name) for name in fields if name in table}


def zone_at(data: Table, default: str, pack: Pack, *at: str) -> str:
    """The name of a zone that there is; "" for one that there is not."""
    name = data.get("zone", default)
    if isinstance(name, str) and (not name or zone_named(name) is not None):
        return name
    pack.wrong(f'no zone {name!r}; it is written as in zone = "America/New_York"', *at, "zone")
    return ""


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of this name, None where there is none such."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, not a name at all, a folder
        return None


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value of a pack is a finite number that is not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


def _dotted(at: Sequence[str | int]) -> str:
    return ".".join(map(str, at))
