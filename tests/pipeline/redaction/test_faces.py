from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.contract import BackendInfo
from models.faces import RawFace
from pipeline.redaction.faces import BEFORE_AND_AFTER, EVERY, found_faces, tracked
from pipeline.redaction.plan import Region, Shape
from pipeline.types import Span
from tests.pipeline.redaction.test_cover import noisy


def face(x: float, y: float = 0.4, size: float = 0.1, score: float = 0.9) -> RawFace:
    return RawFace(x, y, size, size, score)


def hides(regions: tuple[Region, ...], at: float, seen: RawFace) -> bool:
    """Whether some region's ellipse holds the middle of every side of the face at a time."""
    for region in regions:
        if not region.span.start <= at <= region.span.end:
            continue
        key = region.place(at)
        spots = [
            (seen.x + seen.width * a, seen.y + seen.height * b) for a, b in ((0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1))
        ]
        middle = (key.x + key.width / 2, key.y + key.height / 2)
        if all(
            ((x - middle[0]) / (key.width / 2)) ** 2 + ((y - middle[1]) / (key.height / 2)) ** 2 <= 1 for x, y in spots
        ):
            return True
    return False


def moving(at: float) -> RawFace:
    return face(0.2 + 0.1 * at)


def test_a_moving_face_is_one_place_covered_longer_than_it_is_seen() -> None:
    looked = [(n * EVERY, [moving(n * EVERY)]) for n in range(10, 30)]
    (region,) = tracked(looked, "made")
    assert region.span == Span(1.0 - BEFORE_AND_AFTER, 2.9 + BEFORE_AND_AFTER)
    assert region.shape is Shape.ELLIPSE
    assert all(hides((region,), 1.0 + n * 0.033, moving(1.0 + n * 0.033)) for n in range(57))


def test_a_face_that_is_lost_for_a_while_stays_covered() -> None:
    looked = [(n * EVERY, [moving(n * EVERY)] if n not in range(12, 20) else []) for n in range(30)]
    regions = tracked(looked, "made")
    assert len(regions) == 1
    assert all(hides(regions, n * 0.05, moving(n * 0.05)) for n in range(58))
    assert regions[0].lost == (Span(1.1, 2.0), Span(2.9, 2.9 + BEFORE_AND_AFTER)), "where its place is a guess"


def test_two_faces_are_two_places_even_where_they_pass_close() -> None:
    looked = [(n * EVERY, [face(0.1 + 0.02 * n, 0.2), face(0.7 - 0.02 * n, 0.5)]) for n in range(25)]
    assert len(tracked(looked, "made")) == 2


def test_a_doubtful_face_carries_on_a_track_and_begins_none() -> None:
    doubtful = [(n * EVERY, [face(0.3, score=0.45)]) for n in range(10)]
    assert tracked(doubtful, "made") == ()
    begun = [(0.0, [face(0.3)]), *((at + 0.1, faces) for at, faces in doubtful)]
    (region,) = tracked(begun, "made")
    assert region.span.end == pytest.approx(1.0 + BEFORE_AND_AFTER)


class Finder:
    """Finds one face wherever it looks, and counts."""

    info = BackendInfo("made", "1")

    def __init__(self) -> None:
        self.looked = 0

    def detect(self, picture: object) -> tuple[RawFace, ...]:
        self.looked += 1
        return (face(0.4),)


def test_not_every_picture_is_looked_at() -> None:
    finder = Finder()
    regions = found_faces((noisy(32, 24, n / 30) for n in range(60)), finder, Span(0, 2))
    assert 18 <= finder.looked <= 21
    assert len(regions) == 1
    assert regions[0].by == "made"


@settings(max_examples=50)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-0.2, 1.0), st.floats(-0.2, 1.0), st.floats(0.01, 0.5)), max_size=3), max_size=12
    )
)
def test_whatever_is_found_gives_places_inside_the_picture(found: list[list[tuple[float, float, float]]]) -> None:
    looked = [(n * EVERY, [RawFace(x, y, size, size, 0.9) for x, y, size in faces]) for n, faces in enumerate(found)]
    for region in tracked(looked, "made"):
        for key in region.keys:
            assert 0 <= key.x < 1 and 0 < key.x + key.width <= 1 + 1e-6
            assert 0 <= key.y < 1 and 0 < key.y + key.height <= 1 + 1e-6
