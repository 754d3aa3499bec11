"""How well faults of the picture (and mutes) are found on made clips with faults planted at random times.

Clips, sets and settings are in `picture_scenes`: thresholds were chosen on one set and are reported on others, which
differ in seeds, textures, noise, contrast, light of the cover and encoder settings. A fault is found if a finding
overlaps it by half of their union. Controls must stay silent, and so must the recordings under --data, which have none
of these faults. Writes results/picture_faults.md with every miss and false alarm.

    python -m tests.benchmarks.picture_faults [--work FOLDER] [--data ../shared/data/video] [--only chosen]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.contract import no_progress
from pipeline.detectors.frozen_picture import FrozenPicture
from pipeline.detectors.lens_covered import LensCovered
from pipeline.detectors.muted_audio import MutedAudio
from pipeline.detectors.picture_blurred import PictureBlurred
from pipeline.detectors.picture_damaged import PictureDamaged
from pipeline.detectors.recording_gap import RecordingGap
from pipeline.errors import NotMeasurable
from pipeline.media.recording_file import open_media
from pipeline.stages.scan import Scan
from pipeline.types import Evidence, Finding, Span
from tests.benchmarks.picture_scenes import Case, cases, truth_of
from tests.pipeline.media.made import make, overwritten, sound, with_gap

RESULTS = Path(__file__).parent / "results" / "picture_faults.md"
DETECTORS = (LensCovered(), FrozenPicture(), MutedAudio(), PictureBlurred(), RecordingGap(), PictureDamaged())
NEAR = 0.2
"""seconds within which an end counts as placed"""
OF_FINDING = {
    "dark_picture": "black",
    "lens_covered": "covered",
    "frozen": "frozen",
    "muted": "muted",
    "sound_ends_early": "muted",
    "no_sound": "muted",
    "picture_blurred": "blurred",
    "recording_gap": "gap",
    "picture_damaged": "damaged",
}
"""What each label stands for in the tables; black for covered and the other way round counts as found"""


@dataclass
class Tally:
    """Findings against truth for one kind of fault."""

    found: int = 0
    missed: int = 0
    false: int = 0
    errors: list[float] = field(default_factory=list)

    def row(self) -> str:
        near = sum(error <= NEAR for error in self.errors)
        worst = max(self.errors, default=0.0)
        return f"{self.found}/{self.found + self.missed} | {near}/{len(self.errors)} | {worst:.2f} | {self.false}"


@dataclass
class Scored:
    """One clip: tallies by kind, and what went wrong in words."""

    tallies: dict[str, Tally]
    remarks: list[str]


def found_in(path: Path) -> tuple[list[Finding], float, str]:
    """Findings of all detectors of this benchmark, the recording's length, and how the pictures were taken."""
    with tempfile.TemporaryDirectory() as scratch, open_media(path, Path(scratch)) as media:
        evidence = Scan()(Evidence(media.probe(), media), no_progress)
        method = "sound only" if evidence.picture is None else "picture"
    findings: list[Finding] = []
    for detector in DETECTORS:
        if all(getattr(evidence, name) is not None for name in detector.reads):
            try:
                findings += detector(evidence)
            except NotMeasurable:
                method += ", mutes not measurable"
    return findings, evidence.recording.duration, method


def scored(findings: Sequence[Finding], truth: Sequence[tuple[str, Span]]) -> Scored:
    """Match findings to planted faults, each at most once."""
    left, out = list(findings), Scored({}, [])
    for kind, planted in truth:
        tally = out.tallies.setdefault(kind, Tally())
        hit = next((f for f in left if _same(OF_FINDING[f.label], kind) and _overlaps(f.span, planted)), None)
        if hit is None:
            tally.missed += 1
            out.remarks.append(f"missed {kind} {planted.start:.2f}-{planted.end:.2f}")
            continue
        left.remove(hit)
        tally.found += 1
        errors = [abs(hit.start - planted.start), abs(hit.end - planted.end)]
        tally.errors += errors
        if max(errors) > NEAR:
            out.remarks.append(f"{kind} {planted.start:.2f}-{planted.end:.2f} found as {hit.start:.2f}-{hit.end:.2f}")
    for finding in left:
        out.tallies.setdefault(OF_FINDING[finding.label], Tally()).false += 1
        out.remarks.append(f"false {finding.label} {finding.start:.2f}-{finding.end:.2f}")
    return out


def _same(one: str, other: str) -> bool:
    return one == other or {one, other} == {"black", "covered"}


def _overlaps(one: Span, other: Span) -> bool:
    shared = one.overlap(other)
    return shared >= 0.5 * (one.duration + other.duration - shared)


