"""Accounts at the screen: signing in and out, being shut out, units and duties. Real store, real routes, real gate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.accounts import Duty
from pipeline.roster import Assignment
from pipeline.store import Store
from review_ui import app, who
from review_ui.server import sign_in
from review_ui.server.gate import Cookie, Gate
from review_ui.server.rights import Bounds
from review_ui.server.sessions import Sessions
from review_ui.server.sign_in import FREE_TRIES, LONGEST_WAIT, Tries
from tests.review_ui.conftest import BASE, COOKIE, Made

GOOD = "four quiet green lamps"
PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}
OWN = {"origin": BASE}
WRITE = OWN | {"x-bwc-write": "1"}


@pytest.fixture
def screen(made: Made, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The routes behind gate and bounds, in a store with accounts of every duty, one of them for one unit."""
    with Store(made.path) as store:
        for duty in Duty:
            store.add_account(duty.value, duty, GOOD, "root")
        store.add_account("north", Duty.REVIEWER, GOOD, "root", units=["North"])
        start = datetime(2020, 1, 1, tzinfo=UTC)
        store.replace_roster(
            [
                Assignment("101", "R. Ortiz", "North", "1", "AX-1041", start),
                Assignment("102", "T. Lund", "South", "2", "AX-2210", start),
            ],
            "roster.csv",
            "root",
        )
    door = who.Door(Sessions(recheck=sign_in.still), Cookie(COOKIE))
    monkeypatch.setattr(sign_in, "TRIES", Tries())
    monkeypatch.setitem(who._DOOR, "door", door)
    gate = Middleware(Gate, sessions=door.sessions, cookie=door.cookie, single_user=None)
    inner = Starlette(routes=list(app.ROUTES), middleware=[gate, Middleware(Bounds)])
    with TestClient(inner, base_url=BASE, follow_redirects=False) as client:
        yield client


def enter(client: TestClient, name: str, password: str = GOOD, wanted: str = "/") -> int:
    answer = client.post("/auth/signin", data={"name": name, "password": password, "next": wanted}, headers=OWN)
    return int(answer.status_code)


def log_of(made: Made, action: str) -> list[str]:
    with Store(made.path) as store:
        return [f"{row['who']} {row['subject']}" for row in store.activity() if row["action"] == action]


def finding_of(made: Made, recording: str) -> str:
    with Store(made.path) as store:
        return next(f.id for f in store.findings() if f.recording == recording)


def test_a_page_leads_to_the_form_and_the_form_back_to_the_page(screen: TestClient) -> None:
    wanted = "/?r=abc&t=12.5"
    led = screen.get(wanted, headers=PAGE)
    assert (led.status_code, led.headers["location"]) == (303, f"/auth/signin?next={quote(wanted, safe='')}")
    form = screen.get(led.headers["location"], headers=PAGE)
    assert form.status_code == 200 and 'value="/?r=abc&amp;t=12.5"' in form.text
    entered = screen.post("/auth/signin", data={"name": "reviewer", "password": GOOD, "next": wanted}, headers=OWN)
    assert (entered.status_code, entered.headers["location"]) == (303, wanted)
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert screen.get("/bwc/recordings").status_code == 200


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example", "/\\evil.example", "/auth/signin", "x\n"]
)
def test_the_form_leads_nowhere_else(screen: TestClient, wanted: str) -> None:
    answer = screen.post("/auth/signin", data={"name": "reviewer", "password": GOOD, "next": wanted}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_every_route_refuses_the_anonymous_but_the_form(screen: TestClient, made: Made) -> None:
    for route in app.ROUTES:
        path = re.sub(r"\{[^}]+\}", made.first, route.path)
        for method in (route.methods or set()) - {"HEAD"}:
            answer = screen.request(method, path)
            allowed = path == "/auth/signin"
            assert (answer.status_code == 200) == (allowed and method == "GET"), (method, path)
            assert answer.status_code in ((200, 403) if allowed else (401,)), (method, path)


def test_wrong_passwords_are_refused_logged_and_slowed_down(screen: TestClient, made: Made) -> None:
    assert [enter(screen, "reviewer", "wrong password") for _ in range(FREE_TRIES + 1)] == [401] * FREE_TRIES + [429]
    assert enter(screen, "reviewer") == 429  # also the right one has to wait
    assert enter(screen, "auditor") == 303
    assert log_of(made, "sign_in.refused") == ["reviewer review screen"] * FREE_TRIES
    assert log_of(made, "sign_in") == ["auditor review screen"]


def test_guessing_waits_longer_and_longer_and_is_forgotten() -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    tries = Tries(clock)
    for _ in range(FREE_TRIES - 1):
        tries.wrong("kim")
    assert tries.wait("kim") == 0.0
    waits = []
    for _ in range(12):
        tries.wrong("kim")
        waits.append(tries.wait("kim"))
    assert waits == sorted(waits) and waits[0] > 0 and waits[-1] == LONGEST_WAIT
    clock.now += LONGEST_WAIT
    assert tries.wait("kim") == 0.0
    tries.right("kim")
    tries.wrong("kim")
    assert tries.wait("kim") == 0.0


def test_another_site_cannot_sign_anybody_in(screen: TestClient) -> None:
    form = {"name": "reviewer", "password": GOOD}
    assert screen.post("/auth/signin", data=form).status_code == 403
    assert screen.post("/auth/signin", data=form, headers={"origin": "http://evil.example"}).status_code == 403


def test_who_is_shut_out_is_out_at_the_next_request(screen: TestClient, made: Made) -> None:
    assert enter(screen, "reviewer") == 303
    assert screen.get("/bwc/recordings").status_code == 200
    with Store(made.path) as store:
        store.set_disabled("reviewer", True, "root")
    assert screen.get("/bwc/recordings").status_code == 401
    with Store(made.path) as store:
        store.set_disabled("reviewer", False, "root")
    assert screen.get("/bwc/recordings").status_code == 401  # that session is over


@pytest.mark.parametrize(("name", "status"), [("reviewer", 200), ("admin", 200), ("auditor", 403), ("trainer", 403)])
def test_verdicts_are_for_those_whose_duty_it_is(screen: TestClient, made: Made, name: str, status: int) -> None:
    enter(screen, name)
    said = {"finding": finding_of(made, made.first), "recording": made.first, "verdict": "confirmed"}
    assert screen.post("/bwc/verdict", content=json.dumps(said), headers=WRITE).status_code == status
    assert bool(log_of(made, "request.refused")) == (status == 403)


def test_whoever_is_bound_to_a_unit_sees_nothing_of_the_others(screen: TestClient, made: Made) -> None:
    other = made.recordings["other"].id
    enter(screen, "north")
    shown = json.dumps(screen.get("/bwc/recordings").json())
    assert made.first in shown and other not in shown
    assert screen.get(f"/bwc/events/{made.first}").status_code == 200
    for path in (f"/bwc/events/{other}", f"/bwc/why/{other}", f"/bwc/transcript/{other}", f"/bwc/media/{other}/review"):
        assert screen.get(path).status_code == 404, path
    said = {"finding": finding_of(made, other), "recording": made.first, "verdict": "confirmed"}
    assert screen.post("/bwc/verdict", content=json.dumps(said), headers=WRITE).status_code == 404
    assert screen.get("/bwc/audit").status_code == 403
    assert len(log_of(made, "request.refused")) == 6
    screen.cookies.clear()
    enter(screen, "reviewer")
    assert screen.get(f"/bwc/events/{other}").status_code == 200
