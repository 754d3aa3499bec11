"""The clips of tests/fixtures/speech_clips and their truth, and how far an answer is from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
from faster_whisper.audio import decode_audio

from models.contract import RawSpan, RawVoiceTurn, Samples

FIXTURES = Path(__file__).parents[1] / "fixtures"
CLIPS = FIXTURES / "speech_clips"
WHISPER = FIXTURES / "tiny_whisper"
PYANNOTE = FIXTURES / "tiny_pyannote"


@dataclass(frozen=True)
class Turn:
    """What one voice says in one go: words as (text, start, end)."""

    voice: str
    start: float
    end: float
    words: tuple[tuple[str, float, float], ...]


@cache
def truth(name: str) -> tuple[Turn, ...]:
    rows = json.loads((CLIPS / "truth.json").read_text("utf-8"))[name]
    return tuple(Turn(r["voice"], r["start"], r["end"], tuple((w[0], w[1], w[2]) for w in r["words"])) for r in rows)


def words_of(name: str) -> list[str]:
    return [word for turn in truth(name) for word, _, _ in turn.words]


@cache
def clip(name: str) -> Samples:
    sound: Samples = decode_audio(str(CLIPS / name))
    sound.flags.writeable = False
    return sound


def word_errors(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Fewest words to exchange, add and leave out (Levenshtein)."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def overlaps_of(name: str) -> list[RawSpan]:
    pairs = ((max(a.start, b.start), min(a.end, b.end)) for a, b in combinations(truth(name), 2))
    return [RawSpan(start, end) for start, end in pairs if start < end]


def speech_of(name: str) -> list[RawSpan]:
    return [RawSpan(turn.start, turn.end) for turn in truth(name)]


def covered(spans: Sequence[RawSpan | RawVoiceTurn], duration: float, step: float = 0.01) -> np.ndarray:
    """Which hundredths of a second lie in any span."""
    times = np.arange(0, duration, step)
    inside = np.zeros(len(times), bool)
    for span in spans:
        inside |= (times >= span.start) & (times < span.end)
    return inside
