"""What the media pass costs: CPU seconds and peak memory per step, and all of it against a keyframe-only decode.

A made recording (10 minutes of 720p at 30 pictures a second by default: one minute with a covered lens and a mute, ten
times over) is analysed step by step, each in a process of its own, so that peak memory is the step's. Speech models are
not part of it. Writes results/media_pass.md.

    python -m tests.benchmarks.media_pass [--minutes 10] [--height 720] [--file FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import multiprocessing.connection
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av

from pipeline.detectors.frozen_picture import FrozenPicture
from pipeline.detectors.lens_covered import LensCovered
from pipeline.detectors.muted_audio import MutedAudio
from pipeline.file_hash import sha256_of
from pipeline.media.packets import read_packets
from pipeline.media.recording_file import open_media
from pipeline.media.review_copy import make_review_copy, make_review_files
from pipeline.media.triage import open_container
from pipeline.stages.scan import Scan
from pipeline.types import Evidence
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make, sound

RESULTS = Path(__file__).parent / "results" / "media_pass.md"


@dataclass(frozen=True)
class Cost:
    """CPU seconds (own and of ffmpeg), wall seconds and the peak resident memory of the largest process, in MB."""

    cpu: float
    wall: float
    peak_mb: float


def keyframes_only(path: Path, scratch: Path) -> None:
    """The yardstick: decode every key frame and do nothing with it."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.codec_context.thread_type = "NONE"
        video.codec_context.skip_frame = "NONKEY"
        for _ in container.decode(video):
            pass


def every_frame(path: Path, scratch: Path) -> None:
    """For comparison: decode every frame, as filters on the whole file would have to."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.codec_context.thread_type = "NONE"
        for _ in container.decode(video):
            pass


def hashing(path: Path, scratch: Path) -> None:
    sha256_of(path)


def packets(path: Path, scratch: Path) -> None:
    with open_container(path) as container:
        read_packets(container)


def probe(path: Path, scratch: Path) -> None:
    with open_media(path, scratch) as media:
        media.probe()


def scan_and_detect(path: Path, scratch: Path) -> None:
    """Everything that measures and decides: probe, scan stage, the three detectors of this pass."""
    with open_media(path, scratch) as media:
        evidence = Scan()(Evidence(media.probe(), media), lambda share: None)
        for detector in (MutedAudio(), LensCovered(), FrozenPicture()):
            list(detector(evidence))


def review_copy(path: Path, scratch: Path) -> None:
    with open_media(path, scratch) as media:
        media.probe()
        scratch.mkdir(exist_ok=True)
        make_review_copy(media, scratch)


def everything(path: Path, scratch: Path) -> None:
    """The whole pass as an analysis runs it."""
    with open_media(path, scratch) as media:
        evidence = Scan()(Evidence(media.probe(), media), lambda share: None)
        for detector in (MutedAudio(), LensCovered(), FrozenPicture()):
            list(detector(evidence))
        make_review_files(media, scratch / "review")


LONG = (every_frame, review_copy, everything)
STEPS: tuple[tuple[str, Callable[[Path, Path], None]], ...] = (
    ("keyframe-only decode (yardstick)", keyframes_only),
    ("decode of every frame (for comparison)", every_frame),
    ("sha256", hashing),
    ("read all packets", packets),
    ("probe (hash, packets, facts)", probe),
    ("probe, scan and detectors", scan_and_detect),
    ("probe and review copy (480p, 15/s)", review_copy),
    ("everything but speech models", everything),
)


def measured(step: Callable[[Path, Path], None], path: Path, runs: int = 3) -> Cost:
    """The cheapest of `runs` (one for long steps), each in a fresh process: load from others only ever adds."""
    context = multiprocessing.get_context("spawn")
    costs = []
    for _ in range(1 if step in LONG else runs):
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=_child, args=(step, path, sending))
        process.start()
        sending.close()  # so that a process that fails is an EOFError here, not a wait without end
        costs.append(receiving.recv())
        process.join()
    return min(costs, key=lambda cost: cost.cpu)


def _child(step: Callable[[Path, Path], None], path: Path, sending: multiprocessing.connection.Connection) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    peaks: list[float] = [0.0]
    threading.Thread(target=_watch_children, args=(peaks,), daemon=True).start()
    with tempfile.TemporaryDirectory() as scratch:
        before, began = _cpu(), time.perf_counter()
        step(path, Path(scratch) / "scratch")
        cpu, wall = _cpu() - before, time.perf_counter() - began
    sending.send(Cost(cpu, wall, max(_peak_mb("self"), *peaks)))


def _watch_children(peaks: list[float]) -> None:
    """Note the peak memory of ffmpeg now and then; the system's own count for children includes their parent's."""
    own = os.getpid()
    while True:
        for task in Path(f"/proc/{own}/task").iterdir():
            with contextlib.suppress(OSError):
                peaks.extend(_peak_mb(child) for child in (task / "children").read_text().split())
        time.sleep(0.2)


def _peak_mb(process: str) -> float:
    """Largest resident memory so far of a process (Linux)."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    return 0.0


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def made_recording(folder: Path, minutes: int, height: int) -> Path:
    """The recording to measure on."""
    events = (Event("covered", 40.3, 45.0),)
    encode = Encode(gop=30, more=("-b:v", "4M", "-maxrate", "6M", "-bufsize", "6M"))
    scene = Scene(60.0, events, height * 16 // 9, height, 30, noise=3.0)
    one = make(folder / "minute.mp4", scene, sound(60.0, muted=((20.0, 24.0),)), encode)
    out = folder / f"{minutes} min {height}p.mp4"
    ffmpeg("-stream_loop", str(minutes - 1), "-i", str(one), "-c", "copy", str(out))
    return out


def main() -> None:
    """Make the recording, measure each step, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--file", type=Path, help="measure on this file instead")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.file or made_recording(Path(folder), chosen.minutes, chosen.height)
        with open_media(path, Path(folder) / "scratch") as media:
            recording = media.probe()
        costs = {name: measured(step, path) for name, step in STEPS}
        picture = recording.stream("video")
        assert picture is not None
        what = (
            f"{recording.duration / 60:.0f} minutes, {picture.width_px}x{picture.height_px}, {picture.rate_hz:.0f}/s, "
        )
        what += f"{picture.codec}, {recording.size_bytes * 8 / recording.duration / 1e6:.1f} Mb/s"
    text = "\n".join(_table(what, costs))
    if chosen.file is None and chosen.minutes == 10:
        RESULTS.parent.mkdir(exist_ok=True)
        name = RESULTS if chosen.height == 720 else RESULTS.with_name(f"media_pass_{chosen.height}p.md")
        name.write_text(text, encoding="utf-8")
    print(text)


def _table(what: str, costs: dict[str, Cost]) -> list[str]:
    yardstick = costs[STEPS[0][0]].cpu
    rows = [
        f"| {n} | {c.cpu:.2f} | {c.wall:.1f} | {c.peak_mb:.0f} | {c.cpu / yardstick:.2f} |" for n, c in costs.items()
    ]
    return [
        "# Cost of the media pass",
        "",
        f"Written by `python -m tests.benchmarks.media_pass`. {what}. {os.cpu_count()} cores,",
        "other work on the machine; the cheapest of three runs of each step (one of full decode, review copy and",
        "everything). Peak memory: Python with its libraries, or ffmpeg where that is larger. Ratio: CPU against the",
        "keyframe-only decode of the same run.",
        "",
        "| step | CPU s | wall s | peak MB | ratio |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]


if __name__ == "__main__":
    main()
