"""Clips cut exactly: are the pictures right, is the sound in step, does a browser play them, what is gained?

Ten kinds of made source, each picture with its number burned in and a click at each flash. For random in and out points
the clip is fully decoded and compared with a full decode of the source. Then: clips of half a minute and more against
encoding everything anew, and memory on an hour of 1080p. Writes results/clips.md; takes about a quarter of an hour.

    python -m tests.benchmarks.clips [--points 200] [--played 3] [--no-memory]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.media.cut.cutting import Cut, cut
from pipeline.media.cut.window import opened
from pipeline.media.program import ffmpeg_program
from tests.pipeline.media.cut import browser
from tests.pipeline.media.cut.counted import KINDS, X264, Counted, Seen, decode, expected, make, steps

RESULTS = Path(__file__).parent / "results" / "clips.md"
TOLERATED_STEP = 0.020
CAMERA = Counted(
    picture=("-c:v", "libx264", "-preset", "superfast", "-b:v", "4M", "-g", "60", "-bf", "0"),
    duration=75.0, rate_hz=30, width=1280, height=720,
)  # fmt: skip
CAMERA_B = Counted(
    picture=(*X264, "-g", "60", "-bf", "2"), duration=75.0, rate_hz=30, width=1280, height=720
)  # fmt: skip
LONG = ((5.4, 35.8), (10.7, 56.2), (7.3, 70.1))
"""in and out points of the clips whose cost is compared: 30, 45 and 63 s"""
HOUR_PIECE = Counted(
    picture=("-c:v", "libx264", "-preset", "superfast", "-b:v", "4M", "-g", "60", "-bf", "0"),
    duration=10.0, rate_hz=30, width=1920, height=1080,
)  # fmt: skip
TEN_MINUTES = (1500.37, 2100.41)


@dataclass
class Tally:
    """What became of the clips of one kind of source."""

    clips: int = 0
    ends_right: int = 0
    all_right: int = 0
    worst_time: float = 0.0
    worst_length: float = 0.0
    """how far the clip's length is from the length asked for, in pictures of the source"""
    worst_step: float = 0.0
    steps: int = 0
    copied: float = 0.0
    length: float = 0.0
    failed: list[str] = field(default_factory=list)
    cuts: list[tuple[Cut, Seen]] = field(default_factory=list)


def points(count: int, seen: Seen, origin: float, seed: int) -> list[tuple[float, float]]:
    """In and out points: most anywhere, some at the very times of pictures, some at the beginning and the end."""
    draw, out = random.Random(seed), []
    times = [at - origin for at, _ in seen.pictures]
    last = times[-1]
    for number in range(count):
        start = draw.uniform(0, last - 1.0)
        end = start + draw.choice((draw.uniform(0.05, 1.0), draw.uniform(1.0, 6.0), draw.uniform(6.0, 15.0)))
        if number % 4 == 0:
            start = draw.choice(times[:-20])
        if number % 4 == 1:
            end = draw.choice([t for t in times if t > start + 0.05])
        if number == 2:
            start = 0.0
        if number == 3:
            end = last + 0.01
        out.append((round(max(0.0, start), 3), round(min(max(end, start + 0.05), last), 3)))
    return out


def measure(name: str, kind: Counted, folder: Path, count: int) -> Tally:
    """Cut and decode `count` clips of one kind."""
    source, tally = make(folder / f"{name}{kind.ending}", kind), Tally()
    seen = decode(source)
    with opened(source) as file:
        origin = file.origin
    for number, (start, end) in enumerate(points(count, seen, origin, sum(map(ord, name)))):
        tally.clips += 1
        try:
            made = cut(source, start, end, folder / f"{name}-{number}.mp4")
        except Exception as error:  # a clip that cannot be made is a result, not the end of the benchmark
            tally.failed.append(f"{start} to {end}: {error}")
            continue
        _add(tally, made, decode(made.path), expected(seen.pictures, origin, start, end), kind)
    return tally


