"""Use-of-force reports: read from CSV, and linked to what was recorded."""

from pipeline.force.links import Link, Subject, links
from pipeline.force.read import read_force_reports
from pipeline.force.report import ForceReport, ReportRow

__all__ = ["ForceReport", "Link", "ReportRow", "Subject", "links", "read_force_reports"]
