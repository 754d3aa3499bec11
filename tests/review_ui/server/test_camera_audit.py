"""The audit's routes on a made store with dispatch records."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from pipeline.audit.gather import assessed, book_of
from pipeline.audit.locks import lock
from pipeline.policy import load_policy
from pipeline.reports.period import Period
from pipeline.store import Store
from review_ui import audit_books, audit_pages, stores
from review_ui.server.camera_audit import LONGEST_REASON
from tests.review_ui.conftest import BASE, Made
from tests.review_ui.made_audit import MARCH, fill
from tests.review_ui.made_content import HOSTILE
from tests.review_ui.made_store import START, recording

OWN = {"origin": BASE, "x-bwc-write": "1"}


@pytest.fixture(scope="module")
def audited_master(tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("audited") / "bwc.db"
    made = fill(path)
    Store(path).close()
    return Made(path, made)


@pytest.fixture
def audited(audited_master: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bwc.db"
    shutil.copy(audited_master.path, path)
    stores.use(path)
    return Made(path, audited_master.recordings)


@pytest.fixture
def ask(client: TestClient, audited: Made) -> Callable[..., Any]:
    def get(path: str = "", status: int = 200, **query: str) -> Any:
        answer = client.get(f"/bwc/audit{path}", params=MARCH | {k.replace("_", "-"): v for k, v in query.items()})
        assert answer.status_code == status, answer.text
        return answer.json()

    return get


def late_start(ask: Callable[..., Any], officer: str = "1041") -> dict[str, str]:
    """What names the late start of an officer's camera."""
    row = next(row for row in ask("/calls", group=officer)["rows"] if row["call"] == "25-0001")
    found = next(f for f in ask("/call", key=row["key"])["findings"] if f["kind"] == "late_start")
    return MARCH | {"key": row["key"], "finding": found["id"]}


def post(client: TestClient, path: str, body: object, headers: dict[str, str] = OWN) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/bwc/audit/{path}", content=json.dumps(body).encode(), headers=headers)
    return answer.status_code, answer.json()


def test_the_figures(ask: Callable[..., Any]) -> None:
    said = ask()
    assert said["period"] == MARCH | {"zone": "UTC"}
    assert said["calls"] == 4
    whole = said["whole"]
    assert (whole["required"], whole["with"], whole["without"], whole["left_out"]) == (3, 2, 1, 1)
    assert whole["kinds"]["late_start"][0] == 2
    assert whole["kinds"]["gap"] == [1, 30.0, 30.0, True]
    assert whole["kinds"]["buffer_missing"][3] is False
    assert [one["group"] for one in said["groups"]] == ["3001", "1041", "2210"]
    assert said["groups"][0]["title"] == f"{HOSTILE} (3001)"
    assert said["groups"][0]["unheard"] is None
    assert said["goals"]["activated"] == 0.95
    assert said["newest"] == {"first": "2025-04-01", "last": "2025-04-30"}
    assert "equipment failure" in said["justifications"]


def test_narrowed_down(ask: Callable[..., Any]) -> None:
    assert ask(unit="North")["whole"]["required"] == 2
    assert ask(unit="North", officer="2210")["whole"]["required"] == 1
    assert ask(call_type="Training")["whole"]["left_out"] == 1
    assert [one["title"] for one in ask(by="unit")["groups"]] == ["North", "South"]
    assert ask(unit="Nowhere")["whole"]["cases"] == 0
    assert ask(unit="North")["calls"] == 4  # the period is not empty, what it was narrowed down to may be


def test_lists_hold_every_call_once_and_as_many_as_the_figures_say(ask: Callable[..., Any]) -> None:
    whole = ask()["whole"]
    keys = [
        row["key"] for name in ("with", "without", "not-told", "left-out") for row in ask("/calls", list=name)["rows"]
    ]
    assert len(keys) == len(set(keys)) == whole["cases"]
    assert sorted(keys) == sorted(row["key"] for row in ask("/calls")["rows"])
    for kind, (count, *_) in whole["kinds"].items():
        rows = ask("/calls", kind=kind)["rows"]
        assert sum(fits for row in rows for *_, fits in row["observed"]) == count
    waiting = ask("/calls", state="to look at")["rows"]
    assert sum(fits for row in waiting for *_, fits in row["observed"]) == whole["states"]["to look at"]
    assert ask("/calls", group="1041", kind="gap")["total"] == 1
    assert ask("/calls", **{"from": "2"})["rows"] == ask("/calls")["rows"][2:]


