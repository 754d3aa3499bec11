"""Makes the sample media and their truth from the scenario files. Run from the repository's root:

    python -m sample_media.make [--out FOLDER] [--seed N] [SCENARIO.toml ...]

Needs the flite program (Debian: apt install flite). The same scenario, seed and versions of flite, numpy, OpenCV and
PyAV give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from sample_media.making import media_file, picture, sound, truth
from sample_media.making.scenario import Scenario, Take, read_scenario
from sample_media.making.truth import Row

HERE = Path(__file__).parent
SEED = 7
HEADING = """What is said and shown in the sample media, worked out from the scenarios by make.py. The fields are
explained in README.md. Times in a recording are seconds on its own clock; in an incident, seconds from its start."""


def make_recording(scenario: Scenario, take: Take, spoken: tuple[sound.Spoken, ...], out_dir: Path, seed: int) -> Row:
    """Write one file and return its truth."""
    path = out_dir / take.file
    key = zlib.crc32(take.file.encode())
    heard = sound.hear(take, spoken, np.random.default_rng([seed, key, 1]))
    seen = picture.frames(scenario, take, np.random.default_rng([seed, key, 2]))
    media_file.write(path, take, scenario.utc(take.start), seen, heard)
    return truth.recording_truth(scenario, take, spoken, hashlib.sha256(path.read_bytes()).hexdigest())


def make_incident(
    scenario: Scenario, out_dir: Path, seed: int = SEED, said: Callable[[str], None] = lambda line: None
) -> tuple[Row, list[Row]]:
    """Write every file of a scenario. Returns the truth of the incident and of its recordings.

    Raises ScenarioError where the truth would be in doubt (an overlap too short to tell). `said` gets a line per file.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    spoken = sound.speak(scenario)
    rows = []
    for take in scenario.takes:
        truth.recording_truth(scenario, take, spoken, "")
    for take in scenario.takes:
        rows.append(make_recording(scenario, take, spoken, out_dir, seed))
        said(f"{take.file}: {take.duration:.0f} s, {(out_dir / take.file).stat().st_size / 1e6:.2f} MB")
    return truth.incident_truth(scenario), rows


def make_all(scenario_files: Sequence[Path], out_dir: Path, seed: int = SEED) -> Path:
    """Make every scenario and write `truth.toml` beside the media."""
    incidents: list[Row] = []
    recordings: list[Row] = []
    for file in scenario_files:
        incident, rows = make_incident(read_scenario(file), out_dir, seed, print)
        incidents.append(incident)
        recordings += rows
    path = out_dir / "truth.toml"
    path.write_text(truth.to_toml({"incident": incidents, "recording": recordings}, HEADING), encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenario", nargs="*", type=Path, help="default: every file in sample_media/scenarios")
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    files = options.scenario or sorted((HERE / "scenarios").glob("*.toml"))
    print(make_all(files, options.out, options.seed))


if __name__ == "__main__":
    main()
