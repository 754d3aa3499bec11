"""The plan of a recording as it was saved, version after version, and what each one changed."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.redaction.plan import Plan, RedactionError, plan_from, plan_text
from pipeline.rows import json_text
from pipeline.store import Store
from pipeline.store.redaction_plans import PlanVersion

BY_FILE = "plan file"
"""who saved a version that came from the file beside the store"""


@dataclass(frozen=True)
class Saved:
    """A plan with the version that it is; `version` None: nothing was saved yet."""

    plan: Plan
    version: PlanVersion | None = None

    @property
    def number(self) -> int:
        return self.version.version if self.version else 0


def saved(store: Store, recording: str, number: int | None = None) -> Saved:
    """The newest plan of a recording, or the version of this number. Raises RedactionError where there is none."""
    versions = store.plan_versions(recording)
    if number is None and not versions:
        return Saved(Plan(recording))
    found = versions[-1] if number is None else next((v for v in versions if v.version == number), None)
    if found is None:
        raise RedactionError(f"this plan has no version {number}; there are: 1 to {len(versions)}")
    parts = store.plan_parts((*found.picture, *found.sound))
    table = {
        "recording": recording, "remarks": list(found.remarks),
        "picture": [json.loads(parts[sha]) for sha in found.picture],
        "sound": [json.loads(parts[sha]) for sha in found.sound],
    }  # fmt: skip
    return Saved(plan_from(table, f"version {found.version}"), found)


def save(store: Store, recording: str, plan: Plan, who: str, after: int, said: str = "") -> Saved:
    """Keeps `plan` as the version after number `after`; nothing is kept where it changes nothing.

    Raises PlanMoved where another version came in between. `said`: what was done, else it is told from the difference.
    """
    before = saved(store, recording, after) if after else Saved(Plan(recording))
    # read once more: 2 and 2.0 are one second, and are to be known by one hash
    plan = plan_from(tomllib.loads(plan_text(replace(plan, recording=recording))), "this plan")
    text = plan_text(plan)
    table = tomllib.loads(text)
    picture, sound = _parts(table.get("picture", ())), _parts(table.get("sound", ()))
    sha = hashlib.sha256(text.encode()).hexdigest()
    if before.version and before.version.sha256 == sha:
        return before
    version = PlanVersion(
        recording, after + 1, tuple(s for s, _ in picture), tuple(s for s, _ in sound), plan.remarks, sha,
        said or changed(before.version, [s for s, _ in picture], [s for s, _ in sound]), who,
    )  # fmt: skip
    return Saved(plan, store.add_plan(version, dict((*picture, *sound))))


def part_hash(part: Mapping[str, Any]) -> str:
    """What a place or a stretch is known by, made of all that it says."""
    return hashlib.sha256(json_text(dict(part)).encode()).hexdigest()


def _parts(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(part_hash(row), json_text(dict(row))) for row in rows]


def changed(before: PlanVersion | None, picture: Sequence[str], sound: Sequence[str]) -> str:
    """What a version changes, in words: "1 place changed, 2 stretches of sound added"."""
    told = [
        *_difference(before.picture if before else (), picture, "place", "places"),
        *_difference(before.sound if before else (), sound, "stretch of sound", "stretches of sound"),
    ]
    return ", ".join(told) or "put in another order, or a remark changed"


def _difference(before: Sequence[str], after: Sequence[str], one: str, many: str) -> list[str]:
    gone, new = len(set(before) - set(after)), len(set(after) - set(before))
    both = min(gone, new)
    told = ((both, "changed"), (new - both, "added"), (gone - both, "removed"))
    return [f"{count} {one if count == 1 else many} {word}" for count, word in told if count]
