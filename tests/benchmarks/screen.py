"""The review screen in Chromium on large stores: pictures, frames, seeks, keys, memory, search, long lists.

A made hour with four cameras and 20,000 findings, one recording with as many and a video of 1.8 GB, half a million
turns, 25,000 recordings. Writes results/screen.md; takes about ten minutes and 4 GB of the temporary folder.

    python -m tests.benchmarks.screen [--parts marks,playing,viewers,incident,search,year]
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from pipeline.artifacts import recording_folder
from tests.benchmarks import many_recordings
from tests.benchmarks.cameras_in_step import played, read
from tests.benchmarks.screen_probe import SCRIPT, Seen, Thread, heap, memory, opened, served, spread
from tests.review_ui import large_store
from tests.review_ui.large_store import Large

RESULTS = Path(__file__).parent / "results" / "screen.md"
VIDEO_BYTES = 1_800_000_000
TIMES = 20
READY = '.bwc[data-ready="all"]'


@dataclass
class Bench:
    """The stores, the browser, and the report so far."""

    folder: Path
    browser: Any
    seen: Seen = field(default_factory=Seen)
    lines: list[str] = field(default_factory=list)
    _large: Large | None = None

    @property
    def large(self) -> Large:
        """Made when it is first asked for; the recording alone has the large video."""
        if self._large is None:
            self._large = large_store.fill(self.folder / "bwc.db")
            large_store.make_copies(self.folder, self._large)
            _large_video(recording_folder(self._large.path, self._large.alone.id) / "review.mp4")
        return self._large

    def page(self) -> Any:
        """A page of a viewer of its own."""
        context = self.browser.new_context(viewport={"width": 1400, "height": 1000})
        context.add_init_script(path=SCRIPT)
        page = self.seen.watch(context.new_page())
        page.set_default_timeout(120_000)
        return page

    @contextmanager
    def serving(self, store: Path) -> Iterator[tuple[str, int]]:
        """The screen on a store; whatever pages are open are closed before it stops."""
        with served(store) as found:
            yield found
            for context in self.browser.contexts:
                context.close()

    def say(self, what: str, measured: str, goal: str = "") -> None:
        """One line of the table."""
        self.lines.append(f"| {what} | {measured} | {goal} |")
        print(self.lines[-1], flush=True)


def _large_video(path: Path) -> None:
    """An hour and more of 1080p at 4 Mb/s: ten seconds that are encoded once, copied until it is large enough."""
    program, piece = imageio_ffmpeg.get_ffmpeg_exe(), path.with_name("piece.mp4")
    noisy = "testsrc2=size=1920x1080:rate=30:duration=10,noise=alls=12:allf=t"
    rate = ("-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "2M", "-x264-params", "nal-hrd=cbr")
    encoded = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-pix_fmt", "yuv420p", *rate)
    subprocess.run([program, "-v", "error", "-y", "-f", "lavfi", "-i", noisy, *encoded, str(piece)], check=True)
    times = VIDEO_BYTES // piece.stat().st_size
    path.unlink()
    copied = ("-c", "copy", "-movflags", "+faststart", str(path))
    subprocess.run([program, "-v", "error", "-stream_loop", str(times), "-i", str(piece), *copied], check=True)
    piece.unlink()


def timed(page: Any, address: str, wanted: str = READY) -> float:
    """Milliseconds from the address to the page that is wanted."""
    began = time.monotonic()
    page.goto(address)
    page.wait_for_selector(wanted)
    return (time.monotonic() - began) * 1000


def marks(bench: Bench) -> None:
    """One recording with 20,000 findings: first picture, frames, heap."""
    alone = bench.large.alone.id
    data = [f"/bwc/events/{alone}", f"/bwc/transcript/{alone}"]
    first, drawing, usable = [], [], []
    with bench.serving(bench.large.path) as (address, _):
        made = timed(bench.page(), f"{address}/?r={alone}", ".bwc[data-ready]")
        for _ in range(5):
            page = bench.page()
            usable.append(timed(page, f"{address}/?r={alone}", ".bwc[data-ready]"))
            page.wait_for_selector(READY)
            found = page.evaluate("asked => probe.firstPicture(asked)", data)
            first.append(found["picture"])
            drawing.append(found["drawing"])
            page.context.close()
        page = bench.page()
        timed(page, f"{address}/?r={alone}")
        bench.say("first picture of the lanes, after the data of 20,000 findings, ms", spread(first), "200")
        bench.say("of that, drawing, ms", spread(drawing, 1))
        bench.say("processor time of lanes laid out and drawn, ms", spread(_lanes_again(page, data[0]), 1), "200")
        bench.say("from the address to a page that can be used, ms", spread(usable))
        bench.say("the same by the first viewer, for whom the data are made, ms", f"{made:.0f}")
        for name, presses in (("the whole hour", 0), ("ten minutes", 3), ("one minute", 6)):
            page.keyboard.press("0")
            for _ in range(presses):
                page.keyboard.press("+")
            page.wait_for_timeout(300)
            for kind in ("zoom", "pan"):
                if kind == "zoom" or presses:
                    _frames(bench, page, name, kind)
        bench.say("heap of the page with 20,000 findings, MB", f"{heap(page):.0f}")
        page.context.close()


def _lanes_again(page: Any, address: str) -> list[float]:
    """Processor time of the page for the lanes of 20,000 findings, made anew."""
    thread, out = Thread(page), []
    ready = page.locator(".timeline").evaluate_handle("(at, from) => probe.lanesAgain(at, from)", address)
    for _ in range(9):
        before = thread.spent()
        ready.evaluate("one => one.draw()")
        out.append(thread.spent() - before)
    return out


def _frames(bench: Bench, page: Any, name: str, kind: str) -> None:
    thread = Thread(page)
    before = thread.spent()
    found = page.locator(".plot").evaluate("(plot, asked) => probe.wheel(plot, asked)", {"count": 96, "kind": kind})
    each = (thread.spent() - before) / len(found["js"])
    bench.say(f"{kind}, {name} in view: processor time of the page's thread, ms a picture", f"{each:.1f}", "16")
    bench.say(f"{kind}, {name} in view: the page's code by the clock, ms a picture", spread(found["js"], 1), "16")
    bench.say(f"{kind}, {name} in view: from picture to picture, ms", spread(found["apart"], 1), "17")


def to_picture(page: Any, act: Callable[[], None]) -> float | None:
    """Milliseconds from what `act` presses to the picture of the new place."""
    page.locator("video").first.evaluate("video => { probe.toPicture(video) }")
    act()
    found: float | None = page.evaluate("probe.shown")
    page.wait_for_timeout(150)
    return found


def keys(page: Any, times: int = TIMES) -> list[float | None]:
    """Key to picture of the next finding, again and again; the findings lie some way apart."""
    page.locator(".filters select").select_option("muted_audio")
    page.keyboard.press("n")  # the first may be where the video stands already: nothing would move
    page.wait_for_timeout(500)
    return [to_picture(page, lambda: page.keyboard.press("n")) for _ in range(times)]


def seeks(page: Any, times: int = TIMES) -> list[float | None]:
    """A press on the ruler, anywhere in the hour, to its picture."""
    chance = random.Random(3)
    page.keyboard.press("0")
    box = page.locator(".plot").bounding_box()

    def press() -> None:
        page.mouse.click(box["x"] + chance.uniform(0.02, 0.95) * box["width"], box["y"] + 8)

    return [to_picture(page, press) for _ in range(times)]


def playing(bench: Bench) -> None:
    """The video of 1.8 GB: keys, seeks, and what ten seconds of playback ask of Python."""
    with bench.serving(bench.large.path) as (address, _):
        page = bench.page()
        timed(page, f"{address}/?r={bench.large.alone.id}")
        page.wait_for_timeout(1000)
        bench.say("key N to the picture of the next finding, 1080p, ms", spread(keys(page)), "150")
        bench.say("press on the time axis to the picture there, 1080p, ms", spread(seeks(page)), "500")
        page.keyboard.press("k")
        page.wait_for_timeout(1000)
        before, began = len(bench.seen.told), page.locator("video").evaluate("v => v.currentTime")
        page.wait_for_timeout(10_000)
        on = page.locator("video").evaluate("v => v.currentTime") - began
        bench.say("seconds played in 10 s", f"{on:.1f}", "10")
        bench.say("messages to or from a Python script in that time", str(len(bench.seen.told) - before), "0")
        page.context.close()
        small = bench.page()
        timed(small, f"{address}/?r={bench.large.cameras[0].id}")
        bench.say("key N to the picture of the next finding, review copy of 180 lines, ms", spread(keys(small)), "150")
        small.context.close()


def viewers(bench: Bench) -> None:
    """Four viewers of the large video at once, and what the server's process holds meanwhile."""
    with bench.serving(bench.large.path) as (address, process):
        _memory(bench, "server, nobody there", process, "")
        pages = [bench.page() for _ in range(4)]
        for page in pages:
            timed(page, f"{address}/?r={bench.large.alone.id}")
        _memory(bench, "server, four viewers have opened the 1.8 GB recording with 20,000 findings", process, "150")
        for page in pages:
            page.keyboard.press("k")
        pages[0].wait_for_timeout(10_000)
        _memory(bench, "server, all four play", process, "150")
        found = [one for page in pages for one in seeks(page, 6)]
        bench.say("press to picture while three others play, ms", spread(found), "500")
        _memory(bench, "server, after 24 seeks", process, "150")
        playing_on = [page.locator("video").evaluate("v => !v.paused && !v.error") for page in pages]
        bench.say("viewers whose video still plays", f"{sum(playing_on)} of 4", "4")
        for page in pages:
            page.context.close()


