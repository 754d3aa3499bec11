"""The merged transcript of the sample incident against what was said: once each, by whom, and with fewer errors?

Analyses `maple_street` of sample_media (three files of two cameras) with the embedded backends, or reads a store where
that was done. The joining gates were chosen while looking at this incident: it shows that the parts work together, not
how well they do elsewhere. Writes results/incident_transcript.md; a minute and a half of processor time.

    python -m tests.benchmarks.incident_transcript [--store bwc.db]
"""

from __future__ import annotations

import argparse
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.batch import Request, analyse, finish
from pipeline.config import Analysis, Settings
from pipeline.run_incidents import incident_evidence
from pipeline.store import Store
from pipeline.types import HeardTurn, IncidentEvidence, Span, Turn
from tests.benchmarks.metrics import spoken_words, word_errors

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_media"
RESULTS = Path(__file__).parent / "results" / "incident_transcript.md"
NAME = "maple street"


@dataclass(frozen=True)
class Said:
    """An utterance as the script has it, on the incident's clock, and the files that could hear it."""

    span: Span
    speaker: str
    text: str
    files: tuple[str, ...]


def truth() -> list[Said]:
    """Every utterance once, by time."""
    table: dict[str, Any] = tomllib.loads((SAMPLES / "truth.toml").read_text(encoding="utf-8"))
    said: dict[tuple[float, str, str], list[str]] = {}
    ends: dict[tuple[float, str, str], float] = {}
    for recording in table["recording"]:
        if recording["incident"] == "maple_street":
            for turn in recording.get("turn", ()):
                key = (round(turn["start"] + recording["offset"], 2), turn["speaker"], turn["text"])
                said.setdefault(key, []).append(recording["file"])
                ends[key] = turn["end"] + recording["offset"]
    return [Said(Span(k[0], ends[k]), k[1], k[2], tuple(files)) for k, files in sorted(said.items())]


def analysed(folder: Path) -> Path:
    """A new store with the incident."""
    store = folder / "bwc.db"
    settings = Settings(analysis=Analysis(review_copies=False))
    paths = sorted(SAMPLES.glob("maple_street_cam_*.mp4"))
    request = Request(paths, store, settings, incident=NAME)
    finish(request, list(analyse(request, lambda files: None, lambda path, step, share: None)))
    return store


def given(said: Sequence[Said], turns: Iterable[Turn]) -> list[list[Turn]]:
    """The turns of each utterance: every turn goes to the utterance that it shares most time with."""
    out: list[list[Turn]] = [[] for _ in said]
    for turn in turns:
        shared = [s.span.overlap(turn.span) for s in said]
        if max(shared, default=0.0) > 0:
            out[shared.index(max(shared))].append(turn)
    return out


def errors(said: Sequence[Said], turns: Sequence[Sequence[Turn]]) -> float:
    """Word errors over words; each utterance against all that was written down for it."""
    wrong = sum(
        word_errors(spoken_words(s.text), [w for t in own for w in spoken_words(t.text)])
        for s, own in zip(said, turns, strict=True)
    )
    return wrong / sum(len(spoken_words(s.text)) for s in said)


def speakers_right(said: Sequence[Said], turns: Sequence[Sequence[HeardTurn]]) -> tuple[float, int, int]:
    """Share of the utterances' time under the right speaker (each found one stands for whom it hears most), the number
    of speakers found and true."""
    seconds: Counter[tuple[str | None, str]] = Counter()
    for s, own in zip(said, turns, strict=True):
        for turn in own:
            seconds[turn.voice, s.speaker] += s.span.overlap(turn.span)  # type: ignore[assignment]  # seconds
    found = {voice for voice, _ in seconds}
    best = {voice: max((s for v, s in seconds if v == voice), key=lambda s: seconds[voice, s]) for voice in found}
    right = sum(value for (voice, speaker), value in seconds.items() if best[voice] == speaker)
    return right / sum(seconds.values()), len(found), len({s.speaker for s in said})


def table(incident: IncidentEvidence) -> str:
    """The results as Markdown."""
    said, merged = truth(), incident.turns or ()
    own = given(said, merged)
    share, found, true = speakers_right(said, own)  # type: ignore[arg-type]  # merged turns are HeardTurns
    counts = Counter(min(len(turns), 2) for turns in own)
    lines = [
        "# One transcript of the sample incident's cameras",
        "",
        "Made by `python -m tests.benchmarks.incident_transcript` with "
        + "; ".join(sorted({f"{b.name} {b.version}" for m in incident.members for b in m.evidence.backends.values()}))
        + ". The gates were chosen on this incident.",
        "",
        "| | |",
        "|---|---|",
        f"| utterances in the script | {len(said)} |",
        f"| turns of all cameras | {sum(len(m.evidence.turns or ()) for m in incident.members)} |",
        f"| merged turns | {len(merged)} |",
        f"| utterances that stand once / more than once / not at all | {counts[1]} / {counts[2]} / {counts[0]} |",
        f"| speakers found / true | {found} / {true} |",
        f"| time under the right speaker | {share:.0%} |",
        *(_row_of_clock(incident)),
        "",
        "| words of | utterances that the camera could hear | its word errors | merged, on the same |",
        "|---|---|---|---|",
    ]
    for member in incident.members:
        file = member.evidence.recording.path.name
        could = [n for n, s in enumerate(said) if file in s.files]
        moved = [_moved(t, member.offset) for t in member.evidence.turns or ()]
        alone = errors([said[n] for n in could], [given(said, moved)[n] for n in could])
        together = errors([said[n] for n in could], [own[n] for n in could])
        lines.append(f"| {file} | {len(could)} | {alone:.2f} | {together:.2f} |")
    return "\n".join(lines) + "\n"


def _row_of_clock(incident: IncidentEvidence) -> Iterable[str]:
    offsets: dict[str, Any] = tomllib.loads((SAMPLES / "truth.toml").read_text(encoding="utf-8"))
    true = {r["file"]: r["offset"] for r in offsets["recording"]}
    off = [abs(m.offset - true[m.evidence.recording.path.name]) * 1000 for m in incident.members]
    yield f"| largest error of an offset (a voice 4 m away is 12 ms late) | {max(off):.0f} ms |"


def _moved(turn: Turn, offset: float) -> Turn:
    return Turn(turn.start + offset, turn.end + offset, turn.voice, turn.role, turn.text)


def main() -> None:
    """Runs the benchmark and writes its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, help="a store with the incident; default: analyse it now")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.store or analysed(Path(folder))
        with Store(path, create=False) as store:
            files = {p.name for p in SAMPLES.glob("maple_street_cam_*.mp4")}
            chosen = next(
                i for i in store.incidents() if {store.recording(r).path.name for r, _, _ in i.recordings} == files
            )
            text = table(incident_evidence(chosen, store))
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
