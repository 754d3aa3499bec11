"""How far an answer is from the truth: diarization error and word error, by their usual definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

STEP = 0.001
"""seconds; RTTM files give times to the millisecond"""
COLLAR = 0.25
"""seconds around each edge of the truth that are not scored: nobody agrees on edges to the tenth"""


@dataclass(frozen=True)
class Said:
    """A stretch of one speaker."""

    speaker: str
    start: float
    end: float


@dataclass(frozen=True)
class DiarizationError:
    """Shares of the scored speech of all speakers (overlapping speech counts once per speaker)."""

    missed: float
    false_alarm: float
    confusion: float
    scored: float
    """seconds"""

    @property
    def rate(self) -> float:
        return self.missed + self.false_alarm + self.confusion


def diarization_error(truth: Sequence[Said], found: Sequence[Said], collar: float = COLLAR) -> DiarizationError:
    """DER with overlaps scored and the best one-to-one mapping of speakers. Raises ValueError for an empty truth."""
    last = max((s.end for s in (*truth, *found)), default=0.0)
    count = round(last / STEP) + 1
    scored = np.ones(count, bool)
    for edge in (e for s in truth for e in (s.start, s.end)):
        scored[max(0, round((edge - collar) / STEP)) : max(0, round((edge + collar) / STEP))] = False
    spoken, heard = _grid(truth, count)[:, scored], _grid(found, count)[:, scored]
    total = int(spoken.sum())
    if total == 0:
        raise ValueError("the truth holds no speech outside the collars")
    agreement = spoken.astype(np.float32) @ heard.T.astype(np.float32)
    rows, columns = linear_sum_assignment(-agreement)
    right = float(agreement[rows, columns].sum())
    true_count, found_count = spoken.sum(axis=0), heard.sum(axis=0)
    return DiarizationError(
        missed=float(np.maximum(true_count - found_count, 0).sum()) / total,
        false_alarm=float(np.maximum(found_count - true_count, 0).sum()) / total,
        confusion=(float(np.minimum(true_count, found_count).sum()) - right) / total,
        scored=total * STEP,
    )


def _grid(rows: Sequence[Said], count: int) -> NDArray[np.bool_]:
    """Who speaks in which millisecond, shape (speakers, count); one empty row where nobody does."""
    names = sorted({r.speaker for r in rows})
    grid = np.zeros((max(1, len(names)), count), bool)
    for row in rows:
        grid[names.index(row.speaker), max(0, round(row.start / STEP)) : max(0, round(row.end / STEP))] = True
    return grid


def read_rttm(path: Path) -> list[Said]:
    """The speaker lines of an RTTM file."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [Said(r[7], float(r[3]), float(r[3]) + float(r[4])) for r in rows if r and r[0] == "SPEAKER"]


def spoken_words(text: str) -> list[str]:
    """Words as they are compared: lower case, without marks, apostrophes kept."""
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)*", text.lower().replace("\u2019", "'"))


def word_errors(truth: Sequence[str], found: Iterable[str]) -> int:
    """Fewest words to exchange, add and leave out that turn one into the other."""
    said = list(found)
    row = np.arange(len(said) + 1)
    for i, word in enumerate(truth, 1):
        before, row = row, np.empty_like(row)
        row[0] = i
        for j, other in enumerate(said, 1):
            row[j] = min(before[j - 1] + (word != other), before[j] + 1, row[j - 1] + 1)
    return int(row[-1])