def made(case: Case, work: Path) -> Path:
    """The clip's file, made where it is not there yet."""
    path = work / f"{case.part}-{case.scene.seed}{case.suffix}"
    if path.exists():
        return path
    plain = path if not case.damage else path.with_stem(path.stem + "-whole")
    make(plain, case.scene, sound(case.scene.duration, case.muted, seed=case.scene.seed), case.encode)
    if case.damage:
        kind, start, end = case.damage
        if kind == "gap":
            with_gap(plain, path, start, end - start)
        else:
            overwritten(plain, path, start, end, zeros=kind == "zeros")
        plain.unlink()
    return path


def main() -> None:
    """Make the clips, scan them, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="keep the made clips here")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/video"))
    parser.add_argument(
        "--only",
        choices=("chosen", "reported", "fresh", "folds", "standing"),
        help="one set alone; nothing is written then",
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = chosen.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        rows, totals, remarks = _all(work, chosen.only)
    text = "\n".join([*_HEAD, *_summary(totals), "", *_remarks(remarks), *_clips(rows), *_real(chosen.data), ""])
    if not chosen.only:
        RESULTS.write_text(text, encoding="utf-8")
    print(text)


_HEAD = (
    "# Faults of the picture on made clips",
    "",
    "Written by `python -m tests.benchmarks.picture_faults`. Faults of 2 s and more at random times; thresholds were",
    "chosen on the set `chosen`; `reported` has other seeds, textures, noise, covers and encoder settings, and was",
    "looked at since (49 of 50 freezes when first run). `fresh` was made after the rules: other encoders, open groups",
    "of pictures, a camera on a shelf, harder controls. Its first run found 32 of 40 freezes, 19 of 20 black and 19 of",
    "20 covered, with 1 false alarm; then open groups of pictures and AV1, which it had shown to be read wrongly, were",
    "mended, a rule for freezes in a still scene added and one at 5 frames a second narrowed. `folds` came with the",
    "rule for cloth with folds, of which other clips had shown the need; its first run found 9 of 10 covers, with 1",
    "false freeze and 2 false covers where somebody stands in the dark between lit places (mended since: what is dark",
    "there has the shapes of what was light). `standing` (a wearer who hardly moves, a camera on a shelf,",
    "encodes that leave the noise out between key frames) was made after the rules for key frames of a held picture;",
    "its first run ended with an error (a stretch that stopped after it had jumped, mended), its second found 7 of 18",
    "freezes, 9 of 9 black and 9 of 9 covered, none false. What it missed showed that encoders which look ahead give",
    "freezes away by the bytes of key frames, and the rule for it came from there. Ends: how many of the starts and",
    f"ends found lie within {NEAR} s of the truth, and the largest error in seconds.",
    "",
    "| set | fault | found/planted | ends within 0.2 s | largest error | false alarms |",
    "|---|---|---|---|---|---|",
)


def _all(work: Path, only: str | None) -> tuple[list[str], dict[tuple[str, str], Tally], list[str]]:
    rows, remarks = [], []
    totals: dict[tuple[str, str], Tally] = {}
    for case in cases():
        if only not in (None, case.part):
            continue
        result = scored(found_in(made(case, work))[0], truth_of(case))
        for kind, one in result.tallies.items():
            total = totals.setdefault((case.part, kind), Tally())
            total.found, total.missed = total.found + one.found, total.missed + one.missed
            total.false, total.errors = total.false + one.false, total.errors + one.errors
        planted = sum(t.found + t.missed for t in result.tallies.values())
        found = sum(t.found for t in result.tallies.values())
        false = sum(t.false for t in result.tallies.values())
        rows.append(f"| {case.part} | {case.group} | {case.name} | {found}/{planted} | {false} |")
        remarks += [f"- {case.part}, {case.name}: {remark}" for remark in result.remarks]
        print(rows[-1], *result.remarks, flush=True)
    return rows, totals, remarks


def _summary(totals: dict[tuple[str, str], Tally]) -> Iterator[str]:
    for (part, kind), tally in sorted(totals.items()):
        yield f"| {part} | {kind} | {tally.row()} |"


def _remarks(remarks: Sequence[str]) -> Iterator[str]:
    yield "Misses, ends further off and false alarms:" if remarks else "No miss, no end further off, no false alarm."
    yield from remarks
    yield ""


def _clips(rows: Sequence[str]) -> Iterator[str]:
    yield from ("| set | group | clip | found/planted | false |", "|---|---|---|---|---|", *rows, "")


def _real(folder: Path) -> Iterator[str]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    yield f"Recordings without such faults: {len(files)} files."
    for path in files:
        findings, duration, method = found_in(path)
        said = "; ".join(f"{f.label} {f.start:.1f}-{f.end:.1f}" for f in findings) or "nothing reported"
        yield f"- {path.name} ({duration:.0f} s, {method}): {said}"


if __name__ == "__main__":
    main()
