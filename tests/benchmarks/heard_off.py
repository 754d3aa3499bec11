"""Officers heard on another camera while their own is off: five scripts that nothing was tuned on, cameras cut short.

Each script is run from the sound alone with its second camera starting late, or its first one ending early; those with
three cameras and more both ways. Truth is the script: who wears a camera says at least a second, and three words, clear
of its recordings while another camera runs. The other cameras are the controls. Needs flite. Takes about six minutes of
processor time.

    python -m tests.benchmarks.heard_off [--only parking_garage]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline import incidents as laid
from pipeline.config import Analysis, Settings
from pipeline.detectors.heard_while_camera_off import HeardWhileCameraOff
from pipeline.types import Finding, IncidentEvidence
from sample_media.making.scenario import Scenario, read_scenario
from sample_media.making.sound import Spoken, speak
from tests.benchmarks.incidents import SCRIPTS, Heard, analysed, heard, write

RESULTS = Path(__file__).parent / "results" / "heard_off.md"
MARGIN = HeardWhileCameraOff.margin
LATE, EARLY = 0.45, 0.55
"""share of the script's length at which the second camera starts, and at which the first one ends"""
Case = tuple[str, str]
"""camera, "before" or "after" """


def cut(scenario: Scenario, how: str) -> Scenario:
    """The scenario with its second camera starting late, or its first one ending early."""
    takes = list(scenario.takes)
    end = max(t.end for t in takes)
    if how == "late":
        takes[1] = replace(takes[1], start=round(LATE * end), buffer=0)
    else:
        takes[0] = replace(takes[0], end=round(EARLY * end))
    return replace(scenario, takes=tuple(takes))


def truth(files: Sequence[Heard], spoken: Sequence[Spoken]) -> dict[Case, float]:
    """Seconds that each wearer says clear of the own camera, where another one runs; below a second: nothing."""
    out: dict[Case, float] = {}
    for own in files:
        others = [f for f in files if f is not own]
        for side in ("before", "after"):
            seconds, words = 0.0, 0
            for item in (s for s in spoken if s.speaker.id == own.take.wearer):
                said = [w for w in item.words if _clear(own, w, side) and any(_runs(o, w) for o in others)]
                seconds += said[-1][2] - said[0][1] if said else 0.0
                words += len(said)
            if seconds >= 1.0 and words >= 3:
                out[own.take.device, side] = round(seconds, 1)
    return out


def _clear(own: Heard, word: tuple[str, float, float], side: str) -> bool:
    return word[2] <= own.start - MARGIN if side == "before" else word[1] >= own.take.end + MARGIN


def _runs(one: Heard, word: tuple[str, float, float]) -> bool:
    return one.start <= word[1] and word[2] <= one.take.end


def found_in(evidence: IncidentEvidence) -> dict[Case, Finding]:
    """What the detector says, by camera and side."""
    sides = {"heard_before_camera_on": "before", "heard_after_camera_off": "after"}
    return {(str(f.evidence["device"]), sides[f.label]): f for f in HeardWhileCameraOff()(evidence)}


def rows(path: Path, number: int, how: str) -> Iterator[tuple[str, bool, bool]]:
    """A line of the table, whether it was planted, and whether it was found, for each camera and side."""
    scenario = cut(read_scenario(path), how)
    spoken = speak(scenario)
    files = list(heard(scenario, spoken, number))
    with tempfile.TemporaryDirectory() as folder:
        for one in files:
            write(Path(folder) / one.take.file, one, scenario)
        incident, evidence = analysed(Path(folder), scenario.name, Settings(analysis=Analysis(review_copies=False)))
    planted, found = truth(files, spoken), found_in(laid.incident_evidence(incident, evidence))
    for case in [(f.take.device, side) for f in files for side in ("before", "after")]:
        said = found.get(case)
        line = f"| {scenario.name}, {how} | {case[0]} | {case[1]} | {planted.get(case, '')} | "
        line += f"{said.evidence['seconds_heard']} | {said.score} |" if said else " | |"
        yield line, case in planted, said is not None


def measure(paths: Sequence[Path]) -> Iterator[str]:
    """The tables, line by line."""
    yield "| script | camera | side | seconds said (truth) | seconds heard | score |"
    yield "|---|---|---|---|---|---|"
    tally = {(planted, found): 0 for planted in (True, False) for found in (True, False)}
    for number, path in enumerate(paths):
        cameras = len(read_scenario(path).takes)
        for how in ("late", "early") if cameras > 2 else (("late", "early")[number % 2],):
            for line, planted, found in rows(path, number, how):
                tally[planted, found] += 1
                if planted or found:
                    yield line
    yield ""
    planted, other = sum(tally[True, f] for f in (True, False)), sum(tally[False, f] for f in (True, False))
    yield f"Planted {planted}, found {tally[True, True]}; sides without any {other}, false {tally[False, True]}."


HEAD = """# Heard on another camera while the own one is off

Five scripts with synthetic voices (flite) that nothing was tuned on, each from the sound alone with one camera cut
short (`tests/benchmarks/heard_off.py`). A row is a camera and a side; rows with nothing planted and nothing found are
left out."""


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    paths = [p for p in sorted(SCRIPTS.glob("*.toml")) if not arguments.only or p.stem in arguments.only]
    text = HEAD + "\n\n" + "\n".join(measure(paths)) + "\n"
    print(text)
    if not arguments.only:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
