"""Diarization scored file by file: error, speakers found and true, overlapping speech; clean and in added noise."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.contract import SAMPLE_RATE_HZ, Diarizer, Samples, no_progress
from models.silero import Silero
from models.training.speaker_voices import decoded
from pipeline.stages.diarize import Diarize
from pipeline.stages.speech import Speech
from pipeline.types import ScoredSpan
from tests.benchmarks.metrics import DiarizationError, Said, diarization_error, read_rttm
from tests.pipeline.stages.audio_in_memory import evidence_with

FOLDERS = ("meeting", "libri", "ami")
NOISE_DB = 10.0
STEP = 0.01
LEAST_SPEECH = 10.0
"""seconds of speech from which a file counts in the second mean: one excerpt holds six seconds, half a second scored"""


@dataclass(frozen=True)
class Recording:
    """A sound file with its truth. `group` is the row of means that it counts for."""

    group: str
    name: str
    samples: Samples
    truth: tuple[Said, ...]


@dataclass(frozen=True)
class Overlap:
    """Seconds of overlapping speech: found, true, both."""

    found: float
    true: float
    both: float


@dataclass(frozen=True)
class VoiceScore:
    """What a diarizer made of a recording; `cpu` in seconds per minute of sound, `overlap` None: it cannot tell."""

    group: str
    name: str
    error: DiarizationError
    found: int
    true: int
    spoken: float
    overlap: Overlap | None
    cpu: float


def recordings(speech: Path) -> Iterator[Recording]:
    """The files of `meeting/`, `libri/` and `ami/`."""
    for folder in FOLDERS:
        for path in sorted((speech / folder).glob("*.flac")):
            yield Recording(folder, f"{folder}/{path.stem}", decoded(path), tuple(read_rttm(path.with_suffix(".rttm"))))


def shouting(folder: Path) -> Iterator[Recording]:
    """Made conversations with shouted turns, `raw` and with automatic gain (`agc`)."""
    for path in sorted(folder.glob("*.flac")):
        clip, kind = path.stem.split("_")
        truth = tuple(read_rttm(path.with_name(f"{clip}.rttm")))
        yield Recording(f"shout {kind}", f"shout/{path.stem}", decoded(path), truth)


def noisy(given: Sequence[Recording], clips: Sequence[Samples], snr_db: float = NOISE_DB) -> Iterator[Recording]:
    """Each recording with all noise clips one after another, begun at another clip, `snr_db` below its speech."""
    level = [clip / (np.sqrt(np.mean(np.square(clip))) + 1e-9) for clip in clips]
    for index, one in enumerate(given):
        first = (index * 7) % len(level)
        sound = np.resize(np.concatenate([*level[first:], *level[:first]]), len(one.samples))
        spoken = one.samples[grid(one.truth, len(one.samples) / SAMPLE_RATE_HZ, 1 / SAMPLE_RATE_HZ) > 0]
        gain = np.sqrt(np.mean(np.square(spoken))) * 10 ** (-snr_db / 20)
        samples = np.clip(one.samples + gain * sound, -1, 1).astype(np.float32)
        yield replace(one, group=f"{one.group} + noise", name=f"{one.name} + noise", samples=samples)


def score(diarizer: Diarizer, one: Recording) -> VoiceScore:
    """Through the stages: the speech that Silero finds, then the diarizer."""
    heard = Speech(Silero())(evidence_with(one.samples), no_progress)
    before = time.process_time()
    voices = Diarize(diarizer)(heard, no_progress).voices
    duration = len(one.samples) / SAMPLE_RATE_HZ
    cpu = (time.process_time() - before) / (duration / 60)
    said = [Said(t.voice, t.start, t.end) for t in voices.turns] if voices is not None else []
    true, found = (len({s.speaker for s in rows}) for rows in (one.truth, said))
    overlap = overlap_of(voices.overlaps if voices is not None else None, one.truth, duration)
    spoken = sum(s.end - s.start for s in one.truth)
    return VoiceScore(one.group, one.name, diarization_error(one.truth, said), found, true, spoken, overlap, cpu)


def grid(said: Sequence[Said], duration: float, step: float) -> NDArray[np.int64]:
    """How many speakers speak in each step."""
    count = round(duration / step)
    out = np.zeros(count, np.int64)
    for speaker in {s.speaker for s in said}:
        speaks = np.zeros(count, bool)
        for row in said:
            if row.speaker == speaker:
                speaks[max(0, round(row.start / step)) : max(0, round(row.end / step))] = True
        out += speaks
    return out


def overlap_of(found: Sequence[ScoredSpan] | None, truth: Sequence[Said], duration: float) -> Overlap | None:
    if found is None:
        return None
    true = grid(truth, duration, STEP) >= 2
    told = grid([Said("overlap", s.start, s.end) for s in found], duration, STEP) > 0
    return Overlap(*(float(each.sum()) * STEP for each in (told, true, told & true)))


def voice_rows(name: str, scores: Sequence[VoiceScore]) -> Iterator[str]:
    """A table row per file, then the means per group."""
    for s in scores:
        yield (
            f"| {name} | {s.name} | {s.error.rate:.3f} | {s.error.missed:.3f} | {s.error.false_alarm:.3f} "
            f"| {s.error.confusion:.3f} | {s.found} / {s.true} | {overlap_text([s])} | {s.cpu:.2f} |"
        )
    for group in dict.fromkeys(s.group for s in scores):
        own = [s for s in scores if s.group == group]
        yield _mean_row(name, f"{group}, mean of {len(own)}", own)
        enough = [s for s in own if s.spoken >= LEAST_SPEECH]
        if len(enough) < len(own):
            yield _mean_row(name, f"{group}, mean of the {len(enough)} with {LEAST_SPEECH:.0f} s of speech", enough)
        yield f"| {name} | **{group}, all seconds together** | **{pooled(own):.3f}** | | | | | | |"


def pooled(scores: Sequence[VoiceScore]) -> float:
    """DER over all files as one: seconds of error over seconds of speech, as the field adds up."""
    return sum(s.error.rate * s.error.scored for s in scores) / sum(s.error.scored for s in scores)


def _mean_row(name: str, title: str, scores: Sequence[VoiceScore]) -> str:
    rate = float(np.mean([s.error.rate for s in scores]))
    off = float(np.mean([abs(s.found - s.true) for s in scores]))
    return f"| {name} | **{title}** | **{rate:.3f}** | | | | off by {off:.1f} | {overlap_text(scores)} | |"


def overlap_text(scores: Sequence[VoiceScore]) -> str:
    """ "precision / recall" of overlapping speech over these files."""
    known = [s.overlap for s in scores if s.overlap is not None]
    if not known:
        return "not measured"
    found, true, both = (sum(getattr(o, kind) for o in known) for kind in ("found", "true", "both"))
    precision = f"{both / found:.2f}" if found else "-"
    return f"{precision} / {both / true:.2f}" if true else f"{precision} / -"
