"""How far apart covered and uncovered are for the check, what words a draft transcript lets slip, and what it costs.

Places: made scenes and short pieces of the sample media, covered in each way, and not covered at all; `likeness` is
what the check compares with its bound. The bound was chosen on made scenes; pieces of the sample media report it.
Words: names and numbers of the sample media's true text, against what is covered by the transcript of a store (analysed
with the embedded recogniser). Cost: a process of its own for each length. Writes results/redaction.md.

    python -m tests.benchmarks.redaction [--store demo/demo.db] [--media sample_media]
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.media.probe import probe
from pipeline.policy import Policy, load_policy
from pipeline.redaction import check as looked
from pipeline.redaction.plan import Cover, Key, Plan, Region, Shape, SoundCover, SoundSpan
from pipeline.redaction.render import render
from pipeline.redaction.spoken import named_spans, number_spans
from pipeline.store import Store
from pipeline.types import Span, Turn, Word
from tests.pipeline.media.made import Event, Scene, ffmpeg, make, sound

RESULTS = Path(__file__).parent / "results" / "redaction.md"
DUE = Span(0.5, 3.5)
PLACES = {
    "large (30 x 40 %)": (Key(0.5, 0.1, 0.1, 0.3, 0.4), Key(3.5, 0.6, 0.5, 0.3, 0.4)),
    "small (8 x 14 %)": (Key(0.5, 0.1, 0.2, 0.08, 0.14), Key(3.5, 0.8, 0.7, 0.08, 0.14)),
}


@dataclass(frozen=True)
class Row:
    """Likeness of one source with one cover (None: uncovered), over all places and pictures."""

    source: str
    chosen_on: bool
    cover: str
    values: np.ndarray


def sources(folder: Path, media: Path) -> Iterator[tuple[str, bool, Path]]:
    """(name, whether the bound was chosen on it, file)."""
    yield "made street, day", True, make(folder / "day.mp4", Scene(4.0), sound(4.0))
    night = Scene(4.0, width=160, height=120, events=(Event("night", 0, 4),))
    yield "made street, night, 160x120", True, make(folder / "night.mp4", night, sound(4.0))
    yield "made street, other seed, noisy", True, make(folder / "noisy.mp4", Scene(4.0, seed=5, noise=9.0), sound(4.0))
    pattern = folder / "pattern.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=15", "-f", "lavfi", "-i", "sine=440:r=48000", "-t", "4", str(pattern)
    )
    yield "test pattern, hard edges", True, pattern
    for path in sorted(media.glob("*.mp4"))[:3]:
        piece = folder / f"piece {path.name}"
        ffmpeg("-ss", "20", "-i", str(path), "-t", "4", "-vf", "scale=426:-2,fps=15", "-c:a", "aac", str(piece))
        yield f"sample {path.stem}", False, piece


def likenesses(path: Path, cover: Cover | None, out: Path) -> np.ndarray:
    """What the check sees in every covered place of every picture."""
    probed, values = probe(path, "a" * 64), []
    for keys in PLACES.values():
        region = Region(DUE, keys, Shape.ELLIPSE, cover or Cover.FILL)
        done = render(path, probed, probed.recording.span, Plan(regions=(region,) if cover else ()), out)
        made = probe(out, "")
        values += [v for _, v in looked._pictures(path, probed, out, made, done, (region,), lambda share: None)]
    return np.array(values)


def picture_rows(folder: Path, media: Path) -> Iterator[Row]:
    for name, chosen_on, path in sources(folder, media):
        for cover in (*Cover, None):
            yield Row(
                name, chosen_on, cover.value if cover else "uncovered", likenesses(path, cover, folder / "out.part")
            )


def sound_rows(folder: Path, media: Path) -> Iterator[tuple[str, str, float]]:
    """(source, cover, correlation) of covered and uncovered speech."""
    for path in sorted(media.glob("*.mp4"))[:3]:
        piece = folder / f"speech {path.stem}.m4a"
        ffmpeg("-ss", "20", "-i", str(path), "-t", "6", "-vn", "-c:a", "aac", str(piece))
        probed = probe(piece, "a" * 64)
        for cover in (*SoundCover, None):
            each = SoundSpan(Span(1, 5), cover or SoundCover.MUTE)
            out = folder / "sound.part"
            done = render(piece, probed, probed.recording.span, Plan(sound=(each,) if cover else ()), out)
            made = probe(out, "")
            yield path.stem, cover.value if cover else "uncovered", looked._heard(piece, probed, out, made, done, each)


def spoken_rows(store: Store, truth: Path, policy: Policy) -> Iterator[tuple[str, int, int, float]]:
    """(what, true words, covered to half or more, seconds covered in all) with the transcript of the store."""
    table = tomllib.loads(truth.read_text(encoding="utf-8"))
    counts = {"names": [0, 0, 0.0], "numbers": [0, 0, 0.0]}
    files = {r.path.name: r for r in store.recordings()}
    for entry in table["recording"]:
        recording = files.get(Path(entry["file"]).name)
        if recording is None:
            continue
        true_turns = [_turn(u) for u in entry.get("turn", [])]
        turns = store.turns(recording.id)
        for what, wanted, found in (
            ("names", named_spans(true_turns, policy), named_spans(turns, policy, draft=True)),
            ("numbers", number_spans(true_turns), number_spans(turns, draft=True)),
        ):
            words = [w for t in true_turns for w in t.words if _inside(w, wanted) > 0.9]
            counts[what][0] += len(words)
            counts[what][1] += sum(_inside(w, found) >= 0.5 for w in words)
            counts[what][2] += sum(s.span.duration for s in found)
    for what, (count, covered, seconds) in counts.items():
        yield what, int(count), int(covered), seconds


def _turn(row: dict[str, Any]) -> Turn:
    """A true utterance with the times of its words, as the truth has them (without capitals and stops)."""
    texts = str(row["text"]).split()
    timed = [(float(a), float(b)) for _, a, b in row.get("words", [])]
    if len(timed) != len(texts):
        each = (row["end"] - row["start"]) / max(1, len(texts))
        timed = [(row["start"] + n * each, row["start"] + (n + 1) * each) for n in range(len(texts))]
    words = tuple(Word(t, a, b) for t, (a, b) in zip(texts, timed, strict=True))
    return Turn(row["start"], row["end"], None, None, str(row["text"]), words)


def _inside(word: Word, spans: Sequence[SoundSpan]) -> float:
    held = sum(max(0.0, min(word.end, s.span.end) - max(word.start, s.span.start)) for s in spans)
    return held / max(1e-6, word.end - word.start)


def _cost(path: Path, out: Path, answers: multiprocessing.Queue[tuple[float, float, float]]) -> None:
    probed = probe(path, "a" * 64)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time()
    region = Region(probed.recording.span, PLACES["large (30 x 40 %)"], Shape.ELLIPSE, Cover.BLUR)
    plan = Plan(regions=(region,), sound=(SoundSpan(Span(1, 5)),))
    done = render(path, probed, probed.recording.span, plan, out)
    rendered = time.process_time() - began
    looked.check(path, probed, out, done, plan)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put(
        (rendered / probed.recording.duration, (time.process_time() - began) / probed.recording.duration, peak - before)
    )


def cost_rows(folder: Path) -> Iterator[tuple[float, float, float, float]]:
    """(minutes, CPU seconds per second to render, with the check, MB above the start) for two lengths of 720p."""
    short = make(folder / "short.mp4", Scene(15.0, width=1280, height=720, noise=3.0), sound(15.0))
    for times in (1, 6):
        path = folder / f"long {times}.mp4"
        ffmpeg("-stream_loop", str(times - 1), "-i", str(short), "-c", "copy", str(path))
        context = multiprocessing.get_context("spawn")
        answers: multiprocessing.Queue[tuple[float, float, float]] = context.Queue()
        process = context.Process(target=_cost, args=(path, folder / "cost.part", answers))
        process.start()
        found = answers.get(timeout=900)
        process.join()
        yield (0.25 * times, *found)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("demo/demo.db"))
    parser.add_argument("--media", type=Path, default=Path("sample_media"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pictures = [
            [r.source, "chosen on" if r.chosen_on else "reported on", r.cover, str(len(r.values)),
             f"{np.percentile(r.values, 5):.2f}", f"{np.mean(r.values):.2f}", f"{r.values.max():.2f}"]
            for r in picture_rows(folder, options.media)
        ]  # fmt: skip
        sounds = [[source, cover, f"{value:.2f}"] for source, cover, value in sound_rows(folder, options.media)]
        costs = [[f"{m:.2f}", f"{a:.2f}", f"{b:.2f}", f"{c:.0f}"] for m, a, b, c in cost_rows(folder)]
    words: list[list[str]] = []
    if options.store.exists():
        with Store(options.store, create=False) as store:
            words = [
                [what, str(count), str(covered), f"{seconds:.1f}"]
                for what, count, covered, seconds in spoken_rows(store, options.media / "truth.toml", load_policy(None))
            ]
    RESULTS.write_text(TEXT.format(
        bound=looked.PICTURE_BOUND, sound_bound=looked.SOUND_BOUND,
        pictures=table(("source", "", "cover", "places", "5 %", "mean", "largest"), pictures),
        sounds=table(("speech of", "cover", "largest correlation"), sounds),
        words=table(("what", "true words", "covered", "seconds covered in all"), words) if words else "No store given.",
        costs=table(("minutes of 720p15", "CPU s per s, rendered", "with the check", "MB above the start"), costs),
    ), encoding="utf-8")  # fmt: skip


TEXT = """# Covered copies

Written by `python -m tests.benchmarks.redaction`. Synthetic pictures and voices throughout.

## Places: what the check compares with its bound of {bound}

{pictures}

Uncovered places with a low 5 % are flat in that picture: one grey, in which there is nothing to compare.

## Sound: what the check compares with its bound of {sound_bound}

{sounds}

## Spoken names and numbers, covered by the draft transcript of the embedded recogniser

Names and numbers of the true text of the sample media (found in it by the same rules), and how many of them are covered
to half or more when the recogniser's own words are gone by.

{words}

## Cost

{costs}
"""

if __name__ == "__main__":
    main()
