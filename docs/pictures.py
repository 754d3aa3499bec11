"""Takes the README's pictures of the review screen: `python -m docs.pictures STORE` (needs Chromium).

STORE is the demonstration's: `make demo ARGS=--no-serve` makes demo/demo.db.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from pipeline.store import Store

FOLDER = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SIZE = {"width": 1440, "height": 900}


def main() -> None:
    """Serves the store and saves one picture per page."""
    store = Path(sys.argv[1])
    recording, finding = best_moment(store)
    with served(store) as address, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        take(page, f"{address}/", "recordings")
        take(page, f"{address}/?r={recording}&f={finding}", "review")
        take(page, f"{address}/?c={first_incident(store)}", "incident")
        take(page, f"{address}/?a=1&first=2025-05-01&last=2025-05-31", "camera-audit")
        take(page, f"{address}/?s=%22your%20hands%22", "search")
        take(page, f"{address}/?i=1", "inbox")
        take(page, f"{address}/?reports=1&first=2025-05-01&last=2025-05-31", "reports")
        take(page, f"{address}/?settings=1", "settings")
        take(page, f"{address}/?x={recording}", "covered-copy")
        take(page, f"{address}/?clips=1", "clips")
        dark = browser.new_page(viewport=SIZE, color_scheme="dark")
        take(dark, f"{address}/?r={recording}&f={finding}", "review-dark")
        browser.close()


def best_moment(path: Path) -> tuple[str, str]:
    """The recording and finding to show: the surest episode of several officers commanding."""
    with Store(path, create=False) as store:
        found = store.findings(detector="multi_officer_commands") or store.findings()
        best = max(found, key=lambda stored: (stored.finding.span.duration, stored.finding.score))
        return best.finding.subject, best.id


def first_incident(path: Path) -> str:
    """The incident with the most cameras."""
    with Store(path, create=False) as store:
        return max(store.incidents(), key=lambda incident: len(incident.recordings)).id


def take(page: Page, address: str, name: str) -> None:
    """One picture, once the page has settled."""
    page.goto(address)
    page.wait_for_timeout(6000)
    page.screenshot(path=FOLDER / f"{name}.png")


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The screen in a process of its own, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "review_ui", "--store", str(store), "--port", str(port), "--reviewer", "R. Ortiz"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(5)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
