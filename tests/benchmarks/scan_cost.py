"""What the scan costs in CPU seconds, against a keyframe-only decode and against one pass of ffmpeg's own filters.

The scan is all that the `Scan` stage does on a recording that is identified: the pass over picture and sound, sound
decoded to 16 kHz on disk, the frames decoded to place each edge, levels and curves. What identifies a recording
(sha256, table of packets) is given apart. Each step runs in a process of its own; starting Python and its libraries
is not counted, starting ffmpeg is. Edges of faults are placed by decoding, so recordings without and with many are
measured. The memory of an hour is measured on the same minutes again and again. Writes results/scan_cost.md.

    python -m tests.benchmarks.scan_cost [--work FOLDER]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av

from pipeline.media.program import ffmpeg_program
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence
from tests.benchmarks.media_pass import keyframes_only, measured, probe
from tests.pipeline.media.made import Encode, Event, Scene, ffmpeg, make, sound

RESULTS = Path(__file__).parent / "results" / "scan_cost.md"
FILTERS = ("-vf", "blackdetect,freezedetect", "-af", "silencedetect,ebur128")
SIZES = ((720, "4M"), (1080, "8M"))
GOPS = (1, 2)
"""seconds from key frame to key frame"""
DENSE = (
    Event("black", 20.37, 27.4),
    Event("freeze", 45.73, 53.73),
    Event("freeze_running_clock", 80.47, 86.5),
    Event("covered", 110.6, 119.63),
    Event("freeze", 140.3, 142.8),
    Event("still", 155.0, 163.0),
    Event("black", 170.2, 173.2),
)
RARE = 10
"""the same where key frames are so rare that all between them must be decoded"""
COVERED = (20.3, 25.0)
"""when a cover comes and goes, in each 45 s"""
MUTES = ((0.0, 20.0), (60.3, 80.3), (120.5, 130.5))
LONG = 60
"""minutes of the long recording"""


@dataclass(frozen=True)
class Made:
    """A made recording and when its picture changes its state, in seconds."""

    gop: int
    faults: str
    path: Path
    edges: Sequence[float] = ()


def keyframes_and_edges(path: Path, scratch: Path, edges: Sequence[float]) -> None:
    """The key frames, and every picture from the key frame before each edge to the edge: what it takes to look."""
    keyframes_only(path, scratch)
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.codec_context.thread_type = "NONE"
        for edge in edges:
            container.seek(round((edge - 0.001) / float(video.time_base or 1)), stream=video, backward=True)
            next(frame for frame in container.decode(video) if (frame.time or 0.0) >= edge - 0.001)


def scan(path: Path, scratch: Path) -> None:
    """Probe and the scan stage."""
    with open_media(path, scratch) as media:
        Scan()(Evidence(media.probe(), media), lambda share: None)


def filters(path: Path, scratch: Path) -> None:
    """One pass of ffmpeg's filters, on one thread as all else here."""
    command = [ffmpeg_program(), "-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1", "-i", str(path)]
    subprocess.run([*command, "-filter_threads", "1", *FILTERS, "-f", "null", "-"], check=True, capture_output=True)


