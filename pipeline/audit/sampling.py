"""Random samples of a period's recordings, kept in the store so that the draw can be repeated and cannot be repeated
until somebody likes it: every draw stays, with who asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipeline.audit.book import Book
from pipeline.audit.case import NOT_STATED
from pipeline.audit.sample import GROUPINGS, METHOD, Sample, as_population, draw, new_seed, redrawn_alike
from pipeline.errors import BwcError
from pipeline.reports.period import Period
from pipeline.roster import Roster
from pipeline.store import Store
from pipeline.store.audit import SampleRow


@dataclass(frozen=True)
class Checked:
    """A draw that was repeated. `alike`: from what was there then; the rest: what is otherwise now."""

    alike: bool
    added: int
    """recordings of the period that the store did not have then, or had under another group"""
    gone: int


def population(book: Book, roster: Roster, grouping: str) -> dict[str, tuple[str, ...]]:
    """Every recording that starts in the period, by the officer who wore the camera, or by that officer's unit then."""
    pairs = []
    for one in book.of_period:
        held = roster.called(one.officer, one.start_utc) if one.officer else ()
        unit = next((a.unit for a in held if a.unit), "")
        pairs.append(((one.officer if grouping == "officer" else unit) or NOT_STATED, one.id))
    return as_population(pairs)


def sample(
    store: Store, book: Book, roster: Roster, grouping: str, each: int, who: str, seed: str | None = None
) -> Sample:
    """Draws and keeps a sample. Raises BwcError where nothing can be drawn from, or nobody's name is given."""
    if grouping not in GROUPINGS:
        raise BwcError(f"samples are drawn by {' or '.join(GROUPINGS)}, not by {grouping}")
    if each < 1:
        raise BwcError("at least one recording of each group is drawn")
    if not who.strip():
        raise BwcError("a draw needs the name of who asks for it")
    of = population(book, roster, grouping)
    if not of:
        raise BwcError(f"no recording of the store starts in {book.period}; there is nothing to draw from")
    chosen = (seed or "").strip() or new_seed()
    drawn = draw(of, each, chosen)
    kept = store.add_sample(
        SampleRow(
            first_day=book.period.first,
            last_day=book.period.last,
            zone=book.period.zone.key,
            grouping=grouping,
            each=each,
            seed=chosen,
            method=METHOD,
            population={group: list(ids) for group, ids in of.items()},
            drawn={group: list(ids) for group, ids in drawn.items()},
            who=who.strip(),
        )
    )
    return kept_sample(store, kept)


def samples(store: Store) -> list[Sample]:
    """Every draw, oldest first."""
    return [_sample(row) for row in store.samples()]


def kept_sample(store: Store, number: int) -> Sample:
    """The draw of this number. Raises BwcError."""
    rows = store.samples(number)
    if not rows:
        raise BwcError(f"no sample {number} in the store; see: bwc audit sample --list")
    return _sample(rows[0])


def checked(kept: Sample, now: dict[str, tuple[str, ...]]) -> Checked:
    """Repeats a draw from what it was drawn from, and says what is otherwise now."""
    then = {(group, one) for group, ids in kept.population.items() for one in ids}
    here = {(group, one) for group, ids in now.items() for one in ids}
    return Checked(redrawn_alike(kept), len(here - then), len(then - here))


def _sample(row: SampleRow) -> Sample:
    return Sample(
        period=Period(row.first_day, row.last_day, ZoneInfo(row.zone)),
        grouping=row.grouping,
        each=row.each,
        seed=row.seed,
        population={group: tuple(ids) for group, ids in row.population.items()},
        drawn={group: tuple(ids) for group, ids in row.drawn.items()},
        who=row.who,
        at_utc=row.at_utc or datetime.now(UTC),
        method=row.method,
        number=row.number,
    )


def sample_rows(one: Sample, book: Book) -> list[dict[str, object]]:
    """One row for each recording that was drawn, in the order of the draw."""
    return [
        {
            "sample": one.number,
            one.grouping: group,
            "place": place,
            "recording": recording,
            "file": _file(book, recording),
            "of": len(one.population.get(group, ())),
        }
        for group in sorted(one.drawn)
        for place, recording in enumerate(one.drawn[group], 1)
    ]


def _file(book: Book, recording: str) -> str:
    known = book.facts.get(recording)
    return known.path.rsplit("/", 1)[-1] if known else ""