def _memory(bench: Bench, what: str, process: int, goal: str) -> None:
    held = memory(process)
    said = f"{held['resident']:.0f} resident, {held['own']:.0f} of its own, {held['most']:.0f} at most so far"
    bench.say(f"{what}, MB", said, goal)


def incident(bench: Bench) -> None:
    """Four cameras in step over an hour with 20,000 findings."""
    with bench.serving(bench.large.path) as (address, process):
        page = bench.page()
        made = timed(page, f"{address}/?c={large_store.ID}", ".bwc[data-ready]")
        again = timed(page, f"{address}/?c={large_store.ID}", ".bwc[data-ready]")
        bench.say("incident of four cameras, 20,000 findings, 8,000 turns: first opening, ms", f"{made:.0f}")
        bench.say("the same, opened again, ms", f"{again:.0f}")
        page.wait_for_selector(READY)
        page.mouse.click(*_middle(page))
        page.wait_for_timeout(1500)
        page.keyboard.press("k")
        page.wait_for_timeout(2000)
        apart, dropped = played(page, 12.0)
        bench.say("four cameras playing: apart on one clock, ms", spread(apart), "100")
        bench.say("pictures left out meanwhile", f"{dropped:.1%}")
        bench.say("cameras that play", str(sum(not one[1] for one in read(page))), "4")
        bench.say("heap of the incident's page, MB", f"{heap(page):.0f}")
        _memory(bench, "server, the incident played by one viewer", process, "")
        page.context.close()


