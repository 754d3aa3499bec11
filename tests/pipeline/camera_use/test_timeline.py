"""The time line against plain counting."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.camera_use.timeline import Piece, Timeline, less, union
from tests.pipeline.camera_use.made import ZERO, film

PIECES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda p: Piece(p[0], p[0] + p[1])), max_size=9)


def seconds(pieces: object) -> set[int]:
    return {s for p in pieces for s in range(int(p.start), int(p.end))}  # type: ignore[attr-defined]


@given(PIECES, PIECES)
def test_union_and_difference_are_those_of_sets(some: list[Piece], others: list[Piece]) -> None:
    assert seconds(union(some)) == seconds(some)
    left = [part for piece in union(some) for part in less(piece, union(others))]
    assert seconds(left) == seconds(some) - seconds(others)
    assert all(a.end < b.start for a, b in pairwise(union(some)))


@given(PIECES, st.integers(0, 70), st.integers(0, 20))
def test_a_time_line_knows_what_plain_counting_knows(some: list[Piece], start: int, length: int) -> None:
    films = [film(p.start, p.end, name=str(n)) for n, p in enumerate(some)]
    line, zero = Timeline(films), ZERO.timestamp()
    asked = Piece(zero + start, zero + start + length)
    real = [(n, p) for n, p in enumerate(some) if p.end > p.start]
    within = {str(n) for n, p in real if p.start < start + length and p.end > start}
    assert {t.facts.id for t in line.within(asked)} == within
    covered = [Piece(p.start - zero, p.end - zero) for p in line.covered(asked)]
    assert seconds(covered) == seconds(some) & set(range(start, start + length))
    before = [p.end for _, p in real if p.start < start]
    found = line.before(zero + start)
    assert (found.end - zero if found else None) == (max(before) if before and max(before) <= start else None)
    after = [p.start for _, p in real if p.start >= start]
    following = line.after(zero + start)
    assert (following.start - zero if following else None) == (min(after) if after else None)