def made_recordings(folder: Path, height: int, rate: str) -> Iterator[Made]:
    """The recordings of one size, 80 to 90 s long."""
    source = folder / f"source {height}p.mkv"
    if not source.exists():
        scene = Scene(45.0, (Event("covered", *COVERED),), height * 16 // 9, height, 30, noise=3.0)
        make(source, scene, sound(45.0, muted=((31.0, 34.0),)), Encode(gop=30, quality=12, preset="ultrafast"))
    for gop in GOPS:
        for name, seconds, times, edges in (("nothing", 20, 4, ()), ("a cover each 45 s", 45, 2, COVERED)):
            out = folder / f"{height}p GOP {gop} s {name}.mp4"
            if not out.exists():
                piece = folder / "piece.mp4"
                bits = ["-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", str(30 * gop), "-bf", "0"]
                ffmpeg("-t", str(seconds), "-i", str(source), "-c:v", "libx264", "-preset", "superfast", *bits,
                       "-sc_threshold", "0", "-c:a", "copy", str(piece))  # fmt: skip
                repeated(piece, out, times)
            yield Made(gop, name, out, [seconds * n + edge for n in range(times) for edge in edges])


def rare_recording(folder: Path, height: int, b_frames: int, rate: str) -> Made:
    """45 s with a cover, a key frame each `RARE` seconds."""
    out = folder / f"{height}p GOP {RARE} s, {b_frames} B frames.mp4"
    if not out.exists():
        bits = ["-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", str(30 * RARE), "-bf", str(b_frames)]
        ffmpeg("-i", str(folder / f"source {height}p.mkv"), "-c:v", "libx264", "-preset", "superfast", *bits,
               "-sc_threshold", "0", "-c:a", "copy", str(out))  # fmt: skip
    return Made(RARE, f"a cover in 45 s, {b_frames} B frames", out, COVERED)


def dense_recording(folder: Path, height: int, gop: int, rate: str) -> Made:
    """200 s with seven events in the picture and three mutes."""
    out = folder / f"{height}p GOP {gop} s dense.mp4"
    if not out.exists():
        scene = Scene(200.0, DENSE, height * 16 // 9, height, 30, noise=3.0)
        bits = ("-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-sc_threshold", "0")
        made = make(folder / "made.mp4", scene, sound(200.0, muted=MUTES), Encode(gop=30 * gop, b_frames=0, more=bits))
        made.rename(out)
    edges = [edge for event in DENSE if event.kind != "still" for edge in (event.start, event.end)]
    return Made(gop, f"{len(DENSE)} in 200 s", out, edges)


def repeated(piece: Path, out: Path, times: int) -> None:
    ffmpeg("-stream_loop", str(times - 1), "-i", str(piece), "-c", "copy", str(out))


def rows(folder: Path) -> Iterator[str]:
    """One row for each size, distance of key frames and content."""
    for height, rate in SIZES:
        dense = [dense_recording(folder, height, gop, rate) for gop in GOPS]
        usual = list(made_recordings(folder, height, rate))
        for made in (*usual, *dense, *(rare_recording(folder, height, b_frames, rate) for b_frames in (0, 3))):
            least = partial(keyframes_and_edges, edges=made.edges)
            keys, looked, whole, known = (measured(s, made.path).cpu for s in (keyframes_only, least, scan, probe))
            pass_ = measured(filters, made.path, 1).cpu
            cost = whole - known
            row = (
                f"| {height}p, {rate}b/s | {made.gop} s | {made.faults} | {keys:.2f} | {looked / keys:.2f} "
                f"| {pass_:.1f} | {cost:.2f} | {cost / keys:.2f} | 1/{pass_ / cost:.1f} | {known:.2f} "
                f"| {whole / keys:.2f} | 1/{pass_ / whole:.1f} |"
            )
            print(row, flush=True)
            yield row


def memory(folder: Path) -> Iterator[str]:
    """Peak memory of the scan on a few minutes and on an hour of the same."""
    short = folder / "720p GOP 2 s a cover each 45 s.mp4"
    hour = folder / "hour.mp4"
    if not hour.exists():
        repeated(short, hour, LONG * 60 // 90)
    peaks = {minutes: measured(scan, path, 1) for minutes, path in ((1.5, short), (LONG, hour))}
    for minutes, cost in peaks.items():
        yield f"- {minutes:g} minutes of 720p, GOP 2 s: {cost.peak_mb:.0f} MB at most; {cost.cpu:.1f} CPU s in all"


def main() -> None:
    """Make the recordings, measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="keep the made recordings here")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        text = "\n".join([*_head(), *rows(work), "", *memory(work), ""])
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _head() -> list[str]:
    return [
        "# CPU seconds of the scan",
        "",
        "Written by `python -m tests.benchmarks.scan_cost`: 80 to 90 s at 30 frames/s, H.264 at a constant rate",
        "(at which packet sizes say little), AAC; without a fault, and with a covered lens of 4.7 s and a mute",
        "each 45 s; 200 s with two black stretches, three freezes, a cover and a wearer who stands still. Where key",
        "frames lie further apart than a fault may last, all pictures are decoded but those that no other refers to.",
        f"{os.cpu_count()} cores with other work on them; the cheapest of several runs (filters: one).",
        "CPU seconds, own and of child processes, Python's start not counted. Keyframe-only: the key frames of",
        "the picture decoded on one thread, nothing else, no sound. With edges: the same, and every picture from",
        "the key frame before each true edge up to it, decoded and not looked at: what an edge on its own picture",
        "takes where nothing else tells. Filters: one ffmpeg pass of",
        "`blackdetect,freezedetect,silencedetect,ebur128` on one thread, picture and sound. Scan: all that the",
        "scan stage does: key frames decoded and measured, the sound decoded to 16 kHz on disk and measured,",
        "pictures decoded to place edges and to look for freezes. Identify: sha256 and the table of packets, read",
        "before it.",
        "",
        "| size | key frame each | faults | keyframe-only | with edges / keyframes | filters | scan | scan / keyframes "
        "| scan / filters | identify | both / keyframes | both / filters |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]


if __name__ == "__main__":
    main()
