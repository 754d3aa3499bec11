"""Custody of what leaves the store: manifests, signatures, the chain of the activity log, and how they are verified."""

from __future__ import annotations

from pipeline.custody.export import Export, Manifest, Source, watermark_text
from pipeline.custody.finish import finish_export
from pipeline.custody.keys import SigningKey
from pipeline.custody.manifest import part_name
from pipeline.custody.sources import check_target, source_of

__all__ = (
    "Export", "Manifest", "SigningKey", "Source", "check_target", "finish_export", "part_name", "source_of",
    "watermark_text",
)  # fmt: skip
