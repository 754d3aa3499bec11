"""The inbox over its routes: queue, draws, taking back, watching, signing off, and what a blind reviewer sees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.store import Assignment, Store
from pipeline.types import Verdict
from tests.review_ui.conftest import BASE, Made

WRITE = {"origin": BASE, "x-bwc-write": "1"}
ME = "R. Ortiz"


def post(client: TestClient, path: str, **body: Any) -> Any:
    return client.post(f"/bwc/{path}", json=body, headers=WRITE)


def open_finding(made: Made) -> str:
    with Store(made.path) as store:
        return next(f.id for f in store.findings(recording=made.first) if f.verdict is None)


def test_what_nobody_has_is_offered_with_reasons_and_leads_to_the_first_thing(client: TestClient, made: Made) -> None:
    said = client.get("/bwc/inbox").json()
    assert said["mine"] == said["anybody"] == [] and said["new_count"] == len(said["new"]) > 0
    incident = next(row for row in said["new"] if row["incident"])
    assert incident["reasons"] and incident["to_review"] > 0 and incident["watched"] == 0
    with Store(made.path) as store:
        found = store.finding(incident["go"]["f"])
        assert found.verdict is None and incident["go"]["r"] in {r for r, _, _ in store.incidents()[0].recordings}


def test_taken_given_back_and_done(client: TestClient, made: Made) -> None:
    said = post(client, "queue/assign", subject=made.first, reviewer=ME, due="2020-01-31", kind="priority").json()
    (row,) = said["mine"]
    assert row["overdue"] and row["due_utc"].startswith("2020-01-31") and row["kind"] == "priority" and row["reasons"]
    said = post(client, "queue/change", number=row["number"], reviewer="").json()
    assert not said["mine"] and [r["number"] for r in said["anybody"]] == [row["number"]]
    said = post(client, "queue/change", number=row["number"], state="done", note="seen").json()
    assert not said["anybody"] and said["done"][0]["number"] == row["number"]
    with Store(made.path) as store:
        actions = [(r["action"], r["who"]) for r in store.activity(3)]
    assert actions == [("queue.done", ME), ("queue.reassign", ME), ("queue.assign", ME)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("queue/assign", {"subject": "no such"}), ("queue/assign", {}), ("queue/assign", []),
        ("queue/change", {"number": 99}), ("queue/change", {"number": "x"}),
        ("queue/draw", {"grouping": "weather", "each": 1}), ("queue/draw", {"grouping": "officer", "each": 0}),
        ("queue/draw", {"grouping": "officer", "each": 1, "blind": True}),
        ("queue/draw", {"grouping": "officer", "each": 1, "due": "tomorrow"}),
        ("withdraw", {"finding": "no such"}), ("withdraw", {}),
        ("watched", {"recording": "no such", "spans": []}), ("watched", {"recording": "x", "spans": [["a", 1]]}),
        ("sign-off", {"subject": "no such"}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_one_line(client: TestClient, made: Made, path: str, body: Any) -> None:
    answer = client.post(f"/bwc/{path}", json=body, headers=WRITE)
    assert answer.status_code == 400 and answer.json()["problem"]
    assert client.post(f"/bwc/{path}", json=body).status_code == 403, "only from the screen's own pages"


def test_a_draw_by_chance_is_kept_and_says_how_it_was_drawn(client: TestClient, made: Made) -> None:
    said = post(client, "queue/draw", grouping="officer", each=2, seed="seven", due="2030-01-01").json()
    assert len(said["anybody"]) == 2
    assert all(row["reasons"][0].startswith("drawn by chance: 2 of ") for row in said["anybody"])
    assert "seed seven" in said["anybody"][0]["reasons"][0]
    (draw,) = said["draws"]
    assert (draw["seed"], draw["drawn"], draw["alike"]) == ("seven", 2, True)
    again = post(client, "queue/draw", grouping="officer", each=2, seed="seven").json()
    subjects = sorted(row["subject"] for row in again["anybody"])
    assert subjects == sorted([row["subject"] for row in said["anybody"]] * 2)
    told = post(client, "queue/draw", grouping="priority", each=1, reviewer=ME).json()
    assert len(told["mine"]) == 1 and told["mine"][0]["kind"] == "priority"


def test_an_answer_is_taken_back(client: TestClient, made: Made) -> None:
    finding = open_finding(made)
    assert post(client, "withdraw", finding=finding).status_code == 400
    post(client, "verdict", finding=finding, verdict="confirmed", note="x")
    assert post(client, "withdraw", finding=finding).json()["verdict"] is None
    history = client.get(f"/bwc/verdicts/{finding}").json()
    assert [one["verdict"] for one in history] == ["confirmed", "taken back"]
    found = client.get(f"/bwc/events/{made.first}").json()["findings"]
    assert found["verdict"][found["id"].index(finding)] is None


def test_a_speaker_is_confirmed_with_the_verdict(client: TestClient, made: Made) -> None:
    finding = open_finding(made)
    assert post(client, "verdict", finding=finding, verdict="confirmed").json()["speaker"] is False
    assert client.get(f"/bwc/work/{made.first}").json()["speakers"] == []
    assert post(client, "verdict", finding=finding, verdict="confirmed", speaker=True).json()["speaker"] is True
    said = client.get(f"/bwc/work/{made.first}").json()
    assert said["speakers"] == [finding] and "raised_voice" in said["adverse"]


def test_what_was_played_is_kept_for_the_person_who_played_it(client: TestClient, made: Made) -> None:
    said = post(client, "watched", recording=made.first, spans=[[0, 30], [20, 60], [110, 500], [9, 9]]).json()
    assert said == {"spans": [[0.0, 60.0], [110.0, 120.0]], "share": round(70 / 120, 4)}
    (mine,) = client.get(f"/bwc/work/{made.first}").json()["watched"]
    assert (mine["who"], mine["share"]) == (ME, round(70 / 120, 4))
    row = next(r for r in client.get("/bwc/inbox").json()["new"] if r["incident"])
    assert 0 < row["watched"] < 1
    post(client, "watched", recording=made.first, spans=[[float("1e308"), 1], [-5, -1]])
    assert len(client.get(f"/bwc/work/{made.first}").json()["watched"][0]["spans"]) == 2


def test_a_sign_off_tells_what_changed_since(client: TestClient, made: Made) -> None:
    (signed,) = post(client, "sign-off", subject=made.first).json()["signed"]
    assert signed["who"] == ME and signed["intact"] and len(signed["sha256"]) == 64 and signed["changed"] == []
    post(client, "verdict", finding=open_finding(made), verdict="unsure")
    (later,) = client.get(f"/bwc/work/{made.first}").json()["signed"]
    assert later["sha256"] == signed["sha256"] and later["changed"] == ["verdicts"]


def test_a_blind_reviewer_sees_nobody_elses_answers_until_it_is_done(client: TestClient, made: Made) -> None:
    finding = open_finding(made)
    with Store(made.path) as store:
        store.add_review(finding, Verdict.CONFIRMED, "kim", "I am sure")
        incident = store.incidents()[0].id
        number = store.assign(Assignment(incident, "asked", (), ME, datetime(2030, 1, 1, tzinfo=UTC), True), "kim")
    for path in (f"events/{made.first}", f"incident/{incident}"):
        answer = client.get(f"/bwc/{path}")
        assert answer.status_code == 200 and "I am sure" not in answer.text and "kim" not in answer.text, path
    assert client.get(f"/bwc/verdicts/{finding}").json() == []
    assert post(client, "sign-off", subject=made.first).status_code == 400
    post(client, "verdict", finding=finding, verdict="dismissed")
    found = client.get(f"/bwc/events/{made.first}").json()["findings"]
    assert found["verdict"][found["id"].index(finding)] == "dismissed"
    assert client.get("/bwc/inbox").json()["agreement"] is None
    told = post(client, "queue/change", number=number, state="done").json()["agreement"]
    assert told["rows"][0] == {"title": "All findings", "n": 1, "agreed": 0, "raw": 0.0, "kappa": 0.0}
    assert told["disagreements"][0]["said"] == [["kim", "confirmed"], [ME, "dismissed"]]
    assert "I am sure" in client.get(f"/bwc/verdicts/{finding}").text
