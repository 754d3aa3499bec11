"""The small language in which a policy pack writes down phrases, and its compiler.

A pattern is a row of words, matched against normalised words (`pipeline.policy.language`):

    hands                 this word
    (put|get|set down)    one of these; each may be several words, and may hold further brackets
    your?                 optional; also after brackets: (your|both)?
    *                     any one word
    *{0,2}                none to two words of any kind
    *ing                  any word that ends so
    <weapon>              one of a list that the pack names under [words]
    @name                 one or two words that may be a name; what they were is reported

A pattern starts with a word, a list or brackets, never with a wildcard: that is what makes a search fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LEX = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<bar>\|)|(?P<opt>\?)|(?P<span>\*\{(?P<low>\d+),(?P<high>\d+)\})"
    r"|(?P<tail>\*[a-z']+)|(?P<star>\*)|<(?P<list>[a-z_]+)>|(?P<name>@name)|(?P<word>[a-z0-9'\-]+))"
)
_NAME_WORD = r"[a-z][a-z'\-]+ "


class PatternError(ValueError):
    """A pattern that does not follow the syntax; the message says where."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. `source` is what the pack says, shown to reviewers as the rule that fired."""

    source: str
    regex: re.Pattern[str] = field(repr=False, compare=False)
    firsts: frozenset[str] = field(repr=False, compare=False)
    """words that a match can start with: a search tries no other place"""


@dataclass(frozen=True)
class _Piece:
    """A part of a pattern: its expression, its possible first words, and whether it can be empty."""

    regex: str
    firsts: frozenset[str] | None
    """None: any word"""
    empty: bool = False


def compile_pattern(source: str, words: Mapping[str, tuple[str, ...]]) -> Pattern:
    """Compile one pattern; `words` are the named lists. Raises PatternError."""
    piece = _Parser(source, words).parse()
    if piece.firsts is None:
        raise PatternError(f"a pattern starts with a word, not with a wildcard: {source!r}")
    if piece.empty:
        raise PatternError(f"a pattern has at least one word that is not optional: {source!r}")
    return Pattern(source, re.compile(piece.regex), piece.firsts)


class _Parser:
    """Recursive descent over the lexed pattern."""

    def __init__(self, source: str, words: Mapping[str, tuple[str, ...]]) -> None:
        self.source, self.words = source, words
        self.lexemes = list(self._lex())
        self.at = 0

    def _lex(self) -> Iterator[re.Match[str]]:
        at, text = 0, self.source.strip()
        while at < len(text):
            found = _LEX.match(text, at)
            if found is None:
                raise PatternError(f"cannot read {text[at : at + 12]!r} in the pattern {self.source!r}")
            yield found
            at = found.end()

    def parse(self) -> _Piece:
        piece = self._choice()
        if self.at < len(self.lexemes):
            raise PatternError(f"a bracket is closed that was not opened: {self.source!r}")
        return piece

    def _peek(self) -> re.Match[str] | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def _choice(self) -> _Piece:
        options = [self._row()]
        while (lexeme := self._peek()) is not None and lexeme["bar"]:
            self.at += 1
            options.append(self._row())
        if len(options) == 1:
            return options[0]
        if any(o.empty for o in options):
            raise PatternError(f"an alternative may not be empty, put '?' after the brackets: {self.source!r}")
        firsts: frozenset[str] | None = frozenset()
        for option in options:
            firsts = None if firsts is None or option.firsts is None else firsts | option.firsts
        regex = "(?:" + "|".join(o.regex for o in options) + ")"
        return _Piece(regex, firsts)

    def _row(self) -> _Piece:
        regex, firsts, empty = "", frozenset[str](), True
        any_first = False
        while (lexeme := self._peek()) is not None and not (lexeme["bar"] or lexeme["close"]):
            piece = self._optional(self._atom(lexeme))
            if empty:
                any_first = any_first or piece.firsts is None
                firsts |= piece.firsts or frozenset()
            regex, empty = regex + piece.regex, empty and piece.empty
        if not regex:
            raise PatternError(f"an empty pattern or alternative: {self.source!r}")
        return _Piece(regex, None if any_first else firsts, empty)

    def _optional(self, piece: _Piece) -> _Piece:
        lexeme = self._peek()
        if lexeme is None or not lexeme["opt"]:
            return piece
        self.at += 1
        return _Piece(f"(?:{piece.regex})?", piece.firsts, True)

    def _atom(self, lexeme: re.Match[str]) -> _Piece:
        self.at += 1
        if lexeme["open"]:
            inner = self._choice()
            if (closing := self._peek()) is None or not closing["close"]:
                raise PatternError(f"a bracket is not closed: {self.source!r}")
            self.at += 1
            return inner
        return self._simple(lexeme)

    def _simple(self, lexeme: re.Match[str]) -> _Piece:
        if lexeme["word"]:
            return _Piece(re.escape(lexeme["word"]) + " ", frozenset([lexeme["word"]]))
        if lexeme["span"]:
            return _Piece(rf"(?:\S+ ){{{lexeme['low']},{lexeme['high']}}}?", None, lexeme["low"] == "0")
        if lexeme["tail"]:
            return _Piece(r"\S+" + re.escape(lexeme["tail"][1:]) + " ", None)
        if lexeme["star"]:
            return _Piece(r"\S+ ", None)
        if lexeme["name"]:
            return _Piece(rf"(?P<name>{_NAME_WORD}(?:{_NAME_WORD})?)", None)
        if lexeme["list"]:
            return self._named(lexeme["list"])
        raise PatternError(f"nothing to repeat before '?' in {self.source!r}")

    def _named(self, name: str) -> _Piece:
        if name not in self.words:
            known = ", ".join(sorted(self.words)) or "none"
            raise PatternError(f"<{name}> is not a list under [words] (there: {known})")
        longest_first = sorted(self.words[name], key=lambda w: -len(w))
        regex = "(?:" + "|".join(re.escape(w) + " " for w in longest_first) + ")"
        return _Piece(regex, frozenset(w.split()[0] for w in self.words[name]))
