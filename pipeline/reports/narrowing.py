"""The recordings of a period narrowed down to an officer, unit or precinct: what their record is counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.force import ForceReport
from pipeline.reports.kept import Gathered, Kept
from pipeline.reports.records import GROUPS, UNASSIGNED, belongs, concerns
from pipeline.roster import Roster

Wanted = Mapping[str, str]
"""One of GROUPS -> the name of the group; a name may be UNASSIGNED"""


def narrowed(gathered: Gathered, wanted: Wanted) -> Gathered:
    """The recordings of all these groups together, and what was heard on them or named as said by their people."""
    for group, name in wanted.items():
        kept = tuple(k for k in gathered.recordings if group_of(k, group) == name)
        ids = {k.recording.id for k in kept}
        heard = tuple(u for u in gathered.utterances if belongs(u, group, name, ids))
        gathered = replace(gathered, recordings=kept, utterances=heard)
    return gathered


def group_of(kept: Kept, group: str) -> str:
    """The group of a recording: that of whoever wore its camera."""
    return (GROUPS[group](kept.assignment) if kept.assignment else "") or UNASSIGNED


def roster_of(roster: Roster, wanted: Wanted) -> Roster:
    """The assignments of these groups."""
    return Roster(a for a in roster.assignments if all(GROUPS[group](a) == name for group, name in wanted.items()))


def force_of(reports: Iterable[ForceReport], wanted: Wanted, roster: Roster) -> list[ForceReport]:
    """The force reports that are of all these groups."""
    return [r for r in reports if all(concerns(r, group, name, roster) for group, name in wanted.items())]
