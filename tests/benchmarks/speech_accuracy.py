"""Word error and diarization error of each speech backend that can run here, on recordings of real people.

Words: `read/` (six files read aloud, with exact text), through the stages, so with the speech that Silero finds.
Voices: `meeting/` (AMI, 60 s), `libri/` (three mixes of read speech, a third of the turns overlapping), `ami/` (seven
excerpts of 30 s, some far-field), each also with noise at 10 dB, and made conversations with shouting, with a collar of
0.25 s and overlaps scored. Nothing was fitted on these files or on a speaker in them. Takes ten minutes on one core.

    python -m tests.benchmarks.speech_accuracy [../shared/data/speech] [--whisper FOLDER] [--pyannote FOLDER]
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import util
from pathlib import Path

import click

from models.contract import SAMPLE_RATE_HZ, BackendInfo, Diarizer, Transcriber, no_progress
from models.embedded_diarizer import EmbeddedDiarizer
from models.pocketsphinx import PocketSphinx
from models.silero import Silero
from models.training.speaker_voices import decoded
from pipeline.stages.speech import Speech
from pipeline.stages.transcribe import Transcribe
from pipeline.types import Evidence, Span, merged
from tests.benchmarks.metrics import DiarizationError, Said, diarization_error, read_rttm, spoken_words, word_errors
from tests.benchmarks.voices import FOLDERS, noisy, recordings, score, shouting, voice_rows
from tests.pipeline.stages.audio_in_memory import evidence_with

RESULTS = Path(__file__).parent / "results" / "speech_accuracy.md"
TINY_PYANNOTE = Path(__file__).parents[1] / "fixtures" / "tiny_pyannote"


@dataclass(frozen=True)
class Sound:
    """A file with the speech that Silero found in it."""

    name: str
    minutes: float
    evidence: Evidence


def read(path: Path) -> Sound:
    samples = decoded(path)
    return Sound(path.stem, len(samples) / SAMPLE_RATE_HZ / 60, Speech(Silero())(evidence_with(samples), no_progress))


@dataclass(frozen=True)
class WordScore:
    """Errors and words of one file, and CPU seconds per second of sound."""

    name: str
    errors: int
    words: int
    cpu: float


def word_scores(transcriber: Transcriber, folder: Path) -> Iterator[WordScore]:
    """Scores of every sound file of `folder` that has a text of the same name."""
    for path in sorted(folder.glob("*.flac")):
        sound = read(path)
        wanted = spoken_words(path.with_suffix(".txt").read_text(encoding="utf-8"))
        before = time.process_time()
        done = Transcribe(transcriber)(sound.evidence, no_progress)
        cpu = (time.process_time() - before) / (sound.minutes * 60)
        found = [word for w in done.words or () for word in spoken_words(w.text)]
        yield WordScore(path.stem, word_errors(wanted, found), len(wanted), cpu)


def word_table(name: str, scores: Sequence[WordScore]) -> list[str]:
    total, words = sum(s.errors for s in scores), sum(s.words for s in scores)
    files = ", ".join(f"{s.name} {s.errors / s.words:.2f}" for s in scores)
    cpu = sum(s.cpu for s in scores) / len(scores)
    return [f"| {name} | {total / words:.3f} | {words} | {files} | {cpu:.2f} |"]


def transcribers(whisper: Path | None) -> Iterator[Transcriber]:
    yield PocketSphinx()
    if whisper is not None:
        from models.faster_whisper import FasterWhisper

        yield FasterWhisper(whisper)


def diarizers(pyannote: Path | None) -> Iterator[Diarizer]:
    yield EmbeddedDiarizer()
    if pyannote is not None and util.find_spec("pyannote.audio") is not None:
        from models.pyannote import PyannoteDiarizer

        yield PyannoteDiarizer(pyannote)


def speech_rows(data: Path) -> Iterator[str]:
    """Speech missed and falsely found by Silero at two thresholds, and what it takes for speech in noise clips."""
    for detector in (Silero(), Silero(threshold=0.5, leave=0.35)):
        shares = []
        for folder in FOLDERS:
            errors = [speech_error(detector, path) for path in sorted((data / folder).glob("*.flac"))]
            missed, false = (sum(getattr(e, kind) for e in errors) / len(errors) for kind in ("missed", "false_alarm"))
            shares.append(f"{missed:.3f} / {false:.3f}")
        noise = [decoded(path) for path in sorted((data.parent / "noise").glob("*.flac"))]
        taken = sum(s.end - s.start for samples in noise for s in detector.detect(samples))
        share = taken * SAMPLE_RATE_HZ / max(1, sum(len(samples) for samples in noise))
        yield f"| {detector.threshold} | {' | '.join(shares)} | {share:.3f} |"


def speech_error(detector: Silero, path: Path) -> DiarizationError:
    """The error of speech against no speech: all speakers are one."""
    found = [Said("speech", s.start, s.end) for s in detector.detect(decoded(path))]
    spoken = merged([Span(s.start, s.end) for s in read_rttm(path.with_suffix(".rttm"))])
    return diarization_error([Said("speech", s.start, s.end) for s in spoken], found)


def lines(data: Path, whisper: Path | None, pyannote: Path | None) -> Iterator[str]:
    """The table, line by line."""
    yield "Speech (Silero; mean share missed / falsely found, collar 0.25 s; share of 30 noise clips taken for speech)"
    yield ""
    yield "| threshold | meeting | libri | ami | noise |"
    yield "|---|---|---|---|---|"
    yield from speech_rows(data)
    yield ""
    yield "Words (`read/`, six files read aloud; word error rate, CPU seconds per second of sound)"
    yield ""
    yield "| backend | WER | words | per file | CPU |"
    yield "|---|---|---|---|---|"
    for transcriber in transcribers(whisper):
        yield from word_table(shown(transcriber.info), list(word_scores(transcriber, data / "read")))
    yield ""
    yield from voice_lines(data, pyannote)
    yield ""
    yield "(tiny, for tests): weights of the project's own test fixtures, trained on synthetic voices. They show that"
    yield "the libraries run, not what they reach with weights of ordinary size, which were not measured."
    yield ""
    yield "No weight was fitted on these files; settings were chosen on made conversations of other speakers. The files"
    yield "were measured twice before: with one first grouping (the meeting was under-counted, DER 0.44), and with less"
    yield "padding of the speech. Silero's threshold was first chosen after a look at meeting and ami; on the made"
    yield "conversations it is about the best too. One excerpt of ami holds 6 s of speech, 0.5 s of it scored."


def voice_lines(data: Path, pyannote: Path | None) -> Iterator[str]:
    """The table of voices: clean, with noise at 10 dB, with shouting."""
    yield 'Voices (collar 0.25 s, overlaps scored, speech from Silero; CPU seconds per minute of sound). "+ noise": all'
    yield "clips of `noise/` one after another, 10 dB below the speech; shout: 6 made conversations, 3 in 10 turns"
    yield "shouted, as they are (raw) and with automatic gain (agc)"
    yield ""
    yield "| backend | file | DER | missed | false alarm | confusion | voices found / true | overlap P / R | CPU |"
    yield "|---|---|---|---|---|---|---|---|---|"
    clean = list(recordings(data))
    clips = [decoded(path) for path in sorted((data.parent / "noise").glob("*.flac"))]
    heard = [*clean, *noisy(clean, clips), *shouting(data.parent / "shout" / "mixed")]
    for diarizer in diarizers(pyannote):
        yield from voice_rows(shown(diarizer.info), [score(diarizer, one) for one in heard])
    floor = {folder: [one_voice_rate(r.truth) for r in clean if r.group == folder] for folder in FOLDERS}
    text = ", ".join(f"{folder} {sum(rates) / len(rates):.2f}" for folder, rates in floor.items())
    yield ""
    yield f"For comparison, true speech all given to one voice: {text}."


def shown(info: BackendInfo) -> str:
    """A backend's name; the test fixtures' weights are marked, the adapters call them drafts."""
    tiny = info.draft and info.name in ("faster-whisper", "pyannote")
    return f"{info.name} (tiny, for tests)" if tiny else info.name


def one_voice_rate(truth: Sequence[Said]) -> float:
    """DER of giving all true speech to one voice."""
    return diarization_error(truth, [replace(s, speaker="all") for s in truth]).rate


@click.command(help=__doc__)
@click.argument("data", type=click.Path(path_type=Path), default=Path("../shared/data/speech"))
@click.option("--whisper", type=click.Path(path_type=Path, exists=True), help="folder of a Whisper model")
@click.option("--pyannote", type=click.Path(path_type=Path, exists=True), help="folder of a pyannote pipeline")
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS, show_default=False)
def main(data: Path, whisper: Path | None, pyannote: Path | None, out: Path) -> None:
    if not data.is_dir():
        raise click.ClickException(f"{data} is not there: give the folder of the recordings")
    if pyannote is None and TINY_PYANNOTE.is_dir():
        pyannote = TINY_PYANNOTE
    table = "\n".join(lines(data, whisper, pyannote)) + "\n"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(table, encoding="utf-8")
    click.echo(table)


if __name__ == "__main__":
    main()
