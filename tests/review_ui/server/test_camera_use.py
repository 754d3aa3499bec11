"""Camera use on the pages of recordings and incidents: what their routes say, and who is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.accounts import Account, Duty
from pipeline.camera_use import UseFinding, UseKind, UseState
from pipeline.store import Store
from pipeline.types import Incident
from review_ui import app, stores, use_pages
from review_ui.server.gate import Gate
from review_ui.server.rights import Bounds
from review_ui.server.sessions import Identity, Sessions
from tests.review_ui.conftest import BASE, COOKIE, Made
from tests.review_ui.made_audit import fill
from tests.review_ui.made_content import HOSTILE
from tests.review_ui.made_store import START, recording

OWN = {"origin": BASE, "x-bwc-write": "1"}
INCIDENT = "1c1de27000000077"


@pytest.fixture(scope="module")
def used_master(tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("used") / "bwc.db"
    made = fill(path)
    with Store(path) as store:
        members = ((made["first"].id, 0.0, "clock"), (made["other"].id, 30.0, "clock"))
        store.save_incidents([Incident(INCIDENT, "two cameras", START, members, "clock")])
        store.add_recording(timeless := recording("no clock.mp4", duration=5.0, start=None))
    return Made(path, made | {"timeless": timeless})


@pytest.fixture
def used(used_master: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bwc.db"
    shutil.copy(used_master.path, path)
    stores.use(path)
    return Made(path, used_master.recordings)


@pytest.fixture
def ask(client: TestClient, used: Made) -> Callable[..., Any]:
    def get(path: str, status: int = 200) -> Any:
        answer = client.get(f"/bwc/camera-use/{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    return get


def test_the_calls_that_a_recording_counts_for(ask: Callable[..., Any], used: Made) -> None:
    said = ask(f"recording/{used.first}")
    (call,) = said["calls"]
    assert (call["title"], call["officer"]) == ("Call 25-0001", "Dana Ruiz (1041)")
    assert {one["kind"] for one in call["findings"]} == {"late_start", "gap"}
    assert call["audit"] == {"first": "2025-03-01", "last": "2025-03-31"}
    assert "equipment failure" in said["justifications"]
    assert said["why_none"] == ""


def test_an_incident_shows_every_officer_of_its_calls(ask: Callable[..., Any]) -> None:
    said = ask(f"incident/{INCIDENT}")
    assert [one["officer"] for one in said["calls"]] == ["Dana Ruiz (1041)", "Sam Okafor (2210)"]
    assert all(one["incidents"] == [{"id": INCIDENT, "name": "two cameras"}] for one in said["calls"])


def test_an_incident_shows_who_was_sent_and_made_no_recording(ask: Callable[..., Any], used: Made) -> None:
    with Store(used.path) as store:
        only = ((used.first, 0.0, "clock"),)
        store.save_incidents([Incident(INCIDENT, "one camera", START, only, "clock")])
        (call,) = [one for one in store.calls() if one.number == "25-0001" and one.officer == "1041"]
        there = [one for one in store.calls() if one.number != "25-0002"]
        store.import_dispatch([*there, replace(call, officer="3001")], "", Path("dispatch.csv"), "R. Ortiz")
    said = ask(f"incident/{INCIDENT}")
    missing = next(one for one in said["calls"] if one["officer"] == f"{HOSTILE} (3001)")
    assert [one["kind"] for one in missing["findings"]] == ["no_recording"]
    assert missing["recordings"] == []
    assert [one["officer"] for one in ask(f"recording/{used.first}")["calls"]] == ["Dana Ruiz (1041)"]


def test_by_which_clock_a_recording_lies_there_and_what_nobody_looked_at(ask: Callable[..., Any], used: Made) -> None:
    (call,) = ask(f"recording/{used.recordings['other'].id}")["calls"]
    (own,) = call["recordings"]
    assert own["name"] == "AX2210.mp4"
    assert own["start"] == "2025-03-14 21:02:35"
    assert own["clock"] == "clock of the camera, as the file states it"
    assert (own["buffer"], own["buffer_asked"]) == (None, 30.0)
    assert own["not_analysed"] == ["words"]


def test_what_is_said_here_is_said_in_the_audit(client: TestClient, ask: Callable[..., Any], used: Made) -> None:
    said = ask(f"recording/{used.first}")
    (call,) = said["calls"]
    found = next(one for one in call["findings"] if one["kind"] == "late_start")
    body = {"first": said["period"]["first"], "last": said["period"]["last"], "key": call["key"],
            "finding": found["id"], "state": "confirmed", "seen": 0}  # fmt: skip
    assert client.post("/bwc/audit/state", content=json.dumps(body), headers=OWN).status_code == 200
    (call,) = ask(f"recording/{used.first}")["calls"]
    found = next(one for one in call["findings"] if one["kind"] == "late_start")
    assert [(one["who"], one["state"]) for one in found["history"]] == [("R. Ortiz", "confirmed")]
    assert found["history"][0]["at"].endswith(" UTC")
    audit = client.get("/bwc/audit", params=call["audit"]).json()
    assert audit["whole"]["states"]["confirmed"] == 1


def test_what_was_said_of_what_is_no_longer_observed_is_still_shown(ask: Callable[..., Any], used: Made) -> None:
    late = START - timedelta(seconds=100)
    gone = UseFinding(UseKind.EARLY_STOP, "1041", "25-0001", late, START, 100.0, 0.9, "ended 100 s early")
    elsewhere = UseFinding(UseKind.GAP, "1041", "25-0004", late, START, 5.0, 0.9, "another call")
    with Store(used.path) as store:
        for one in (gone, elsewhere):
            store.set_use_state(one, UseState.JUSTIFIED, "A. Kim", "battery", "equipment failure")
    (call,) = ask(f"recording/{used.first}")["calls"]
    (before,) = call["said_before"]
    assert (before["title"], before["seconds"], before["who"]) == ("Early stop", 100.0, "A. Kim")
    assert before["state"] == "justified"


def test_without_a_clock_it_is_said_why(ask: Callable[..., Any], used: Made) -> None:
    assert "no clock is known" in ask(f"recording/{used.recordings['timeless'].id}")["why_none"]


def test_without_a_dispatch_record_it_is_said_why(
    client: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made.path.parent)
    said = client.get(f"/bwc/camera-use/recording/{made.first}").json()
    assert (said["calls"], "No dispatch record" in said["why_none"]) == ([], True)


def test_unknown_ones(ask: Callable[..., Any]) -> None:
    assert ask("recording/" + "f" * 64, status=404)["problem"]
    assert ask("incident/" + "f" * 16, status=404)["problem"]


def entered(identity: Identity) -> TestClient:
    """The routes behind gate and bounds, for this person."""
    sessions = Sessions()
    layers = [Middleware(Gate, sessions=sessions, cookie=COOKIE, single_user=None), Middleware(Bounds)]
    client = TestClient(Starlette(routes=list(app.ROUTES), middleware=layers), base_url=BASE, follow_redirects=False)
    client.cookies.set(COOKIE, sessions.open(identity), domain="127.0.0.1")
    return client


def test_whoever_is_bound_to_a_unit_sees_that_unit_alone(ask: Callable[..., Any], used: Made) -> None:
    whole = ask(f"recording/{used.first}")
    assert whole["may_state"] is True
    south = entered(Identity("kim", Account("kim", Duty.REVIEWER, units=("South",))))
    assert south.get(f"/bwc/camera-use/recording/{used.first}").status_code == 404
    north = entered(Identity("lee", Account("lee", Duty.REVIEWER, units=("North",))))
    said = north.get(f"/bwc/camera-use/recording/{used.first}").json()
    assert (said["may_state"], said["other_units"]) == (False, 0)
    assert len(said["calls"]) == len(whole["calls"])


def test_cameras_and_evidence_of_other_units_are_left_away_and_counted(ask: Callable[..., Any], used: Made) -> None:
    whole = ask(f"incident/{INCIDENT}")
    only = use_pages.within(whole, ["North"], {used.first, used.recordings["second"].id})
    first = only["calls"][0]
    assert [one["own"] for one in first["cameras"]] == [True]
    other = used.recordings["other"].id
    assert other not in json.dumps(first)
    assert "of other units' cameras" in first["notes"][-1]
    none = use_pages.within(whole, ["West"], set())
    assert (none["calls"], none["other_units"]) == ([], 2)
    assert "your account is not for" in none["why_none"]
