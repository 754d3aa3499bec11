"""Measure the two test models: word errors and time of the small Whisper, diarization errors of the small pipeline.

Run `python -m models.training.measure_fixtures WHISPER_FOLDER PYANNOTE_FOLDER` (needs flite and the [pyannote] extra).
All sound is made by flite from sentences of the kind that the models were trained on: the figures say that the test
models work, and nothing about real recordings.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np

from models.contract import RawSpan
from models.faster_whisper import FasterWhisper
from models.pyannote import PyannoteDiarizer
from models.training.corpus import CLEAR_VOICES, disturbed, sentences
from models.training.synthesis import RATE_HZ, Samples, synthesise
from models.training.tiny_pyannote import dialogues, people

UNSEEN = 900
"""seed of sentences that no training draws from"""


def word_errors(wanted: list[str], got: list[str]) -> int:
    """Fewest words to exchange, add and leave out (Levenshtein)."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def spoken_set(voice: str, count: int, noisy: bool) -> list[tuple[Samples, list[str]]]:
    """Sentences of three words and more, with silence round them."""
    rng = np.random.default_rng(UNSEEN)
    texts = (text for text in sentences(UNSEEN) if len(text.split()) > 2)
    quiet = np.zeros(RATE_HZ // 2, np.float32)
    out = []
    for text in itertools.islice(texts, count):
        sound = np.concatenate([quiet, synthesise(text, voice).samples, quiet])
        out.append((disturbed(sound, rng) if noisy else sound, text.split()))
    return out


def measure_whisper(folder: Path, count: int = 40) -> None:
    """Word error rate per voice, clean and disturbed, and CPU seconds per minute of sound."""
    model = FasterWhisper(folder, device="cpu", threads=1)
    for voice, noisy in itertools.product((*CLEAR_VOICES, "kal16"), (False, True)):
        errors = words = 0
        seconds, began = 0.0, time.process_time()
        for sound, text in spoken_set(voice, count, noisy):
            errors += word_errors(text, [word.text for word in model.transcribe(sound)])
            words += len(text)
            seconds += len(sound) / RATE_HZ
        cpu = (time.process_time() - began) * 60 / seconds
        kind = "disturbed" if noisy else "clean"
        print(f"{voice} {kind}: word error rate {errors / words:.3f} ({words} words), {cpu:.1f} CPU s per minute")


def measure_pyannote(folder: Path) -> None:
    """Diarization error rate (collar 0.25 s, overlap scored) through the adapter, and CPU seconds per minute."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    model, rates, began, seconds = PyannoteDiarizer(folder, device="cpu"), [], time.process_time(), 0.0
    for made, truth in dialogues(people(6, UNSEEN, sizes=(0.0,)), UNSEEN):
        duration = len(made.samples) / RATE_HZ
        found = Annotation()
        for index, turn in enumerate(model.diarize(made.samples, [RawSpan(0.0, duration)]).turns):
            found[Segment(turn.start, turn.end), index] = turn.voice
        rates.append(DiarizationErrorRate(collar=0.5)(truth, found, uem=Segment(0.0, duration)))
        seconds += duration
    cpu = (time.process_time() - began) * 60 / seconds
    shown = " ".join(f"{rate:.2f}" for rate in rates)
    print(f"diarization error rate {np.mean(rates):.3f} ({shown}), at most {cpu:.1f} CPU s per minute")


if __name__ == "__main__":
    measure_whisper(Path(sys.argv[1]))
    measure_pyannote(Path(sys.argv[2]))
