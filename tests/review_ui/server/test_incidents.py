"""The routes of an incident: shut for strangers, logged, and a placing by hand that is kept and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.accounts import Account, Duty
from pipeline.store import Assignment, Store
from pipeline.types import Verdict
from review_ui import stores
from review_ui.server.rights import may_write
from review_ui.server.sessions import Identity
from tests.review_ui import made_incident
from tests.review_ui.server.test_api import OWN

AT = f"/bwc/incident/{made_incident.ID}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bwc.db"
    made_incident.fill(path)
    stores.use(path)
    return path


def place(client: TestClient, headers: dict[str, str] = OWN, **body: object) -> tuple[int, dict]:
    answer = client.post("/bwc/incident/place", content=json.dumps(body).encode(), headers=headers)
    return answer.status_code, answer.json()


def second(path: Path) -> str:
    with Store(path) as store:
        return next(r.id for r in store.recordings() if r.path.name == "second.mp4")


def test_three_documents_and_one_row_in_the_log(client: TestClient, path: Path) -> None:
    events, why, said = (client.get(AT + rest) for rest in ("", "/why", "/transcript"))
    assert [answer.status_code for answer in (events, why, said)] == [200, 200, 200]
    assert events.json()["recording"]["id"] == made_incident.ID
    assert set(why.json()) == set(events.json()["findings"]["id"])
    assert len(said.json()["turns"]) == 3
    assert events.headers["cache-control"] == "private, no-store"
    with Store(path) as store:
        views = [row for row in store.activity_page() if row.subject == made_incident.ID]
    assert [row.action for row in views] == ["recording.viewed"]


def test_strangers_and_wrong_ids(anonymous: TestClient, client: TestClient, path: Path) -> None:
    assert client.get("/bwc/incident/" + "0" * 16).status_code == 404
    assert client.get(AT[:-4]).status_code == 404, "first letters are not an id"
    client.cookies.clear()
    for rest in ("", "/why", "/transcript"):
        assert anonymous.get(AT + rest).status_code == 401
    body = json.dumps({"incident": made_incident.ID, "recording": second(path), "by": 1}).encode()
    assert anonymous.post("/bwc/incident/place", content=body, headers=OWN).status_code in (401, 403)


def test_a_recording_is_moved_kept_and_moved_back(client: TestClient, path: Path) -> None:
    moved = second(path)
    status, said = place(client, incident=made_incident.ID, recording=moved, by=0.25)
    assert status == 200
    assert {"recording": moved, "start": 4.25, "offset_source": "by hand"} in said["recordings"]
    rows = [row for camera in client.get(AT).json()["cameras"] for row in camera["recordings"]]
    assert next(row for row in rows if row["recording"] == moved)["by_hand"] is True
    with Store(path) as store:
        row = next(row for row in store.activity_page() if row.action == "incident.place")
    assert (row.who, row.subject, row.detail["seconds"]) == ("R. Ortiz", made_incident.ID, 4.25)
    status, said = place(client, incident=made_incident.ID, recording=moved, by=None)
    assert {"recording": moved, "start": 4.0, "offset_source": "sound; container clock agrees"} in said["recordings"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"incident": made_incident.ID, "recording": "0" * 64, "by": 1.0}, 409),
        ({"incident": "0" * 16, "recording": "0" * 64, "by": 1.0}, 404),
        ({"incident": made_incident.ID, "recording": "0" * 64}, 400),
        ({"incident": made_incident.ID, "recording": "0" * 64, "by": "soon"}, 400),
        ({"incident": made_incident.ID, "recording": "0" * 64, "by": 1e300}, 409),
    ],
)
def test_what_cannot_be_placed(client: TestClient, path: Path, body: dict[str, object], status: int) -> None:
    answered, said = place(client, **body)
    assert answered == status and said["problem"]


def test_nobody_moved_it_and_no_other_page_may(client: TestClient, path: Path) -> None:
    assert place(client, incident=made_incident.ID, recording=second(path), by=None)[0] == 409
    bare = {"content-type": "application/json"}
    assert place(client, bare, incident=made_incident.ID, recording=second(path), by=1)[0] == 403


def test_moving_is_review_work() -> None:
    reviewer, auditor = (Identity("anna", Account("anna", duty)) for duty in (Duty.REVIEWER, Duty.AUDITOR))
    assert may_write(reviewer, "/bwc/incident/place") and not may_write(auditor, "/bwc/incident/place")


def test_what_a_verdict_needs_to_count(client: TestClient, path: Path) -> None:
    said = client.get(AT + "/work").json()
    assert (said["me"], said["speakers"], said["blind"]) == ("R. Ortiz", [], False)
    assert "multi_officer_commands" in said["adverse"]
    (at_once,) = [
        i
        for i, kind in zip(*(client.get(AT).json()["findings"][n] for n in ("id", "kind")), strict=True)
        if kind == "multi_officer_commands"
    ]
    body = json.dumps({"finding": at_once, "verdict": "confirmed", "note": "", "speaker": True}).encode()
    assert client.post("/bwc/verdict", content=body, headers=OWN).status_code == 200
    assert client.get(AT + "/work").json()["speakers"] == [at_once]


def test_who_reviews_blind_does_not_see_what_others_said(client: TestClient, path: Path) -> None:
    with Store(path) as store:
        (at_once,) = store.findings(incident=made_incident.ID, detector="multi_officer_commands")
        store.add_review(at_once.id, Verdict.CONFIRMED, "anna")
    assert "confirmed" in client.get(AT).json()["findings"]["verdict"]
    with Store(path) as store:
        store.assign(Assignment(made_incident.ID, "asked", ("two reviewers",), "R. Ortiz", blind=True), "head")
    assert set(client.get(AT).json()["findings"]["verdict"]) == {None}
    assert client.get(AT + "/work").json()["blind"] is True


def test_an_incident_is_taken_done_and_signed_off_from_its_page(client: TestClient, path: Path) -> None:
    before = client.get(AT + "/work").json()
    assert (before["assignments"], before["signed"], before["share"], before["may"]) == ([], [], 0.0, True)
    taken = {"subject": made_incident.ID, "reviewer": "R. Ortiz", "kind": "priority"}
    assert client.post("/bwc/queue/assign", json=taken, headers=OWN).status_code == 200
    (mine,) = client.get(AT + "/work").json()["assignments"]
    assert not mine["anybody"] and not mine["blind"]
    done = {"number": mine["number"], "state": "done"}
    assert client.post("/bwc/queue/change", json=done, headers=OWN).status_code == 200
    assert client.post("/bwc/sign-off", json={"subject": made_incident.ID}, headers=OWN).status_code == 200
    after = client.get(AT + "/work").json()
    assert after["assignments"] == [] and after["signed"][0]["who"] == "R. Ortiz"
    with Store(path) as store:
        assert store.sign_offs(made_incident.ID)[0].sha256 == after["signed"][0]["sha256"]


def test_a_blind_review_of_one_camera_signs_nothing_of_the_incident(client: TestClient, path: Path) -> None:
    with Store(path) as store:
        camera = store.incident(made_incident.ID).recordings[0][0]
        store.sign_off(made_incident.ID, [camera], "anna")
        store.assign(Assignment(camera, "asked", ("two reviewers",), "R. Ortiz", blind=True), "head")
    said = client.get(AT + "/work").json()
    assert said["blind"] is True and said["signed"] == []
    answer = client.post("/bwc/sign-off", json={"subject": made_incident.ID}, headers=OWN)
    assert answer.status_code == 400 and "finish the blind review first" in answer.json()["problem"]
