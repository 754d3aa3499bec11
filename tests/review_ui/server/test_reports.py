"""Techniques and reports over the routes: what counts, what waits, who sees whose, and what leaves as a file."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.accounts import Account, Duty
from pipeline.store import Store
from pipeline.types import Verdict
from review_ui import app, stores
from review_ui.server.gate import Gate
from review_ui.server.rights import Bounds
from review_ui.server.sessions import Identity, Sessions
from tests.review_ui import made_reports
from tests.review_ui.conftest import BASE, COOKIE, Made
from tests.review_ui.made_content import HOSTILE


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once; tests get copies."""
    path = tmp_path_factory.mktemp("reported") / "bwc.db"
    recordings = made_reports.fill(path)
    with Store(path):  # closing the last connection folds the journal into the file
        pass
    return Made(path, recordings)


@pytest.fixture
def made(reported: Made, tmp_path: Path) -> Made:
    path = tmp_path / "bwc.db"
    shutil.copy(reported.path, path)
    stores.use(path)
    return Made(path, reported.recordings)


def entered(identity: Identity) -> TestClient:
    """The routes behind gate and bounds, for this person."""
    sessions = Sessions()
    layers = [Middleware(Gate, sessions=sessions, cookie=COOKIE, single_user=None), Middleware(Bounds)]
    client = TestClient(Starlette(routes=list(app.ROUTES), middleware=layers), base_url=BASE, follow_redirects=False)
    client.cookies.set(COOKIE, sessions.open(identity), domain="127.0.0.1")
    return client


@pytest.fixture
def client(made: Made) -> TestClient:
    return entered(Identity("R. Ortiz"))


def technique(record: Any, label: str) -> Any:
    return next(one for one in record["techniques"] if one["label"] == label)


def log_of(made: Made, kind: str = "report.") -> list[dict[str, Any]]:
    with Store(made.path) as store:
        return [row for row in store.activity() if row["action"].startswith(kind)]


def test_what_was_confirmed_and_reviewed_counts_and_the_rest_stands_beside(client: TestClient) -> None:
    said = client.get("/bwc/reports").json()
    assert said["period"] == {"first": "2025-01-01", "last": "2025-03-31", "zone": "UTC"}
    whole = said["whole"]
    assert (whole["recordings"], whole["reviewed_recordings"], whole["force_reports"]) == (3, 1, 1)
    listening = technique(whole, "listening")
    assert (listening["confirmed"], listening["not_yet_confirmed"]) == (1, 1)
    assert "wind louder than speech" in whole["not_analysed"] and whole["hours"]["analysed_from_a_draft"] > 0
    assert said["goals"]["reviewed"] == 0.05 and [c[0] for c in said["clauses"]["listening"]] == ["1.2-names"]
    assert {one["title"] for one in said["groups"]} == {"Dana Ruiz (1041)", "Sam Okafor (2210)", f"{HOSTILE} (3001)"}
    assert all(one["techniques"] == [] for one in said["groups"]), "a technique of each group where one is chosen"


def test_nothing_speaks_against_anybody_until_label_and_speaker_are_confirmed(client: TestClient, made: Made) -> None:
    said = client.get("/bwc/reports").json()
    waiting = said["waiting"]
    assert waiting > 0 and said["other"] == [] and "disrespect" not in json.dumps(said["whole"])
    narrowed = client.get("/bwc/reports?officer=1041").json()
    assert narrowed["waiting"] is None and narrowed["other"] == [], "what waits is no number of an officer"
    assert client.get("/bwc/reports/heard?label=disrespect").json()["total"] == 0
    assert client.get("/bwc/reports/heard?label=disrespect&state=waiting").json()["total"] == 0
    with Store(made.path) as store:
        wanted = next(f.id for f in store.findings() if f.finding.label == "disrespect")
        store.add_review(wanted, Verdict.CONFIRMED, "anna", speaker_right=True)
    assert client.get("/bwc/reports").json()["other"] == [], "nobody of the roster was named as the speaker"


def test_a_group_is_what_it_is_narrowed_down_to(client: TestClient) -> None:
    said = client.get("/bwc/reports?unit=South&by=month&label=listening").json()
    assert said["narrowed"] == {"unit": ["South", "South"]} and said["whole"]["recordings"] == 1
    assert [one["name"] for one in said["groups"]] == ["2025-01", "2025-02", "2025-03"]
    (counted,) = said["groups"][2]["techniques"]
    assert (counted["confirmed"], counted["not_yet_confirmed"]) == (0, 1)
    assert client.get("/bwc/reports?unit=Nowhere").json()["whole"]["recordings"] == 0


