"""The only DDL of the project: one file and one migration function per change, never edited after a release.

Times in columns ending in `_s` are seconds on the recording's own clock (or the incident's); `_utc` is ISO 8601 in UTC.
The order of the imports is the order in which a store is brought up to date.
"""

# ruff: noqa: I001  (the order is the order of the migrations)
from pipeline import lean  # noqa: F401  (before anything imports sqlite_utils)
from pipeline.schema.registered import migrations
from pipeline.schema import m001_first_tables
from pipeline.schema import m002_sound_fits
from pipeline.schema import m003_corrections
from pipeline.schema import m004_checklist_answers
from pipeline.schema import m005_reports
from pipeline.schema import m006_dispatch
from pipeline.schema import m007_audit
from pipeline.schema import m008_custody
from pipeline.schema import m009_accounts
from pipeline.schema import m012_search
from pipeline.schema import m013_review_work
from pipeline.schema import m014_redaction_plans
from pipeline.schema import m015_policy_versions
from pipeline.schema import m016_corrected_turns
from pipeline.schema import m017_places_changed
from pipeline.schema import m018_reel_versions

APPEND_ONLY = ("reviews", "activity", "corrections", "checklist_answers", "audit_locks", "audit_samples", "exports",
               "camera_use_states", *m013_review_work.REVIEW_TABLES, *m014_redaction_plans.PLAN_TABLES,
               *m015_policy_versions.POLICY_TABLES, *m018_reel_versions.REEL_TABLES)  # fmt: skip
"""Tables whose rows can be added and read, never changed or deleted: triggers refuse."""

__all__ = [
    "APPEND_ONLY",
    "m001_first_tables",
    "m002_sound_fits",
    "m003_corrections",
    "m004_checklist_answers",
    "m005_reports",
    "m006_dispatch",
    "m007_audit",
    "m008_custody",
    "m009_accounts",
    "m012_search",
    "m013_review_work",
    "m014_redaction_plans",
    "m015_policy_versions",
    "m016_corrected_turns",
    "m017_places_changed",
    "m018_reel_versions",
    "migrations",
]
