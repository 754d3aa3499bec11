"""The plan of a covered copy as the screen shows and saves it: versions in the store, the newest one as a file too."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.artifacts import recording_folder
from pipeline.redaction.plan import Plan, RedactionError, plan_from, plan_text, read_plan
from pipeline.redaction.versions import BY_FILE, Saved, part_hash, save, saved
from pipeline.store import PlanMoved, Store
from pipeline.types import Recording

PLAN = "redaction.toml"
SHOWN = 200
"""versions that are listed"""
GONE_OVER = ", gone over by hand"
"""what the screen adds to who found a place, when a person changed it: such a place is never thrown away"""


def place_of(store: Store, recording: Recording) -> Path:
    """Where the newest plan of a recording lies as a file, to be kept or given to `bwc redact --plan`."""
    return recording_folder(store.path, recording.id) / PLAN


def newest(store: Store, recording: Recording) -> Saved:
    """The newest plan. A file that somebody changed outside of the screen becomes a version first."""
    last, place = saved(store, recording.id), place_of(store, recording)
    try:
        text = place.read_text("utf-8") if place.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise RedactionError(f"{place}: cannot be read as a plan ({error})") from error
    if not text or _is_known(store, recording.id, text):
        return last
    try:
        said = "the plan file was changed outside of the screen"
        return save(store, recording.id, read_plan(place), BY_FILE, last.number, said)
    except PlanMoved:  # somebody else took it in at the same moment
        return saved(store, recording.id)


def _is_known(store: Store, recording: str, text: str) -> bool:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return any(version.sha256 == sha for version in store.plan_versions(recording))


def keep(store: Store, recording: Recording, plan: Plan, who: str, after: int, said: str = "") -> Saved:
    """Saves a plan as the version after number `after`, and as the file. Raises PlanMoved, RedactionError."""
    kept = save(store, recording.id, plan, who, after, said)
    place = place_of(store, recording)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        part.write_text(plan_text(kept.plan), encoding="utf-8")
        part.replace(place)
    except OSError as error:
        raise RedactionError(f"the plan could not be kept as a file ({error.strerror})") from error
    return kept


def plan_of(store: Store, recording: Recording, said: Mapping[str, Any]) -> Plan:
    """A plan as the screen says it: parts that it did not change stand there by their hash. Raises RedactionError."""
    rows = {name: list(said.get(name) or ()) for name in ("picture", "sound")}
    hashes = [part for parts in rows.values() for part in parts if isinstance(part, str)]
    known = store.plan_parts(hashes)
    if unknown := set(hashes) - known.keys():
        raise RedactionError(f"the program does not know {len(unknown)} of these places: load the page again")
    table = {
        name: [json.loads(known[part]) if isinstance(part, str) else part for part in parts]
        for name, parts in rows.items()
    }
    return plan_from({**table, "recording": recording.id, "remarks": list(said.get("remarks") or ())}, "this plan")


def shown(kept: Saved) -> dict[str, Any]:
    """The plan for the screen: each part with the hash under which it is known."""
    table = tomllib.loads(plan_text(kept.plan))
    return {
        "picture": [row | {"sha": part_hash(row)} for row in table.get("picture", ())],
        "sound": [row | {"sha": part_hash(row)} for row in table.get("sound", ())],
        "remarks": list(kept.plan.remarks),
    }


def versions(store: Store, recording: Recording) -> list[dict[str, Any]]:
    """The versions, newest first: who changed what, and when."""
    listed = store.plan_versions(recording.id)[::-1][:SHOWN]
    return [
        {"number": v.version, "who": v.who, "at_utc": v.at_utc.isoformat() if v.at_utc else None, "said": v.said}
        for v in listed
    ]


def with_found(plan: Plan, found: Plan) -> Plan:
    """The plan with the faces that were found: in place of those found before, but for those a person went over."""
    finders = {region.by for region in found.regions}
    stay = [r for r in plan.regions if not (r.what == "face" and r.by in finders)]
    remarks = tuple(dict.fromkeys((*plan.remarks, *found.remarks)))
    return replace(plan, regions=(*stay, *found.regions), remarks=remarks)


def without_doubles(plan: Plan, before: Plan) -> Plan:
    """The plan without stretches of sound that `before` has already, for the same reason."""
    known = {(s.span, s.why) for s in before.sound}
    new = [s for s in plan.sound if (s.span, s.why) not in known]
    return replace(plan, sound=(*before.sound, *new))


def voices_of(store: Store, recording: str) -> Sequence[dict[str, Any]]:
    """The voices of the transcript, with what a person needs to choose one: role, how often, when first."""
    out: dict[str, dict[str, Any]] = {}
    for turn in store.turns(recording):
        if turn.voice and turn.text:
            row = out.setdefault(turn.voice, {"voice": turn.voice, "role": None, "turns": 0, "first": turn.start})
            row["turns"] += 1
            row["role"] = row["role"] or (turn.role.value if turn.role else None)
    return sorted(out.values(), key=lambda row: str(row["voice"]))
