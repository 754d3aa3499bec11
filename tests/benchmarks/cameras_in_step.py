"""Four cameras of an incident played together in Chromium: how far apart are their clocks, and how quick is a change?

Four made cameras with review copies as the pipeline makes them. While they play, the moment of the incident that each
video element stands at is read every tenth of a second; then the camera that is heard is changed, and where all play is
jumped to. Writes results/cameras_in_step.md; takes about three minutes.

    python -m tests.benchmarks.cameras_in_step [--seconds 20]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.store import Store
from pipeline.types import Incident
from tests.review_ui.conftest import chromium, free_port, start, stop
from tests.review_ui.made_incident import ID
from tests.review_ui.made_store import START, make_media, recording

RESULTS = Path(__file__).parent / "results" / "cameras_in_step.md"
LENGTH = 60.0
"""seconds of each camera"""
AT = {"AX-1": 0.0, "AX-2": 1.37, "AX-3": 2.05, "AX-4": 3.7}
READ = """tiles => tiles.map(tile => {
    const video = tile.querySelector('video');
    const { droppedVideoFrames: dropped, totalVideoFrames: all } = video.getVideoPlaybackQuality();
    return [Number(video.dataset.start) + video.currentTime, video.seeking || video.paused, dropped, all];
})"""
Reading = list[tuple[float, bool, int, int]]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the incident's page."""
    path = folder / "bwc.db"
    with Store(path) as store:
        made = [
            (at, recording(f"{device}.mp4", duration=LENGTH, start=START + timedelta(seconds=at), device=device))
            for device, at in AT.items()
        ]
        for _, one in made:
            store.add_recording(one)
        members = tuple((one.id, at, "made") for at, one in made)
        store.save_incidents([Incident(ID, "four cameras", START, members, "clock")])
    for _, one in made:
        make_media(folder, path, one, LENGTH, size="1280x720")
    port = free_port()
    process = start(path, port)
    yield f"http://127.0.0.1:{port}/?c={ID}"
    stop(process)


def read(page: Any) -> Reading:
    """Where each camera stands, whether it waits, and its pictures."""
    found: Reading = page.locator(".tile").evaluate_all(READ)
    return found


def apart(now: Reading) -> list[float]:
    """Milliseconds between the camera that is heard first and each other."""
    return [abs(other[0] - now[0][0]) * 1000 for other in now[1:]]


def played(page: Any, seconds: float) -> tuple[list[float], float]:
    """How far apart the clocks are while playing, from the third second on; and the share of pictures left out."""
    page.wait_for_timeout(3000)
    before, found, until = read(page), list[float](), time.monotonic() + seconds
    while time.monotonic() < until:
        found += apart(read(page))
        page.wait_for_timeout(100)
    after = read(page)
    dropped = sum(a[2] - b[2] for a, b in zip(after, before, strict=True))
    shown = sum(a[3] - b[3] for a, b in zip(after, before, strict=True))
    return found, dropped / max(1, shown)


def settled(page: Any, seconds: float | None = None) -> float:
    """Milliseconds until all cameras stand within 60 ms of each other, at `seconds` where given."""
    began = time.monotonic()
    while time.monotonic() - began < 10:
        now = read(page)
        there = seconds is None or abs(now[0][0] - seconds) < 0.1
        if (
            there
            and max(apart(now)) < 60
            and not any(page.locator(".tile video").evaluate_all("v => v.map(x => x.seeking)"))
        ):
            return (time.monotonic() - began) * 1000
        page.wait_for_timeout(10)
    return float("nan")


def row(name: str, found: Sequence[float], dropped: float) -> str:
    """One line of the table."""
    ordered = sorted(found)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return f"| {name} | {len(found)} | {statistics.median(found):.0f} | {p95:.0f} | {ordered[-1]:.0f} | {dropped:.1%} |"


def measured(page: Any, seconds: float) -> list[str]:
    """All measurements, as lines of a report."""
    lines = [
        "| playing | readings | median ms | p95 ms | largest ms | pictures left out |",
        "|---|---|---|---|---|---|",
    ]
    page.keyboard.press("k")
    lines.append(row("1\u00d7, first camera heard", *played(page, seconds)))
    page.keyboard.press("3")
    changed = settled(page)
    lines.append(row("1\u00d7, after the third camera was chosen to be heard", *played(page, seconds / 2)))
    page.locator("select[aria-label=Speed]").select_option("2")
    lines.append(row("2\u00d7", *played(page, min(8.0, seconds / 2))))
    page.keyboard.press("k")
    page.wait_for_timeout(700)
    rest = max(apart(read(page)))
    seeks = []
    for second in (12.0, 31.5, 8.25, 44.0, 20.0):
        page.evaluate("() => undefined")
        box = page.locator(".plot").bounding_box()
        page.mouse.click(box["x"] + second / (LENGTH + 3.7) * box["width"], box["y"] + 10)
        seeks.append(settled(page))
    lines += ["", f"Paused: {rest:.0f} ms apart. All in step again after another camera was chosen: {changed:.0f} ms."]
    lines.append(
        f"A click on the time axis until all four are there: median {statistics.median(seeks):.0f} ms of {len(seeks)}."
    )
    return lines


def main() -> None:
    """Measures and writes the report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=20.0)
    seconds = asked.parse_args().seconds
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as address, sync_playwright() as playwright:
        options = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(address)
        page.wait_for_selector('.bwc[data-ready="all"]')
        page.wait_for_timeout(2000)
        lines = measured(page, seconds)
        version = browser.version
        browser.close()
    head = [
        "# Four cameras of an incident in step",
        "",
        "Written by `python -m tests.benchmarks.cameras_in_step`. Made pictures of 1280 x 720, as review copies;",
        f"headless Chromium {version} without a graphics card and without a sound device, {os.cpu_count()} processors",
        "that also did other work. One run. Differences are of `currentTime` on the incident's clock, against the",
        "first camera, from the third second of playing on.",
        "",
    ]
    RESULTS.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
