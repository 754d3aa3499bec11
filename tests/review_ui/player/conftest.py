"""A page in a real browser that keeps what went wrong on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.review_ui.conftest import PATIENCE_MS, Served


@dataclass
class Desk:
    """One tab on the review screen."""

    page: Any
    served: Served
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    """requests to any other machine"""
    sent: list[Any] = field(default_factory=list)
    """what the page told Python over the websocket"""

    def note_sent(self, frame: Any) -> None:
        self.sent.append(frame)

    def open(self, **query: object) -> None:
        """The recording with a review copy, or what the query says."""
        asked = {"r": self.served.made.first} | query
        self.page.goto(self.served.address + "/?" + "&".join(f"{key}={value}" for key, value in asked.items()))
        self.page.wait_for_selector('.bwc[data-ready="all"], .bwc[data-ready] .groups')
        self.page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
        self.page.evaluate("document.fonts.ready.then(() => true)")  # letters of another width move what stands below

    def asked_of_python(self) -> int:
        """How many messages went to Python, once no more of them come by themselves."""
        before = -1
        while before != len(self.sent):
            before = len(self.sent)
            self.page.wait_for_timeout(500)
        return before

    def video(self, script: str) -> Any:
        """What a script says of the video element `v`."""
        return self.page.locator("video").evaluate(f"v => {script}")

    def time(self) -> float:
        return float(self.video("v.currentTime"))

    def at(self, seconds: float, within: float = 0.06) -> None:
        """Waits until the video stands at a second."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < until:
            if self.video(f"!v.seeking && Math.abs(v.currentTime - {seconds}) <= {within}"):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the video stands at {self.time()}, not at {seconds}")

    def plays_past(self, seconds: float) -> None:
        """Waits until it plays, and has come to a second."""
        self.page.wait_for_function(
            "([v, least]) => !v.paused && v.currentTime > least",
            arg=[self.page.locator("video").element_handle(), seconds],
        )

    def rests(self) -> None:
        """Waits until it stands still, wherever that is."""
        handle = self.page.locator("video").element_handle()
        self.page.wait_for_function("v => v.paused && !v.seeking", arg=handle)

    def place(self, lane: str, seconds: float) -> tuple[float, float]:
        """Where a second of a lane lies in the window."""
        row = self.page.locator(".label", has_text=lane).first
        row.scroll_into_view_if_needed()  # a pointer reaches only what is in the window
        label = row.bounding_box()
        plot = self.page.locator(".plot").bounding_box()
        events = self.page.evaluate(
            f"fetch('/bwc/events/{self.served.made.first}').then(r => r.json()).then(e => e.axis)"
        )
        first, last = events
        return plot["x"] + (seconds - first) / (last - first) * plot["width"], label["y"] + label["height"] / 2


@pytest.fixture
def desk(browser: Any, served: Served) -> Iterator[Desk]:
    context = browser.new_context(viewport={"width": 1400, "height": 1100})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    made = Desk(page, served)
    page.on("console", lambda said: made.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    page.on("request", lambda asked: made.elsewhere.append(asked.url) if not _own(asked.url, served) else None)
    page.on("websocket", lambda socket: socket.on("framesent", made.note_sent))
    yield made
    errors, elsewhere = list(made.errors), list(made.elsewhere)  # not what closing it cuts short
    context.close()
    assert errors == []
    assert elsewhere == []


def _own(url: str, served: Served) -> bool:
    return url.startswith((served.address + "/", "data:", "blob:"))