def test_one_call_on_a_line_of_time(ask: Callable[..., Any], audited: Made) -> None:
    key = late_start(ask)["key"]
    said = ask("/call", key=key)
    assert said["times"] == [["dispatched", 0.0], ["on scene", 107.5], ["cleared", 430.0]]
    assert said["required"] == [[0.0, 430.0]]
    own, other = said["cameras"]
    assert own["own"] is True
    assert [(r["name"], r["start"], r["end"]) for r in own["recordings"]] == [
        ("AX1041 first part.mp4", 200.0, 320.0), ("AX1041 second part.mp4", 350.0, 430.0),
    ]  # fmt: skip
    assert [r["heard"] for r in own["recordings"]] == [True, False]
    assert other["title"] == "Sam Okafor (2210)"
    assert other["recordings"][0]["muted"] == [[60.0, 85.0, "No sound for 25 s"]]
    found = {one["kind"]: one for one in said["findings"]}
    assert (found["late_start"]["start"], found["late_start"]["end"]) == (0.0, 200.0)
    assert (found["gap"]["start"], found["gap"]["end"]) == (320.0, 350.0)
    played = [e for e in found["gap"]["evidence"] if e["recording"] == audited.recordings["other"].id]
    assert played
    assert played[0]["at"] == pytest.approx(90.0 - 2.0)  # it began 30 s after the first, which ran for 120 s
    first, last = said["axis"]
    assert first < 0
    assert last > 430
    assert said["zero_local"] == pytest.approx(20 * 3600 + 58 * 60 + 45)


def test_a_state_is_kept_under_the_name_of_the_session(
    client: TestClient, ask: Callable[..., Any], audited: Made
) -> None:
    named = late_start(ask)
    said = named | {"state": "justified", "reason": "battery failed", "category": "equipment failure"}
    assert post(client, "state", said) == (200, {"finding": named["finding"], "state": "justified"})
    with Store(audited.path) as store:
        (kept,) = store.use_states(named["finding"])
        assert (kept.who, kept.reason, kept.category) == ("R. Ortiz", "battery failed", "equipment failure")
        assert kept.said["kind"] == "late_start"
    whole = ask()["whole"]
    assert (whole["states"]["justified"], whole["states"]["to look at"]) == (1, 3)
    (found,) = [f for f in ask("/call", key=named["key"])["findings"] if f["id"] == named["finding"]]
    assert found["state"] == "justified"
    assert [one["who"] for one in found["history"]] == ["R. Ortiz"]
    assert post(client, "state", named | {"state": "confirmed"})[0] == 200
    (found,) = [f for f in ask("/call", key=named["key"])["findings"] if f["id"] == named["finding"]]
    assert [one["state"] for one in found["history"]] == ["justified", "confirmed"]


@pytest.mark.parametrize(
    ("change", "status"),
    [({"state": "violation"}, 400), ({"state": "justified"}, 409), ({"finding": "f" * 16, "state": "confirmed"}, 404),
     ({"key": "other", "state": "confirmed"}, 404), ({"state": "confirmed", "category": "whim"}, 400),
     ({"state": "confirmed", "reason": "x" * (LONGEST_REASON + 1)}, 400),
     ({"first": "soon", "state": "confirmed"}, 409)],
)  # fmt: skip
def test_states_that_cannot_be_meant(
    client: TestClient, ask: Callable[..., Any], audited: Made, change: dict[str, str], status: int
) -> None:
    assert post(client, "state", late_start(ask) | change)[0] == status
    with Store(audited.path) as store:
        assert store.use_states() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"state": "confirmed"}', b'{"by": "officer"}'])
