"""Text that only shows, for pictures and cards."""

from __future__ import annotations

import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""zero width non-joiner and joiner: part of how Persian, Hindi and others are spelled"""


def plain(text: str) -> str:
    """Text without characters that steer rather than show: control and direction marks, lone surrogates.

    A joining mark stays where spelling has it: behind a letter that joins, before another letter.
    """
    return "".join(
        " " if c.isspace() else c
        for n, c in enumerate(text)
        if c.isprintable() or c.isspace() or (c in JOINERS and _spells(text[:n], text[n + 1 : n + 2]))
    )


def _spells(before: str, behind: str) -> bool:
    last = before[-1:]
    joins = last != "" and (unicodedata.bidirectional(last) == "AL" or unicodedata.category(last) in ("Mn", "Mc"))
    return joins and behind != "" and unicodedata.category(behind)[0] in "LM"
