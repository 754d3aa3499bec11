"""How many pictures of a film still show a face after `bwc redact --faces`.

A portrait (BWC_FACE_PICTURE, or the astronaut of scikit-image: NASA, public domain; never part of the project) moves,
grows, shrinks, brightens, darkens and goes behind a post, over made backgrounds; 24 s at 15 pictures a second, 640 x
360. A face counts as covered where the middle half of its place differs from the source's by more than coding does.
Needs the detector's weights. Writes results/faces.md.

    python -m tests.benchmarks.faces
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from models.face_detector import face_finder, probe
from tests.models.test_face_detector import portrait

RESULTS = Path(__file__).parent / "results" / "faces.md"
RATE_HZ, SECONDS, WIDTH_PX, HEIGHT_PX = 15, 24, 640, 360
COVERED = 20.0
"""mean difference (8-bit steps) of the middle of the place from which it is covered; coding differs by about 3"""
Picture = NDArray[np.uint8]


def pictures(
    face: Picture, seed: int, least_px: int, most_px: int
) -> Iterator[tuple[Picture, tuple[int, int, int], bool]]:
    """The film: each picture with left, top and side of the face's place, and whether the post hides it."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(40, 200, (9, 16, 3)).astype(np.uint8)
    ground = cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    phase = draw.uniform(0, 6, 3)
    for n in range(RATE_HZ * SECONDS):
        at = n / RATE_HZ
        size = round(least_px + (most_px - least_px) * (0.5 + 0.5 * np.sin(at / 3 + phase[0])))
        x = round((WIDTH_PX - size) * (0.5 + 0.5 * np.sin(at / 2.3 + phase[1])))
        y = round((HEIGHT_PX - size) * (0.5 + 0.5 * np.cos(at / 3.1 + phase[2])))
        light = 0.6 + 0.4 * np.sin(at / 1.7)
        picture = ground.copy()
        patch = cv2.resize(face, (size, size), interpolation=cv2.INTER_AREA) * (0.8 + 0.4 * light)
        picture[y : y + size, x : x + size] = np.clip(patch, 0, 255).astype(np.uint8)
        picture[:, 300:340] = 90
        hidden = x + size * 0.25 < 340 and x + size * 0.75 > 300
        yield picture, (x, y, size), hidden


def write(path: Path, film: list[Picture]) -> None:
    """H.264 of good quality."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE_HZ, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        for picture in film:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode(None))


def decoded(path: Path) -> list[Picture]:
    """All pictures, blue green red."""
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="bgr24") for frame in file.decode(video=0)]


def row(face: Picture, seed: int, least_px: int, most_px: int, folder: Path) -> str:
    """One film: made, covered, and looked at again."""
    made = list(pictures(face, seed, least_px, most_px))
    source, copy = folder / f"film{seed}.mp4", folder / f"film{seed}.covered.mp4"
    write(source, [picture for picture, _, _ in made])
    command = [sys.executable, "-m", "pipeline.cli", "redact", str(source), "--faces", "--out", str(copy)]
    done = subprocess.run([*command, "--store", str(folder / "none.db")], check=False, capture_output=True)
    before = decoded(source)
    after = decoded(copy) if done.returncode == 0 else before  # no face at all was found: there is no copy
    finder = face_finder()
    shown = alone = covered = found = 0
    for one, other, (_, (x, y, size), hidden) in zip(before, after, made, strict=True):
        middle = (slice(y + size // 4, y + size * 3 // 4), slice(x + size // 4, x + size * 3 // 4))
        apart = float(np.abs(one[middle].astype(int) - other[middle]).mean())
        shown += not hidden
        covered += not hidden and apart >= COVERED
        alone += not hidden and bool(finder.detect(one))
        found += bool(finder.detect(other))
    told = f"{alone} ({100 * alone / shown:.1f} %) | {covered} ({100 * covered / shown:.1f} %) | {found}"
    return f"| {least_px} to {most_px} | {shown} | {told} |"


def main() -> None:
    """Measure and write the table."""
    face = portrait()
    if face is None or not probe().available:
        sys.exit(f"nothing to measure with: {probe().reason}; or no picture of a face (BWC_FACE_PICTURE)")
    lines = ["# Faces covered by `bwc redact --faces`", "", *(__doc__ or "").split("\n\n")[1].splitlines(), ""]
    lines += [f"Detector: {face_finder().info.name}. One face, one portrait: not a figure for the street.", ""]
    lines.append(
        "| side of the portrait, px | pictures that show it | found, each by itself | covered | found in the copy |"
    )
    lines.append("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for seed, (least_px, most_px) in enumerate(((70, 200), (36, 70), (20, 36))):
            lines.append(row(face, seed, least_px, most_px, Path(scratch)))
            print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
