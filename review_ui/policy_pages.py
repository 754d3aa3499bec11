"""The policy pack as the settings page shows it: what it asks for, where each of it stands, and its versions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import BwcError
from pipeline.packs import own
from pipeline.packs.effect import Moved, Standing, Trial
from pipeline.policy import Policy
from pipeline.policy.camera_rules import CameraRules
from pipeline.policy.load import examined
from pipeline.policy.pack import Windows
from pipeline.policy.source import INHERITED, Pack, Problem, read_pack
from pipeline.rows import utc_text
from pipeline.sequence import title_of
from pipeline.store import PolicyVersion, Store
from pipeline.toml_file import quoted
from review_ui import settings_pages

PHRASES = ("phrases", "starts", "alone", "answers", "after", "unless", "unless_line")
ORDERS = ("phrases", "imperatives", "alone", "vague", "wide", "bare", "about")
RETENTION = (
    "The program deletes no recording and no finding by itself, and reads no rule of retention: how long media is kept"
    " is decided where it is stored."
)


def pack_document(path: Path | None) -> dict[str, Any]:
    """The pack in force. Where it cannot be meant: its files and problems alone, so that it can be put right."""
    policy, problems = examined(own.main_file(path))
    said: dict[str, Any] = {
        "shipped": path is None,
        "problems": [problem_row(p) for p in problems],
        "files": _files(path),
        "retention": RETENTION,
    }
    if policy is None:
        return said
    pack = read_pack(own.main_file(path))
    return said | {
        "stamp": policy.stamp,
        "title": policy.title,
        "zone": policy.records.zone,
        "clauses": [_clause(one, pack) for one in policy.clauses.values()],
        "techniques": [_technique(label, policy, pack) for label in _labels(policy)],
        "orders": [_order(name, pack) for name in policy.commands],
        "windows": _values(policy.windows, ("windows",), pack),
        "camera": _values(policy.camera, ("camera",), pack),
        "form": [{"question": q.question, "answers": list(q.answers), "clause": q.clause} for q in policy.review_form],
        "hotwords": list(policy.hotwords),
    }


def _files(path: Path | None) -> list[dict[str, Any]]:
    try:
        texts = own.pack_texts(path)
    except BwcError:
        return []
    return [{"name": one.name, "shipped": one.shipped, "lines": one.text.count("\n")} for one in texts]


def problem_row(problem: Problem) -> dict[str, Any]:
    """A problem with the name of its file: where it lies is nothing to a reader."""
    return {"file": problem.path.name, "line": problem.line, "message": problem.message}


def _labels(policy: Policy) -> list[str]:
    """Everything that words, thresholds or goals of the pack speak of."""
    return list(dict.fromkeys([*policy.techniques, *policy.bars, *policy.goals]))


def _clause(one: Any, pack: Pack) -> dict[str, Any]:
    return {
        "id": one.id, "title": one.title, "text": one.text, "source": one.source, "labels": list(one.labels),
        "shown_by": one.shown_by, "note": one.note, "enabled": one.enabled,
        "from": own.source_of(pack, "clauses", one.id),
    }  # fmt: skip


def _technique(label: str, policy: Policy, pack: Pack) -> dict[str, Any]:
    table, bar = _at(pack.data, "techniques", label), policy.bar(label)
    asking = [c.id for c in policy.clauses.values() if label in c.labels and c.enabled]
    return {
        "label": label,
        "title": title_of(label, policy),
        "said_by": list(policy.techniques[label].said_by) if label in policy.techniques else [],
        "sets": {name: table[name] for name in PHRASES if table.get(name)},
        "clauses": asking,
        "threshold": bar.threshold,
        "veto": bar.veto,
        "goal": policy.goals.get(label),
        "from": own.source_of(pack, "techniques", label),
        "threshold_from": own.source_of(pack, "thresholds", label),
        "stub": _phrase_stub("techniques", label, "phrases") if label in policy.techniques else "",
        "threshold_stub": f"[thresholds.{label}]\nthreshold = {bar.threshold}\nveto = {bar.veto}\n",
    }


def _order(name: str, pack: Pack) -> dict[str, Any]:
    table = _at(pack.data, "commands", name)
    return {
        "name": name,
        "clause": table.get("clause", ""),
        "sets": {key: table[key] for key in ORDERS if table.get(key)},
        "from": own.source_of(pack, "commands", name),
        "stub": _phrase_stub("commands", name, "phrases"),
    }


def _phrase_stub(table: str, name: str, key: str) -> str:
    return f'[{table}.{name}]\n{key} = ["{INHERITED}", "a new phrase"]\n'


def _values(instance: Windows | CameraRules, at: tuple[str, ...], pack: Pack) -> list[dict[str, Any]]:
    rows = settings_pages.values_of(instance)
    for row in rows:
        row["from"] = own.source_of(pack, *at, row["key"])
        row["stub"] = "" if isinstance(row["value"], dict) else f"[{at[0]}]\n{row['key']} = {_toml(row['value'])}\n"
    return rows


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f'["{INHERITED}", "another one"]'
    return quoted(value) if isinstance(value, str) else repr(value)


def _at(data: Mapping[str, Any], *at: str) -> Mapping[str, Any]:
    for key in at:
        found = data.get(key, {})
        data = found if isinstance(found, Mapping) else {}
    return data


def standing_row(one: Standing) -> dict[str, Any]:
    """What rests on the pack."""
    return {
        "recordings": one.recordings, "by_this": one.by_this, "findings": one.findings,
        "with_verdict": one.with_verdict, "others": [[name, count] for name, count in one.others.items()],
    }  # fmt: skip


def versions(store: Store) -> list[dict[str, Any]]:
    """Every version that was kept, newest first."""
    return [_version(one) for one in store.policy_versions()]


def _version(one: PolicyVersion) -> dict[str, Any]:
    return {
        "number": one.number, "file": one.file, "pack": dict(one.pack), "note": one.note, "who": one.who,
        "at_utc": utc_text(one.at_utc) if one.at_utc else "",
    }  # fmt: skip


def trial_row(one: Trial, policy: Policy, before: Policy) -> dict[str, Any]:
    """What comes and goes with a change."""
    return {
        "tried": one.tried, "of": one.of, "seconds": round(one.seconds, 1), "stays": one.stays,
        "comes": [[title_of(label, policy), count] for label, count in one.comes.items()],
        "goes": [[title_of(label, before), count] for label, count in one.goes.items()],
        "coming": [_moved(m, policy) for m in one.examples_coming],
        "going": [_moved(m, before) for m in one.examples_going],
        "verdicts_going": one.verdicts_going,
    }  # fmt: skip


def _moved(one: Moved, policy: Policy) -> dict[str, Any]:
    return {
        "recording": one.recording, "file": one.file, "start": one.finding.start, "verdict": one.verdict,
        "title": title_of(one.finding.label, policy), "text": one.finding.text or one.finding.summary,
    }  # fmt: skip


def text_row(name: str, text: str, changeable: bool) -> dict[str, Any]:
    """A file of the pack as the editor opens it."""
    return {"file": name, "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest(), "changeable": changeable}
