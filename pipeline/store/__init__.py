"""The store: the only SQL of the project. SQLite through sqlite-utils, one file, several processes at once.

Every write is one transaction that takes the write lock first (`BEGIN IMMEDIATE`), so that two analyses wait for each
other instead of failing; readers are never blocked (WAL). A `Store` belongs to the thread that opened it.
"""

from __future__ import annotations

from pipeline import lean  # noqa: F401  (before anything imports sqlite_utils)
from pipeline.store.accounts import Accounts
from pipeline.store.activity import ANY_ROW, VIEWED, Activity, ActivityFilter, ActivityRow, BrokenLink, FindingPlace
from pipeline.store.answers import Answers
from pipeline.store.audit import Audits
from pipeline.store.camera_use import CameraUse
from pipeline.store.corrections import StoredCorrection
from pipeline.store.exports import ExportRow, Exports
from pipeline.store.findings import Findings
from pipeline.store.force import ForceReports
from pipeline.store.incidents import Incidents
from pipeline.store.measurements import Measurements
from pipeline.store.opened import WAIT_FOR_LOCK
from pipeline.store.policy_versions import PolicyVersion, PolicyVersions
from pipeline.store.recordings import Recordings
from pipeline.store.redaction_plans import PlanMoved, PlanVersion, RedactionPlans
from pipeline.store.reel_versions import ReelVersion, ReelVersions
from pipeline.store.review_kinds import Assignment, Draw, Said, SignOff
from pipeline.store.review_work import ReviewWork
from pipeline.store.roster import StoredRoster
from pipeline.store.search import Searches

__all__ = (
    "ANY_ROW", "VIEWED", "WAIT_FOR_LOCK", "ActivityFilter", "ActivityRow", "Assignment", "BrokenLink", "Draw",
    "ExportRow", "FindingPlace", "PlanMoved", "PlanVersion", "PolicyVersion", "ReelVersion", "Said", "SignOff", "Store",
    "StoredCorrection",
)  # fmt: skip


class Store(
    Recordings,
    Measurements,
    Findings,
    Incidents,
    Answers,
    ForceReports,
    Audits,
    Exports,
    Activity,
    CameraUse,
    Accounts,
    Searches,
    PolicyVersions,
    StoredRoster,
    ReviewWork,
    RedactionPlans,
    ReelVersions,
):
    """Recordings, measurements, findings and verdicts of one agency or case, in one file."""
