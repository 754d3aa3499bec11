"""An export to a file: with a manifest, or with a row of the activity log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from models.contract import Progress, no_progress
from pipeline.custody import Export, check_target, finish_export, part_name
from pipeline.custody.finish import one_line
from pipeline.file_hash import sha256_of
from pipeline.rows import StoredFinding
from pipeline.store import Store

Write = Callable[[Path], None]
"""Writes the whole export to the path that it is given."""


def hand_out(
    store: Store, target: Path, write: Write, export: Export, *, manifest: bool = False, overwrite: bool = False,
    progress: Progress = no_progress,
) -> list[Path]:  # fmt: skip
    """Writes an export; the files that were written. Nothing half-written stays. Raises CustodyError."""
    check_target(target, export.sources, overwrite)
    part = part_name(target)
    try:
        write(part)
        if not manifest:
            _log(store, part, target, export)
            part.replace(target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise one_line(error, target) from error
        raise
    if not manifest:
        return [target]
    made = finish_export(store, part, target, export, overwrite=overwrite, progress=progress)
    return [target, made.path, made.path.with_suffix(".html")]


def text_writer(text: str) -> Write:
    """Writes this text as UTF-8, as it stands."""
    return lambda part: _write(part, text.encode("utf-8", "backslashreplace"))


def _write(part: Path, content: bytes) -> None:
    part.write_bytes(content)


def _log(store: Store, part: Path, target: Path, export: Export) -> None:
    recordings = list(dict.fromkeys(s.recording for s in export.sources if s.recording))
    subject = recordings[0] if len(recordings) == 1 else target.name
    detail = {"file": target.name, "sha256": sha256_of(part), "recordings": recordings, "why": export.why}
    store.log(export.who, f"export.{export.kind}", subject, detail)


def policy_behind(findings: Iterable[StoredFinding]) -> dict[str, str]:
    """The pack that these findings rest on; empty where they rest on none, or on several."""
    stamps = [f.finding.evidence.get("policy") for f in findings]
    found = {tuple(sorted(stamp.items())) for stamp in stamps if isinstance(stamp, dict)}
    return dict(found.pop()) if len(found) == 1 else {}


def log_shown(store: Store, who: str, kind: str, subject: str, form: str) -> None:
    """Logs an export to standard output, of which nobody knows where it goes."""
    store.log(who, f"export.{kind}", subject, {"form": form, "to": "standard output"})