def _add(tally: Tally, made: Cut, got: Seen, due: Sequence[tuple[float, int]], kind: Counted) -> None:
    numbers, wanted = [n for _, n in got.pictures], [n for _, n in due]
    tally.ends_right += bool(numbers) and (numbers[0], numbers[-1]) == (wanted[0], wanted[-1])
    same = numbers == wanted
    tally.all_right += same
    if same:
        tally.worst_time = max(
            tally.worst_time, *(abs(a - b) for (a, _), (b, _) in zip(got.pictures, due, strict=True))
        )
    asked = made.asked[1] - made.asked[0]
    tally.worst_length = max(tally.worst_length, abs(_length(made.path) - asked) * kind.rate_hz)
    found = steps(got)
    tally.steps += len(found)
    tally.worst_step = max([tally.worst_step, *map(abs, found)])
    tally.copied, tally.length = tally.copied + made.copied, tally.length + asked
    tally.cuts.append((made, got))


def _length(path: Path) -> float:
    """Seconds, as the container says."""
    import av

    with av.open(str(path)) as file:
        return float(file.duration or 0) / av.time_base


def play(tallies: dict[str, Tally], each: int) -> list[str]:
    """A table of what Chromium makes of some clips of each kind: those with most joins."""
    if browser.chromium() is None:
        return ["No Chromium here: not played."]
    lines = ["| source | clips | joins | played through | pictures looked at | wrong |", "|---|---|---|---|---|---|"]
    with browser.page() as tab:
        for name, tally in tallies.items():
            chosen = sorted(tally.cuts, key=lambda c: (-len(c[0].joins), -c[0].duration))[:each]
            joins = through = pictures = wrong = 0
            for made, got in chosen:
                places = list(made.joins) or [got.pictures[len(got.pictures) // 2][0]]
                seen = browser.play(tab, made.path, got.pictures, places, KINDS[name].rate_hz, name != "rotated")
                joins += len(made.joins)
                reached = zip(seen.ran, seen.reached, strict=True)
                through += not seen.error and len(seen.ran) == len(places) and all(r >= to for (_, to), r in reached)
                pictures, wrong = pictures + seen.pictures, wrong + seen.wrong
            told = "" if name != "rotated" else " (turned: numbers not read)"
            lines.append(f"| {named(name)} | {len(chosen)} | {joins} | {through} | {pictures}{told} | {wrong} |")
    return lines


def compare_cost(folder: Path) -> list[str]:
    """A table of the cost of a clip against encoding all of it anew, in one run."""
    lines = ["| source | clip, s | copied, s | cut, s | all anew, s | ratio |", "|---|---|---|---|---|---|"]
    for said, kind in (("720p30, 4 Mbit/s, no B frames", CAMERA), ("720p30, crf 26, B frames", CAMERA_B)):
        source = make(folder / f"camera{len(lines)}.mp4", kind)
        for start, end in LONG:
            took, copied = [], 0.0
            for copying in (True, False):
                began = time.perf_counter()
                made = cut(source, start, end, folder / "cost.mp4", copying=copying)
                took.append(time.perf_counter() - began)
                copied = max(copied, made.copied)
            ratio = took[1] / took[0]
            lines.append(f"| {said} | {end - start:.1f} | {copied:.1f} | {took[0]:.2f} | {took[1]:.2f} | {ratio:.1f} |")
        source.unlink()
    return lines


class Watch(threading.Thread):
    """Follows the memory (resident set) of a process and all it started, 20 times a second."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.process, self.own, self.all = process, 0, 0

    def run(self) -> None:
        while self.process.poll() is None:
            own = _resident(self.process.pid)
            self.own = max(self.own, own)
            self.all = max(self.all, own + sum(map(_resident, _children(self.process.pid))))
            time.sleep(0.05)


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory(folder: Path) -> list[str]:
    """A table of the memory that `bwc clip` takes for ten minutes of an hour of 1080p."""
    piece, hour = make(folder / "piece.mp4", HOUR_PIECE), folder / "hour.mp4"
    command = [ffmpeg_program(), "-v", "error", "-stream_loop", "359", "-i", str(piece), "-c", "copy", str(hour)]
    subprocess.run(command, check=True)
    size = hour.stat().st_size
    lines = [f"The hour: 1080p30, {size / 1e9:.1f} GB.", ""]
    lines += ["| clip | s | memory of bwc, MB | with the encoder's program, MB | took, s |", "|---|---|---|---|---|"]
    anew = (1500.37, 1520.37)
    for said, (start, end), more in (
        ("exact, 10 min", TEN_MINUTES, ()),
        ("original, 10 min", TEN_MINUTES, ("--kind", "original")),
        ("all anew, 20 s (memory does not grow with length)", anew, ()),
    ):
        out = folder / "memory.mp4"
        run = [
            sys.executable,
            "-m",
            "pipeline.cli",
            "clip",
            str(hour),
            str(start),
            str(end),
            "--out",
            str(out),
            "--store",
        ]
        run += [str(folder / "none.db"), "--overwrite", *more]
        if "anew" in said:
            code = "from pathlib import Path; from pipeline.media.cut.cutting import cut; "
            code += f"cut(Path({str(hour)!r}), {start}, {end}, Path({str(out)!r}), copying=False)"
            run = [sys.executable, "-c", code]
        began = time.perf_counter()
        watch = Watch(subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        watch.start()
        assert watch.process.wait() == 0
        took = time.perf_counter() - began
        lines.append(f"| {said} | {end - start:.0f} | {watch.own / 1e6:.0f} | {watch.all / 1e6:.0f} | {took:.1f} |")
    return lines


def named(name: str) -> str:
    return name.replace("_", " ")


def report(tallies: dict[str, Tally], played: list[str], cost: list[str], kept: list[str]) -> str:
    """The tables of results/clips.md."""
    head = "| source | clips | first and last picture right | every picture right | picture off by at most, ms |"
    head += " length off by at most, pictures | click against flash, at most, ms (pairs) | copied |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for name, t in tallies.items():
        step = f"{1000 * t.worst_step:.1f} ({t.steps})" if t.steps else "no sound"
        lines.append(
            f"| {named(name)} | {t.clips} | {t.ends_right} | {t.all_right} | {1000 * t.worst_time:.1f} |"
            f" {t.worst_length:.2f} | {step} | {t.copied / max(1e-6, t.length):.0%} |"
        )
    failed = [f"- {named(name)}: {text}" for name, t in tallies.items() for text in t.failed]
    right = sum(t.all_right for t in tallies.values())
    count = sum(t.clips for t in tallies.values())
    late = sum(t.worst_step > TOLERATED_STEP for t in tallies.values())
    return "\n".join(
        [
            "# Clips cut exactly",
            "",
            "Made by `python -m tests.benchmarks.clips`: made scenes of 24 s (320x180, 15 pictures a second) with the "
            "number of each picture burned in and a click at each flash; no real camera's file. Clips of 0.05 to 15 s "
            "from random in to random out point, each decoded whole and compared with the whole source.",
            "",
            *lines,
            "",
            f"{right} of {count} clips hold exactly the pictures of their stretch; {late} of {len(tallies)} kinds "
            f"exceed {1000 * TOLERATED_STEP:.0f} ms between picture and sound. Nothing is copied where no whole group "
            "of pictures is in a clip; open groups, HEVC and 10 bit are always encoded anew.",
            *(["", "Failed:", *failed] if failed else []),
            "",
            "## In a browser",
            "",
            "Headless Chromium, clips with most joins: played from 0.7 s before to 0.7 s behind each join (the middle "
            "where there is none), then stepped through four pictures on either side; numbers read from the canvas.",
            "",
            *played,
            "",
            "## Cost against encoding all of it anew",
            "",
            "Same encoder and settings, same run, one after the other on a machine with other work; wall seconds.",
            "",
            *cost,
            "",
            "## Memory",
            "",
            *kept,
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=200, help="clips over all kinds")
    parser.add_argument("--played", type=int, default=3, help="clips of each kind that are played in a browser")
    parser.add_argument("--no-memory", action="store_true", help="leave out the hour of 1080p")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        each = asked.points // len(KINDS)
        tallies = {kind: measure(kind, how, folder, each) for kind, how in KINDS.items()}
        played, cost = play(tallies, asked.played), compare_cost(folder)
        kept = ["Not measured in this run."] if asked.no_memory else memory(folder)
        text = report(tallies, played, cost, kept)
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
