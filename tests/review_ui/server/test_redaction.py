"""Covered copies from the screen: plans are kept, words are found, copies are made, and only by whoever may."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from models import center_face
from pipeline.redaction.plan import Key, Plan, Region, plan_text, read_plan
from pipeline.store import Store
from pipeline.types import Recording, Span
from review_ui import covering_plans, stores
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


def keep(client: TestClient, one: Recording, after: int = 0, **plan: object) -> tuple[int, dict]:
    return post(client, "/plan", recording=one.id, after=after, plan=plan)


def test_a_plan_is_kept_version_by_version(client: TestClient, one: Recording) -> None:
    said = client.get(f"/bwc/redact/{one.id}").json()
    assert (said["plan"]["picture"], said["version"], said["versions"]) == ([], 0, [])
    assert [(v["voice"], v["role"], v["turns"]) for v in said["voices"]] == [
        ("v1", "officer", 1),
        ("v2", "civilian", 1),
    ]
    assert said["faces"] or "bwc models pull yunet" in said["faces_why"]
    status, said = keep(client, one, picture=[PLACE], sound=[])
    assert status == 200
    (place,) = said["plan"]["picture"]
    assert {k: v for k, v in place.items() if k != "sha"} == PLACE
    status, said = keep(client, one, 1, picture=[place["sha"], {**PLACE, "off": True, "lost": [[1.0, 2.0]]}])
    assert [p.get("off", False) for p in said["plan"]["picture"]] == [False, True]
    assert [(v["number"], v["who"], v["said"]) for v in said["versions"]] == [
        (2, "R. Ortiz", "1 place added"), (1, "R. Ortiz", "1 place added"),
    ]  # fmt: skip
    kept = read_plan(stores.path().with_suffix(".media") / one.id / "redaction.toml")
    assert kept.recording == one.id and [r.off for r in kept.regions] == [False, True]
    status, said = post(client, "/restore", recording=one.id, after=2, version=1)
    assert len(said["plan"]["picture"]) == 1 and said["versions"][0]["said"] == "version 1 taken up again"


def test_two_people_at_once_and_unknown_parts(client: TestClient, one: Recording) -> None:
    keep(client, one, picture=[PLACE])
    status, said = keep(client, one, picture=[])
    assert (status, "version 1" in said["problem"]) == (412, True)
    assert keep(client, one, 1, picture=["0" * 64])[0] == 409
    assert len(client.get(f"/bwc/redact/{one.id}").json()["plan"]["picture"]) == 1


def test_a_file_that_was_changed_by_hand_becomes_a_version(client: TestClient, one: Recording) -> None:
    keep(client, one, picture=[PLACE])
    file = stores.path().with_suffix(".media") / one.id / "redaction.toml"
    older = file.read_text()
    file.write_text(older.replace("ellipse", "box"))
    for _ in range(2):
        said = client.get(f"/bwc/redact/{one.id}").json()
        assert (said["version"], said["plan"]["picture"][0]["shape"]) == (2, "box")
    assert said["versions"][0]["who"] == "plan file"
    file.write_text(older)  # one that is known already changes nothing
    assert client.get(f"/bwc/redact/{one.id}").json()["version"] == 2
    file.write_text("picture = 3")
    assert client.get(f"/bwc/redact/{one.id}").status_code == 409


def test_names_and_voices_are_found_in_the_words_once(client: TestClient, one: Recording) -> None:
    for _ in range(2):
        status, said = post(client, "/find", recording=one.id, names=True, voice="v2", cover="mute")
        assert status == 200
        assert sorted((s["why"], s["cover"]) for s in said["plan"]["sound"]) == [
            ("one voice", "mute"), ("spoken name", "mute"),
        ]  # fmt: skip
    assert "Parker" not in json.dumps(said["plan"]) + json.dumps(said["versions"])
    assert post(client, "/find", recording=one.id, voice="v9")[0] == 409


def face(start: float, by: str) -> Region:
    return Region(Span(start, start + 1), (Key(start, 0.1, 0.1, 0.2, 0.2),), by=by, what="face")


def test_faces_found_again_replace_those_that_nobody_went_over(client: TestClient, one: Recording) -> None:
    plan = Plan(one.id, (face(0, "net"), face(1, f"net{covering_plans.GONE_OVER}"), face(2, "by hand")))
    covering_plans.keep(stores.opened(), one, plan, "kim", 0)
    found = stores.path().parent / "found.toml"
    found.write_text(plan_text(Plan(one.id, (face(3, "net"),), remarks=("Look at all of it.",))))
    redaction._take_faces(stores.path(), one, "kim", found, made=True)
    said = client.get(f"/bwc/redact/{one.id}").json()
    assert [p["from"] for p in said["plan"]["picture"]] == [1, 2, 3]
    assert said["plan"]["remarks"] == ["Look at all of it."] and not found.exists()
    assert said["versions"][0]["said"].startswith("faces looked for by a program: 3 places")


def test_why_faces_cannot_be_looked_for(
    client: TestClient, one: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BWC_MODELS", str(tmp_path / "none"))
    monkeypatch.setattr(center_face, "weights_file", lambda: None)
    status, said = post(client, "/faces", recording=one.id)
    assert status == 409 and "bwc models pull yunet" in said["problem"]


def test_a_sheet_to_look_at(client: TestClient, one: Recording) -> None:
    assert client.get(f"/bwc/redact/{one.id}/preview").status_code == 409  # nothing is covered yet
    keep(client, one, picture=[PLACE])
    answer = client.get(f"/bwc/redact/{one.id}/preview")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_a_copy_is_made_in_a_process_of_its_own_handed_out_and_logged(client: TestClient, one: Recording) -> None:
    assert "nothing to cover" in post(client, "", recording=one.id)[1]["problem"]
    keep(client, one, picture=[PLACE, {**PLACE, "off": True}], sound=[{"from": 1, "to": 2}])
    status, said = post(client, "", recording=one.id, why="training", watermark=True)
    assert status == 200
    for _ in range(3000):
        said = client.get(f"/bwc/redact/{one.id}").json()
        if not said["jobs"] or any(j["state"] == "failed" for j in said["jobs"]):
            break
        time.sleep(0.1)
    assert not said["jobs"], said["jobs"]
    assert said["copies"][0]["there"]
    folder = stores.path().with_suffix(".media") / "covered"
    assert not list(folder.glob("*.toml"))
    with Store(stores.path()) as store:
        row = store.activity(1)[0]
    assert (row["who"], row["action"]) == ("R. Ortiz", "export.redacted")
    copy = f"/bwc/redact/{one.id}/copy/{said['copies'][0]['number']}"
    assert client.get(copy).content == Path(said["copies"][0]["file"]).read_bytes()
    assert client.get(copy.replace(one.id, "0" * 64)).status_code == 404
    assert client.get(f"/bwc/redact/{one.id}/copy/1").status_code == 404


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("/plan", {"after": 0, "plan": {"picture": [{**PLACE, "cover": "smear"}]}}, 409),
        ("/plan", {"after": 0, "plan": {"picture": [{**PLACE, "to": 0.5}]}}, 409),
        ("/plan", {"after": 0, "plan": {"picture": [{**PLACE, "path": "/etc/passwd"}]}}, 409),
        ("/plan", {"after": 0, "plan": 3}, 400),
        ("/plan", {"after": 0, "plan": {"picture": [7]}}, 409),
        ("/plan", {"plan": {"picture": [PLACE]}}, 400),
        ("/plan", {}, 400),
        ("/restore", {"after": 0, "version": 3}, 409),
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
