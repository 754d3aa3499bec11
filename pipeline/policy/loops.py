"""Loops of a recogniser: the same words written down over and over ("Stand back!" 38 times).

People repeat themselves too, so a loop is shown as one utterance with its count, never deleted: in real transcripts of
body cameras one line in nine is such a loop, while real orders were repeated up to four times in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.policy.language import plain

LOOP_REPEATS = 6
"""This many times the same words in a row count as one utterance: above every real run of the lines looked at."""
LONGEST_PHRASE = 8
"""Words of the longest phrase that is looked at."""


@dataclass(frozen=True)
class Run:
    """Items [start, stop) say the same `times` times over, `length` items each."""

    start: int
    stop: int
    length: int
    times: int


def loops(words: Sequence[str], repeats: int = LOOP_REPEATS) -> tuple[Run, ...]:
    """Runs in which a phrase of up to 8 words comes at least `repeats` times in a row."""
    keys = [plain(w) or w for w in words]
    out: list[Run] = []
    at = 0
    while at < len(keys):
        found = _run_at(keys, at, repeats)
        if found is None:
            at += 1
        else:
            out.append(found)
            at = found.stop
    return tuple(out)


def _run_at(keys: Sequence[str], at: int, repeats: int) -> Run | None:
    for length in range(1, min(LONGEST_PHRASE, (len(keys) - at) // repeats) + 1):
        times = 1
        phrase = keys[at : at + length]
        while keys[at + times * length : at + (times + 1) * length] == phrase:
            times += 1
        if times >= repeats:
            return Run(at, at + times * length, length, times)
    return None


def without_loops(words: Sequence[str], repeats: int = LOOP_REPEATS) -> tuple[tuple[int, ...], int]:
    """The numbers of the words to keep (the first phrase of each loop), and the longest count that was found."""
    found = loops(words, repeats)
    dropped = {i for run in found for i in range(run.start + run.length, run.stop)}
    kept = tuple(i for i in range(len(words)) if i not in dropped)
    return kept, max((run.times for run in found), default=1)


def repeated_texts(texts: Sequence[str], repeats: int = LOOP_REPEATS) -> dict[int, int]:
    """Utterances that say the same in a row: number of the utterance -> how often the run says it (1: no loop)."""
    keys = [" ".join(plain(w) for w in t.split()) for t in texts]
    out: dict[int, int] = {}
    at = 0
    while at < len(keys):
        stop = at + 1
        while stop < len(keys) and keys[stop] == keys[at]:
            stop += 1
        times = stop - at if stop - at >= repeats and keys[at] else 1
        out.update(dict.fromkeys(range(at, stop), times))
        at = stop
    return out
