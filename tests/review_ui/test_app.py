from __future__ import annotations

import http.client
import re
import socket
from pathlib import Path

import pytest
import streamlit as st
from click.testing import CliRunner
from streamlit import config

from review_ui import app, look
from tests.review_ui.conftest import Made, Served, free_port, start, stop

STREAMLIT_PATHS = (
    *("/", "/recordings", "/index.html", "/favicon.png", "/static/js/x.js", "/app/static/x", "/auth/login"),
    *("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/stream", "/_stcore/upload_file/a/b"),
    *("/_stcore/agent/openapi.json", "/_stcore/bidi-components/a/b.js", "/_stcore/script-health-check"),
    *("/media/x.png", "/component/a/b.js"),
)


@pytest.mark.parametrize("text", [None, "", "a text that is no database at all\n" * 200])
def test_a_store_that_cannot_be_opened_is_a_line_and_a_page(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "bwc.db"
    if text is not None:
        store.write_text(text)
    monkeypatch.setattr(st.App, "run", lambda self, config: None)
    done = CliRunner().invoke(app.main, ["--store", str(store), "--port", str(free_port())])
    assert done.exit_code == 0, done.output
    says = {None: "no store here yet", "": "Review screen"}.get(text, "The screen says what to do")
    assert says in done.output and "Traceback" not in done.output


def test_others_are_served_with_accounts_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(app.main, ["--store", str(tmp_path / "no.db"), "--host-name", "r.example"])
    assert done.exit_code == 1 and "bwc users add" in done.output


def test_a_taken_port_is_one_line_that_says_what_to_do(made: Made) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = CliRunner().invoke(app.main, ["--store", str(made.path), "--port", str(port)])
    assert done.exit_code == 1
    assert f"--port {port + 1}" in done.output


def test_settings_are_known_to_streamlit_and_keep_doors_shut() -> None:
    settings = look.settings(8501)
    assert set(settings) <= set(config._config_options_template)
    assert settings["server.address"] == "127.0.0.1"
    assert settings["server.enableStaticServing"] is False
    assert settings["server.enableAgentApi"] is False
    assert settings["browser.gatherUsageStats"] is False


def ask(served: Served, method: str, path: str, **headers: str) -> int:
    host, port = served.address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_running_screen_answers_nothing_to_the_anonymous(served: Served) -> None:
    own = [re.sub(r"\{[^}]+\}", served.made.first, route.path) for route in app.ROUTES]
    for path in (*own, *STREAMLIT_PATHS):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            assert ask(served, method, path) == 401, (method, path)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    assert ask(served, "GET", "/_stcore/stream", **upgrade) == 403


def test_a_running_screen_refuses_other_names(served: Served) -> None:
    port = served.address.rsplit(":", 1)[1]
    assert ask(served, "GET", "/", Accept="text/html") == 200
    assert ask(served, "GET", "/", Accept="text/html", Host=f"evil.example:{port}") == 421


def test_it_prints_one_address_and_is_bound_to_this_machine_alone(made: Made) -> None:
    port = free_port()
    process = start(made.path, port)
    sockets = Path("/proc/net/tcp").read_text() if Path("/proc/net/tcp").exists() else ""
    printed = stop(process)
    assert printed.splitlines()[0].startswith(f"Review screen: http://127.0.0.1:{port} ")
    assert printed.count("http") == 1
    if sockets:
        assert f" 0100007F:{port:04X} " in sockets
        assert f" 00000000:{port:04X} " not in sockets
