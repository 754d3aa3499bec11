"""Every address that the program itself lists, Streamlit's own included, asked for by somebody without a session."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.runtime import Runtime

from pipeline.accounts import Duty
from pipeline.store import Store
from review_ui import app
from review_ui.server.gate import SIGN_IN
from tests.review_ui.conftest import BASE, Made

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
MODES = ("alone", "accounts")


@pytest.fixture(params=MODES)
def whole(request: pytest.FixtureRequest, made: Made, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Starlette]:
    """The program as it is served: its own routes, Streamlit's, and every layer before them."""
    if request.param == "accounts":
        with Store(made.path) as store:
            store.add_account("admin", Duty.ADMIN, "four quiet green lamps", "root")
    monkeypatch.setattr(Runtime, "_instance", None)  # Streamlit allows one in a process; this one is never started
    built = app.build(made.path, 8501, "R. Ortiz")
    return request.param, built._build_starlette_app()


def addresses(program: Starlette, made: Made) -> list[str]:
    found = ["/", "/static/js/index.js", "/app/static/x", "/nothing/of/the/kind"]
    for route in program.routes:
        if isinstance(route, Mount):
            found.append(f"{route.path}/index.html")
        elif isinstance(route, Route):
            filled = re.sub(r"\{[^}]+:int\}", "1", route.path)
            found.append(re.sub(r"\{[^}]+\}", made.first, filled))
        else:
            assert isinstance(route, WebSocketRoute), route
    return found


def test_nothing_is_answered_to_somebody_without_a_session(whole: tuple[str, Starlette], made: Made) -> None:
    mode, program = whole
    client = TestClient(program, base_url=BASE, follow_redirects=False)
    every = addresses(program, made)
    assert {route.path for route in app.ROUTES if "{" not in route.path} <= set(every)
    assert {"/_stcore/health", "/_stcore/host-config"} <= set(every), "Streamlit's own are among them"
    odd = ["//bwc/recordings", "/auth/signin/", "/auth/signin/../../bwc/recordings", "/AUTH/SIGNIN", "/bwc/recordings/"]
    for path in (*every, *odd):
        for method in METHODS:
            client.cookies.clear()
            answer = client.request(method, path)
            opens = mode == "accounts" and path == SIGN_IN
            assert opens or answer.status_code == 401, (method, path, answer.status_code)
            assert not opens or "password" in answer.text or answer.status_code in (200, 403, 405)
            assert "set-cookie" not in answer.headers


def test_a_page_load_opens_a_session_in_single_user_mode_and_leads_to_the_form_with_accounts(
    whole: tuple[str, Starlette], made: Made
) -> None:
    mode, program = whole
    client = TestClient(program, base_url=BASE, follow_redirects=False)
    if mode == "alone":
        assert "set-cookie" in client.get("/bwc/recordings", headers=PAGE).headers
        return
    for path in addresses(program, made):
        answer = client.get(path, headers=PAGE)
        assert path == SIGN_IN or answer.headers["location"].startswith(SIGN_IN), path


def test_every_websocket_is_shut(whole: tuple[str, Starlette]) -> None:
    _, program = whole
    sockets = [route.path for route in program.routes if isinstance(route, WebSocketRoute)]
    assert sockets
    client = TestClient(program, base_url=BASE)
    for path in (*sockets, "/bwc/recordings", "/anything"):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"ws://127.0.0.1:8501{path}", headers=PAGE):
            pass


def test_no_source_of_the_program_lies_where_routes_could_reach_it() -> None:
    scripts = Path(app.__file__).parent
    assert not (scripts / "static").exists() and not (scripts / "pages").exists()
