"""From what a person types to what the index is asked: words, "phrases", OR, NOT, NEAR, and filters such as role:.

drop the knife                   all three words, in any order and form (dropped, knives)
"drop the knife"                 these words in this order
knife OR gun    knife -kitchen   one of them; the first without the second
NEAR(hands car, 5)               with at most five words between
weap*                            words that begin so
speaker:Tarn   speaker:"voice 2" said by a voice that is called so
role:officer label:shouted_command officer:101 unit:North camera:AX-1041 from:2025-03-01 until:2025-03-31 in:findings
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pipeline.errors import SearchError
from pipeline.types import Role

FILTERS = ("role", "speaker", "label", "officer", "unit", "camera", "from", "until", "in")
NEAR_WORDS = 10
"""words between, where NEAR says no number"""
LONGEST = 500
"""letters of a search"""

_TOKEN = re.compile(
    r'(?P<key>[a-z]+):(?P<value>"[^"]*"|\S+)'
    r"|NEAR\((?P<near>[^()]*)\)"
    r'|(?P<minus>-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)


@dataclass(frozen=True)
class Query:
    """What is looked for."""

    match: str = ""
    """in the language of the index (SQLite FTS5), every word quoted; "": no words"""
    role: Role | None = None
    speaker: str | None = None
    """a voice, by its name or a part of it; see `is_called`"""
    label: str | None = None
    """label or detector of findings"""
    officer: str | None = None
    unit: str | None = None
    camera: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """not included"""
    where: str | None = None
    """"turns" or "findings"; None: both"""


def parsed(text: str) -> Query:
    """The query that a person means. Raises SearchError with one line that says what to type instead."""
    if len(text) > LONGEST:
        raise SearchError(f"a search has at most {LONGEST} letters")
    query, wanted, unwanted = Query(), list[str](), list[str]()
    pending_or = pending_not = False
    for token in _TOKEN.finditer(text):
        if token["key"] in FILTERS:
            query = _filtered(query, token["key"], token["value"].strip('"'))
            continue
        if token["word"] in ("OR", "AND", "NOT"):
            pending_or, pending_not = pending_or or token["word"] == "OR", pending_not or token["word"] == "NOT"
            continue
        term = _term(token)
        if not term:
            continue
        if token["minus"] or pending_not:
            unwanted.append(term)
        elif pending_or and wanted:
            wanted[-1] = f"{wanted[-1]} OR {term}"
        else:
            wanted.append(term)
        pending_or = pending_not = False
    if unwanted and not wanted:
        raise SearchError("say what to look for, not only what to leave out")
    return replace(query, match=_joined(wanted, unwanted))


def _joined(wanted: list[str], unwanted: list[str]) -> str:
    match = " AND ".join(f"({term})" for term in wanted)
    return f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match


def _term(token: re.Match[str]) -> str:
    """One term, quoted, so that nothing in it is taken for a command; "" where it holds no letter or digit."""
    if token["near"] is not None:
        return _near(token["near"])
    if token["phrase"] is not None:
        return _quoted(token["phrase"])
    word = token["word"] if token["key"] is None else f"{token['key']}:{token['value']}"
    return _quoted(word.rstrip("*")) + ("*" if word.endswith("*") and _quoted(word.rstrip("*")) else "")


def _near(inside: str) -> str:
    words, _, number = inside.partition(",")
    terms = [quoted for word in words.split() if (quoted := _quoted(word))]
    if len(terms) < 2 or (number.strip() and not number.strip().isdigit()):
        raise SearchError("NEAR takes two words or more, and how many words may lie between: NEAR(hands car, 5)")
    return f"NEAR({' '.join(terms)}, {int(number) if number.strip() else NEAR_WORDS})"


def _quoted(text: str) -> str:
    words = " ".join(_words(text))
    return f'"{words}"' if words else ""


def _words(text: str) -> Iterator[str]:
    for word in text.replace('"', " ").split():
        if any(letter.isalnum() for letter in word):
            yield word.replace("\0", "")


def _filtered(query: Query, key: str, value: str) -> Query:  # noqa: PLR0911  (one line per filter)
    if key == "role":
        known = [role.value for role in Role]
        if value not in known:
            raise SearchError(f"role: is one of {', '.join(known)}")
        return replace(query, role=Role(value))
    if key == "in":
        if value not in ("transcript", "findings"):
            raise SearchError("in: is transcript or findings")
        return replace(query, where="turns" if value == "transcript" else "findings")
    if key == "from":
        return replace(query, since=_day(value))
    if key == "until":
        return replace(query, until=_day(value) + timedelta(days=1))
    if key == "label":
        return replace(query, label=value)
    if key == "speaker":
        return replace(query, speaker=value)
    if key == "officer":
        return replace(query, officer=value)
    return replace(query, unit=value) if key == "unit" else replace(query, camera=value)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise SearchError(f"{text} is not a day: write it as 2025-03-31 (days are of UTC)") from None
