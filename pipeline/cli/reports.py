"""`bwc import-force`, `bwc import-roster`, `bwc watched`, `bwc report`: records of other systems, and reports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE, store_option
from pipeline.login import login_name

DAY = click.DateTime(["%Y-%m-%d"])
who_option = click.option("--who", help="Who does it. Default: the login name.")
zone_option = click.option("--zone", help="Time zone, as America/New_York. Default: that of the pack.")


def with_pack(command: Any) -> Any:
    """Adds the options that say which pack, and which zone."""
    command = click.option("--policy", type=FILE, help="Policy pack (TOML). Default: the model policy.")(command)
    command = click.option("--config", type=FILE, help="Settings file. Default: bwc.toml where there is one.")(command)
    return store_option(zone_option(command))


@click.command("import-force")
@click.argument("file", type=FILE)
@with_pack
@who_option
def import_force(file: Path, store_path: Path, who: str | None, zone: str | None, **options: Any) -> None:
    """Import use-of-force reports from CSV: all of the file or nothing. The same file again changes nothing."""
    from pipeline.cli import reports_shown
    from pipeline.force import read_force_reports
    from pipeline.reports.make import zone_of
    from pipeline.store import Store

    pack = pack_of(options)
    rows = read_force_reports(file, pack.records.force_reports, zone_of(pack, zone))
    with Store(store_path) as store:
        reports_shown.import_and_show(store, rows, file.name, who or login_name(), pack)


@click.command("import-roster")
@click.argument("file", type=FILE)
@with_pack
@who_option
def import_roster(file: Path, store_path: Path, who: str | None, zone: str | None, **options: Any) -> None:
    """Import a roster from CSV: officer, name, unit, precinct, camera serial, from, to. It replaces the one before."""
    from pipeline.reports.make import zone_of
    from pipeline.roster import read_roster
    from pipeline.store import Store

    pack = pack_of(options)
    where = zone_of(pack, zone)
    if where is None:
        raise click.UsageError('days without a zone: give --zone, or zone = "America/New_York" in the pack')
    assignments = read_roster(file, pack.records.roster_columns, where)
    with Store(store_path) as store:
        changed = store.replace_roster(assignments, file.name, who or login_name())
    officers = len({a.officer for a in assignments})
    click.echo(f"{len(assignments)} assignments of {officers} officers" + ("" if changed else "; nothing changed"))


@click.command()
@click.argument("recording")
@store_option
@who_option
def watched(recording: str, store_path: Path, who: str | None) -> None:
    """Say that you watched all of RECORDING: it counts as reviewed, also where nothing was found in it."""
    from pipeline.store import Store
    from pipeline.store.review_kinds import WATCHED

    with Store(store_path, create=False) as store:
        wanted = store.recording(recording)
        store.log(who or login_name(), WATCHED, wanted.id)
    click.echo(f"watched: {wanted.path.name}")


@click.group()
def report() -> None:
    """Reports as self-contained pages: incident, officer, unit, precinct, public."""


def _out(command: Any) -> Any:
    return click.option("--out", type=FILE, help="File to write. Default: named after the report, here.")(command)


@report.command("public")
@click.argument("year", type=click.IntRange(1970, 2100))
@with_pack
@_out
def public(year: int, store_path: Path, zone: str | None, out: Path | None, **options: Any) -> None:
    """The annual public report of YEAR, with small counts withheld; a CSV beside it."""
    from pipeline.reports.make import make_public

    pack = pack_of(options)
    with opened(store_path) as store:
        made = make_public(store, pack, year, zone_for(pack, zone))
        _write(store, made, out or Path(f"public-report-{year}.html"), "public", str(year))


@report.command("incident")
@click.argument("name")
@with_pack
@_out
def incident(name: str, store_path: Path, zone: str | None, out: Path | None, **options: Any) -> None:
    """One incident, or recording, for a supervisor: what came before what, the checklist, findings, words."""
    from pipeline.reports.incident import make_incident

    pack = pack_of(options)
    with opened(store_path) as store:
        made, subject = make_incident(store, pack, name, zone_for(pack, zone))
        _write(store, made, out or Path(f"incident-{subject[:10]}.html"), "incident", subject)


def _of_group(group: str) -> None:
    """Adds the command of one kind of record."""

    @report.command(group, help=f"The record of one {group}, or of all in alphabetical order, over a period.")
    @click.argument("name", required=False)
    @click.option("--from", "first", type=DAY, help="First day. Default: a year before the last.")
    @click.option("--to", "last", type=DAY, help="Last day, included. Default: today.")
    @with_pack
    @_out
    def record(
        name: str | None, first: datetime | None, last: datetime | None, store_path: Path, zone: str | None,
        out: Path | None, **options: Any,
    ) -> None:  # fmt: skip
        from pipeline.reports.make import make_records
        from pipeline.reports.period import Period

        pack = pack_of(options)
        where = zone_for(pack, zone)
        until = last.date() if last else datetime.now(where).date()
        since = first.date() if first else date(until.year - 1, until.month, min(until.day, 28))
        if until < since:
            raise click.UsageError("--to comes before --from")
        with opened(store_path) as store:
            made = make_records(store, pack, group, name, Period(since, until, where))
            _write(store, made, out or Path(f"{group}-report.html"), group, name or "all")


for _group in ("officer", "unit", "precinct"):
    _of_group(_group)


def pack_of(options: dict[str, Any]) -> Any:
    """The policy pack that these options and the settings file name."""
    from pipeline.config import load_settings, overridden
    from pipeline.policy import load_policy

    settings = overridden(load_settings(options["config"]), policy=options["policy"])
    return load_policy(settings.policy)


def zone_for(pack: Any, name: str | None) -> Any:
    """The zone of a report; UTC where nobody names one, which the report then says."""
    from zoneinfo import ZoneInfo

    from pipeline.reports.make import zone_of

    return zone_of(pack, name) or ZoneInfo("UTC")


def opened(store_path: Path) -> Any:
    """A store that is there already."""
    from pipeline.store import Store

    return Store(store_path, create=False)


def _write(store: Any, made: Any, out: Path, kind: str, subject: str) -> None:
    from pipeline.reports.make import written

    paths = written(made, out)
    store.log(login_name(), f"report.{kind}", subject, {"at": datetime.now(UTC).isoformat(timespec="seconds")})
    for path in paths:
        click.echo(f"written: {path}")
