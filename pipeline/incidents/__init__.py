"""Incidents: which recordings belong together, how their clocks lie, and what all cameras heard together."""

from pipeline.incidents.evidence import incident_evidence
from pipeline.incidents.grouping import group, grouped_by_hand

__all__ = ["group", "grouped_by_hand", "incident_evidence"]
