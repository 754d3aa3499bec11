"""`bwc queue`: who is to review what and why, draws that anybody can repeat, and how two reviewers agree."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import store_option
from pipeline.cli.reports import DAY, who_option
from pipeline.login import login_name

_due = click.option("--due", type=DAY, help="Day (YYYY-MM-DD, UTC) by which it is to be done.")
_for = click.option("--for", "reviewer", default="", help="Reviewer. Default: anybody.")
_blind = click.option("--blind", is_flag=True, help="The reviewer sees nobody else's answers until it is done.")
_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.group()
def queue() -> None:
    """Review work: the queue, draws, and how two reviewers agree."""


@queue.command("list")
@store_option
@click.option("--for", "reviewer", help="Of this reviewer, and what is for anybody.")
@click.option("--all", "everything", is_flag=True, help="Also what is done or dropped.")
@_json
def listed(store_path: Path, reviewer: str | None, everything: bool, as_json: bool) -> None:
    """What is to be reviewed, the first due first, with the reasons; then what is in nobody's queue."""
    from pipeline.review_work.work import names_of, unassigned
    from pipeline.store import Store
    from pipeline.store.review_kinds import queue_order

    with Store(store_path, create=False) as store:
        rows = queue_order(store.assignments(open_only=not everything))
        rows = [a for a in rows if reviewer is None or a.is_for(reviewer)]
        names, waiting = names_of(store), unassigned(store)
    if as_json:
        click.echo(json.dumps({"queue": [asdict(a) for a in rows], "new": [p.subject for p in waiting]}, default=str))
        return
    for a in rows:
        state = "overdue" if a.overdue(datetime.now(UTC)) else a.state
        due = f"due {a.due_utc:%Y-%m-%d}" if a.due_utc else "no date"
        click.echo(f"{a.number:4}  {names.get(a.subject, a.subject)}  {a.reviewer or 'anybody'}  {due}  {state}")
        click.echo(f"      {'; '.join(a.reasons)}" + ("; blind" if a.blind else ""))
    if not rows:
        click.echo("nothing is in the queue; put something in with: bwc queue draw priority")
    if waiting:
        click.echo(f"in nobody's queue, with findings to review: {len(waiting)}; first:")
    for p in waiting[:5]:
        click.echo(f"      {names.get(p.subject, p.subject)}: {'; '.join(p.reasons)}")


@queue.command("draw")
@click.argument("grouping", type=click.Choice(["officer", "unit", "event-type", "priority"]))
@store_option
@click.option("--each", type=click.IntRange(1), default=3, show_default=True, help="How many of each group.")
@click.option("--label", "labels", multiple=True, help="By event type: this kind only (may be repeated).")
@click.option("--from", "first", type=DAY, help="First day. Default: all of the store.")
@click.option("--to", "last", type=DAY, help="Last day.")
@click.option("--zone", default="UTC", show_default=True, help="Zone of the days.")
@click.option("--seed", help="Draw with this seed. Default: a new one, which is kept.")
@_for
@_due
@_blind
@who_option
def drawn(grouping: str, store_path: Path, due: datetime | None, who: str | None, **options: Any) -> None:
    """Draw what is reviewed and put it into the queue: by chance with a seed that is kept, or first by priority."""
    from pipeline.review_work.work import Order, draw_work, names_of
    from pipeline.store import Store

    order = Order(
        grouping=grouping.replace("-", " "),
        each=options["each"],
        period=_period(options["first"], options["last"], options["zone"]),
        labels=options["labels"],
        reviewer=options["reviewer"],
        due_utc=_end_of(due),
        blind=options["blind"],
        seed=options["seed"],
    )
    with Store(store_path, create=False) as store:
        draw, assigned = draw_work(store, order, who or login_name())
        names = names_of(store)
    seed = f", seed {draw.seed}; {draw.method}" if draw.seed else f"; {draw.method}"
    click.echo(f"draw {draw.number}: {len(assigned)} of {len(set().union(*draw.population.values()))}{seed}")
    for a in assigned:
        click.echo(f"{a.number:4}  {names.get(a.subject, a.subject)}: {'; '.join(a.reasons)}")


@queue.command("check")
@click.argument("number", type=int)
@store_option
def checked(number: int, store_path: Path) -> None:
    """Draw again with the seed of draw NUMBER, from what could be drawn then, and say whether it is the same."""
    from pipeline.errors import StoreError
    from pipeline.review_work.draws import drawn_alike
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        found = store.draws(number)
    if not found:
        raise StoreError(f"no draw {number} in the store")
    if not found[0].seed:
        click.echo(f"draw {number} was by priority: nothing was drawn by chance")
    elif drawn_alike(found[0]):
        click.echo(f"draw {number}: the same again, seed {found[0].seed}")
    else:
        raise StoreError(f"draw {number} is NOT what its seed {found[0].seed} gives")


@queue.command("assign")
@click.argument("name")
@store_option
@_for
@_due
@_blind
@who_option
def assigned(
    name: str, store_path: Path, reviewer: str, due: datetime | None, blind: bool, who: str | None
) -> None:  # fmt: skip
    """Put one recording or incident into the queue, by id or name."""
    from pipeline.review_work.work import subject_of
    from pipeline.store import Assignment, Store

    by = who or login_name()
    with Store(store_path, create=False) as store:
        subject = subject_of(store, name)
        row = Assignment(subject.id, "asked", (f"asked for by {by}",), reviewer, _end_of(due), blind)
        number = store.assign(row, by)
    click.echo(f"{number:4}  {subject.name}  {reviewer or 'anybody'}")


@queue.command("agreement")
@store_option
@_json
def agreement(store_path: Path, as_json: bool) -> None:
    """How blind second reviews agree with the first: raw agreement and Cohen's kappa, by detector."""
    from pipeline.review_work.agreement import agreements, pairs
    from pipeline.store import Store

    with Store(store_path, create=False) as store:
        found = pairs(store.verdicts_said(beside_blind=True))
    rows = agreements(found)
    if as_json:
        apart = [{"finding": p.finding, p.first.reviewer: p.first.verdict, p.second.reviewer: p.second.verdict}
                 for p in found if not p.agree]  # fmt: skip
        click.echo(json.dumps({"agreement": [asdict(row) for row in rows], "disagreements": apart}))
        return
    if not rows:
        click.echo("no finding was judged by two people, one of them blind; see: bwc queue draw --blind --for NAME")
    for row in rows:
        kappa = "not defined" if row.kappa is None else f"{row.kappa:.2f}"
        click.echo(f"{row.detector or 'all findings'}: {row.agreed} of {row.n} agree, kappa {kappa}")
    for pair in (p for p in found if not p.agree):
        said = ", ".join(f"{s.reviewer}: {s.verdict}" for s in (pair.first, pair.second))
        click.echo(f"      {pair.finding} ({pair.detector}) {said}")


def _period(first: datetime | None, last: datetime | None, zone: str) -> Any:
    """Whole days; None: all of the store."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from pipeline.reports.period import Period, days

    if first is None and last is None:
        return None
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.UsageError(f"{zone}: no such time zone; as America/New_York") from error
    one, other = days(first.date() if first else None, last.date() if last else None, datetime.now(where).date())
    return Period(one, other, where)


def _end_of(day: datetime | None) -> datetime | None:
    return datetime.combine(day.date(), time(23, 59, 59), UTC) if day else None
