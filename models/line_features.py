"""What a line of speech is described by for a linear classifier: words, pairs and triples of them, letters, context.

Everything is hashed into a fixed number of columns, so every word counts, also one that a recogniser misheard. A small
vocabulary tells known words from others (names, above all): patterns are seen once more with unknown words blanked out,
"i'm officer _". Case does not count; of punctuation only a question mark does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.contract import LineContext

COLUMNS = 1 << 17
"""hashed columns: enough that collisions cost nothing measurable against 1 << 19"""
LETTERS = (3, 4, 5)
"""lengths of the letter groups within a word: endings, stems, and what misheard words still share"""
LONGEST = 400
"""words of a line that are read; a longer one is a recogniser's loop"""
CONTEXT_WEIGHT = 0.4
"""weight of the context's features against the line's own"""
UNKNOWN = "_"

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|\?")


def words_of(text: str) -> list[str]:
    """Lower-case words and question marks."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))[:LONGEST]


class LineFeatures:
    """Describes lines as rows of unit length; `rarity` weighs columns, rare ones more."""

    def __init__(self, vocabulary: Collection[str], rarity: NDArray[np.float32] | None = None) -> None:
        """`vocabulary`: words that are known; `rarity`: shape (COLUMNS,), None: all columns weigh the same."""
        self._vocabulary = frozenset(vocabulary) | {"^", "$", "?"}
        self._rarity = rarity
        self._letters: dict[str, tuple[int, ...]] = {}

    def __call__(self, lines: Sequence[LineContext]) -> csr_matrix:
        """float32, shape (len(lines), COLUMNS)."""
        pointers, columns, values = [0], [], []
        for line in lines:
            own = np.unique(np.fromiter(self._own(line), dtype=np.int32))
            context = np.unique(np.fromiter(self._context(line), dtype=np.int32))
            columns += [own, context]
            values += [np.ones(len(own), np.float32), np.full(len(context), CONTEXT_WEIGHT, np.float32)]
            pointers.append(pointers[-1] + len(own) + len(context))
        return self._weighed(_joined(values, np.float32), _joined(columns, np.int32), np.asarray(pointers))

    def _weighed(self, data: NDArray[np.float32], columns: NDArray[np.int32], rows: NDArray[np.int64]) -> csr_matrix:
        if self._rarity is not None:
            data = data * self._rarity[columns]
        if len(data):
            squares: NDArray[np.float32] = np.add.reduceat(data * data, rows[:-1])
            data = data / np.repeat(np.sqrt(squares), np.diff(rows))  # no row is empty: each has its length
        return csr_matrix((data, columns, rows), shape=(len(rows) - 1, COLUMNS))

    def _own(self, line: LineContext) -> Iterator[int]:
        said = ["^", *words_of(line.text), "$"]
        known = [word if word in self._vocabulary else UNKNOWN for word in said]
        role = line.role or "?"
        for word in said:
            yield _column(f"w {word}")
            yield _column(f"{role} {word}")
            yield from self._groups(word)
        yield from _patterns("w", said)
        if known != said:
            yield from _patterns("k", known)
        yield _column(f"length {min(len(said) - 2, 12) // 2}")

    def _groups(self, word: str) -> tuple[int, ...]:
        if word not in self._letters:
            framed = f"<{word}>"
            parts = (framed[at : at + n] for n in LETTERS for at in range(len(framed) - n + 1))
            self._letters[word] = tuple(_column(f"l {part}") for part in parts)
        return self._letters[word]

    def _context(self, line: LineContext) -> Iterator[int]:
        yield _column(f"role {line.role}")
        yield _column(f"before {line.previous_role} {line.role}")
        for word, after in pairwise([*words_of(line.previous_text), "$"]):
            yield _column(f"b {line.previous_role} {word}")
            yield _column(f"b {line.previous_role} {word} {after}")


def _patterns(kind: str, words: Sequence[str]) -> Iterator[int]:
    """Pairs, triples, and pairs around a gap of one word."""
    for i in range(len(words) - 1):
        yield _column(f"{kind} {words[i]} {words[i + 1]}")
        if i + 2 < len(words):
            yield _column(f"{kind} {words[i]} {words[i + 1]} {words[i + 2]}")
            yield _column(f"{kind}g {words[i]} . {words[i + 2]}")


def _column(feature: str) -> int:
    return crc32(feature.encode()) % COLUMNS


def _joined(parts: Sequence[NDArray], kind: type) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate(parts) if parts else np.zeros(0, kind)
