"""What the settings page shows, as JSON values: the program's own settings, its detectors, and what lies where."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.accounts import ALLOWED, Account
from pipeline.config import FILE_NAME, Settings
from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from pipeline.rows import utc_text
from pipeline.store import Store
from pipeline.types import Run, StepState
from review_ui import plain, policies, stores

SECTIONS = ("speech", "analysis", "incidents", "clock")
MOST_FAILED = 50
"""files that could not be read and are listed"""


@cache
def docs_of(cls: type) -> dict[str, str]:
    """What stands under each field of a dataclass in its source: the page says what the code says."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    out, name = {}, ""
    for node in tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            out[name] = " ".join(str(node.value.value).split())
            name = ""
        else:
            name = ""
    return out


def values_of(instance: Any, leave_out: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The fields of a dataclass: value, default, and what the source says of them."""
    kind: Any = type(instance)
    about, blank = docs_of(kind), {f.name: f.default for f in fields(instance)}
    return [
        {"key": name, "value": _said(getattr(instance, name)), "default": _said(default), "about": about.get(name, ""),
         "set": getattr(instance, name) != default}
        for name, default in blank.items() if name not in leave_out
    ]  # fmt: skip


def _said(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {str(k): _said(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_said(v) for v in value]
    return _said(value.value) if hasattr(value, "value") else ""


def program(settings: Settings) -> dict[str, Any]:
    """The settings file, section by section."""
    file = Path(FILE_NAME)
    return {
        "file": FILE_NAME if file.exists() else None,
        "sections": [[name, values_of(getattr(settings, name))] for name in SECTIONS],
    }


def detectors(settings: Settings, store: Store, counted: bool) -> list[dict[str, Any]]:
    """Every detector with its settings, and how its last runs ended (None where that is not for this person)."""
    from pipeline.assemble import assemble_detectors  # brings every model: as large as the rest of the screen

    plan = assemble_detectors(settings, policies.in_use())
    runs = _last_runs(store) if counted else {}
    whole = len(store.recordings())
    own = {d.name: d for d in plan.detectors}
    shared = {d.name: d for d in plan.incident_detectors}
    names = dict.fromkeys([d.name for d in (*DETECTORS, *INCIDENT_DETECTORS)])
    return [
        _detector(own.get(name, shared.get(name)), name in own, name in shared, runs.get(name, []), whole, counted)
        for name in plain.in_order(names)
    ]


def _detector(detector: Any, of_one: bool, of_many: bool, runs: list[Run], whole: int, counted: bool) -> dict[str, Any]:
    kind = plain.kind(detector.name)
    return {
        "name": detector.name,
        "title": kind.title,
        "about": kind.about,
        "version": detector.version,
        "looks_at": "recordings and incidents" if of_one and of_many else "recordings" if of_one else "incidents",
        "by_policy": is_dataclass(detector) and any(f.name == "policy" for f in fields(detector)),
        "settings": values_of(detector, ("policy",)),
        "runs": _ended(runs, whole, detector.version) if counted and of_one else None,
    }


def _ended(runs: list[Run], whole: int, version: str) -> dict[str, Any]:
    reasons = Counter(run.reason for run in runs if run.state is StepState.NOT_MEASURED)
    return {
        "done": sum(run.state is StepState.DONE for run in runs),
        "of": whole,
        "older": sum(run.version != version for run in runs),
        "not_analysed": reasons.most_common(),
        "failed": Counter(run.reason for run in runs if run.state is StepState.FAILED).most_common(),
    }


def _last_runs(store: Store) -> dict[str, list[Run]]:
    out: dict[str, list[Run]] = {}
    for recording in store.recordings():
        for name, run in store.latest_runs(recording.id).items():
            out.setdefault(name, []).append(run)
    return out


def missing(store: Store) -> list[dict[str, Any]]:
    """What was not analysed in the whole store: of what, why, in how many recordings and hours."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for recording in store.recordings():
        own: dict[tuple[str, str], float] = {}
        for gap in store.not_analysed(recording.id):
            own[gap.what, gap.reason] = own.get((gap.what, gap.reason), 0.0) + gap.span.duration
        for key, seconds in own.items():
            count, before = found.get(key, (0, 0.0))
            found[key] = (count + 1, before + seconds)
    rows = [
        {"what": what, "reason": reason, "recordings": count, "seconds": round(seconds, 1)}
        for (what, reason), (count, seconds) in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["seconds"], row["what"]))


def places(settings: Settings) -> dict[str, Any]:
    """Where the store and what belongs to it lie: for those who manage it."""
    store, path = stores.opened(), stores.path()
    failed = store.files(failed_only=True)
    return {
        "rows": [
            ["Store", str(path), f"{_size(path)}; {len(store.recordings())} recordings"],
            ["Review copies, waveforms", str(path.with_suffix(".media")), _there(path.with_suffix(".media"))],
            ["Settings file", str(Path(FILE_NAME).resolve()), _there(Path(FILE_NAME))],
            ["Policy pack", str(settings.policy.resolve()) if settings.policy else "the model policy that ships", ""],
            ["Clock profiles", settings.clock.profiles or str(path.with_suffix(".profiles")),
             _there(Path(settings.clock.profiles or path.with_suffix(".profiles")))],
        ],
        "failed": [[str(one.path), one.problem] for one in failed[:MOST_FAILED]],
        "failed_count": len(failed),
    }  # fmt: skip


def _there(path: Path) -> str:
    return "" if path.exists() else "none here: not needed"


def _size(path: Path) -> str:
    try:
        return f"{path.stat().st_size / 1e6:.1f} MB"
    except OSError:
        return "size not known"


def accounts(store: Store, me: str) -> dict[str, Any]:
    """All accounts; passwords and their hashes never leave the store."""
    found = store.accounts()
    units = sorted({a.unit for a in store.roster().assignments if a.unit} | {u for a in found for u in a.units})
    return {
        "me": me,
        "accounts": [_account(one) for one in found],
        "duties": {duty.value: sorted(act.value for act in acts) for duty, acts in ALLOWED.items()},
        "units": units,
    }


def _account(one: Account) -> dict[str, Any]:
    return {
        "name": one.name, "full_name": one.full_name, "duty": one.duty.value, "units": list(one.units),
        "disabled": one.disabled, "sessions_from_utc": utc_text(one.sessions_from) if one.sessions_from else None,
    }  # fmt: skip
