"""Settings over the routes: what everybody reads, what those who manage change, and that nothing wrong is kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.accounts import Account, Duty
from pipeline.packs.own import OWN_NAME
from pipeline.policy import load_policy
from pipeline.store import Store
from review_ui import stores
from review_ui.redoing import Redoing
from review_ui.server import settings
from review_ui.server.sessions import Identity
from tests.review_ui.conftest import BASE, Made
from tests.review_ui.server.test_reports import entered, log_of, reported

__all__ = ["reported"]
WRITE = {"origin": BASE, "x-bwc-write": "1"}
GOOD = "four quiet green lamps"


@pytest.fixture
def made(reported: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The store, and a folder of its own where the program was started."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bwc.db"
    shutil.copy(reported.path, path)
    stores.use(path)
    return Made(path, reported.recordings)


@pytest.fixture
def client(made: Made) -> TestClient:
    return entered(Identity("R. Ortiz"))


def post(client: TestClient, path: str, **said: Any) -> Any:
    return client.post(f"/bwc/manage/{path}", content=json.dumps(said), headers=WRITE)


def begun(client: TestClient) -> Any:
    assert post(client, "begin", name="our city").status_code == 200
    return client.get("/bwc/settings/text", params={"file": OWN_NAME}).json()


def test_the_pack_says_where_everything_stands(client: TestClient) -> None:
    said = client.get("/bwc/settings/policy").json()
    assert said["shipped"] and said["manage"] and said["problems"] == []
    assert {one["from"][0][0] for one in said["clauses"]} == {"clauses.toml"}
    slow = next(one for one in said["techniques"] if one["label"] == "slow_down")
    assert slow["from"][0][0] == "techniques.toml" and slow["sets"]["phrases"] and slow["clauses"] == ["1.2-pace"]
    times = {row["key"]: row for row in said["windows"]}
    assert times["contact_gap"]["from"] and times["calm_stretch"]["from"] == [], "the program's own default"
    assert "without an order" in times["calm_stretch"]["about"], "as the source says it"
    assert next(row for row in said["camera"] if row["key"] == "goal_activated")["value"] == 0.95
    assert said["standing"]["recordings"] == 1 and said["standing"]["by_this"] == 0
    assert "deletes no recording" in said["retention"] and str(Path.cwd()) not in json.dumps(said)


def test_detectors_come_with_their_settings_and_what_became_of_them(client: TestClient) -> None:
    Path("bwc.toml").write_text("[detectors.muted_audio]\nmin_duration = 7.5\n")
    said = client.get("/bwc/settings/detectors").json()
    found = {one["name"]: one for one in said["detectors"]}
    assert said["program"]["file"] == "bwc.toml"
    least = next(row for row in found["muted_audio"]["settings"] if row["key"] == "min_duration")
    assert (least["value"], least["default"], least["set"]) == (7.5, 2.0, True) and "drop-outs" in least["about"]
    assert found["frozen_picture"]["runs"]["not_analysed"] == [["the picture could not be decoded", 1]]
    assert found["techniques"]["by_policy"] and not found["lens_covered"]["by_policy"]
    Path("bwc.toml").write_text("[detectors.virtue]\nx = 1\n")
    assert "no detector" in client.get("/bwc/settings/detectors").json()["problem"]


def test_what_is_not_here_is_said_with_what_follows(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    settings._INSTALLED.forget()
    said = client.get("/bwc/settings/models").json()
    whisper = next(one for one in said["installed"]["models"] if one["name"] == "small.en")
    assert whisper["licence"] == "MIT" and whisper["folder"]
    assert "draft" in said["installed"]["lacking"]["transcription"]
    wind = next(row for row in said["missing"] if row["reason"] == "wind louder than speech")
    assert (wind["what"], wind["recordings"], wind["seconds"]) == ("words", 1, 8.0)
    assert said["places"]["failed_count"] == 1 and said["places"]["rows"][0][1].endswith("bwc.db")
    monkeypatch.setattr(settings, "_installed", lambda: pytest.fail("it was kept"))
    other = entered(Identity("kim", Account("kim", Duty.REVIEWER))).get("/bwc/settings/models").json()
    assert other["places"] is None and "weights_folder" not in other["installed"]
    assert all("folder" not in one for one in other["installed"]["models"]), "where things lie is for those who manage"


def test_a_pack_is_begun_changed_tried_and_kept(client: TestClient, made: Made) -> None:
    file = begun(client)
    assert file["changeable"] and load_policy(Path(OWN_NAME)).name == "our city"
    text = file["text"] + '[techniques.slow_down]\nphrases = ["...", "which one do"]\nsaid_by = ["civilian"]\n'
    same = post(client, "check", file=OWN_NAME, text=text).json()
    assert [(one["file"], one["line"]) for one in same["problems"]] == [(OWN_NAME, 4)], "the version says otherwise"
    text = text.replace('version = "1"', 'version = "2"')
    assert post(client, "check", file=OWN_NAME, text=text).json()["problems"] == []
    tried = post(client, "try", file=OWN_NAME, text=text).json()
    assert tried["trial"]["of"] == 4 and not tried["words_again"] and not tried["roles_again"]
    assert ["slowing down", 2] in tried["trial"]["comes"] and tried["trial"]["coming"][0]["text"]
    kept = post(client, "keep", file=OWN_NAME, text=text, base=file["sha256"], note="asked for by training")
    assert kept.json()["pack"]["version"] == "2" and Path(OWN_NAME).read_text() == text
    said = client.get("/bwc/settings/policy").json()
    assert [(one["pack"]["version"], one["note"], one["who"]) for one in said["versions"]] == [
        ("2", "asked for by training", "R. Ortiz"), ("1", "begun", "R. Ortiz"),
    ]  # fmt: skip
    old = client.get("/bwc/settings/text", params={"version": said["versions"][1]["number"]}).json()
    assert old["text"] == file["text"] and not old["changeable"]
    assert [row["action"] for row in log_of(made, "policy.")] == ["policy.keep", "policy.keep"]
    later = post(client, "keep", file=OWN_NAME, text=text, base=file["sha256"])
    assert later.status_code == 409 and "open it again" in later.json()["problem"]


def test_mistakes_are_refused_with_their_lines(client: TestClient) -> None:
    file = begun(client)
    text = file["text"] + "[thresholds.listening]\nthreshold = 2\n"
    refused = post(client, "keep", file=OWN_NAME, text=text, base=file["sha256"])
    assert refused.status_code == 422 and refused.json()["problems"] == [
        {"file": OWN_NAME, "line": 8, "message": "threshold must be a probability, 0 to 1"}
    ]
    assert post(client, "try", file=OWN_NAME, text=text).status_code == 422
    assert post(client, "keep", file="model_policy.toml", text="", base="").status_code == 409
    assert post(client, "begin", name="again").status_code == 409
    for body in ({}, {"file": OWN_NAME}, {"file": OWN_NAME, "text": text}):
        assert post(client, "keep", **body).status_code == 400
    assert client.post("/bwc/manage/check", content="[]", headers=WRITE).status_code == 400
    assert Path(OWN_NAME).read_text() == file["text"]


def test_a_pack_that_was_broken_by_hand_shows_what_is_wrong_and_opens(client: TestClient) -> None:
    begun(client)
    Path(OWN_NAME).write_text("name = \n")
    said = client.get("/bwc/settings/policy").json()
    assert said["problems"][0]["line"] == 1 and said["files"][0]["name"] == OWN_NAME and "clauses" not in said
    opened = client.get("/bwc/settings/text", params={"file": OWN_NAME}).json()
    right = 'name = "our city"\nversion = "3"\nextends = "model_policy"\n'
    assert post(client, "keep", file=OWN_NAME, text=right, base=opened["sha256"]).status_code == 200
    assert client.get("/bwc/settings/policy").json()["stamp"]["version"] == "3"


def test_only_those_who_manage_change_anything_and_only_from_the_screen(client: TestClient, made: Made) -> None:
    file = begun(client)
    for person in (Account("kim", Duty.AUDITOR), Account("lee", Duty.ADMIN, units=("North",))):
        other = entered(Identity(person.name, person))
        for path in ("check", "try", "keep", "begin", "redo", "account"):
            assert post(other, path, file=OWN_NAME, text="", base=file["sha256"]).status_code == 403, (person, path)
        assert other.get("/bwc/manage/accounts").status_code == 403
        said = other.get("/bwc/settings/policy").json()
        assert not said["manage"] and said["clauses"]
        assert (said["standing"] is None) == bool(person.units)
        assert not other.get("/bwc/settings/text", params={"file": OWN_NAME}).json()["changeable"]
    body = json.dumps({"file": OWN_NAME, "text": "", "base": file["sha256"]})
    assert client.post("/bwc/manage/keep", content=body).status_code == 403
    assert (
        client.post("/bwc/manage/keep", content=body, headers=WRITE | {"origin": "http://a.example"}).status_code == 403
    )
    assert {row["subject"] for row in log_of(made, "request.refused")} >= {"/bwc/manage/keep", "/bwc/manage/accounts"}
    assert Path(OWN_NAME).read_text() == file["text"]


def test_accounts_are_shut_out_let_in_and_given_other_units(client: TestClient, made: Made) -> None:
    with Store(made.path) as store:
        for name, duty in (("boss", Duty.ADMIN), ("kim", Duty.REVIEWER)):
            store.add_account(name, duty, GOOD, "root")
        boss = store.account("boss")
    screen = entered(Identity("boss", boss))
    said = screen.get("/bwc/manage/accounts").json()
    assert [one["name"] for one in said["accounts"]] == ["boss", "kim"] and said["units"] == ["North", "South"]
    assert "argon" not in json.dumps(said) and "manage" in said["duties"]["admin"]
    changed = post(screen, "account", name="kim", change="duty", duty="auditor", units=["North"]).json()
    assert changed["accounts"][1]["duty"] == "auditor" and changed["accounts"][1]["units"] == ["North"]
    assert post(screen, "account", name="kim", change="disable").json()["accounts"][1]["disabled"]
    assert not post(screen, "account", name="kim", change="enable").json()["accounts"][1]["disabled"]
    assert post(screen, "account", name="kim", change="sign-out").status_code == 200
    for change in ("disable", "duty"):
        own = post(screen, "account", name="boss", change=change, duty="reviewer", units=[])
        assert own.status_code == 409 and "your own account" in own.json()["problem"], "nobody locks the last door"
    assert post(screen, "account", name="nobody", change="disable").status_code == 409
    assert post(screen, "account", name="kim", change="duty", duty="king", units=[]).status_code == 400
    assert post(screen, "account", name="kim", change="promote").status_code == 400
    actions = [row["action"] for row in log_of(made, "account.")]
    assert actions == [
        "account.sign_out",
        "account.enable",
        "account.disable",
        "account.duty",
        "account.add",
        "account.add",
    ]


def test_texts_that_are_not_there(client: TestClient) -> None:
    for query in ({"file": "../bwc.toml"}, {"file": ""}, {"version": "x"}):
        assert client.get("/bwc/settings/text", params=query).status_code == 404
    assert client.get("/bwc/settings/text", params={"version": "9"}).status_code == 409
    shipped = client.get("/bwc/settings/text", params={"file": "orders.toml"}).json()
    assert shipped["text"].strip() and not shipped["changeable"]


def test_findings_are_looked_for_again_in_a_process_of_its_own(
    client: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "REDOING", Redoing())
    begun(client)
    assert post(client, "redo").json() == {"at_work": True}
    settings.REDOING._process.wait(timeout=120)  # type: ignore[union-attr]
    said = client.get("/bwc/settings/policy").json()
    assert said["redoing"] == {"at_work": False, "problem": ""}
    assert said["standing"]["by_this"] == said["standing"]["recordings"] == 2 and said["standing"]["others"] == []
    assert [row["subject"] for row in log_of(made, "policy.redo")] == ["our city"]
