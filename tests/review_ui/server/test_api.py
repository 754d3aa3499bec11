from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from pipeline.store import Store
from pipeline.types import Verdict
from review_ui.server.api import LONGEST_NOTE
from tests.review_ui.conftest import BASE, Made
from tests.review_ui.made_content import HOSTILE, findings_of

OWN = {"origin": BASE, "x-bwc-write": "1"}


def post(client: TestClient, body: object, headers: dict[str, str] = OWN) -> tuple[int, dict[str, object]]:
    answer = client.post("/bwc/verdict", content=json.dumps(body).encode(), headers=headers)
    return answer.status_code, answer.json()


def test_events(client: TestClient, made: Made) -> None:
    events = client.get(f"/bwc/events/{made.first}").json()
    assert events["recording"]["id"] == made.first
    assert len(events["findings"]["id"]) == len(findings_of(made.first)) + 1
    assert HOSTILE in events["findings"]["summary"]


def test_transcript(client: TestClient, made: Made) -> None:
    said = client.get(f"/bwc/transcript/{made.first}").json()
    assert said["measured"] is True
    assert HOSTILE in [turn["text"] for turn in said["turns"]]
    assert client.get(f"/bwc/transcript/{made.recordings['text'].id}").json() == {"measured": False, "turns": []}


def test_the_figures_behind_each_finding(client: TestClient, made: Made) -> None:
    events = client.get(f"/bwc/events/{made.first}").json()
    why = client.get(f"/bwc/why/{made.first}").json()
    assert set(why) == set(events["findings"]["id"])
    names = {finding.id: dict(finding.evidence) for finding in findings_of(made.first)}
    assert all(why[key] == value for key, value in names.items())


@pytest.mark.parametrize("name", ["events", "why", "transcript"])
@pytest.mark.parametrize("wanted", ["f" * 64, "AX2210.mp4", "%00", "..%2f..%2fetc"])
def test_only_whole_ids_are_recordings(client: TestClient, made: Made, name: str, wanted: str) -> None:
    answer = client.get(f"/bwc/{name}/{wanted}")
    assert answer.status_code == 404
    assert client.get(f"/bwc/{name}/{made.first[:20]}").status_code == 404


def test_the_list(client: TestClient, made: Made) -> None:
    said = client.get("/bwc/recordings").json()
    assert said["incidents"][0]["recordings"][0]["name"] == "AX1041 first part.mp4"
    assert said["failed"] == [{"path": "evidence/empty.mp4", "problem": "empty: 0 bytes", "recording": None}]


def test_a_verdict_is_kept_under_the_name_of_the_session(client: TestClient, made: Made) -> None:
    finding = findings_of(made.first)[1].id
    status, said = post(
        client, {"finding": finding, "verdict": "confirmed", "note": " heard it \n", "reviewer": "mallory"}
    )
    assert status == 200
    with Store(made.path) as store:
        (review,) = store.reviews(finding)
    assert (review.verdict, review.reviewer, review.note) == (Verdict.CONFIRMED, "R. Ortiz", "heard it")
    assert said["reviewer"] == "R. Ortiz"


def test_a_newer_verdict_undoes_an_older_one_and_both_stay(client: TestClient, made: Made) -> None:
    finding = findings_of(made.first)[2].id
    post(client, {"finding": finding, "verdict": "confirmed"})
    post(client, {"finding": finding, "verdict": "dismissed"})
    said = client.get(f"/bwc/verdicts/{finding}").json()
    assert [row["verdict"] for row in said] == ["confirmed", "dismissed"]
    events = client.get(f"/bwc/events/{made.first}").json()["findings"]
    assert events["verdict"][events["id"].index(finding)] == "dismissed"


@pytest.mark.parametrize(
    "headers",
    [{"origin": BASE}, {"x-bwc-write": "1"}, OWN | {"origin": "http://127.0.0.1:3000"}, OWN | {"origin": "null"}],
)
def test_a_verdict_from_elsewhere_is_refused(client: TestClient, made: Made, headers: dict[str, str]) -> None:
    finding = findings_of(made.first)[1].id
    answer = client.post("/bwc/verdict", json={"finding": finding, "verdict": "confirmed"}, headers=headers)
    assert answer.status_code == 403
    with Store(made.path) as store:
        assert store.reviews(finding) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"finding": "f" * 20, "verdict": "confirmed"}, 404),
        ({"finding": "", "verdict": "confirmed"}, 404),
        ({"verdict": "confirmed"}, 400),
        ({"finding": "x", "verdict": "guilty"}, 400),
        ([], 400),
        ("text", 400),
        ({"finding": "x", "verdict": "unsure", "note": "a" * (LONGEST_NOTE + 1)}, 400),
    ],
)
def test_what_is_no_verdict_is_refused(client: TestClient, made: Made, body: object, status: int) -> None:
    assert post(client, body)[0] == status


def test_first_letters_of_a_finding_are_not_enough_to_answer_it(client: TestClient, made: Made) -> None:
    finding = findings_of(made.first)[1].id
    assert post(client, {"finding": finding[:10], "verdict": "confirmed"})[0] == 404


def test_a_body_that_does_not_end_is_cut_off(client: TestClient, made: Made) -> None:
    answer = client.post("/bwc/verdict", content=b"x" * 200_000, headers=OWN)
    assert answer.status_code == 413


def test_any_text_can_be_a_note(client: TestClient, made: Made) -> None:
    finding = findings_of(made.first)[1].id
    body = b'{"finding": "%s", "verdict": "unsure", "note": "half \\ud83d \\u0000 %s"}' % (
        finding.encode(),
        b"<b>bold</b>",
    )
    answer = client.post("/bwc/verdict", content=body, headers=OWN)
    assert answer.status_code == 200
    said = client.get(f"/bwc/verdicts/{finding}").json()
    assert "<b>bold</b>" in said[0]["note"]
