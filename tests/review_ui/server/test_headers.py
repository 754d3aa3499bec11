"""What a browser may load and ask for, on every answer: nothing from another machine, nothing to one."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from review_ui.server.gate import SIGN_IN
from review_ui.server.headers import PLAIN, POLICY, Dressed, inline_scripts, policy
from tests.review_ui.conftest import BASE, Made
from tests.review_ui.test_routes import PAGE, addresses, whole

__all__ = ("whole",)

OURS = {
    "'self'",
    "'none'",
    "'unsafe-inline'",
    "blob:",
    "data:",
    "ws://127.0.0.1:8501",
    "wss://127.0.0.1:8501",
    "sandbox",
}


ELSEWHERE = {"host": "elsewhere.example"}
OWN_PAGE = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}


def rules(said: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (rule.split() for rule in said.split(";") if rule.strip())}


def stays_here(said: str) -> bool:
    """Whether a policy names no other machine and forbids what is not named."""
    found = rules(said)
    sources = {one for rule in found.values() for one in rule if not one.startswith("'sha256-")}
    return sources <= OURS and found["default-src"] in (["'self'"], ["'none'"])


def test_every_answer_has_the_headers_whoever_asks(whole: tuple[str, Starlette], made: Made) -> None:
    mode, program = whole
    client = TestClient(program, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    every, some = addresses(program, made), ["/", "/bwc/recordings", SIGN_IN]
    asked = [("GET", path, {}) for path in every] + [("POST", path, {}) for path in some]
    asked += [
        ("GET", path, other) for path in some for other in (PAGE, PAGE | {"sec-fetch-site": "cross-site"}, ELSEWHERE)
    ]
    if mode == "alone":  # the session that a page load opened asks for everything again
        asked += [("GET", path, OWN_PAGE) for path in every]
    statuses = set()
    for method, path, headers in asked:
        answer = client.request(method, path, headers=headers)
        statuses.add(answer.status_code)
        said = answer.headers.get_list(POLICY)
        assert len(said) == 1 and stays_here(said[0]), (method, path, answer.status_code, said)
        assert rules(said[0])["frame-ancestors"] == ["'none'"], path
        assert all(answer.headers.get(name) for name in PLAIN), path
    assert {401, 421} <= statuses and (mode == "accounts" or {200, 404} <= statuses)


def test_an_answer_to_an_error_has_them_too() -> None:
    async def broken(scope: object, receive: object, send: object) -> None:
        raise RuntimeError("nobody thought of this")

    client = TestClient(Dressed(broken), base_url=BASE, raise_server_exceptions=False)
    answer = client.get("/")
    assert answer.status_code == 500 and stays_here(answer.headers[POLICY])
    assert "nobody thought" not in answer.text


def test_a_page_that_brings_a_policy_of_its_own_keeps_it() -> None:
    own = PlainTextResponse(
        "x", headers={"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "same-origin"}
    )
    answer = TestClient(Dressed(own), base_url=BASE).get("/")
    assert answer.headers.get_list(POLICY) == ["default-src 'none'"]
    assert answer.headers.get_list("referrer-policy") == ["same-origin"] and answer.headers["x-frame-options"] == "DENY"


def test_what_the_screen_needs_is_allowed_and_nothing_else() -> None:
    found = rules(policy("127.0.0.1:8501", ["'sha256-x='"]))
    assert found["script-src"] == ["'self'", "blob:", "'sha256-x='"]  # blob: the components of Streamlit
    assert found["connect-src"] == ["'self'", "ws://127.0.0.1:8501", "wss://127.0.0.1:8501"]
    assert found["object-src"] == found["frame-src"] == found["frame-ancestors"] == ["'none'"]
    assert found["base-uri"] == found["form-action"] == ["'self'"]
    assert "'unsafe-inline'" not in found["script-src"] and "'unsafe-eval'" not in found["script-src"]


def test_the_script_in_streamlits_own_page_is_known_by_its_content() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    known = inline_scripts(page)
    assert len(known) == page.count("<script>")
    text = page.split("<script>")[1].split("</script>")[0]
    assert known[0] == f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
    assert inline_scripts('<script src="a.js"></script><script type="module" src=b.js></script>') == []


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40))
def test_a_host_that_is_asked_adds_no_rule_and_no_other_source(host: str) -> None:
    answer = TestClient(Dressed(PlainTextResponse("x")), base_url=BASE).get(
        "/", headers={"host": host.encode("latin-1")}
    )
    found = rules(answer.headers[POLICY])
    assert found.keys() == rules(policy("")).keys()
    assert {name: rule for name, rule in found.items() if name != "connect-src"}["script-src"][:2] == [
        "'self'",
        "blob:",
    ]
    assert len(found["connect-src"]) in (1, 3)


@pytest.mark.parametrize(
    ("host", "sockets"),
    [
        ("127.0.0.1:8501", "127.0.0.1:8501"),
        ("[::1]:8501", "[::1]:8501"),
        ("review.example", "review.example"),
        ("a b", None),
        ("me@127.0.0.1:8501", None),
        ("x; script-src *:80", None),
    ],
)
def test_websockets_are_those_of_the_host_that_was_asked(host: str, sockets: str | None) -> None:
    answer = TestClient(Dressed(PlainTextResponse("x")), base_url=BASE).get("/", headers={"host": host})
    wanted = ["'self'", *([f"ws://{sockets}", f"wss://{sockets}"] if sockets else [])]
    assert rules(answer.headers[POLICY])["connect-src"] == wanted
