"""How well camera beeps are told from speech, shouts and noise.

False alarms are counted over all of the sound, although an analysis looks only beside starts, mutes and stops. The
bounds were looked at on conversations, read speech, noise and the mixed shouts; `held out` are single speakers (a
quarter of them heard once before) and shouting actors. Recall: made tones of 0.1 to 0.35 s laid over speech. Writes
results/tones.md.

    python -m tests.benchmarks.tones [--data ../shared/data]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from models.contract import SAMPLE_RATE_HZ, Samples
from pipeline.stages.tones import tones_in
from tests.benchmarks.raised_voice import read_sound

RESULTS = Path(__file__).parent / "results" / "tones.md"
PARTS = (
    ("looked at", "conversations, read speech", ("speech/ami", "speech/libri", "speech/meeting", "speech/read")),
    ("looked at", "noise", ("noise",)),
    ("looked at", "mixed with shouts", ("shout/mixed",)),
    ("held out", "single speakers", ("speech/speakers",)),
    ("held out", "actors, calm and shouting", ("shout/ravdess", "shout/emodb")),
)
TRIED = 100


def parts(data: Path) -> Iterator[tuple[str, str, list[Path]]]:
    """(part, kind, files)."""
    for part, kind, folders in PARTS:
        yield part, kind, [path for folder in folders for path in sorted((data / folder).rglob("*.flac"))]


def false_alarms(files: Sequence[Path]) -> tuple[float, int]:
    """Hours listened to, and tones reported."""
    seconds, found = 0.0, 0
    for path in files:
        samples = read_sound(path)
        seconds += len(samples) / SAMPLE_RATE_HZ
        found += len(list(tones_in(samples, 0.0)))
    return seconds / 3600, found


def beep(hz: float, seconds: float, overtones: bool) -> Samples:
    """A tone with edges of 5 ms; with overtones as a piezo sounder makes them."""
    at = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    wave = np.sin(2 * np.pi * hz * at)
    if overtones:
        wave = wave + 0.3 * np.sin(6 * np.pi * hz * at) * (3 * hz < 7000)
    edge = np.minimum(1.0, np.minimum(at, seconds - at) / 0.005)
    return np.asarray(wave * edge, np.float32)


def found_over(speech: Samples, over_db: float) -> float:
    """Share of made tones found, so much louder than the speech under them."""
    draw, hits = np.random.default_rng(7), 0
    level = float(np.sqrt(np.mean(speech**2))) * 10 ** (over_db / 20) * np.sqrt(2)
    for number in range(TRIED):
        first = int(draw.integers(0, len(speech) - 3 * SAMPLE_RATE_HZ))
        piece = speech[first : first + 3 * SAMPLE_RATE_HZ].copy()
        hz, seconds, at = float(draw.uniform(900, 4300)), float(draw.uniform(0.1, 0.35)), float(draw.uniform(0.5, 2.4))
        tone = beep(hz, seconds, number % 2 == 0) * level
        start = round(at * SAMPLE_RATE_HZ)
        piece[start : start + len(tone)] += tone
        hits += any(abs(t.start - at) < 0.05 and abs(t.hz - hz) < 40 for t in tones_in(piece, 0.0))
    return hits / TRIED


def measure(data: Path) -> Iterator[str]:
    """The tables, line by line."""
    yield "| part | sound | hours | tones reported | an hour |"
    yield "|---|---|---|---|---|"
    for part, kind, files in parts(data):
        hours, found = false_alarms(files)
        yield f"| {part} | {kind} | {hours:.2f} | {found} | {found / max(1e-9, hours):.1f} |"
    yield ""
    yield "| tone over the speech, dB | found |"
    yield "|---|---|"
    speech = read_sound(data / "speech" / "libri" / "libri1.flac")
    for over_db in (30, 20, 15, 10, 5, 0):
        yield f"| {over_db} | {found_over(speech, over_db):.2f} |"


HEAD = """# Tones of the camera

By `tests/benchmarks/tones.py`. False alarms over all of the sound; an analysis looks only within 3 s of where sound
begins, is muted, comes back or ends. No recording of a real camera's beeps was at hand: recall is of made tones.
The bounds for tones under speech were chosen with all these parts in view, so `held out` holds for the others alone."""


def main() -> None:
    """Measure, print and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    text = HEAD + "\n\n" + "\n".join(measure(parser.parse_args().data)) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
