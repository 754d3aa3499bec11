"""A made store, the routes behind their gate, and (where there is a Chromium) the screen in a real browser."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.store import Store
from pipeline.types import Recording
from review_ui import app, stores
from review_ui.server.gate import Gate, SingleUser
from review_ui.server.sessions import Identity, Sessions
from tests.review_ui import made_audit, made_store

BASE = "http://127.0.0.1:8501"
COOKIE = "bwc_session_8501"
SLOW = float(os.environ.get("BWC_TEST_SLOW", "1"))
"""how many times slower the browser is made: CONTRIBUTING.md, looking for races"""
LATENCY_MS = 50
PATIENCE_MS = 60_000
"""what a page has for everything that is waited for, unless a test says otherwise"""
STARTS_WITHIN = 180.0
"""seconds"""


@dataclass(frozen=True)
class Made:
    """A made store and its recordings by short name."""

    path: Path
    recordings: dict[str, Recording]

    @property
    def first(self) -> str:
        return self.recordings["first"].id


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once; tests get copies."""
    path = tmp_path_factory.mktemp("master") / "bwc.db"
    made = made_store.fill(path)
    with Store(path):  # closing the last connection folds the journal into the file
        pass
    return Made(path, made)


@pytest.fixture
def made(master: Made, tmp_path: Path) -> Made:
    """A store of this test's own, shown by this process."""
    path = tmp_path / "bwc.db"
    shutil.copy(master.path, path)
    stores.use(path)
    return Made(path, master.recordings)


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def anonymous(sessions: Sessions) -> TestClient:
    """The routes behind the gate, for a program without a cookie."""
    single = SingleUser(Identity("R. Ortiz"))
    gate = Middleware(Gate, sessions=sessions, cookie=COOKIE, single_user=single)
    inner = Starlette(routes=list(app.ROUTES), middleware=[gate])
    return TestClient(inner, base_url=BASE, follow_redirects=False)


@pytest.fixture
def client(anonymous: TestClient, sessions: Sessions) -> TestClient:
    """The same, with an open session."""
    anonymous.cookies.set(COOKIE, sessions.open(Identity("R. Ortiz")), domain="127.0.0.1")
    return anonymous


@dataclass(frozen=True)
class Served:
    """A review screen that runs in a process of its own."""

    address: str
    made: Made

    def reviews(self, finding: str) -> list[Any]:
        with Store(self.made.path) as store:
            return store.reviews(finding)


def free_port() -> int:
    """A port that nobody has. Not one of those that the system gives away itself: a browser that asks for something
    would be given it between this look and the start of the screen."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


def start(store: Path, port: int) -> subprocess.Popen[bytes]:
    """`python -m review_ui` from a folder that is not the project's; returns when it answers."""
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, "-m", "review_ui", "--store", str(store), "--port", str(port), "--reviewer", "R. Ortiz"]
    process = subprocess.Popen(
        command, cwd=store.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    PRINTED[process.pid] = Printed(process)
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/bwc/recordings", timeout=30)
        except HTTPError:
            return process  # 401: it is there, and it is shut
        except (URLError, OSError):
            assert process.poll() is None, printed(process)
            time.sleep(0.1)
    process.kill()
    process.wait()
    raise AssertionError(f"the review screen did not start: {printed(process)}")


class Printed(Thread):
    """What a process says, read as it comes: one whose pipe nobody reads stands still once that is full."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.process, self.lines = process, list[bytes]()
        self.start()

    def run(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)


PRINTED: dict[int, Printed] = {}
"""process id -> what that screen says"""


def printed(process: subprocess.Popen[bytes]) -> str:
    """All that a process said which has ended."""
    said = PRINTED.pop(process.pid)
    said.join(timeout=60)
    return b"".join(said.lines).decode()


def stop(process: subprocess.Popen[bytes]) -> str:
    """Ends it; what it printed. A screen that had ended by itself is told with its last words."""
    ended = process.poll()
    process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    said = printed(process)
    assert ended is None, f"the review screen ended by itself with {ended}: {said[-3000:]}"
    return said


@contextmanager
def serving(path: Path, recordings: dict[str, Recording]) -> Iterator[Served]:
    """The screen on a store, in a process of its own, until the block ends."""
    port = free_port()
    process = start(path, port)
    try:
        yield Served(f"http://127.0.0.1:{port}", Made(path, recordings))
    finally:
        stop(process)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a made store with a real review copy."""
    path = tmp_path_factory.mktemp("served") / "bwc.db"
    recordings = made_store.fill(path)
    made_store.make_media(path.parent, path, recordings["first"], 60.0)
    with serving(path, recordings) as shown:
        yield shown


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The screen on a store with dispatch records and a review copy of the first recording."""
    path = tmp_path_factory.mktemp("audited") / "bwc.db"
    recordings = made_audit.fill(path)
    made_store.make_media(path.parent, path, recordings["first"], 20.0)
    with serving(path, recordings) as shown:
        yield shown


def chromium() -> str | None:
    wanted = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return wanted if Path(wanted).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium that reaches nothing but this machine."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: set CHROMIUM to its path, or install the package `chromium`")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)

    arguments = [
        "--no-sandbox", "--headless", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run", "--autoplay-policy=no-user-gesture-required",
    ]  # fmt: skip
    with sync_playwright() as playwright:
        opened: Any = playwright.chromium.launch(executable_path=path, args=arguments)
        if SLOW > 1:
            opened.new_context, opened.new_page = _slow_contexts(opened.new_context), _slow_pages(opened.new_page)
        yield opened
        opened.close()


def _slow_contexts(new_context: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and every page of it is slow."""

    def made(**options: Any) -> Any:
        context = new_context(**options)
        context.new_page = _slow_pages(context.new_page)
        return context

    return made


def _slow_pages(new_page: Callable[..., Any]) -> Callable[..., Any]:
    """The same on a machine `SLOW` times slower, each answer of the server later by `LATENCY_MS` for each of these."""

    def made(**options: Any) -> Any:
        page = new_page(**options)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        waits = {"offline": False, "latency": SLOW * LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", waits)
        return page

    return made
