"""Search after people put words, speakers and roles right: found by both wordings, shown as they stand."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipeline.corrections import Correction, assign, merge, rename, reword, reword_turn, set_role
from pipeline.schema import migrations
from pipeline.search import Hit, parsed
from pipeline.store import Store
from pipeline.types import Evidence, Role, Span, Turn, Word
from tests.pipeline.store.test_store import RECORDING, run_of, store

__all__ = ("store",)


def spoken(start: float, voice: str, role: Role | None, text: str) -> Turn:
    words = tuple(Word(word, start + n / 2, start + n / 2 + 0.4, 0.8) for n, word in enumerate(text.split()))
    return Turn(start, start + len(words) / 2, voice, role, text, words)


TURNS = (
    spoken(0, "v1", Role.OFFICER, "drop the night"),
    spoken(5, "v2", Role.CIVILIAN, "what night officer"),
    spoken(10, "v1", Role.OFFICER, "show me your hands"),
    spoken(20, "v12", None, "hands are here sir"),
)


@pytest.fixture
def heard(store: Store) -> Store:
    store.save_step(run_of("turns"), Evidence(RECORDING, turns=TURNS), ("turns",), [])
    return store


def found(store: Store, typed: str) -> list[Hit]:
    return list(store.find(parsed(typed)).hits)


def said(hit: Hit) -> str:
    return "".join(text for text, _ in hit.parts)


def marked(parts: object) -> list[str]:
    return [text for text, is_hit in parts if is_hit]  # type: ignore[attr-defined]


def put(store: Store, make: object, *given: object) -> Correction:
    made: Correction = make(RECORDING.id, store.turns(RECORDING.id), *given, "kim")  # type: ignore[operator]
    return store.add_correction(made)


def test_a_reworded_line_is_found_by_what_was_said_and_by_what_was_heard(heard: Store) -> None:
    put(heard, reword_turn, 0.0, "drop the knife")
    (now,) = found(heard, "knife")
    assert (said(now), marked(now.parts), now.start) == ("drop the knife", ["knife"], 0.0)
    assert now.put_right is not None
    assert (now.put_right.who, now.put_right.what) == (("kim",), ("words",))
    assert "".join(text for text, _ in now.put_right.heard) == "drop the night"
    by_what_was_heard, other = sorted(found(heard, "night"), key=lambda hit: hit.start)
    assert (said(by_what_was_heard), marked(by_what_was_heard.parts)) == ("drop the knife", [])
    assert by_what_was_heard.put_right is not None and marked(by_what_was_heard.put_right.heard) == ["night"]
    assert said(other) == "what night officer" and other.put_right is None
    assert len(found(heard, "drop")) == 1, "one line is one hit, whichever wording holds the word"


def test_neither_wording_lends_its_words_to_the_other(heard: Store) -> None:
    put(heard, reword_turn, 0.0, "drop the knife")
    assert not found(heard, "knife night")
    assert [said(hit) for hit in found(heard, "drop -night")] == ["drop the knife"]


def test_taken_back_it_is_found_as_it_was_heard_only(heard: Store) -> None:
    before = found(heard, "night OR hands")
    made = [put(heard, reword_turn, 0.0, "drop the knife"), put(heard, rename, "v1", "Officer Tarn")]
    assert found(heard, "knife speaker:tarn")
    for one in made:
        heard.undo_correction(RECORDING.id, one.id, "lee")
    assert found(heard, "night OR hands") == before
    assert not found(heard, "knife") and not found(heard, "hands speaker:tarn")


def test_role_and_speaker_are_those_that_stand(heard: Store) -> None:
    put(heard, set_role, "v12", Role.RADIO)
    put(heard, rename, "v1", "Officer Tarn")
    assert [said(hit) for hit in found(heard, "hands role:officer")] == ["show me your hands"]
    (radio,) = found(heard, "hands role:radio")
    assert radio.role is Role.RADIO and radio.put_right is not None and radio.put_right.what == ("role",)
    assert radio.put_right.heard == () and marked(radio.parts) == ["hands"], "its words stand as they were measured"
    (tarn,) = found(heard, "hands speaker:TARN")
    assert tarn.speaker == "Officer Tarn" and tarn.put_right is not None and tarn.put_right.what == ("speaker",)
    assert not found(heard, "hands speaker:v1") and not found(heard, "hands role:civilian")


def test_a_joined_voice_goes_by_the_name_of_the_other(heard: Store) -> None:
    put(heard, merge, "v12", "v2")
    (hit,) = found(heard, 'hands speaker:"voice 2"')
    assert (hit.speaker, hit.role) == ("v2", Role.CIVILIAN)


def test_a_part_given_to_another_voice_is_a_hit_of_its_own(heard: Store) -> None:
    put(heard, assign, [Span(11.0, 12.0)], "somebody else")
    (hit,) = found(heard, "hands speaker:somebody")
    assert (said(hit), hit.start) == ("your hands", 11.0) and marked(hit.parts) == ["hands"]
    assert not found(heard, "hands speaker:v1") and [said(h) for h in found(heard, "show speaker:v1")] == ["show me"]
    across = found(heard, '"me your"')
    assert [(said(one), one.speaker) for one in across] == [("show me your hands", None)], "as it was measured"


def test_a_line_that_was_not_said_is_found_by_what_was_heard_and_shows_no_words(heard: Store) -> None:
    put(heard, reword, Span(20.0, 22.0), "")
    (hit,) = found(heard, "sir")
    assert hit.parts == () and hit.put_right is not None and marked(hit.put_right.heard) == ["sir"]


def test_a_new_transcript_is_searched_with_the_corrections_that_still_have_a_place(heard: Store) -> None:
    put(heard, reword_turn, 0.0, "drop the knife")
    put(heard, reword, Span(20.0, 22.0), "hands are empty")
    heard.save_step(run_of("turns"), Evidence(RECORDING, turns=TURNS[:2]), ("turns",), [])
    assert len(found(heard, "knife")) == 1 and not found(heard, "empty") and not found(heard, "hands")


def test_numbered_pages_hold_every_hit_once(heard: Store) -> None:
    put(heard, reword_turn, 10.0, "show me the hands")
    whole = heard.find(parsed("hands OR night OR the"))
    pages = [heard.find(parsed("hands OR night OR the"), limit=1, skip=n).hits for n in range(whole.count)]
    assert [hit for page in pages for hit in page] == list(whole.hits) and whole.count == 4


def test_findings_are_narrowed_by_their_speaker(heard: Store) -> None:
    assert found(heard, "label:nothing speaker:tarn") == []


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_corrected_what_stands_is_what_is_found(heard: Store, seed: int) -> None:
    chance = random.Random(seed)
    made: list[Correction] = []
    for _ in range(6):
        turns = heard.turns(RECORDING.id)
        turn = chance.choice(turns)
        voice = turn.voice or ""
        others = sorted({t.voice or "" for t in turns} - {voice})
        changes = [
            (reword_turn, turn.start, f"{chance.choice(['knife', 'hands', 'night'])} {chance.randrange(1000)}"),
            (rename, voice, f"Tarn {chance.randrange(1000)}"),
            (set_role, voice, chance.choice(list(Role))),
            (assign, [Span(turn.start, (turn.start + turn.end) / 2)], f"new {chance.randrange(1000)}"),
            *([(merge, voice, others[0])] if others else []),
        ]
        make, *given = chance.choice(changes)
        made.append(put(heard, make, *given))
        if chance.random() < 0.3:
            heard.undo_correction(RECORDING.id, made.pop(chance.randrange(len(made))).id, "lee")
    stands = heard.turns(RECORDING.id)
    for word in ("knife", "hands", "night", "drop"):
        for role in Role:
            wanted = {(t.start, t.text, t.voice) for t in stands if word in t.text.split() and t.role is role}
            hits = [hit for hit in found(heard, f"{word} role:{role.value}") if marked(hit.parts)]
            assert {(hit.start, said(hit), hit.speaker) for hit in hits} == wanted


def test_corrections_of_an_older_store_are_found_once_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    with Store(path) as made:
        made.add_recording(RECORDING)
        made.save_step(run_of("turns"), Evidence(RECORDING, turns=TURNS), ("turns",), [])
        put(made, reword_turn, 0.0, "drop the knife")
    with sqlite3.connect(path) as older:
        older.executescript(
            "DROP TABLE corrected_turns_fts; DROP TABLE corrected_turns; DROP INDEX turns_by_voice;"
            "DELETE FROM _sqlite_migrations WHERE name = 'm016_corrected_turns'"
        )
    older.close()
    assert [one.name for one in migrations.pending(Database(path))][:1] == ["m016_corrected_turns"]
    with Store(path) as store:
        assert "m016_corrected_turns" in store.brought_up
        assert [said(hit) for hit in found(store, "knife")] == ["drop the knife"]
