"""Where each key and list item of a TOML file stands: what the TOML reader of the standard library does not tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

TomlPath = tuple[str | int, ...]
"""Keys and list numbers from the top of the file down."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""+' r"|'''.*?'''+" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}\n#]*")


def lines_of(text: str) -> dict[TomlPath, int]:
    """Line (from 1) of every table, key and list item. `text` must be valid TOML."""
    return dict(_Scanner(text).scan())


class _Scanner:
    """Walks over valid TOML without making values of it."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.tables: dict[TomlPath, int] = {}

    def scan(self) -> Iterator[tuple[TomlPath, int]]:
        table: TomlPath = ()
        while self._skip() < len(self.text):
            line = self._line()
            if self.text[self.at] == "[":
                table = self._header()
                yield table, line
            else:
                key = self._key()
                yield (*table, *key), line
                self.at = self.text.index("=", self.at) + 1
                yield from self._value((*table, *key))

    def _skip(self) -> int:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)

    def _header(self) -> TomlPath:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: TomlPath = self._key()
        self.at = self.text.index("]", self.at) + (2 if many else 1)
        if many:
            self.tables[path] = self.tables.get(path, -1) + 1
            path = (*path, self.tables[path])
        return path

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip()
            found = _BARE.match(self.text, self.at) or _STRING.match(self.text, self.at)
            assert found is not None, "the text was read as TOML before"
            self.at = found.end()
            parts.append(found.group().strip("\"'"))
            self._skip()
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _value(self, path: TomlPath) -> Iterator[tuple[TomlPath, int]]:
        self._skip()
        opening = self.text[self.at]
        if opening in "[{":
            self.at += 1
            yield from self._items(path) if opening == "[" else self._inline(path)
        else:
            found = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            self.at = found.end() if found else self.at

    def _items(self, path: TomlPath) -> Iterator[tuple[TomlPath, int]]:
        number = 0
        while self.text[self._skip()] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            yield (*path, number), self._line()
            yield from self._value((*path, number))
            number += 1
        self.at += 1

    def _inline(self, path: TomlPath) -> Iterator[tuple[TomlPath, int]]:
        while self.text[self._skip()] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            line, key = self._line(), self._key()
            yield (*path, *key), line
            self.at = self.text.index("=", self.at) + 1
            yield from self._value((*path, *key))
        self.at += 1
