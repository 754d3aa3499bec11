"""Corrections of speakers through the screen: kept under the session's name, refused where they cannot be meant."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from pipeline.store import Store
from tests.review_ui.conftest import Made
from tests.review_ui.server.test_api import OWN


def post(client: TestClient, headers: dict[str, str] = OWN, **body: object) -> tuple[int, dict]:
    answer = client.post("/bwc/correction", content=json.dumps(body).encode(), headers=headers)
    return answer.status_code, answer.json()


def voices(client: TestClient, made: Made) -> dict[str, str | None]:
    said = client.get(f"/bwc/speakers/{made.first}").json()
    return {one["voice"]: one["role"] for one in said["speakers"]}


def test_a_name_is_kept_with_who_gave_it_and_the_transcript_shows_it(client: TestClient, made: Made) -> None:
    before = voices(client, made)
    voice = next(iter(before))
    status, said = post(client, recording=made.first, kind="name", voice=voice, name="Officer Tarn")
    assert status == 200
    assert (said["corrections"][0]["who"], said["corrections"][0]["undone_by"]) == ("R. Ortiz", None)
    turns = client.get(f"/bwc/transcript/{made.first}").json()["turns"]
    assert "Officer Tarn" in {turn["who"] for turn in turns} and voice not in {turn["voice"] for turn in turns}
    events = client.get(f"/bwc/events/{made.first}").json()
    assert "Officer Tarn" in [lane["title"] for lane in events["lanes"]]
    status, said = post(client, recording=made.first, kind="undo", number=said["corrections"][0]["number"])
    assert status == 200 and said["corrections"][0]["undone_by"] == "R. Ortiz"
    assert voices(client, made) == before


def test_findings_are_looked_for_again_at_once(client: TestClient, made: Made) -> None:
    voice = next(iter(voices(client, made)))
    post(client, recording=made.first, kind="role", voice=voice, role="civilian")
    with Store(made.path) as store:
        assert voices(client, made)[voice] == "civilian"
        run = store.latest_runs(made.first)["spoken_command"]
        assert run.version != "made", "the detector ran again"


def test_words_are_put_right_and_the_findings_follow_until_it_is_taken_back(client: TestClient, made: Made) -> None:
    turns = client.get(f"/bwc/transcript/{made.first}").json()["turns"]
    line = next(turn for turn in turns if turn["role"] == "officer" and len(turn["words"]) > 2)
    status, said = post(client, recording=made.first, kind="text", start=line["start"], text="drop the knife right now")
    assert status == 200 and said["corrections"][-1]["said"].endswith("right now'")
    shown = client.get(f"/bwc/transcript/{made.first}").json()["turns"]
    assert next(turn for turn in shown if turn["start"] == line["start"])["text"] == "drop the knife right now"
    with Store(made.path) as store:
        assert any("drop the knife" in f.finding.summary for f in store.findings(recording=made.first))
        assert store.measured_turns(made.first) != store.turns(made.first), "what was measured stays"
    post(client, recording=made.first, kind="undo", number=said["corrections"][-1]["number"])
    assert client.get(f"/bwc/transcript/{made.first}").json()["turns"] == turns
    with Store(made.path) as store:
        assert not any("drop the knife" in f.finding.summary for f in store.findings(recording=made.first))


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"kind": "merge", "voice": "nobody", "into": "v1"}, 409, "no voice 'nobody'"),
        ({"kind": "undo", "number": 99}, 409, "no correction 99"),
        ({"kind": "judge", "voice": "v1"}, 400, "cannot be read"),
        ({"kind": "role", "voice": "v1", "role": "suspect"}, 400, "cannot be read"),
        ({"kind": "assign", "voice": "v1", "start": 5, "end": 1}, 400, "cannot be read"),
        ({"kind": "split", "voice": "v1"}, 400, "cannot be read"),
        ({"kind": "text", "start": 1e6, "text": "x"}, 409, "no turn starts there"),
        ({"kind": "text", "text": "x"}, 400, "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: TestClient, made: Made, body: dict[str, object], status: int, says: str
) -> None:
    answered, said = post(client, recording=made.first, **body)
    assert (answered, says in said["problem"]) == (status, True), said


def test_only_the_screens_own_pages_may_correct(client: TestClient, made: Made) -> None:
    body = {"recording": made.first, "kind": "name", "voice": "v1", "name": "X"}
    for headers in ({"origin": "http://elsewhere.example", "x-bwc-write": "1"}, {"origin": OWN["origin"]}):
        assert client.post("/bwc/correction", content=json.dumps(body).encode(), headers=headers).status_code == 403
    assert post(client, recording=made.first[:12], kind="name", voice="v1", name="X")[0] == 404
    assert client.post("/bwc/correction", content=b"{", headers=OWN).status_code == 400
