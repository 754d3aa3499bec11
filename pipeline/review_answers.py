"""Sequence and checklist of an incident or recording in a store, and answers to it: for the command line and screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.checklist import Checklist, checklist_of
from pipeline.errors import StoreError
from pipeline.policy import Policy
from pipeline.policy.source import nearest
from pipeline.scene import Scene, scene_of_incident, scene_of_recording
from pipeline.sequence import Course, sequence_of
from pipeline.store import Store
from pipeline.types import ChecklistAnswer


@dataclass(frozen=True)
class LookedUp:
    """Everything about one incident or recording that the pack asks for."""

    policy: Policy
    scene: Scene
    course: Course
    checklist: Checklist


def look_up(store_path: Path, policy: Policy, incident: str | None, recording: str | None) -> LookedUp:
    """By the name or id of an incident, or of a recording. Raises StoreError where there is none."""
    with Store(store_path, create=False) as store:
        if incident is not None:
            scene = scene_of_incident(store, store.incident(incident), policy)
        else:
            scene = scene_of_recording(store, store.recording(recording or ""), policy)
        return looked_up(store, scene, policy)


def looked_up(store: Store, scene: Scene, policy: Policy) -> LookedUp:
    """Sequence and checklist of a scene, with the newest answers."""
    course = sequence_of(scene, policy)
    return LookedUp(policy, scene, course, checklist_of(scene, course, policy, store.latest_answers(scene.subject)))


def give_answer(
    store_path: Path, found: LookedUp, clause: str, answer: str, who: str, reason: str = "", comment: str = ""
) -> ChecklistAnswer:
    """Keeps a person's answer to a clause; a reason makes it an exception (1.3E). Raises StoreError."""
    asked = [item.clause for item in found.checklist.items]
    if clause not in asked:
        raise StoreError(f"no clause {clause!r} on the checklist{nearest(clause, asked)}; see: bwc policy show")
    given = ChecklistAnswer(
        subject=found.scene.subject,
        clause=clause,
        answer=answer,
        exception=bool(reason.strip()),
        reason=reason,
        comment=comment,
        reviewer=who,
        at_utc=datetime.now(UTC),
    )
    with Store(store_path, create=False) as store:
        return store.add_answer(given, found.policy.stamp)
