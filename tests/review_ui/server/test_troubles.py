"""A store that cannot be read or written, under the real routes: one clear line, never a 500."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.store import Store
from review_ui import app, stores
from review_ui.server.gate import Gate, SingleUser
from review_ui.server.rights import Bounds
from review_ui.server.sessions import Identity, Sessions
from review_ui.server.troubles import Troubles
from tests.review_ui.conftest import BASE, COOKIE, Made

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}
WRITE = {"origin": BASE, "x-bwc-write": "1"}


@pytest.fixture
def screen(made: Made, sessions: Sessions) -> Iterator[TestClient]:
    """All layers of the screen with an open session, in single-user mode."""
    gate = Middleware(Gate, sessions=sessions, cookie=COOKIE, single_user=SingleUser(Identity("R. Ortiz")))
    inner = Starlette(routes=list(app.ROUTES), middleware=[Middleware(Troubles), gate, Middleware(Bounds)])
    with TestClient(inner, base_url=BASE, follow_redirects=False) as client:
        client.cookies.set(COOKIE, sessions.open(Identity("R. Ortiz")), domain="127.0.0.1")
        yield client


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def newer(path: Path) -> None:
    with Store(path) as store:
        said = {"migration_set": "bwc-review", "name": "m999_later", "applied_at": "2030-01-01T00:00:00Z"}
        store._db.table("_sqlite_migrations").insert(said)


CASES = {
    "missing": (Path.unlink, "not where it was"),
    "a text": (lambda path: path.write_text("notes\n" * 3000), "not a store"),
    "damaged": (damage, "damaged"),
    "newer": (newer, "newer version"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_route_says_what_is_the_matter_in_one_line(screen: TestClient, made: Made, case: str) -> None:
    for beside in made.path.parent.glob("bwc.db-*"):
        beside.unlink()
    act, says = CASES[case]
    act(made.path)
    stores.open_again()
    said = set()
    for route in app.ROUTES:
        if route.path.startswith(("/auth/", "/bwc/assets/", "/bwc/settings/models")):
            continue  # these need no store, and the last starts a program
        path = re.sub(r"\{[^}]+\}", made.first, route.path)
        for method in (route.methods or set()) - {"HEAD"}:
            answer = screen.request(method, path, headers=WRITE if method == "POST" else {}, content=b"{}")
            assert answer.status_code != 500, (method, path, answer.text)
            assert answer.status_code != 503 or says in answer.json()["problem"], (method, path)
            if answer.status_code >= 400:
                assert str(made.path) not in answer.text and "sqlite" not in answer.text.lower(), (method, path)
                assert "Traceback" not in answer.text and "\n" not in answer.text.strip()
            if answer.status_code == 503:
                said.add(route.path)
    assert {"/bwc/recordings", "/bwc/inbox", "/bwc/audit", "/bwc/search", "/bwc/work/{recording}"} <= said


def test_a_store_that_comes_back_is_read_again(screen: TestClient, made: Made) -> None:
    away = made.path.with_name("away.db")
    assert screen.get("/bwc/recordings").status_code == 200
    made.path.rename(away)
    assert screen.get("/bwc/recordings").status_code == 503
    away.rename(made.path)
    assert screen.get("/bwc/recordings").json()["incidents"]


def test_another_store_in_its_place_is_what_is_shown(screen: TestClient, made: Made, tmp_path: Path) -> None:
    assert screen.get("/bwc/recordings").json()["incidents"]
    Store(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").replace(made.path)
    assert screen.get("/bwc/recordings").json()["incidents"] == []


def test_somebody_who_loads_a_page_gets_a_page_and_no_place_without_a_session(made: Made) -> None:
    def broken(identity: Identity, opened: object) -> Identity:
        stores.opened()
        return identity

    sessions = Sessions(recheck=broken)
    gate = Middleware(Gate, sessions=sessions, cookie=COOKIE, single_user=None)
    screen = TestClient(Starlette(middleware=[Middleware(Troubles), gate]), base_url=BASE, follow_redirects=False)
    screen.cookies.set(COOKIE, sessions.open(Identity("ortiz")), domain="127.0.0.1")
    made.path.unlink()
    answer = screen.get("/", headers=PAGE)
    assert answer.status_code == 503 and "The store is not there" in answer.text
    assert str(made.path) not in answer.text


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no running program's files")
def test_a_full_disk_is_said_and_nothing_is_kept_until_there_is_space(screen: TestClient, made: Made) -> None:
    with Store(made.path) as store:
        finding = store.findings(recording=made.first)[0].id
        before = len(store.reviews(finding))
        body = {"finding": finding, "recording": made.first, "verdict": "unsure", "note": "a long look " * 200}
        assert screen.get("/bwc/inbox").status_code == 200
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limit[1]))
        try:
            refused = screen.post("/bwc/verdict", json=body, headers=WRITE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        assert refused.status_code == 503 and "No space is left" in refused.json()["problem"]
        assert "still on this page" in refused.json()["problem"]
        assert len(store.reviews(finding)) == before
        assert screen.post("/bwc/verdict", json=body, headers=WRITE).status_code == 200
        assert len(store.reviews(finding)) == before + 1


def test_single_user_mode_ends_when_accounts_are_made(made: Made) -> None:
    from pipeline.accounts import Duty
    from review_ui.server import sign_in

    sessions = Sessions(recheck=sign_in.still)
    single = SingleUser(Identity("R. Ortiz"), over=stores.has_accounts)
    gate = Middleware(Gate, sessions=sessions, cookie=COOKIE, single_user=single)
    screen = TestClient(Starlette(routes=list(app.ROUTES), middleware=[gate]), base_url=BASE, follow_redirects=False)
    assert screen.get("/bwc/recordings", headers=PAGE).status_code == 200
    with Store(made.path) as store:
        store.add_account("ortiz", Duty.ADMIN, "four quiet green lamps", "root")
    assert screen.get("/bwc/recordings").status_code == 401
    assert screen.get("/", headers=PAGE).headers["location"].startswith("/auth/signin")
    made.path.unlink()
    assert screen.get("/", headers=PAGE).status_code == 303, "nor is it back while the store is away"
