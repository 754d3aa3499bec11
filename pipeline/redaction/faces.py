"""From faces in single pictures to places covered over time: a face is hidden longer and wider than it is seen.

Where the detector loses a face, its place is kept and grown until it is found again, or for a while after; where it
finds one, the place is covered from a while before. Too much costs a part of the picture; too little, a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.contract import Progress, no_progress
from models.faces import FaceFinder, RawFace, common_share
from pipeline.media.footage import Picture, bgr_of
from pipeline.redaction.plan import Cover, Key, Region, Shape
from pipeline.types import Span

EVERY = 0.1
"""seconds from one picture that is looked at to the next; between, a place moves in a straight line"""
BEGINS_WITH = 0.6
"""score of a face that begins a track; others only carry one on"""
BRIDGED = 1.0
"""seconds for which a face may be lost and still be the same one"""
NEAR = 1.0
"""a face may have moved by so many of its own widths from where it was expected"""
BEFORE_AND_AFTER = 0.5
"""seconds that a place is covered before the first and after the last time the face is found"""
MARGIN = 0.3
"""share of the face's size added on every side: hair, ears and chin lie outside of what the network marks"""
GROWS = 0.5
"""share of the face's size added on every side for each second in which it is not found"""


@dataclass
class _Track:
    """A face as it was found, picture by picture."""

    seen: list[tuple[float, RawFace]] = field(default_factory=list)
    best: float = 0.0

    def expected(self, at: float) -> tuple[float, float, float, float]:
        """Where the face should lie at a time, going on as it moved between the last two times it was found."""
        now, face = self.seen[-1]
        if len(self.seen) < 2 or now <= self.seen[-2][0]:
            return (face.x, face.y, face.width, face.height)
        before, other = self.seen[-2]
        share = min(1.0, (at - now) / (now - before))
        return (face.x + (face.x - other.x) * share, face.y + (face.y - other.y) * share, face.width, face.height)


def found_faces(
    pictures: Iterable[Picture],
    finder: FaceFinder,
    span: Span,
    cover: Cover = Cover.FILL,
    progress: Progress = no_progress,
) -> tuple[Region, ...]:
    """Looks at a picture every `EVERY` seconds and gives the places to be covered."""  # fmt: skip
    looked: list[tuple[float, tuple[RawFace, ...]]] = []
    due = float("-inf")
    for picture in pictures:
        if picture.at < due and looked:
            continue
        due = picture.at + EVERY - 1e-6
        looked.append((picture.at, finder.detect(bgr_of(picture))))
        progress(min(1.0, max(0.0, (picture.at - span.start) / max(span.duration, 1e-3))))
    return tracked(looked, finder.info.name, cover)


def tracked(
    looked: Sequence[tuple[float, Sequence[RawFace]]], by: str, cover: Cover = Cover.FILL
) -> tuple[Region, ...]:
    """The places of faces over time, from what was found in pictures at these times (in order)."""
    open_tracks: list[_Track] = []
    closed: list[_Track] = []
    for at, faces in looked:
        closed += [t for t in open_tracks if at - t.seen[-1][0] > BRIDGED]
        open_tracks = [t for t in open_tracks if at - t.seen[-1][0] <= BRIDGED]
        left = _carried_on(open_tracks, at, list(faces))
        open_tracks += [_Track([(at, face)]) for face in left if face.score >= BEGINS_WITH]
    return tuple(_region(track, by, cover) for track in (*closed, *open_tracks))


def _carried_on(tracks: Sequence[_Track], at: float, faces: list[RawFace]) -> list[RawFace]:
    """Gives each face to the track that expects it most; returns those that no track expects."""
    pairs = sorted(
        ((_fit(track.expected(at), face), n, m) for n, track in enumerate(tracks) for m, face in enumerate(faces)),
        reverse=True,
    )
    given_tracks: set[int] = set()
    given_faces: set[int] = set()
    for fit, n, m in pairs:
        if fit > 0 and n not in given_tracks and m not in given_faces:
            tracks[n].seen.append((at, faces[m]))
            given_tracks.add(n)
            given_faces.add(m)
    return [face for m, face in enumerate(faces) if m not in given_faces]


def _fit(expected: tuple[float, float, float, float], face: RawFace) -> float:
    """Above 1: they overlap; 0 to 1: near and of like size; 0: another face."""
    x, y, width, height = expected
    share = common_share(expected, (face.x, face.y, face.width, face.height))
    if share > 0.1:
        return 1 + share
    apart_x = abs(x + width / 2 - face.x - face.width / 2) / max(width, face.width)
    apart_y = abs(y + height / 2 - face.y - face.height / 2) / max(height, face.height)
    like = min(width, face.width) / max(width, face.width)
    return max(0.0, 1 - max(apart_x, apart_y) / NEAR) if like > 0.5 else 0.0


def _region(track: _Track, by: str, cover: Cover) -> Region:
    first, last = track.seen[0], track.seen[-1]
    keys = [_key(max(0.0, first[0] - BEFORE_AND_AFTER), first[1], BEFORE_AND_AFTER)]
    lost = [Span(keys[0].at, first[0])]
    for (at, face), (later, other) in zip(track.seen, track.seen[1:], strict=False):
        keys.append(_key(at, face, 0.0))
        if later - at > 2.5 * EVERY:  # lost in between: grown, from where it was to where it was found again
            keys += [_key(at + 0.01, face, (later - at) / 2), _key(later - 0.01, other, (later - at) / 2)]
            lost.append(Span(at, later))
    keys += [_key(last[0], last[1], 0.0), _key(last[0] + BEFORE_AND_AFTER, last[1], BEFORE_AND_AFTER)]
    lost.append(Span(last[0], keys[-1].at))
    span, unseen = Span(keys[0].at, keys[-1].at), tuple(s for s in lost if s.duration > 0)
    return Region(span, tuple(keys), Shape.ELLIPSE, cover, by, "face", lost=unseen)


def _key(at: float, face: RawFace, lost: float) -> Key:
    """The face with room around it; `lost`: seconds since it was found."""
    more = MARGIN + GROWS * lost
    left, top = max(0.0, face.x - face.width * more), max(0.0, face.y - face.height * more)
    right, bottom = min(1.0, face.x + face.width * (1 + more)), min(1.0, face.y + face.height * (1 + more))
    return Key(at, min(left, 0.999), min(top, 0.999), max(1e-3, right - left), max(1e-3, bottom - top))
