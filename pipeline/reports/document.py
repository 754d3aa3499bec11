"""A record as JSON values: for programs, and for the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.policy import Policy
from pipeline.reports.intervals import Estimate
from pipeline.reports.kept import Gathered
from pipeline.reports.records import Record, TechniqueCount

NOTES = (
    "A technique is counted where a person listened and confirmed it, in recordings that were reviewed, per hour of"
    " contact in those same recordings.",
    "What speaks against an officer is counted nowhere until a person confirmed both what was said and who said it.",
    "Intervals are 95 %; utterances of one contact come together, which makes the true uncertainty wider.",
    "Numbers of different people cannot be compared: they meet different situations, and other shares of their"
    " recordings were looked at.",
)


def document(
    found: Sequence[Record], group: str, gathered: Gathered, policy: Policy, narrowed_to: Mapping[str, str]
) -> dict[str, Any]:
    """Records with what they were counted from. Times of a record in hours, shares and rates with intervals."""
    return {
        "period": {"first": str(gathered.period.first), "last": str(gathered.period.last),
                   "zone": gathered.period.zone.key},
        "by": group,
        "narrowed_to": dict(narrowed_to),
        "policy": policy.stamp,
        "goals": {"reviewed_recordings": policy.camera.goal_reviewed, "techniques": dict(policy.goals)},
        "recordings_without_clock": gathered.without_clock,
        "notes": list(NOTES),
        "records": [record_row(one) for one in found],
    }  # fmt: skip


def record_row(one: Record) -> dict[str, Any]:
    """A record; nothing in it is a total over techniques."""
    return {
        "group": one.group,
        "name": one.name,
        "title": one.title,
        "recordings": one.recordings,
        "reviewed_recordings": one.reviewed_recordings,
        "hours": {
            "recorded": _rounded(one.recorded),
            "analysed": _rounded(one.analysed),
            "analysed_from_a_draft": _rounded(one.draft),
            "reviewed": _rounded(one.reviewed),
            "contact": _rounded(one.contact),
            "reviewed_contact": _rounded(one.reviewed_contact),
        },
        "not_analysed": {why: _rounded(hours) for why, hours in one.missing.items()},
        "contacts": one.events,
        "reviewed_contacts": one.reviewed_events,
        "findings": one.findings,
        "findings_looked_at": one.looked_at,
        "techniques": [_technique(technique) for technique in one.techniques],
        "other_observations_confirmed": dict(one.adverse),
        "force_reports": one.force_reports,
    }


def _technique(one: TechniqueCount) -> dict[str, Any]:
    return {
        "label": one.label,
        "title": one.title,
        "confirmed": one.confirmed,
        "not_yet_confirmed": one.not_yet,
        "contacts_with_it": one.contacts,
        "share_of_reviewed_contacts": _estimate(one.of_contacts),
        "per_hour_of_reviewed_contact": _estimate(one.per_hour),
        "months": {month: _estimate(found) for month, found in one.months.items()},
    }


def _estimate(found: Estimate | None) -> list[float] | None:
    """Value, low, high; None: nothing to count."""
    return None if found is None else [round(number, 4) for number in (found.value, found.low, found.high)]


def _rounded(hours: float) -> float:
    return round(hours, 4)
