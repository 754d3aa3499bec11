"""What this installation consists of: packages with versions and licences, backends, models and what lacks."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from models import weights
from models.manifest import weights_folder
from pipeline import __version__
from pipeline.assemble import backends
from pipeline.config import Settings
from pipeline.media.program import ffmpeg_program

LACKING: Mapping[str, str] = {
    "transcription": "Words come from the embedded recogniser: a draft of low accuracy. Names, orders and techniques"
    " are missed or misheard in it.",
    "diarization": "Voices are told apart by the embedded method: with several people at once, more of them are"
    " mistaken for each other.",
    "techniques": "Techniques are found by phrases and by the classifier of words that ships: more is missed of what is"
    " said in quite other words.",
    "faces": "Faces are not found by themselves in covered copies: people mark them by hand.",
}
"""For what a model is -> what happens without it."""


@dataclass(frozen=True)
class Package:
    """A package that the program uses. `version` "": it is not installed; `licence` as its metadata state it."""

    name: str
    version: str
    licence: str
    extra: str = ""
    """it is needed for this extra only"""


def installation(settings: Settings) -> dict[str, Any]:
    """Everything, as JSON values. Looks at weights and programs, computes no hash, uses no network."""
    return {
        "program": __version__,
        "python": f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        "ffmpeg": str(ffmpeg_program()),
        "weights_folder": str(weights_folder()),
        "packages": [asdict(package) for package in packages()],
        "backends": [
            {"kind": b.kind, "name": b.name, "available": b.availability.available, "reason": b.availability.reason}
            for b in backends(settings)
        ],
        "models": [_model(row) for row in weights.list_models()],
        "lacking": dict(LACKING),
        "free_bytes": shutil.disk_usage(Path.cwd()).free,
    }


def _model(row: weights.ModelRow) -> dict[str, Any]:
    entry = row.entry
    return {
        "name": entry.name, "task": entry.task, "about": entry.about, "licence": entry.licence, "gated": entry.gated,
        "size_mb": entry.size_mb, "state": row.state, "revision": row.revision, "verified_utc": row.verified_utc,
        "folder": str(row.folder), "page": entry.page,
    }  # fmt: skip


def packages() -> list[Package]:
    """What the program was told to need, by name; what extras need, behind."""
    try:
        required = metadata.requires("bwc-review") or []
    except metadata.PackageNotFoundError:
        return []
    found = [_package(*_named(line)) for line in required]
    return sorted((p for p in found if p.extra != "dev"), key=lambda p: (p.extra, p.name.lower()))


def _named(requirement: str) -> tuple[str, str]:
    """ "torch==2.11.0; extra == \\"pyannote\\"" -> torch, pyannote."""
    name, _, condition = requirement.partition(";")
    cut = min((name.index(c) for c in " <>=!~[(" if c in name), default=len(name))
    extra = condition.split("extra ==")[1].strip(" \"')") if "extra ==" in condition else ""
    return name[:cut].strip(), extra


def _package(name: str, extra: str) -> Package:
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return Package(name, "", "", extra)
    return Package(name, str(said["Version"]), _licence(said), extra)


def _licence(said: Any) -> str:
    """The short name of a licence: old packages put its whole text where the name belongs."""
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in said.get_all("Classifier") or [] if c.startswith("License")]
    stated = said.get("License-Expression") or said.get("License") or ""
    if stated and len(stated) <= 60 and "\n" not in stated:
        return str(stated)
    return ", ".join(classifiers) or "see the package"
