from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

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
