from __future__ import annotations

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from review_ui import app
from review_ui.server.gate import Gate, SingleUser
from review_ui.server.sessions import Identity, Sessions
from tests.review_ui.conftest import BASE, COOKIE, Made

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}


def gated(single_user: bool = True, sessions: Sessions | None = None) -> tuple[TestClient, list[str]]:
    """A gate before a program that answers everything and keeps what reached it."""
    reached: list[str] = []

    async def inner(scope, receive, send):
        reached.append(scope["path"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["state"]["identity"].name.encode()})

    single = SingleUser(Identity("ortiz")) if single_user else None
    gate = Gate(inner, sessions=sessions or Sessions(), cookie=COOKIE, single_user=single)
    return TestClient(gate, base_url=BASE), reached


@settings(deadline=None, max_examples=50)
@given(
    st.from_regex(r"(/[a-z_.\-]{0,12}){1,4}", fullmatch=True), st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"])
)
def test_nothing_is_reached_without_a_session(path: str, method: str) -> None:
    client, reached = gated()
    assert client.request(method, BASE + path).status_code == 401
    assert reached == []


def test_every_route_of_the_screen_refuses_the_anonymous(anonymous: TestClient, made: Made) -> None:
    for route in app.ROUTES:
        path = re.sub(r"\{[^}]+\}", made.first, route.path)
        for method in route.methods or ():
            answer = anonymous.request(method, path)
            assert answer.status_code == 401, (method, path)


def test_a_page_load_opens_the_session_in_single_user_mode() -> None:
    client, reached = gated()
    first = client.get("/", headers=PAGE)
    assert (first.status_code, first.text) == (200, "ortiz")
    cookie = first.headers["set-cookie"]
    assert COOKIE in cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    second = client.get("/bwc/recordings", headers={"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"})
    assert second.status_code == 200
    assert "set-cookie" not in second.headers
    assert reached == ["/", "/bwc/recordings"]


def test_a_browser_without_fetch_metadata_is_told_by_what_it_accepts() -> None:
    client, _ = gated()
    assert client.get("/", headers={"accept": "text/html,*/*"}).status_code == 200


@pytest.mark.parametrize("destination", ["iframe", "video", "script", "image", "empty"])
def test_only_a_page_of_its_own_opens_a_session(destination: str) -> None:
    client, reached = gated()
    mode = "navigate" if destination == "iframe" else "no-cors"
    headers = PAGE | {"sec-fetch-dest": destination, "sec-fetch-mode": mode}
    assert client.get("/", headers=headers).status_code == 401
    assert reached == []


@pytest.mark.parametrize(("account", "status"), [(os.getuid(), 200), (0, 200), (None, 200), (os.getuid() + 1, 403)])
def test_another_account_of_this_machine_opens_no_session(account: int | None, status: int) -> None:
    sessions = Sessions()
    single = SingleUser(Identity("ortiz"), lambda client: account)
    gate = Gate(PlainTextResponse("page"), sessions=sessions, cookie=COOKIE, single_user=single)
    answer = TestClient(gate, base_url=BASE).get("/", headers=PAGE)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 200)


def test_without_single_user_mode_a_page_load_opens_nothing() -> None:
    client, reached = gated(single_user=False)
    led = client.get("/", headers=PAGE, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/auth/signin?next=%2F")
    assert "set-cookie" not in led.headers
    assert client.get("/bwc/recordings").status_code == 401
    assert reached == []


def test_a_link_on_another_site_gets_a_page_to_click_on_and_no_session() -> None:
    client, reached = gated()
    answer = client.get("/?r=abc", headers=PAGE | {"sec-fetch-site": "cross-site"})
    assert "Open the review screen" in answer.text
    assert "set-cookie" not in answer.headers
    assert reached == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_of_other_sites_and_other_ports_are_refused_even_with_the_cookie(site: str) -> None:
    sessions = Sessions()
    client, reached = gated(sessions=sessions)
    client.cookies.set(COOKIE, sessions.open(Identity("ortiz")), domain="127.0.0.1")
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "video"}
    assert client.get("/bwc/media/x/review", headers=headers).status_code == 403
    assert client.get("/bwc/recordings", headers={"origin": "http://127.0.0.1:3000"}).status_code == 403
    assert client.get("/bwc/recordings", headers={"origin": "null"}).status_code == 403
    assert reached == []


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "127.0.0.1.evil.example:8501", "127.0.0.1:9999", "[::2]:8501", "", "a b"],
)
def test_another_name_for_this_machine_is_refused(host: str) -> None:
    client, reached = gated()
    assert client.get("/", headers=PAGE | {"host": host}).status_code == 421
    assert reached == []


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "LOCALHOST:8501"])
def test_this_machine_is_known_by_its_own_names(host: str) -> None:
    client, _ = gated()
    assert client.get("/", headers=PAGE | {"host": host}).status_code == 200


def test_a_websocket_needs_the_cookie_and_never_opens_a_session() -> None:
    sessions = Sessions()
    client, reached = gated(sessions=sessions)
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("ws://127.0.0.1:8501/_stcore/stream", headers=PAGE),
    ):
        pass
    assert reached == []
    client.cookies.set(COOKIE, sessions.open(Identity("ortiz")), domain="127.0.0.1")
    own = {"origin": BASE, "host": "127.0.0.1:8501"}
    with client.websocket_connect("ws://127.0.0.1:8501/_stcore/stream", headers=own):
        pass
    assert reached == ["/_stcore/stream"]
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(
            "ws://127.0.0.1:8501/_stcore/stream", headers=own | {"origin": "http://127.0.0.1:3000"}
        ),
    ):
        pass
    assert reached == ["/_stcore/stream"]


def test_a_wrong_or_ended_token_is_refused() -> None:
    sessions = Sessions()
    client, reached = gated(sessions=sessions)
    token = sessions.open(Identity("ortiz"))
    client.cookies.set(COOKIE, token + "x", domain="127.0.0.1")
    assert client.get("/bwc/recordings").status_code == 401
    sessions.end(token)
    client.cookies.set(COOKIE, token, domain="127.0.0.1")
    assert client.get("/bwc/recordings").status_code == 401
    assert reached == []


def test_a_name_of_a_proxy_is_known_only_where_it_is_given() -> None:
    async def inner(scope, receive, send):
        await PlainTextResponse("reached")(scope, receive, send)

    gate = Gate(
        inner, sessions=Sessions(), cookie=COOKIE, single_user=SingleUser(Identity("ortiz")), hosts=["r.example"]
    )
    client = TestClient(gate, base_url="http://127.0.0.1:8501")
    assert client.get("/", headers=PAGE | {"host": "r.example"}).status_code == 200
    assert client.get("/", headers=PAGE | {"host": "s.example"}).status_code == 421
