"""What `bwc audit` prints."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.audit.book import Book
from pipeline.audit.case import GROUPINGS
from pipeline.audit.figures import KINDS, STATES, Figures
from pipeline.audit.locks import Locked, told
from pipeline.audit.rows import TABLES, document
from pipeline.audit.sample import Sample
from pipeline.audit.sampling import Checked, sample_rows
from pipeline.audit.texts import lasting, percent
from pipeline.camera_use import UseKind
from pipeline.exports.findings import as_csv, as_json
from pipeline.reports.intervals import Estimate
from pipeline.rows import json_text, utc_text

WIDE = 200
"""letters a line where the output is no terminal: a table that is cut off helps nobody"""


def write(book: Book, grouping: str | None, held: Locked | None, form: str, rows: str) -> None:
    """JSON or CSV to standard output."""
    if form == "json":
        extra = {"locked": told(held) if held else None}
        click.echo(json_text(document(book, grouping, extra)))
    else:
        click.echo(as_csv(TABLES[rows](book, grouping)), nl=False)


def show(book: Book, grouping: str | None, held: Locked | None) -> None:
    """The figures as a table, with what they do not cover."""
    screen = Console(highlight=False, soft_wrap=False)
    if not screen.is_terminal:
        screen.width = WIDE
    screen.print(f"Camera use, {book.period}", markup=False)
    if not book.cases:
        click.echo("no calls in this period: bwc import-dispatch FILE brings them in, or give --cad FILE")
    else:
        if all(case.use.call is None for case in book.cases):
            click.echo("no dispatch record in this period: a call here is an incident that other cameras recorded")
        screen.print(_table(book, grouping))
        screen.print()
        screen.print(_observed(book.whole))
    _remarks(book, held)


def _table(book: Book, grouping: str | None) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(GROUPINGS[grouping] if grouping else "")
    heads = (
        "Calls",
        "With video",
        "95 %",
        "Time covered",
        "Late",
        "Early",
        "Gaps",
        "No sound",
        "Not seeing",
        "To look at",
    )
    for head in heads:
        table.add_column(head, justify="right")
    for one in [*(book.by(grouping) if grouping else ()), book.whole]:
        # a name from a file is text, never a mark-up
        table.add_row(Text(one.title), *_cells(one), style="bold" if one is book.whole else "")
    return table


def _cells(one: Figures) -> tuple[str, ...]:
    kinds = (UseKind.LATE_START, UseKind.EARLY_STOP, UseKind.GAP, UseKind.MUTED, UseKind.NOT_SEEING)
    looked = {UseKind.MUTED: one.hearing.known, UseKind.NOT_SEEING: one.seeing.known}
    return (
        str(one.required),
        f"{one.with_video} ({percent(one.activated.value)})" if one.activated else "–",
        _between(one.activated),
        percent(one.coverage),
        *(_count(one, kind) if looked.get(kind, 1.0) else "not analysed" for kind in kinds),
        str(one.states["to look at"]),
    )


def _between(found: Estimate | None) -> str:
    return f"{percent(found.low)} to {percent(found.high)}" if found else ""


def _count(one: Figures, kind: UseKind) -> str:
    found = one.kinds[kind]
    return f"{found.count} (longest {lasting(found.worst)})" if found.count else "0"


def _observed(whole: Figures) -> Table:
    """Every kind of observation over all calls, with what people said of it."""
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("Observed")
    for head in ("Number", "Calls", "Median", "Longest", "Together", *(state.value.capitalize() for state in STATES)):
        table.add_column(head, justify="right")
    for kind, found in whole.kinds.items():
        if not found.looked:
            table.add_row(KINDS[kind], "not analysed")
            continue
        said = (str(found.states[state.value]) for state in STATES)
        seconds = (found.median, found.worst, found.seconds if found.count else None)
        # of a buffer the seconds are what is missing of it: no length of anything that was recorded
        lengths = (lasting(None if kind is UseKind.BUFFER_MISSING else one) for one in seconds)
        table.add_row(KINDS[kind], str(found.count), f"{found.calls} of {found.looked}", *lengths, *said)
    return table


def _in_all(whole: Figures) -> str:
    """How long cameras were mute or blind at all: the observations count what the policy does not allow."""
    muted = lasting(whole.muted_s) if whole.hearing.known else "not analysed"
    unseen = lasting(whole.unseen_s) if whole.seeing.known else "not analysed"
    heard = f"without sound {muted} (mutes that the policy allows among it, the pre-event buffer not)"
    return f"of the {lasting(whole.covered_s)} that cameras ran, in all: {heard}; not seeing {unseen}"


def _remarks(book: Book, held: Locked | None) -> None:
    whole, hours = book.whole, book.hours
    click.echo(f"goals: {percent(book.goals.activated)} of calls with video, {percent(book.goals.covered)} of the time")
    click.echo(f"without video: {whole.without_video}; cannot be told: {whole.not_told}")
    if book.cases:
        click.echo(_in_all(whole))
    for category, count in whole.categories.items():
        click.echo(f"justified: {count} x {category}")
    for reason, count in whole.left_out.items():
        click.echo(f"left out: {_counted(count)}: {reason}")
    if book.timeless:
        click.echo(f"left out, of any period: {_counted(book.timeless)} without a time")
    for name, measured in (("sound", whole.hearing), ("picture", whole.seeing)):
        every = measured.known + measured.unknown
        if every:
            click.echo(f"{name} not analysed: {percent(measured.unknown / every)} of the time covered")
    click.echo("a covered or rubbed microphone: not measured")
    click.echo(f"recordings: {hours.recordings}, {hours.recorded:.1f} h; {len(book.loose)} count for no call")
    if held:
        _show_lock(book, held)


def _counted(calls: int) -> str:
    return "1 call" if calls == 1 else f"{calls} calls"


def _show_lock(book: Book, held: Locked) -> None:
    row, then = held.row, held.whole["activated"]
    was = percent(then["value"]) if then else "–"
    now = percent(book.whole.activated.value) if book.whole.activated else "–"
    when = utc_text(row.at_utc) if row.at_utc else ""
    click.echo(f"locked {when} by {row.who}: {was} of calls with video; live: {now}")
    if not held.intact:
        click.echo("what was locked no longer has the hash that it was locked with: do not rely on it")
    for reason, count in held.reasons.items():
        click.echo(f"since then: {_counted(count)}: {reason}")
    if held.policy_changed:
        click.echo("since then: another policy pack")


def show_sample(drawn: Sample, book: Book, form: str | None) -> None:
    """What was drawn, and how to draw it again."""
    rows = sample_rows(drawn, book)
    if form == "json":
        click.echo(as_json(rows))
    elif form == "csv":
        click.echo(as_csv(rows), nl=False)
    else:
        for row in rows:
            click.echo(f"{row[drawn.grouping]}  {row['place']}. {row['file'] or '?'}  {str(row['recording'])[:16]}")
        click.echo(f"sample {drawn.number}: {len(rows)} recordings, {drawn.period}, seed {drawn.seed}")
        click.echo(f"to repeat it: bwc audit sample --check {drawn.number}")


def show_samples(every: Sequence[Sample]) -> None:
    """One line for each draw."""
    for one in every:
        click.echo(
            f"{one.number}: {utc_text(one.at_utc)} {one.who}: {one.each} of each {one.grouping}, {one.period},"
            f" {len(one.recordings)} drawn, seed {one.seed}"
        )
    if not every:
        click.echo("no samples were drawn yet: bwc audit sample")


def show_check(kept: Sample, found: Checked) -> None:
    """Whether a draw comes out the same, and what is otherwise now."""
    same = "the same recordings come out" if found.alike else "OTHER recordings come out: this draw was changed"
    click.echo(f"sample {kept.number}, seed {kept.seed}: {same}")
    if found.added or found.gone:
        click.echo(f"since then {found.added} recordings were added to what is drawn from, and {found.gone} left it")
