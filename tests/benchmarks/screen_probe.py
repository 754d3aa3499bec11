"""What is asked of the review screen while it is measured: scripts that run in the page, and the server's memory."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.review_ui.conftest import chromium, free_port, start, stop

SCRIPT = Path(__file__).with_suffix(".js")
"""what runs in every page before anything else"""


@dataclass
class Seen:
    """What went wrong on any page, and what the pages told Python."""

    errors: list[str] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    """frames of the websocket, either way"""

    def watch(self, page: Any) -> Any:
        """The page, with its errors and its websocket noted."""
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", self._listen)
        return page

    def _listen(self, socket: Any) -> None:
        for way in ("framesent", "framereceived"):
            socket.on(way, self._note)

    def _note(self, frame: Any) -> None:
        self.told.append(frame)


def spread(values: Sequence[float | None], digits: int = 0) -> str:
    """ "median / p95 / largest (n)" of what was measured; what never came is said."""
    known = sorted(v for v in values if v is not None)
    if not known:
        return "nothing came"
    p95 = known[int(0.95 * (len(known) - 1))]
    lost = f", {len(values) - len(known)} never came" if len(known) < len(values) else ""
    return f"{statistics.median(known):.{digits}f} / {p95:.{digits}f} / {known[-1]:.{digits}f} ({len(known)}{lost})"


def memory(pid: int) -> dict[str, float]:
    """MB that the process holds: resident, its own alone, and the most it ever held."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")

    def kilobytes(name: str, text: str) -> float:
        found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
        return int(found[1]) if found else 0.0

    own = kilobytes("Private_Clean", rollup) + kilobytes("Private_Dirty", rollup)
    figures = {"resident": kilobytes("Rss", rollup), "own": own, "most": kilobytes("VmHWM", status)}
    return {name: value / 1024 for name, value in figures.items()}


@contextmanager
def served(store: Path) -> Iterator[tuple[str, int]]:
    """The screen on a store, in a process of its own: its address and its process id."""
    port = free_port()
    process = start(store, port)
    try:
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        stop(process)


@contextmanager
def opened() -> Iterator[Any]:
    """A headless Chromium as the tests use it, which also tells the size of its heap."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--enable-precise-memory-info"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()


def heap(page: Any) -> float:
    """MB of the page's heap after its rubbish is collected."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    found = session.send("Runtime.getHeapUsage")
    return float(found["usedSize"]) / 1e6


class Thread:
    """Processor time of a page's main thread: what does not depend on what else the machine does."""

    def __init__(self, page: Any) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")

    def spent(self) -> float:
        """Milliseconds so far."""
        found = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in found if one["name"] == "ThreadTime")) * 1000
