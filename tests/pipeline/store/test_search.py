from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline.errors import SearchError
from pipeline.roster import Assignment
from pipeline.search import Hit, parsed
from pipeline.store import Store
from tests.review_ui import made_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("search") / "bwc.db"
    made_store.fill(path)
    with Store(path) as store:
        start = datetime(2020, 1, 1, tzinfo=UTC)
        worn = [
            Assignment("101", "R. Ortiz", "North", "1", "AX-1041", start),
            Assignment("102", "T. Lund", "South", "2", "AX-2210", start),
        ]
        store.replace_roster(worn, "roster.csv", "root")
        yield store


def found(store: Store, typed: str, only: list[str] | None = None) -> list[Hit]:
    return list(store.find(parsed(typed), only=only).hits)


def said(hit: Hit) -> str:
    return "".join(text for text, _ in hit.parts)


def test_a_hit_says_where_and_shows_what_was_looked_for(store: Store) -> None:
    hits = [hit for hit in found(store, "hands") if hit.kind == "turn"]
    assert hits
    for hit in hits:
        marked = [text.lower() for text, is_hit in hit.parts if is_hit]
        assert marked and all(text.startswith("hand") for text in marked)
        turns = store.turns(hit.subject)
        assert any((t.start, t.end, t.text) == (hit.start, hit.end, said(hit)) for t in turns)


def test_words_phrases_and_their_opposites(store: Store) -> None:
    both, phrase = found(store, "your hands in:transcript"), found(store, '"your hands" in:transcript')
    assert {said(h) for h in phrase} <= {said(h) for h in both}
    assert all("your hands" in said(h).lower() for h in phrase)
    assert not any("your" in said(h).lower().split() for h in found(store, "hands -your in:transcript"))
    assert not found(store, "zebra")


def test_findings_are_found_by_words_and_by_label(store: Store) -> None:
    label = next(f.finding.label for f in store.findings())
    hits = found(store, f"label:{label}")
    assert hits and {hit.kind for hit in hits} == {"finding"} and {hit.label for hit in hits} == {label}
    assert len(hits) == sum(f.finding.label == label for f in store.findings())
    assert all(hit.finding for hit in hits)


def test_filters_leave_the_recordings_they_name(store: Store) -> None:
    own = {r.id for r in store.recordings() if r.device == "AX-1041"}
    for typed in ("officer:101", "unit:north", "camera:ax-1041", 'officer:"R. Ortiz"'):
        subjects = {hit.subject for hit in found(store, f"the {typed} in:transcript")}
        assert subjects and subjects <= own, typed
    assert not found(store, "the unit:West in:transcript")
    assert {hit.role for hit in found(store, "the role:officer in:transcript")} <= {"officer"}


def test_days_and_rights_leave_out_the_rest(store: Store) -> None:
    every = {hit.subject for hit in found(store, "the in:transcript")}
    assert every
    assert not found(store, "the until:2019-12-31 in:transcript")
    assert {hit.subject for hit in found(store, "the from:2025-03-14 until:2025-03-14 in:transcript")} <= every
    for subject in every:
        assert {hit.subject for hit in found(store, "the in:transcript", only=[subject])} == {subject}
    assert not found(store, "the", only=[])


def test_pages_hold_every_hit_once(store: Store) -> None:
    query = parsed("the")
    whole = store.find(query, limit=1000)
    pages = [store.find(query, limit=7, skip=skip).hits for skip in range(0, whole.count, 7)]
    assert [hit for page in pages for hit in page] == list(whole.hits)
    assert len(whole.hits) == whole.count and not whole.more


def test_a_search_without_words_says_so(store: Store) -> None:
    with pytest.raises(SearchError, match="type a word"):
        store.find(parsed("role:officer"))


def test_searches_are_kept_and_taken_off(store: Store) -> None:
    kept = store.save_search(" Hands ", "hands role:officer", "ortiz")
    assert (kept.name, kept.text, kept.who) == ("Hands", "hands role:officer", "ortiz")
    assert kept in store.saved_searches()
    store.remove_search(kept.id, "lund")
    assert kept not in store.saved_searches()
    assert [row["action"] for row in store.activity(2)] == ["search.remove", "search.save"]