@pytest.mark.parametrize("path", ["state", "sample"])
def test_bodies_that_cannot_be_read(client: TestClient, audited: Made, path: str, body: bytes) -> None:
    assert client.post(f"/bwc/audit/{path}", content=body, headers=OWN).status_code == 400


@pytest.mark.parametrize(
    "headers", [{}, {"origin": BASE}, {"x-bwc-write": "1"}, OWN | {"origin": "http://evil.example"}]
)
@pytest.mark.parametrize("path", ["state", "sample"])
def test_only_the_screens_own_pages_write(
    client: TestClient, ask: Callable[..., Any], audited: Made, path: str, headers: dict[str, str]
) -> None:
    body = late_start(ask) | {"state": "confirmed", "by": "officer", "each": 1}
    assert client.post(f"/bwc/audit/{path}", content=json.dumps(body), headers=headers).status_code == 403
    with Store(audited.path) as store:
        assert (store.use_states(), store.samples()) == ([], [])


def test_a_sample_is_drawn_and_told(client: TestClient, ask: Callable[..., Any], audited: Made) -> None:
    status, drawn = post(client, "sample", MARCH | {"by": "officer", "each": 1, "seed": "4f2a"})
    assert status == 200
    assert (drawn["seed"], drawn["who"]) == ("4f2a", "R. Ortiz")
    assert {one["group"]: (one["of"], len(one["recordings"])) for one in drawn["groups"]} == {
        "1041": (2, 1), "2210": (1, 1),
    }  # fmt: skip
    assert ask("/samples")["samples"] == [drawn]
    status, refused = post(client, "sample", MARCH | {"by": "shift", "each": 1})
    assert (status, "officer or unit" in refused["problem"]) == (409, True)
    assert post(client, "sample", {"first": "2020-01-01", "last": "2020-01-31", "by": "unit", "each": 1})[0] == 409


def test_exports(client: TestClient, audited: Made) -> None:
    page = client.get("/bwc/audit/export", params=MARCH | {"form": "html"})
    assert page.headers["content-disposition"] == 'attachment; filename="camera-use-2025-03-01-2025-03-31.html"'
    assert "Dana Ruiz (1041)" in page.text
    assert "<script" not in page.text
    table = client.get("/bwc/audit/export", params=MARCH | {"form": "csv", "rows": "calls", "unit": "South"})
    assert [row["call"] for row in csv.DictReader(io.StringIO(table.text))] == ["25-0002"]
    everything = client.get("/bwc/audit/export", params=MARCH | {"form": "json", "unit": "South"}).json()
    assert everything["narrowed_to"] == ["unit South"]
    with Store(audited.path) as store:
        logged = [row for row in store.activity() if row["action"] == "audit.export"]
    assert len(logged) == 3
    assert logged[0]["who"] == "R. Ortiz"


@pytest.mark.parametrize(
    "query",
    [{"first": "soon"}, {"first": "2025-04-01"}, {"by": "height"}],
)
def test_questions_that_cannot_be_meant(ask: Callable[..., Any], query: dict[str, str]) -> None:
    assert ask(status=400, **query)["problem"]


def test_more_that_cannot_be_meant(ask: Callable[..., Any], client: TestClient) -> None:
    assert ask("/calls", status=400, list="worst")["problem"]
    assert ask("/call", status=404, key="nothing")["problem"]
    assert client.get("/bwc/audit/export", params=MARCH | {"form": "exe"}).status_code == 400


