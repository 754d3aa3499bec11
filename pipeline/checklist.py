"""The clauses of the policy for one incident: what was found that bears on each, and what a person answers.

"Found" says that something was found to look at, for or against; never that a clause was kept or broken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.policy import Policy
from pipeline.policy.pack import DETECTOR_LABELS, Clause
from pipeline.policy.spoken import as_clock
from pipeline.scene import Heard, Scene
from pipeline.sequence import Course, title_of
from pipeline.types import ChecklistAnswer

FOUND, NOT_FOUND, NOT_ANALYSED, NEEDS_A_PERSON = "found", "not found", "not analysed", "needs a person"
_DETECTOR_OF: Mapping[str, str] = {
    "command": "spoken_command", "raised_voice": "raised_voice", "overlap": "overlapping_speech",
    "multi_officer_commands": "multi_officer_commands", "unanswered_question": "unanswered_question",
    "officer_name_given": "name_sharing", "name_asked": "name_sharing", "name_given_by_person": "name_sharing",
    "no_name_shared": "name_sharing", "muted": "muted_audio", "lens_covered": "lens_covered",
    "dark_picture": "lens_covered", "frozen": "frozen_picture",
    "picture_blurred": "picture_blurred", "view_obstructed": "view_obstructed",
    "picture_damaged": "picture_damaged", "recording_gap": "recording_gap", "sound_ends_early": "muted_audio",
    "no_sound": "muted_audio", "no_buffer": "pre_event_buffer", "mute_announced": "mute_reason_spoken",
    "camera_tone": "camera_tones",
    "heard_before_camera_on": "heard_while_camera_off",
    "heard_after_camera_off": "heard_while_camera_off",
}  # fmt: skip
"""Which detector looks for a label; the labels of the pack's techniques belong to `techniques`."""


@dataclass(frozen=True)
class Item:
    """One clause: its state, what was found by label, the findings to play, and the newest answer of a person."""

    clause: str
    title: str
    text: str
    source: str
    state: str
    says: str
    """the observation in one sentence"""
    note: str
    """what words cannot show"""
    counts: Mapping[str, int]
    """label in words -> how often it was found"""
    findings: Sequence[str]
    answer: ChecklistAnswer | None = None


@dataclass(frozen=True)
class Checklist:
    """The clauses that are switched on, in the order of the pack."""

    subject: str
    name: str
    policy: Mapping[str, str]
    items: tuple[Item, ...]
    not_analysed: float
    """seconds in which no camera's words were looked at"""

    @property
    def as_data(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def checklist_of(scene: Scene, course: Course, policy: Policy, answers: Mapping[str, ChecklistAnswer]) -> Checklist:
    """Pure: the same scene, pack and answers give the same list."""
    items = tuple(_item(c, scene, course, policy, answers.get(c.id)) for c in policy.clauses.values() if c.enabled)
    return Checklist(scene.subject, scene.name, policy.stamp, items, course.not_analysed)


def _item(clause: Clause, scene: Scene, course: Course, policy: Policy, answer: ChecklistAnswer | None) -> Item:
    found = scene.of(*clause.labels)
    if clause.shown_by == "sequence":
        state, says, ids = _in_sequence(clause, course)
    else:
        state, says = _by_labels(clause, found, scene)
        ids = [h.ids[0] for h in found]
    return Item(
        clause=clause.id,
        title=clause.title,
        text=clause.text,
        source=clause.source,
        state=state,
        says=says or _counted(found, policy),
        note=clause.note,
        counts=_counts(found, policy),
        findings=ids,
        answer=answer,
    )


def _by_labels(clause: Clause, found: Sequence[Heard], scene: Scene) -> tuple[str, str]:
    """State and, where nothing was found, why."""
    if clause.shown_by == "person":
        return NEEDS_A_PERSON, "" if found else "Nothing in the words to show; to be looked at."
    if found:
        return FOUND, ""
    reasons = [scene.unlooked.get(_detector_of(label), "") for label in clause.labels]
    if not clause.labels:
        return NEEDS_A_PERSON, "No label is looked for; to be looked at."
    if all(reasons):
        return NOT_ANALYSED, f"Not analysed: {reasons[0]}."
    missing = f" {scene.not_analysed(scene.span):.0f} s were not analysed." if scene.not_analysed(scene.span) else ""
    partly = sorted({r for r in reasons if r})
    return NOT_FOUND, f"Nothing was found.{missing}" + (
        f" In part not analysed: {'; '.join(partly)}." if partly else ""
    )


def _detector_of(label: str) -> str:
    return _DETECTOR_OF.get(label, label if label in DETECTOR_LABELS else "techniques")


def _in_sequence(clause: Clause, course: Course) -> tuple[str, str, list[str]]:
    """Clauses about what came before force: 1.3B the first mention, 1.3C each more severe one after it."""
    mentions = course.before_force[:1] if clause.id != "1.3C" else course.before_force[1:]
    known = next((m for m in course.milestones if m.key == "first_force_threat"), None)
    if known is not None and known.state == NOT_ANALYSED:
        return NOT_ANALYSED, f"Not analysed: {known.reason}.", []
    if not course.before_force:
        return NEEDS_A_PERSON, "No force was heard mentioned; the picture may show it.", []
    if not mentions:
        return NEEDS_A_PERSON, "No more severe force was heard mentioned after the first.", []
    before = mentions[-1]
    ids = [i for found in before.techniques.values() for i in found]
    sentence = next((s for s in course.sentences if as_clock(before.at) in s and s.startswith("Before")), "")
    return (FOUND if ids else NOT_FOUND), sentence, [*ids, before.finding]


def _counts(found: Sequence[Heard], policy: Policy) -> dict[str, int]:
    out: dict[str, int] = {}
    for heard in found:
        title = title_of(heard.label, policy)
        out[title] = out.get(title, 0) + 1
    return out


def _counted(found: Sequence[Heard], policy: Policy) -> str:
    listed = ", ".join(f"{title} {count}" for title, count in _counts(found, policy).items())
    return f"Found: {listed}; first at {as_clock(found[0].start)}." if found else ""
