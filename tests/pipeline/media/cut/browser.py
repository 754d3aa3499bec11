"""A clip in headless Chromium: does it play across the joins, and is every picture the right one?"""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("played.js")
LATE = 0.002
"""seconds by which the browser's media time may miss a picture's"""


def chromium() -> str | None:
    """Path of Chromium, None: it is not here."""
    return shutil.which(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@contextmanager
def page() -> Iterator[Any]:
    """An empty page of a headless Chromium."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield browser.new_page()
        finally:
            browser.close()


@dataclass(frozen=True)
class Played:
    """What the browser made of a clip."""

    error: str
    duration: float
    ran: tuple[tuple[float, float], ...]
    """from where to where it was asked to play, around each join"""
    reached: tuple[float, ...]
    """how far it came each time"""
    pictures: int
    """pictures looked at while playing and while stepping"""
    wrong: int
    """of these, how many were another picture than the clip has at that time"""


def play(
    tab: Any, clip: Path, shown: Sequence[tuple[float, int]], joins: Sequence[float], rate_hz: int, numbers: bool = True
) -> Played:
    """Play 0.7 s before to 0.7 s behind each join, then step through the pictures around it.

    `shown`: (time, number) of the clip's pictures. `numbers` False where the browser turns the picture, so that its
    number is not where it is looked for.
    """
    given = {"data": base64.b64encode(clip.read_bytes()).decode(), "joins": list(joins), "rate": rate_hz}
    seen = tab.evaluate(SCRIPT.read_text(), given)

    def due(at: float) -> int:
        return max((p for p in shown if p[0] <= at + LATE), default=(0.0, -1))[1]

    def between(at: float, now: float) -> set[int]:
        """A busy machine looks late: by then a later picture may stand there than the one it was told of."""
        return {due(at)} | {number for time, number in shown if at <= time <= now + 1 / rate_hz}

    looked = [(number, between(at, now)) for run in seen["played"] for at, number, now in run["seen"]]
    looked += [(number, {due(at)}) for at, number in seen["stepped"]]
    wrong = sum(number not in right for number, right in looked) if numbers else 0
    return Played(
        seen["error"],
        seen.get("duration", 0.0),
        tuple((run["from"], run["until"]) for run in seen["played"]),
        tuple(run["to"] for run in seen["played"]),
        len(looked),
        wrong,
    )