def test_a_state_does_not_ask_for_a_new_assessment(
    client: TestClient, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    plain = audit_books.assessed
    monkeypatch.setattr(audit_books, "assessed", lambda *given: times.append(1) or plain(*given))
    audit_books._ASSESSED._kept.clear()
    ask()
    named = late_start(ask)
    assert post(client, "state", named | {"state": "confirmed"})[0] == 200
    assert ask()["whole"]["states"]["confirmed"] == 1
    assert len(times) == 1


def test_the_period_that_is_shown_first_is_the_month_of_the_newest_call(client: TestClient, audited: Made) -> None:
    assert client.get("/bwc/audit").json()["period"] == {"first": "2025-04-01", "last": "2025-04-30", "zone": "UTC"}
    only_first = client.get("/bwc/audit", params={"first": "2025-03-10"}).json()["period"]
    assert (only_first["first"], only_first["last"]) == ("2025-03-10", "2025-03-31")
    only_last = client.get("/bwc/audit", params={"last": "2025-03-10"}).json()["period"]
    assert (only_last["first"], only_last["last"]) == ("2025-03-01", "2025-03-10")


def test_a_store_without_dispatch_records(client: TestClient, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made.path.parent)
    said = client.get("/bwc/audit").json()
    assert (said["calls"], said["newest"]) == (0, None)
    assert said["period"]["first"] == "2025-03-01"  # that of the newest recording
    assert said["hours"]["recordings"] == 3


def test_times_of_a_dispatch_clock_that_is_ahead_are_drawn_where_they_were(
    ask: Callable[..., Any], audited: Made
) -> None:
    (audited.path.parent / "pack.toml").write_text(
        'name = "own"\nversion = "1"\ntitle = "x"\nextends = "model_policy"\n[dispatch]\nclock_ahead = 90\n'
    )
    (audited.path.parent / "bwc.toml").write_text('policy = "pack.toml"\n')
    said = ask("/call", key=late_start(ask)["key"])
    assert said["times"][0] == ["dispatched", 0.0]
    assert said["required"][0] == [0.0, 430.0]
    assert said["cameras"][0]["recordings"][0]["start"] == 290.0


def test_a_pack_with_an_agencys_own_zone(client: TestClient, audited: Made) -> None:
    (audited.path.parent / "pack.toml").write_text(
        'name = "own"\nversion = "1"\ntitle = "x"\nextends = "model_policy"\nzone = "America/New_York"\n'
    )
    (audited.path.parent / "bwc.toml").write_text('policy = "pack.toml"\n')
    said = client.get("/bwc/audit", params=MARCH).json()
    assert said["period"]["zone"] == "America/New_York"
    assert said["policy"]["name"] == "own"
    (audited.path.parent / "pack.toml").write_text("name = 3")
    assert client.get("/bwc/audit", params=MARCH).status_code == 409


def test_what_somebody_said_meanwhile_is_not_written_over(client: TestClient, ask: Callable[..., Any]) -> None:
    named = late_start(ask) | {"seen": 0}
    assert post(client, "state", named | {"state": "confirmed"})[0] == 200
    status, refused = post(client, "state", named | {"state": "justified", "reason": "battery failed"})
    assert (status, "R. Ortiz said meanwhile: confirmed" in refused["problem"]) == (409, True)
    again = named | {"state": "justified", "reason": "battery failed", "seen": 1}
    assert post(client, "state", again)[0] == 200


def test_every_kind_of_observation_stands_with_its_calls_and_people(ask: Callable[..., Any]) -> None:
    said = ask()
    observed = {one["kind"]: one for one in said["observed"]}
    assert list(observed) == [kind for kind, _ in said["kinds"]]
    for kind, one in observed.items():
        count, median, longest, _ = said["whole"]["kinds"][kind]
        assert (one["count"], one["median"], one["longest"]) == (count, median, longest)
        assert sum(one["states"].values()) == count
    late = observed["late_start"]
    assert (late["calls"], late["looked"], late["sum"]) == (2, 2, 430.0)
    assert observed["no_recording"]["looked"] == said["whole"]["with"] + said["whole"]["without"]
    assert (observed["buffer_missing"]["could"], observed["buffer_missing"]["sum"]) == (False, None)
    assert said["zone_named"] is False


def test_a_link_to_a_call_of_a_long_list_leads_to_it(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ask("/calls")["rows"]
    monkeypatch.setattr(audit_pages, "MOST_ROWS", 2)
    said = ask("/calls", at=rows[3]["key"])
    assert (said["from"], [row["key"] for row in said["rows"]]) == (2, [row["key"] for row in rows[2:4]])
    assert ask("/calls", at="gone")["from"] == 0


def locked_march(audited: Made) -> None:
    with Store(audited.path) as store:
        period = Period(date(2025, 3, 1), date(2025, 3, 31), ZoneInfo("UTC"))
        book = book_of(assessed(store, load_policy(), period), {})
        lock(store, book, "A. Kim")


def test_locked_values_stand_beside_the_live_ones(client: TestClient, ask: Callable[..., Any], audited: Made) -> None:
    locked_march(audited)
    held = ask()["locked"]
    assert (held["who"], held["changed"], held["gone"]) == ("A. Kim", 0, [])
    assert held["at"].endswith(" UTC")
    whole = ask()["whole"]
    for name in ("required", "with", "without", "not_told", "left_out", "covered_s", "coverage", "activated"):
        assert held["whole"][name] == whole[name], name
    assert held["whole"]["kinds"] == {kind: found[0] for kind, found in whole["kinds"].items()}
    assert ask("/calls", list="changed")["rows"] == []
    named = late_start(ask)
    assert post(client, "state", named | {"state": "confirmed"})[0] == 200
    (row,) = ask("/calls", list="changed")["rows"]
    assert row["key"] == named["key"]
    assert row["changed"] == ["states set: late start is confirmed by R. Ortiz"]
    everything = client.get("/bwc/audit/export", params=MARCH | {"form": "json"}).json()
    assert everything["locked"]["figures"]["whole"]["states"]["to look at"] == 4
    assert [one["why"] for one in everything["locked"]["changes"]] == [row["changed"]]
    narrowed = client.get("/bwc/audit/export", params=MARCH | {"form": "json", "unit": "North"}).json()
    assert narrowed["locked"] is None  # the values of a period are locked whole


def test_what_is_exported_is_what_is_looked_at(client: TestClient, ask: Callable[..., Any], audited: Made) -> None:
    def exported(**query: str) -> list[dict[str, str]]:
        text = client.get("/bwc/audit/export", params=MARCH | {"form": "csv"} | query).text
        return list(csv.DictReader(io.StringIO(text)))

    for query in ({"group": "1041"}, {"list": "without"}, {"kind": "gap"}, {"group": "1041", "state": "to look at"}):
        listed = ask("/calls", **query)
        assert [row["call"] for row in exported(rows="calls", **query)] == [row["call"] for row in listed["rows"]]
        fitting = [[kind, state] for row in listed["rows"] for kind, _, state, fits in row["observed"] if fits]
        if "kind" in query or "state" in query:
            assert [[row["kind"], row["state"]] for row in exported(rows="observations", **query)] == fitting
    (figures, whole) = exported(group="1041")
    assert (figures["name"], figures["calls"], whole["calls"]) == ("Dana Ruiz (1041)", "2", "2")
    page = client.get("/bwc/audit/export", params=MARCH | {"form": "html", "kind": "gap"}).text
    assert "Narrowed down to: list: gap" in page
    assert client.get("/bwc/audit/export", params=MARCH | {"form": "csv", "list": "worst"}).status_code == 400


def test_a_sample_can_be_drawn_again_and_taken_along(
    client: TestClient, ask: Callable[..., Any], audited: Made
) -> None:
    assert post(client, "sample", MARCH | {"by": "officer", "each": 1, "seed": "4f2a"})[0] == 200
    assert ask("/samples/1/check") == {"number": 1, "alike": True, "added": 0, "gone": 0}
    with Store(audited.path) as store:
        store.add_recording(recording("later.mp4", start=START + timedelta(hours=1), device="AX-1041"))
    assert ask("/samples/1/check") == {"number": 1, "alike": True, "added": 1, "gone": 0}
    table = client.get("/bwc/audit/samples/1/file")
    assert table.headers["content-disposition"] == 'attachment; filename="sample-1.csv"'
    rows = list(csv.DictReader(io.StringIO(table.text)))
    drawn = {one["title"]: one["recordings"] for one in ask("/samples")["samples"][0]["groups"]}
    assert list(drawn) == ["Dana Ruiz (1041)", "Sam Okafor (2210)"]
    assert [row["recording"] for row in rows] == [one["id"] for found in drawn.values() for one in found]
    assert ask("/samples/7/check", status=409)["problem"]
