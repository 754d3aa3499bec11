"""How well the embedded network finds overlapping speech on real and mixed conversations, frame by frame.

Nothing here was used to train or to choose the threshold. Writes results/overlap.md; about half a minute of processor
time.

    python -m tests.benchmarks.overlap [--data ../shared/data] [--weights models/data/overlap.onnx]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.overlap_network import FRAME_RATE_HZ, WEIGHTS, Array, OverlapNetwork, probabilities, spans_of
from models.training.vocal_effort import Line, read_sound
from tests.benchmarks.raised_voice import rttm_lines

RESULTS = Path(__file__).parent / "results" / "overlap.md"
FOLDERS = ("libri", "meeting", "ami")


def heard(data: Path, folder: str, weights: Path) -> Iterator[tuple[Array, NDArray[np.bool_]]]:
    """Probability of overlap and the truth, per frame, of each file of a folder."""
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    for path in sorted((data / "speech" / folder).glob("*.flac")):
        samples = read_sound(path)
        both = probabilities(samples, lambda x: np.asarray(session.run(None, {"features": x})[0]))[:, 2]
        yield both, truth_of(rttm_lines(path.with_suffix(".rttm"), 0.0), len(both))


def truth_of(lines: Sequence[Line], count: int) -> NDArray[np.bool_]:
    """Frames in which two or more voices speak."""
    voices = np.zeros(count, int)
    for speaker in {line.speaker for line in lines}:
        speaks = np.zeros(count, bool)
        for line in lines:
            if line.speaker == speaker:
                speaks[round(line.start * FRAME_RATE_HZ) : round(line.end * FRAME_RATE_HZ)] = True
        voices += speaks
    return np.asarray(voices >= 2)


def said_by(probability: Array, settings: OverlapNetwork) -> NDArray[np.bool_]:
    """Frames inside the spans that the network reports with these settings."""
    out = np.zeros(len(probability), bool)
    for span in spans_of(probability, settings):
        out[round(span.start * FRAME_RATE_HZ) : round(span.end * FRAME_RATE_HZ)] = True
    return out


def rows(measured: dict[str, list[tuple[Array, NDArray[np.bool_]]]], chosen: OverlapNetwork) -> Iterator[str]:
    """Precision and recall by set and pooled, at several thresholds."""
    yield "| threshold | " + " | ".join(f"{name} P / R" for name in (*measured, "pooled")) + " |"
    yield "|---" * (len(measured) + 2) + "|"
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        settings = replace(chosen, threshold=threshold)
        cells = [cell(files, settings) for files in measured.values()]
        cells.append(cell([f for files in measured.values() for f in files], settings))
        mark = " (chosen)" if abs(threshold - chosen.threshold) < 1e-9 else ""
        yield f"| {threshold:.1f}{mark} | " + " | ".join(cells) + " |"


def cell(files: Sequence[tuple[Array, NDArray[np.bool_]]], settings: OverlapNetwork) -> str:
    """ "precision / recall" over all frames of these files."""
    said = np.concatenate([said_by(p, settings) for p, _ in files])
    truth = np.concatenate([t for _, t in files])
    hit = (said & truth).sum()
    precision = f"{hit / said.sum():.2f}" if said.sum() else "-"
    return f"{precision} / {hit / max(1, truth.sum()):.2f}"


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    if not (arguments.data / "speech").is_dir():
        sys.exit(f"no recordings in {arguments.data}: pass the folder with --data")
    if not arguments.weights.is_file():
        sys.exit(f"no weights at {arguments.weights}: train them with python -m models.training.overlap")
    measured = {name: list(heard(arguments.data, name, arguments.weights)) for name in FOLDERS}
    ships = "the weights that ship" if arguments.weights == WEIGHTS else "weights that do not ship"
    text = f"# Overlapping speech\n\nFrames of 20 ms; {ships}.\n\n" + "\n".join(rows(measured, OverlapNetwork())) + "\n"
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
