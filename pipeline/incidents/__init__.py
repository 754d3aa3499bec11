"""Incidents: which recordings belong together, how their clocks lie, and what all cameras heard together."""

from pipeline.incidents.by_hand import kept_apart, moved, moved_back, placed, put, with_more, without
from pipeline.incidents.dispatched import grouped_calls, wearers_of
from pipeline.incidents.evidence import incident_evidence, members_of
from pipeline.incidents.grouping import GroupedCall, Known, group, grouped_by_hand
from pipeline.rows import Grouping

__all__ = [
    "GroupedCall",
    "Grouping",
    "Known",
    "group",
    "grouped_by_hand",
    "grouped_calls",
    "incident_evidence",
    "kept_apart",
    "members_of",
    "moved",
    "moved_back",
    "placed",
    "put",
    "wearers_of",
    "with_more",
    "without",
]
