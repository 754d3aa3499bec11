from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SearchError
from pipeline.search import parsed
from pipeline.types import Role


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("drop the knife", '("drop") AND ("the") AND ("knife")'),
        ('"drop the knife"', '("drop the knife")'),
        ("knife OR gun", '("knife" OR "gun")'),
        ("knife OR gun hands", '("knife" OR "gun") AND ("hands")'),
        ("knife -kitchen", '(("knife")) NOT ("kitchen")'),
        ("knife NOT kitchen -bread", '(("knife")) NOT ("kitchen" OR "bread")'),
        ("weap*", '("weap"*)'),
        ("NEAR(hands car, 5)", '(NEAR("hands" "car", 5))'),
        ("NEAR(hands car)", '(NEAR("hands" "car", 10))'),
        ("time: 5:30", '("time:") AND ("5:30")'),
        ("… ,", ""),
    ],
)
def test_what_is_typed_becomes_what_is_asked(typed: str, asked: str) -> None:
    assert parsed(typed).match == asked


def test_filters() -> None:
    query = parsed(
        'knife role:officer unit:"North East" officer:101 camera:AX-1 label:x from:2025-03-01 until:2025-03-31'
    )
    assert (query.role, query.unit, query.officer, query.camera) == (Role.OFFICER, "North East", "101", "AX-1")
    assert query.label == "x"
    assert (query.since, query.until) == (datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    assert parsed("in:findings knife").where == "findings"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-knife", "what to look for"),
        ("role:boss knife", "officer"),
        ("from:31.3.2025", "2025-03-31"),
        ("NEAR(hands)", "two words"),
        ("NEAR(a b, many)", "two words"),
        ("in:attic x", "transcript or findings"),
        ("x" * 501, "at most"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(typed: str, told: str) -> None:
    with pytest.raises(SearchError, match=told) as error:
        parsed(typed)
    assert "\n" not in str(error.value)


_INDEX = sqlite3.connect(":memory:", check_same_thread=False)
_INDEX.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize = 'porter unicode61')")
_INDEX.execute("INSERT INTO said VALUES ('drop the knife')")


@given(st.text(max_size=60) | st.text(alphabet="ab \"*()-:^+NEAROT,{}\\\0'", max_size=60))
def test_nothing_that_can_be_typed_breaks_the_index(typed: str) -> None:
    try:
        match = parsed(typed).match
    except SearchError:
        return
    if match:
        _INDEX.execute("SELECT count(*) FROM said WHERE said MATCH ?", [match.encode("utf-8", "replace").decode()])
