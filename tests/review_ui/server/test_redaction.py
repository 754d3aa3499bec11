"""Covered copies from the screen: plans are kept, words are found, copies are made, and only by whoever may."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipeline.redaction.plan import read_plan
from pipeline.store import Store
from pipeline.types import Recording
from review_ui import stores
from review_ui.server import redaction
from tests.pipeline.reels import made
from tests.review_ui.server.test_api import OWN

PLACE = {
    "from": 1.0, "to": 3.0, "shape": "ellipse", "cover": "fill", "by": "by hand", "what": "",
    "keys": [{"at": 1.0, "x": 0.2, "y": 0.2, "width": 0.3, "height": 0.4}],
}  # fmt: skip


@pytest.fixture
def one(tmp_path: Path, client: TestClient) -> Recording:
    path, recording, _, _ = made.fill(tmp_path)
    stores.use(path)
    return recording


def post(client: TestClient, address: str, headers: dict[str, str] = OWN, **body: object) -> tuple[int, dict]:
    answer = client.post(f"/bwc/redact{address}", content=json.dumps(body).encode(), headers=headers)
    return answer.status_code, answer.json()


def test_a_plan_is_kept_and_comes_back(client: TestClient, one: Recording) -> None:
    said = client.get(f"/bwc/redact/{one.id}").json()
    assert said["plan"].get("picture", []) == []
    assert said["voices"] == ["v1", "v2"]
    assert said["faces"] or "bwc models pull yunet" in said["faces_why"]
    status, said = post(client, "/plan", recording=one.id, plan={"picture": [PLACE], "sound": []})
    assert status == 200
    assert said["plan"]["picture"] == [PLACE]
    assert client.get(f"/bwc/redact/{one.id}").json()["plan"]["picture"] == [PLACE]
    kept = read_plan(stores.path().with_suffix(".media") / one.id / "redaction.toml")
    assert kept.recording == one.id


def test_names_and_voices_are_found_in_the_words(client: TestClient, one: Recording) -> None:
    status, said = post(client, "/find", recording=one.id, names=True, voice="v2")
    assert status == 200
    assert {s["why"] for s in said["plan"]["sound"]} == {"spoken name", "one voice"}
    assert "Parker" not in json.dumps(said["plan"])
    assert post(client, "/find", recording=one.id, voice="v9")[0] == 409


def test_a_sheet_to_look_at(client: TestClient, one: Recording) -> None:
    assert client.get(f"/bwc/redact/{one.id}/preview").status_code == 409  # nothing is covered yet
    post(client, "/plan", recording=one.id, plan={"picture": [PLACE]})
    answer = client.get(f"/bwc/redact/{one.id}/preview")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_a_copy_is_made_in_a_process_of_its_own_and_logged(client: TestClient, one: Recording) -> None:
    assert "nothing to cover" in post(client, "", recording=one.id)[1]["problem"]
    post(client, "/plan", recording=one.id, plan={"picture": [PLACE], "sound": [{"from": 1, "to": 2}]})
    status, said = post(client, "", recording=one.id, why="training", watermark=True)
    assert status == 200
    for _ in range(600):
        said = client.get(f"/bwc/redact/{one.id}").json()
        if not said["jobs"] or any(j["state"] == "failed" for j in said["jobs"]):
            break
        time.sleep(0.1)
    assert not said["jobs"], said["jobs"]
    assert said["copies"][0]["there"]
    with Store(stores.path()) as store:
        row = store.activity(1)[0]
    assert (row["who"], row["action"]) == ("R. Ortiz", "export.redacted")


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("/plan", {"plan": {"picture": [{**PLACE, "cover": "smear"}]}}, 409),
        ("/plan", {"plan": {"picture": [{**PLACE, "to": 0.5}]}}, 409),
        ("/plan", {"plan": {"path": "/etc/passwd"}}, 409),
        ("/plan", {"plan": 3}, 400),
        ("/plan", {}, 400),
        ("/stop", {"job": "x"}, 409),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: TestClient, one: Recording, address: str, body: dict[str, object], status: int
) -> None:
    answer = post(client, address, recording=one.id, **body)
    assert answer[0] == status
    assert "\n" not in answer[1]["problem"]


def test_other_pages_and_unknown_recordings_are_refused(client: TestClient, one: Recording) -> None:
    foreign = {"origin": "http://127.0.0.1:3000", "x-bwc-write": "1"}
    assert client.post("/bwc/redact/plan", content=b"{}", headers=foreign).status_code == 403
    assert post(client, "/plan", {}, recording=one.id)[0] == 403
    for wanted in ("0" * 64, "../../etc", one.id[:10], one.path.name):
        assert post(client, "/plan", recording=wanted, plan={})[0] == 404
    assert client.get("/bwc/redact/" + "0" * 64).status_code == 404


def test_the_name_of_a_copy_tells_nothing_of_the_source(one: Recording) -> None:
    assert one.path.stem not in redaction._target(one).name
