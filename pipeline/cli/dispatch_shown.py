"""What `bwc import-dispatch`, `bwc calls` and `bwc camera-use` print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.table import Table
from rich.text import Text

from pipeline.call_use import Assessed
from pipeline.camera_use import Call, CallUse, RecordingFacts, State, UseFinding, UseState
from pipeline.camera_use.rules import lasting
from pipeline.cli.tables import results
from pipeline.exports.findings import as_csv, as_json
from pipeline.store import Store

MOST_REMARKS = 20


def import_and_show(store: Store, calls: Iterable[Call], system: str, file: Path, who: str) -> None:
    """Imports the calls and prints one line for each thing that a person should know."""
    remarks: list[str] = []
    count = 0

    def watched() -> Iterator[Call]:
        nonlocal count
        for call in calls:
            if call.remark:
                count += 1
                if len(remarks) < MOST_REMARKS:
                    remarks.append(f"row {call.row}: {call.remark}")
            yield call

    done = store.import_dispatch(watched(), system, file, who)
    joined = f", {done.joined} rows joined to others" if done.joined else ""
    click.echo(f"{file.name}: {done.new} new, {done.changed} changed, {done.unchanged} as before{joined}")
    for remark in dict.fromkeys(remarks):
        click.echo(f"note: {remark}")
    if count > len(remarks):
        click.echo(f"note: {count - len(remarks)} more of this kind")
    if done.without_time:
        click.echo(f"note: {done.without_time} state no time at all; they lie in no period")
    if not len(store.roster()):
        click.echo("note: no roster yet, so that no officer is known: bwc import-roster FILE")


def show_calls(calls: Sequence[Call], zone: tzinfo, form: str | None) -> None:
    """A table, JSON or CSV."""
    rows = [
        {"call": c.number, "officer": c.officer, "unit": c.unit, "type": c.call_type, "disposition": c.disposition}
        | {name: _clock(t, zone) for name, t in zip(("dispatched", "en_route", "on_scene", "cleared"), c.times,
                                                     strict=True)}
        | {"system": c.system, "file": c.source, "row": c.row, "remark": c.remark}
        for c in calls
    ]  # fmt: skip
    _write(rows, form, ("call", "officer", "unit", "type", "dispatched", "on_scene", "cleared", "disposition"))


def _clock(moment: datetime | None, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S%z}" if moment else ""


def _write(rows: Sequence[Mapping[str, Any]], form: str | None, columns: Sequence[str]) -> None:
    if form == "json":
        click.echo(as_json(list(rows)))
    elif form == "csv":
        click.echo(as_csv(list(rows)), nl=False)
    else:
        table = Table(box=box.SIMPLE, show_edge=False)
        for column in columns:
            table.add_column(column.replace("_", " "))
        for row in rows:
            table.add_row(*(Text(str(row[column])) for column in columns))
        results.print(table)


def use_rows(
    uses: Iterable[CallUse], states: Mapping[str, State], zone: tzinfo, officer: str | None, kind: str | None,
    state: str | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """One row for each observation that is wanted, by time."""
    rows = []
    for use in uses:
        for finding in use.findings:
            said = states.get(finding.id)
            row = _row(use, finding, said, zone)
            wanted = (officer or row["officer"], kind or row["kind"], state or row["state"])
            if (row["officer"], row["kind"], row["state"]) == wanted:
                rows.append(row)
    return sorted(rows, key=lambda r: (r["from"], r["call"], r["officer"], r["kind"]))


def _row(use: CallUse, finding: UseFinding, said: State | None, zone: tzinfo) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "officer": finding.officer,
        "unit": use.unit,
        "call": finding.call,
        "from": _clock(finding.start_utc, zone),
        "to": _clock(finding.end_utc, zone),
        "seconds": finding.seconds,
        "sure": finding.sure,
        "summary": finding.summary,
        "state": said.state.value if said else UseState.TO_LOOK_AT.value,
        "category": said.category if said else "",
        "reason": said.reason if said else "",
        "recordings": list(finding.recordings),
        "evidence": [e.text for e in finding.evidence],
    }


def show_uses(found: Assessed, rows: Sequence[Mapping[str, Any]], form: str | None) -> None:
    """The rows, and below a table what they do not cover."""
    _write(rows, form, ("id", "kind", "officer", "call", "from", "seconds", "sure", "state"))
    if form:
        return
    counting = sum(use.counts for use in found.uses)
    click.echo(f"\n{len(rows)} observations at {counting} calls and incidents; nothing is wrong by itself")
    reasons = Counter(use.left_out for use in found.uses if use.left_out)
    for reason, times in sorted(reasons.items(), key=lambda r: (-r[1], r[0]))[:MOST_REMARKS]:
        click.echo(f"left out: {times} x {reason}")
    if found.outside:
        clockless = sum(f.start_utc is None for f in found.outside)
        without = f", {clockless} of them without a clock" if clockless else ""
        click.echo(f"{len(found.outside)} recordings that no call asked for{without}; see: bwc camera-use outside")


def show_outside(facts: Iterable[RecordingFacts], zone: tzinfo, form: str | None) -> None:
    """Recordings that belong to no call, by start."""
    rows = [
        {"recording": f.id, "file": Path(f.path).name, "officer": f.officer, "camera": f.camera,
         "start": _clock(f.start_utc, zone) or "no clock", "seconds": round(f.duration, 1)}
        for f in facts
    ]  # fmt: skip
    _write(rows, form, ("file", "officer", "camera", "start", "seconds"))


def show_finding(finding: UseFinding, states: Sequence[State], zone: tzinfo) -> None:
    """Everything about one observation."""
    start, end = _clock(finding.start_utc, zone), _clock(finding.end_utc, zone)
    click.echo(f"{finding.id}  {finding.kind.value}: {finding.summary}")
    click.echo(f"  call {finding.call}, {start} to {end}, {lasting(finding.seconds)}; sure {finding.sure:.2f}")
    for one in finding.evidence:
        place = f"  [{one.recording[:12]} at {one.at:.1f} s]" if one.recording and one.at is not None else ""
        click.echo(f"  - {one.text}{place}")
    if not states:
        click.echo("  nobody has looked at it yet")
    for state in states:
        why = "; ".join(part for part in (state.category, state.reason) if part)
        click.echo(f"  {_clock(state.at_utc, zone)} {state.who}: {state.state.value}{f' ({why})' if why else ''}")
