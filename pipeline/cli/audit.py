"""`bwc audit`, `bwc audit sample`, `bwc audit lock`: figures of camera use, random samples, values locked for good."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE
from pipeline.cli.reports import DAY, opened, pack_of, who_option, with_pack, zone_for
from pipeline.login import login_name

GROUPINGS = ("officer", "unit", "shift", "call-type", "month")
ROWS = ("figures", "calls", "observations", "recordings")


def _with_period(command: Any) -> Any:
    command = click.option("--to", "last", type=DAY, help="Last day, included. Default: see --from.")(command)
    said = "First day. Default: the month before this one, or the month of --to."
    return click.option("--from", "first", type=DAY, help=said)(command)


@click.group(invoke_without_command=True)
@_with_period
@click.option("--by", "grouping", type=click.Choice(GROUPINGS), help="Figures for each of these, by name.")
@click.option("--cad", type=FILE, help="A dispatch export (CSV) for this run alone. Default: what was imported.")
@click.option("--system", default="", help="The dispatch system of --cad, where the pack knows several.")
@click.option("--roster", type=FILE, help="A roster (CSV) for this run alone. Default: what was imported.")
@click.option("--json", "form", flag_value="json", help="Everything, as one JSON document.")
@click.option("--csv", "form", flag_value="csv", help="Rows; see --rows.")
@click.option("--rows", type=click.Choice(ROWS), default="figures", show_default=True, help="What rows --csv has.")
@click.option("--html", "out", type=FILE, help="Write a page that needs nothing else, for the screen or for paper.")
@with_pack
@click.pass_context
def audit(ctx: click.Context, /, first: datetime | None, last: datetime | None, **options: Any) -> None:
    """Camera use over a period: calls with video, time covered, late starts, gaps, mutes... and what people said of it.

    It counts what cameras did, for every group in order of its name; nobody is ranked.
    """
    if ctx.invoked_subcommand is None:
        _audit(first, last, **options)


def _audit(
    first: datetime | None, last: datetime | None, grouping: str | None, cad: Path | None, system: str,
    roster: Path | None, form: str | None, rows: str, out: Path | None, **options: Any,
) -> None:  # fmt: skip
    from pipeline.audit.locks import locked
    from pipeline.audit.view import html
    from pipeline.cli import audit_shown
    from pipeline.reports.make import Made, written

    with opened(options["store_path"]) as store:
        book = _book(store, first, last, options, cad=cad, system=system, roster=roster)
        held = locked(store, book) if cad is None and roster is None else None
        if out:
            for path in written(Made(html(book, grouping, held)), out):
                click.echo(f"written: {path}", err=form is not None)
            store.log(login_name(), "audit.export", str(book.period), {"form": "html", "by": grouping or ""})
        if form:
            audit_shown.write(book, grouping, held, form, rows)
        elif not out:
            audit_shown.show(book, grouping, held)


@audit.command("lock")
@_with_period
@with_pack
@who_option
@click.option("--reason", default="", help="Why a period that is locked already is locked again, beside that.")
def lock(first: datetime | None, last: datetime | None, who: str | None, reason: str, **options: Any) -> None:
    """Lock the values of a period that has ended: later audits show them beside the live ones, and what changed."""
    from pipeline.audit.locks import lock as lock_period

    with opened(options["store_path"]) as store:
        book = _book(store, first, last, options)
        row = lock_period(store, book, who or login_name(), reason)
    click.echo(f"locked: {book.period}, {len(row.cases)} calls, lock {row.number}, sha256 {row.sha256}")


@audit.command("sample")
@_with_period
@with_pack
@who_option
@click.option("--by", "grouping", type=click.Choice(["officer", "unit"]), default="officer", show_default=True)
@click.option("--each", type=click.IntRange(1), default=3, show_default=True, help="Recordings of each of them.")
@click.option("--seed", help="Draw with this seed. Default: one that nobody chose.")
@click.option("--list", "listed", is_flag=True, help="The samples that were drawn so far.")
@click.option("--check", type=click.IntRange(1), metavar="NUMBER", help="Repeat the draw of this number and compare.")
@click.option("--json", "form", flag_value="json", help="JSON, one list of rows.")
@click.option("--csv", "form", flag_value="csv", help="CSV with a header.")
def sample(
    first: datetime | None, last: datetime | None, who: str | None, grouping: str, each: int, seed: str | None,
    listed: bool, check: int | None, form: str | None, **options: Any,
) -> None:  # fmt: skip
    """Draw recordings at random for an audit. Every draw is kept with its seed, so that anybody can repeat it."""
    from pipeline.audit import sampling
    from pipeline.audit.gather import recorded
    from pipeline.cli import audit_shown

    with opened(options["store_path"]) as store:
        if listed:
            audit_shown.show_samples(sampling.samples(store))
        elif check:
            kept = sampling.kept_sample(store, check)
            found = recorded(store, pack_of(options), kept.period)
            now = sampling.population(_of(store, found), found.roster, kept.grouping)
            audit_shown.show_check(kept, sampling.checked(kept, now))
        else:
            pack = pack_of(options)
            found = recorded(store, pack, _period(first, last, pack, options["zone"]))
            book = _of(store, found)
            drawn = sampling.sample(store, book, found.roster, grouping, each, who or login_name(), seed)
            audit_shown.show_sample(drawn, book, form)


def _assessed(
    store: Any, pack: Any, period: Any, zone: str | None = None, *, cad: Path | None = None, system: str = "",
    roster: Path | None = None,
) -> Any:  # fmt: skip
    from pipeline.audit.gather import assessed

    people = _roster(roster, pack, zone) if roster else None
    calls = _calls(cad, pack, zone, system) if cad else None
    return assessed(store, pack, period, calls=calls, roster=people)


def _period(first: datetime | None, last: datetime | None, pack: Any, zone: str | None) -> Any:
    from pipeline.reports.period import Period, days

    where = zone_for(pack, zone)
    today = datetime.now(where).date()
    return Period(*days(first.date() if first else None, last.date() if last else None, today), where)


def _book(store: Any, first: datetime | None, last: datetime | None, options: dict[str, Any], **given: Any) -> Any:
    pack, zone = pack_of(options), options["zone"]
    return _of(store, _assessed(store, pack, _period(first, last, pack, zone), zone, **given))


def _of(store: Any, found: Any) -> Any:
    from pipeline.audit.gather import book_of

    return book_of(found, store.latest_use_states())


def _roster(path: Path, pack: Any, zone: str | None) -> Any:
    from pipeline.reports.make import zone_of
    from pipeline.roster import Roster, read_roster

    where = zone_of(pack, zone)
    if where is None:
        raise click.UsageError('days without a zone: give --zone, or zone = "America/New_York" in the pack')
    return Roster(read_roster(path, pack.records.roster_columns, where))


def _calls(path: Path, pack: Any, zone: str | None, system: str) -> Any:
    from pipeline.cli.dispatch import check_system
    from pipeline.dispatch.read import read_calls
    from pipeline.policy.values import zone_named
    from pipeline.reports.make import zone_of

    check_system(pack, system)
    # of the zone that is named nearest to the file; none at all is an error where times name none themselves
    own = pack.dispatch.clock_of(system).zone
    where = zone_of(pack, zone) if zone or not own else zone_named(own)
    return read_calls(path, pack.dispatch, where, system)
