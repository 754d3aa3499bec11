from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from pipeline.corrections import reword_turn
from pipeline.store import Store
from tests.review_ui.conftest import BASE, Made

WRITE = {"origin": BASE, "x-bwc-write": "1"}


def asked(client: TestClient, text: str, **more: str) -> Any:
    return client.get("/bwc/search", params={"q": text, **more})


def test_hits_come_with_names_and_marks(client: TestClient, made: Made) -> None:
    said = asked(client, "hands").json()
    assert said["count"] >= len(said["hits"]) > 0
    for hit in said["hits"]:
        assert hit["name"] and any(found for _, found in hit["parts"])
        assert hit["kind"] == "turn" or (hit["title"] and hit["finding"])
    assert {hit["subject"] for hit in said["hits"]} & {r.id for r in made.recordings.values()}


def test_what_cannot_be_meant_is_told(client: TestClient) -> None:
    answer = asked(client, "role:boss x")
    assert answer.status_code == 400 and "officer" in answer.json()["problem"]
    assert asked(client, "").status_code == 400
    assert asked(client, "hands", skip="-3").status_code == 200


def test_searches_are_kept_for_everybody_with_a_name(client: TestClient) -> None:
    kept = client.post("/bwc/search/keep", json={"name": "", "text": "hands role:officer"}, headers=WRITE).json()
    assert [(k["name"], k["who"]) for k in kept] == [("hands role:officer", "R. Ortiz")]
    assert client.get("/bwc/searches").json() == kept
    assert client.post("/bwc/search/remove", json={"number": kept[0]["number"]}, headers=WRITE).json() == []
    for body in ("[]", "{", '{"text": "role:boss x"}', '{"text": "\\ud800"}'):
        assert client.post("/bwc/search/keep", content=body, headers=WRITE).status_code in (200, 400)
    assert client.post("/bwc/search/remove", content="{}", headers=WRITE).status_code == 400
    assert client.post("/bwc/search/keep", json={"text": "x"}).status_code == 403


def test_a_hit_that_was_put_right_says_by_whom_and_what_was_heard_first(client: TestClient, made: Made) -> None:
    with Store(made.path) as store:
        turn = next(t for t in store.turns(made.first) if "hands" in t.text.lower())
        store.add_correction(reword_turn(made.first, store.turns(made.first), turn.start, "<b>quiet</b> now", "kim"))
    (hit,) = asked(client, "quiet in:transcript").json()["hits"]
    assert "".join(text for text, _ in hit["parts"]) == "<b>quiet</b> now"
    right = hit["put_right"]
    assert (right["who"], right["what"]) == (["kim"], ["words"]) and right["at_utc"].endswith("Z")
    assert "".join(text for text, _ in right["heard"]) == turn.text
    hits = asked(client, "hands in:transcript").json()["hits"]
    found = next(one for one in hits if one["subject"] == made.first and one["start"] == turn.start)
    assert found["parts"] == [["<b>quiet</b> now", False]] and any(is_hit for _, is_hit in found["put_right"]["heard"])
    assert all(one["put_right"] is None for one in hits if one is not found)
    with Store(made.path) as store:
        (made_by,) = store.corrections(made.first)
        store.undo_correction(made.first, made_by.id, "lee")
    assert asked(client, "quiet in:transcript").json()["hits"] == []