def _middle(page: Any) -> tuple[float, float]:
    box = page.locator(".plot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + 8


def queries() -> Iterator[tuple[str, str]]:
    """What is looked for, and what to call it: common and rare words, phrases, nearness, roles, speakers."""
    first, second, third, middle, rare = many_recordings.common_words()
    yield "the commonest word", first
    yield "a word from the middle", middle
    yield "a rare word", rare
    yield "two common words", f"{first} {second}"
    yield "a phrase of two common words", f'"{first} {second}"'
    yield "a common word near a middling one", f"{second} NEAR {middle}"
    yield "a common word, officers only", f"role:officer {third}"
    yield "a common word, of a speaker whom people named", f'{third} speaker:"{many_recordings.NAMED}"'
    yield "a common word, of a voice as it was measured", f"{third} speaker:v2"
    yield "a rare word, of a speaker whom people named", f'{rare} speaker:"{many_recordings.NAMED}"'


def search(bench: Bench) -> None:
    """Half a million turns, asked over the screen's own route."""
    path = bench.folder / "turns.db"
    many_recordings.fill_turns(path)
    bench.say("turns that people put right among them", f"{many_recordings.put_turns_right(path):,}")
    ask = """async (query) => {
      const began = performance.now();
      const answer = await fetch(`/bwc/search?q=${encodeURIComponent(query)}`);
      const said = await answer.json();
      return [performance.now() - began, answer.status, said.count ?? -1];
    }"""
    with bench.serving(path) as (address, _):
        page = bench.page()
        timed(page, f"{address}/?s=1", ".bwc:not(.running)")
        for name, query in queries():
            asked = [page.evaluate(ask, query) for _ in range(12)]
            assert all(status == 200 for _, status, _ in asked), (query, asked)
            hits = "2,000 or more" if asked[0][2] >= 2000 else str(asked[0][2])
            bench.say(f"search over 500,000 turns: {name} ({hits} hits), ms", spread([one[0] for one in asked]), "100")
        page.context.close()


def year(bench: Bench) -> None:
    """25,000 recordings: the list, the inbox, and a recording opened among them."""
    path = bench.folder / "year.db"
    made = many_recordings.fill_recordings(path)
    bench.say("recordings, incidents, findings of the year", f"{made.recordings}, {made.incidents}, {made.findings}")
    with bench.serving(path) as (address, process):
        for name, query, wanted in (("list of recordings", "/", "a.row"), ("inbox", "/?i=1", ".bwc[data-ready]")):
            page = bench.page()
            first = timed(page, address + query, wanted)
            again = timed(page, address + query, wanted)
            bench.say(f"{name}, first time, ms", f"{first:.0f}")
            bench.say(f"{name}, opened again, ms", f"{again:.0f}")
            bench.say(f"{name}: heap of the page, MB", f"{heap(page):.0f}")
            page.context.close()
        page = bench.page()
        timed(page, address + "/", "a.row")
        typed = page.locator("input[type=search]")
        began = time.monotonic()
        typed.fill("ax-1007")
        page.wait_for_function("() => true")
        page.locator("a.row", has_text="AX-1007").first.wait_for()
        bench.say("typed into the list until it is narrowed down, ms", f"{(time.monotonic() - began) * 1000:.0f}")
        page.locator("a.row").first.click()
        page.wait_for_selector(READY)
        _memory(bench, "server of 25,000 recordings, list and inbox opened", process, "")
        page.context.close()


PARTS: Mapping[str, Callable[[Bench], None]] = {
    part.__name__: part for part in (marks, playing, viewers, incident, search, year)
}


def main() -> None:
    """Measures and writes the report."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--parts", default=",".join(PARTS), help="only these are measured; the others stay as they are")
    wanted = asked.parse_args().parts.split(",")
    with tempfile.TemporaryDirectory() as scratch, opened() as browser:
        bench = Bench(Path(scratch), browser)
        for name in wanted:
            bench.lines, errors = [], len(bench.seen.errors)
            PARTS[name](bench)
            bench.say("errors in the browser's console meanwhile", str(len(bench.seen.errors) - errors), "0")
            _write(name, bench.lines, browser.version)
        print("\n".join(sorted(set(bench.seen.errors))))


def _write(part: str, lines: Sequence[str], version: str) -> None:
    """Puts what a part measured in the place of what it measured before."""
    found = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    before = {one.split("\n", 1)[0]: one.split("\n", 1)[1].strip() for one in found.split("\n## ")[1:]}
    load = ", ".join(f"{one:.0f}" for one in os.getloadavg())
    when = f"{datetime.now(UTC):%Y-%m-%d}; the machine's load by one, five, fifteen minutes at the end: {load}"
    before[TITLES[part]] = "\n".join([f"{when}.", "", "| what | measured | goal |", "|---|---|---|", *lines])
    told = [f"## {title}\n\n{before[title]}\n" for title in TITLES.values() if title in before]
    RESULTS.write_text("\n".join([HEAD.format(version=version, processors=os.cpu_count()), *told]), encoding="utf-8")


TITLES = {
    "marks": "One recording with 20,000 findings",
    "playing": "A video of 1.8 GB",
    "viewers": "Four viewers at once of the video of 1.8 GB",
    "incident": "Four cameras of an hour, 20,000 findings together",
    "search": "Search over 500,000 turns",
    "year": "25,000 recordings",
}
HEAD = """# The review screen on large stores

Written by `python -m tests.benchmarks.screen`. Everything is made: nobody was recorded. Headless Chromium {version}
without a graphics card (it draws and decodes in software) and without a sound device, on the {processors} processors on
which the server and everything else runs. One run of each part. Three figures are median / 95 of 100 / largest (how
many). A load far above the number of processors stretches everything by the clock; processor time it stretches little.
"""


if __name__ == "__main__":
    main()