def test_a_number_leads_to_the_second(client: TestClient, made: Made) -> None:
    said = client.get("/bwc/reports/heard?label=listening").json()
    (row,) = said["rows"]
    assert (said["total"], said["counted"]) == (1, 1)
    assert (row["recording"], row["at"], row["worn_by"], row["spoken_by"]) == (
        made.first,
        52.0,
        "Dana Ruiz (1041)",
        None,
    )
    assert row["when"] == "2025-03-14 21:02:57" and row["incident"] == "incident0001" and row["cameras"] == 1
    with Store(made.path) as store:
        assert store.finding(row["finding"]).finding.start == 52.0
    waiting = client.get("/bwc/reports/heard?label=listening&state=waiting").json()
    assert [one["text"] for one in waiting["rows"]] == ["Tell me more about that."] and waiting["counted"] == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [("first=2025-03-02&last=2025-03-01", 400), ("first=yesterday", 400), ("by=rank", 400), ("by=unit", 200)],
)
def test_what_cannot_be_meant_is_said(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/bwc/reports?{query}").status_code == status


def test_unknown_labels_forms_and_years(client: TestClient) -> None:
    assert client.get("/bwc/reports/heard?label=virtue").status_code == 400
    assert client.get("/bwc/reports/export?form=exe").status_code == 400
    assert client.get("/bwc/public-report/1492").status_code == 400
    assert client.get("/bwc/reports/incident/nothing").status_code == 404


def test_exports_say_the_same_and_every_one_is_in_the_log(client: TestClient, made: Made) -> None:
    page = client.get("/bwc/reports/export?form=html&by=unit")
    assert "attachment" in page.headers["content-disposition"] and "Records by unit" in page.text
    assert "<script>window" not in page.text
    rows = list(csv.DictReader(io.StringIO(client.get("/bwc/reports/export?form=csv&by=unit").text)))
    assert {row["unit"] for row in rows} == {"", "North", "South"}
    (all_listening,) = [row for row in rows if row["unit"] == "" and row["technique"] == "listening"]
    assert (all_listening["confirmed"], all_listening["not_yet_confirmed"]) == ("1", "1")
    said = json.loads(client.get("/bwc/reports/export?form=json&officer=1041").text)
    assert said["narrowed_to"] == {"officer": "1041"} and said["records"][0]["recordings"] == 2
    logged = log_of(made)
    assert [(row["action"], row["subject"], row["who"]) for row in logged] == [
        ("report.officer", "1041", "R. Ortiz"), ("report.unit", "all", "R. Ortiz"), ("report.unit", "all", "R. Ortiz"),
    ]  # fmt: skip


def test_reports_of_an_incident_and_of_a_year_open_as_pages_that_can_run_nothing(
    client: TestClient, made: Made
) -> None:
    for path in (
        "/bwc/reports/incident/incident0001",
        f"/bwc/reports/incident/{made.first}",
        "/bwc/public-report/2025",
    ):
        answer = client.get(path)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
        assert "sandbox" in answer.headers["content-security-policy"]
    assert "count" in client.get("/bwc/public-report/2025?form=csv").text.splitlines()[0]
    assert sorted(row["action"] for row in log_of(made)) == ["report.incident"] * 2 + ["report.public"] * 2


def test_whoever_is_bound_to_units_sees_these_alone(made: Made) -> None:
    bound = entered(Identity("kim", Account("kim", Duty.REVIEWER, units=("South",))))
    said = bound.get("/bwc/reports").json()
    assert said["whole"]["recordings"] == 1 and said["units"] == ["South"] and said["years"] == []
    assert {one["name"] for one in said["groups"]} == {"2210", "3001"} and said["whole"]["force_reports"] == 0
    assert "Ruiz" not in json.dumps(said) and made.first not in json.dumps(said)
    assert bound.get("/bwc/public-report/2025").status_code == 403
    assert bound.get("/bwc/reports/incident/incident0001").status_code == 404, "a camera of another unit is part of it"
    assert bound.get(f"/bwc/reports/incident/{made.first}").status_code == 404
    exported = bound.get("/bwc/reports/export?form=html").text
    assert "Okafor" in exported and "Ruiz" not in exported
    assert {row["subject"] for row in log_of(made, "request.refused")} >= {"/bwc/public-report/2025"}


def test_without_roster_findings_or_a_known_date(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    made_reports.fill(path, roster=False)
    stores.use(path)
    said = entered(Identity("x")).get("/bwc/reports").json()
    assert said["roster"] == 0 and [one["name"] for one in said["groups"]] == ["not on the roster"]
    assert said["without_clock"] == 1
    Store(tmp_path / "empty.db").close()
    stores.use(tmp_path / "empty.db")
    empty = entered(Identity("x")).get("/bwc/reports").json()
    assert empty["whole"]["recordings"] == 0 and empty["newest"] is None and empty["events"] == []
