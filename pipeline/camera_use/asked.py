"""One officer of whom a recording was asked: the time line, who else was there, and how findings of it are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.camera_use.rules import UseRules, lasting
from pipeline.camera_use.timeline import Piece, Taken, Timeline, less, union
from pipeline.camera_use.types import UseEvidence, UseFinding, UseKind

SUREST = 0.99


class Told:
    """What was already told of one officer, so that two calls at once do not tell the same second twice."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[Piece]] = {}
        self._recordings: set[str] = set()

    def fresh(self, what: str, piece: Piece) -> list[Piece]:
        """The parts that were not told yet; they count as told from now on. Pieces come by the start of their call."""
        before = [p for p in self._pieces.get(what, []) if p.end > piece.start - LONGEST_CALL]
        self._pieces[what] = union([*before, piece])
        return less(piece, before)

    def first_time(self, recording: str) -> bool:
        known = recording in self._recordings
        self._recordings.add(recording)
        return not known


LONGEST_CALL = 7 * 86400.0
"""seconds; what was told longer ago than this before a piece is forgotten"""


@dataclass(frozen=True, slots=True)
class Asked:
    """An officer, a stretch of time in which a camera had to be on, and what is known of it."""

    officer: str
    key: str
    system: str
    piece: Piece
    own: Timeline
    rules: UseRules
    others: Sequence[tuple[str, Timeline]] = ()
    record: tuple[UseEvidence, ...] = ()
    """the dispatch record, or the incident that stands in for it"""
    start_sure: float = 1.0
    end_sure: float = 1.0
    end_known: bool = True
    within: float = 0.0
    most_sure: float = SUREST
    told: Told = field(default_factory=Told)
    stands_for: tuple[str, ...] = ()
    """the officers of a unit of whom it is not known who went, `officer` being the unit; () it is one officer"""

    def off_by(self, *taken: Taken) -> float:
        """How far the record's clock and those of the recordings may be apart, seconds."""
        return self.within + max((self.rules.camera.off_by(t.facts.clock) for t in taken), default=0.0)

    def finding(
        self,
        kind: UseKind,
        piece: Piece,
        sure: float,
        summary: str,
        evidence: Iterable[UseEvidence],
        own: Iterable[Taken] = (),
        seconds: float | None = None,
        confirmed: bool = False,
    ) -> UseFinding:
        """A finding of this officer; the record comes first in its evidence."""
        span = piece.utc
        return UseFinding(
            kind=kind,
            officer=self.officer,
            call=self.key,
            start_utc=span.start,
            end_utc=span.end,
            seconds=piece.seconds if seconds is None else seconds,
            sure=round(max(0.0, min(sure, self.most_sure)), 2),
            summary=summary,
            evidence=(*self.record, *evidence),
            recordings=tuple(dict.fromkeys(t.facts.id for t in own)),
            system=self.system,
            confirmed=confirmed,
        )

    def seen_by_others(self, piece: Piece) -> Iterator[UseEvidence]:
        """Other officers' cameras that recorded in a stretch, each with the recording that shows most of it."""
        for officer, timeline in self.others:
            taken = timeline.within(piece)
            if not taken:
                continue
            seconds = sum(p.seconds for p in timeline.covered(piece))
            best = max(taken, key=lambda t: (t.piece.clipped(piece).seconds, -t.start))
            seen = best.piece.clipped(piece)
            whose = f"of officer {officer}" if officer else best.facts.camera
            text = f"The camera {whose} recorded {lasting(seconds)} of it"
            yield UseEvidence("other camera", text, best.facts.id, best.second(seen.start), best.second(seen.end))

    def clocks(self, *taken: Taken) -> list[UseEvidence]:
        """How far the clocks that a finding rests on may be off, and what was found against them."""
        rules = self.rules.camera
        parts = [
            f"the recording's clock ({t.facts.clock.value if t.facts.clock else 'source not known'})"
            f" by {lasting(rules.off_by(t.facts.clock))}"
            for t in taken
        ]
        if self.within:
            parts.insert(0, f"the dispatch clock by {lasting(self.within)}")
        doubts = [(t, m) for t in taken for m in t.facts.clock_doubts]
        return [
            UseEvidence("clock", "May be off: " + ", ".join(dict.fromkeys(parts))),
            *(UseEvidence("clock", m.said or m.label, t.facts.id, m.start, m.end) for t, m in doubts),
        ]


def trusted(*taken: Taken) -> float:
    """How far the clocks of recordings are believed; half where something was found against one. Chosen."""
    return 0.5 if any(t.facts.clock_doubts for t in taken) else 1.0


def certainty(excess: float, off_by: float) -> float:
    """How sure it is that something is `excess` seconds longer than allowed, by clocks that may be `off_by` s off.

    A margin, not a probability: 0.5 at the limit, 0.75 at twice what the clocks may be off, towards 0.99 beyond.
    """
    if excess <= 0:
        return 0.5
    return 0.5 + (SUREST - 0.5) * excess / (excess + off_by)
