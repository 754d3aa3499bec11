"""What came before what in an incident: first contact, orders, warnings, mentions of force, and what was tried first.

Observations in the order in which they were heard. What is not here was not found, or not analysed; the two are told
apart. Nothing is said about what should have been.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from pipeline.policy import Policy
from pipeline.policy.spoken import as_clock
from pipeline.scene import Heard, Scene
from pipeline.types import Span, complement

TECHNIQUES = (
    "officer_name_given", "name_asked", "reason_explained", "persuasion", "rights_advised", "warning_given",
    "listening", "slow_down", "distance_cover", "resources_called", "one_communicator",
)  # fmt: skip
"""De-escalation techniques of the model policy's 1.2 that words can show."""
FORCE = ("force_threatened", "force_announced")
TITLES: Mapping[str, str] = {
    "command": "order", "command_to_peer": "order to an officer",
    "multi_officer_commands": "orders by several officers",
    "conflicting_commands": "orders that clash", "repeated_command": "repeated order",
    "officer_name_given": "officer's name given", "name_asked": "name asked", "name_given_by_person": "name given",
    "no_name_shared": "contact without names", "unanswered_question": "question without an answer",
    "raised_voice": "raised voice", "camera_off_gap": "camera off", "overlap": "several voices at once",
    "muted": "no sound", "sound_ends_early": "sound ends early", "no_sound": "silent throughout",
    "no_sound_track": "no sound track", "pre_event_buffer": "pre-event buffer", "no_buffer": "no pre-event buffer",
    "mute_reason_spoken": "reason for a mute or stop", "mute_announced": "mute or stop announced",
    "camera_tone": "tone of the camera",
    "heard_before_camera_on": "heard before the camera was on",
    "heard_after_camera_off": "heard after the camera was off", "lens_covered": "lens covered",
    "dark_picture": "dark picture", "frozen": "frozen picture",
    "picture_blurred": "picture blurred", "view_obstructed": "view obstructed in part",
    "picture_damaged": "picture data damaged", "recording_gap": "no picture in the file",
    "clock_jump": "burned-in clock jumps", "clock_stopped": "burned-in clock stands still",
    "clock_disagrees": "burned-in clock and file disagree", "clock_rate": "burned-in clock runs fast or slow",
    "clock_not_set": "burned-in clock not set", "no_stamp": "no burned-in clock",
}  # fmt: skip
"""Labels of detectors in words; those of the pack have their own."""
_MILESTONES = (
    ("first_command", "first order", ("command",), "spoken_command"),
    ("first_raised_voice", "first raised voice", ("raised_voice",), "raised_voice"),
    ("first_multi_officer_command", "first orders by several officers", ("multi_officer_commands",),
     "multi_officer_commands"),
    ("first_warning", "first warning", ("warning_given",), "techniques"),
    ("first_force_threat", "first mention of force to come", ("force_threatened",), "techniques"),
    ("first_force", "first force said to be used", ("force_announced",), "techniques"),
    ("first_eased", "force first said to be eased", ("force_eased",), "techniques"),
)  # fmt: skip
_LEVELS = ("force_hands", "force_tools", "force_dog_or_impact", "force_firearm")
"""Word lists of the pack, milder first, by which a mention of force is placed."""


@dataclass(frozen=True)
class Milestone:
    """Something that happened for the first time. `state`: "found", "not found" or "not analysed"."""

    key: str
    title: str
    state: str
    at: float | None = None
    finding: str | None = None
    text: str = ""
    reason: str = ""
    """why it was not analysed"""


@dataclass(frozen=True)
class Before:
    """What was heard before a mention of force."""

    at: float
    level: int
    """0: the words do not say; 1 hands, 2 spray or Taser, 3 dog or impact, 4 firearm"""
    label: str
    text: str
    finding: str
    techniques: Mapping[str, Sequence[str]]
    """label -> findings before it"""
    missing: Sequence[str]
    """techniques that were looked for and not found before it"""
    not_analysed: float
    """seconds before it in which words were not looked at"""
    together: Sequence[str] = ()
    """techniques in the same utterance: a warning that names the force"""


@dataclass(frozen=True)
class Mark:
    """One thing on the strip."""

    start: float
    end: float
    label: str
    title: str
    lane: str
    """"technique", "order", "force", "eased" or "other" """
    finding: str
    recording: str
    at: float
    """seconds on the recording's clock"""
    text: str = ""


@dataclass(frozen=True)
class Course:
    """The order of events of an incident, as data and as sentences."""

    subject: str
    name: str
    span: Span
    milestones: tuple[Milestone, ...]
    before_force: tuple[Before, ...]
    """before the first mention of force, and before each one that is more severe than all before it"""
    times: Mapping[str, float | None]
    """seconds between events; None: one of the two was not found"""
    marks: tuple[Mark, ...]
    not_analysed: float
    questions: tuple[tuple[float, str, float | None], ...] = ()
    """of the person: start, text, seconds until an officer spoke (None: none did)"""
    sentences: tuple[str, ...] = field(default=())

    @property
    def as_data(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def sequence_of(scene: Scene, policy: Policy) -> Course:
    """Pure: the same scene and pack give the same sequence."""
    milestones = tuple(_milestones(scene))
    before = tuple(_before_force(scene, policy))
    times = _times(scene, policy)
    missing = scene.not_analysed(scene.span)
    made = Course(
        scene.subject,
        scene.name,
        scene.span,
        milestones,
        before,
        times,
        tuple(_marks(scene, policy)),
        missing,
        scene.questions,
    )
    return Course(**(made.__dict__ | {"sentences": tuple(_sentences(made, scene, policy))}))


def title_of(label: str, policy: Policy) -> str:
    """A label in words."""
    if label in TITLES:
        return TITLES[label]
    rules = policy.techniques.get(label)
    return rules.title if rules else label.replace("_", " ")


def _milestones(scene: Scene) -> Iterator[Milestone]:
    if scene.contact:
        yield Milestone("first_contact", "first contact", "found", round(scene.contact.start, 3))
    else:
        looked = bool(scene.analysed)
        reason = "" if looked else "no words were looked at"
        yield Milestone("first_contact", "first contact", "not found" if looked else "not analysed", reason=reason)
    for key, title, labels, detector in _MILESTONES:
        found = scene.of(*labels)
        if found:
            yield Milestone(key, title, "found", found[0].start, found[0].ids[0], found[0].text)
        elif detector in scene.unlooked:
            yield Milestone(key, title, "not analysed", reason=scene.unlooked[detector])
        else:
            yield Milestone(key, title, "not found")


def level_of(heard: Heard, policy: Policy) -> int:
    """How severe the force is that the words speak of: the most severe word that the pack lists, 0 if there is none."""
    said = f" {heard.text.lower()} "
    levels = [
        level for level, name in enumerate(_LEVELS, 1) if any(f" {w}" in said for w in policy.words.get(name, ()))
    ]
    return max(levels, default=0)


def _before_force(scene: Scene, policy: Policy) -> Iterator[Before]:
    highest = -1
    for force in scene.of(*FORCE):
        level = level_of(force, policy)
        if level <= highest:
            continue
        highest = max(level, 0)
        earlier = [h for h in scene.heard if h.start < force.start]
        found = {label: [h.ids[0] for h in earlier if h.label == label] for label in TECHNIQUES}
        looked = [label for label in TECHNIQUES if _looked(label, scene, policy)]
        yield Before(
            at=force.start,
            level=level,
            label=force.label,
            text=force.text,
            finding=force.ids[0],
            techniques={label: ids for label, ids in found.items() if ids},
            missing=[label for label in looked if not found[label] and label not in said_with(force, scene)],
            not_analysed=scene.not_analysed(Span(scene.span.start, max(scene.span.start, force.start))),
            together=said_with(force, scene),
        )


def said_with(force: Heard, scene: Scene) -> list[str]:
    """Techniques that the same voice spoke in the same moment."""
    near = [h for h in scene.of(*TECHNIQUES) if h.start >= force.start and h.start < force.end]
    return sorted({h.label for h in near if h.speaker == force.speaker})


def _looked(label: str, scene: Scene, policy: Policy) -> bool:
    detector = "name_sharing" if label in ("officer_name_given", "name_asked") else "techniques"
    return detector not in scene.unlooked and policy.looks_for(label)


def _times(scene: Scene, policy: Policy) -> dict[str, float | None]:
    orders, force = scene.of("command"), scene.of(*FORCE)
    used = scene.of("force_announced")
    warnings = [h for h in scene.of("warning_given") if used and h.start < used[0].start]
    eased = [h for h in scene.of("force_eased") if used and h.start >= used[0].start]
    contact = scene.contact.start if scene.contact else None
    gaps = [max(0.0, b.start - a.end) for a, b in pairwise(orders)]
    return {
        "contact_to_first_order": _gap(contact, orders[0].start if orders else None),
        "contact_to_first_mention_of_force": _gap(contact, force[0].start if force else None),
        "first_order_to_first_mention_of_force": _gap(orders[0].start if orders and force else None,
                                                      force[0].start if force else None),
        "last_warning_to_force": _gap(warnings[-1].end if warnings else None, used[0].start if used else None),
        "force_to_eased": _gap(used[0].start if used else None, eased[0].start if eased else None),
        "orders": float(len(orders)),
        "orders_followed_by_another_too_soon": float(sum(g < policy.windows.comply_within for g in gaps)),
        "median_between_orders": round(sorted(gaps)[len(gaps) // 2], 1) if gaps else None,
        "longest_calm_stretch": _calm(scene),
    }  # fmt: skip


def _gap(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else round(max(0.0, second - first), 1)


def _calm(scene: Scene) -> float | None:
    """The longest stretch of contact without an order, a raised voice or a mention of force."""
    if scene.contact is None or not scene.analysed:
        return None
    tense = [Span(h.start, h.end) for h in scene.of("command", "raised_voice", *FORCE)]
    calm = complement([t for t in tense if t.touches(scene.contact)], scene.contact)
    return max((round(span.duration, 1) for span in calm), default=0.0)


_LANES = {"command": "order", "multi_officer_commands": "order", "force_eased": "eased"} | dict.fromkeys(FORCE, "force")


def _marks(scene: Scene, policy: Policy) -> Iterator[Mark]:
    for h in scene.heard:
        lane = "technique" if h.label in TECHNIQUES else _LANES.get(h.label, "other")
        title = title_of(h.label, policy)
        yield Mark(h.start, h.end, h.label, title, lane, h.ids[0], h.recording, h.at, h.text)


# sentences


def _sentences(made: Course, scene: Scene, policy: Policy) -> Iterator[str]:
    for milestone in made.milestones:
        yield _milestone_said(milestone)
    if not made.before_force:
        known = _looked("force_threatened", scene, policy)
        yield "No force was heard mentioned." if known else "Mentions of force were not analysed."
    for number, before in enumerate(made.before_force):
        yield _before_said(before, number == 0, policy)
    yield from _times_said(made.times, policy)
    if made.questions:
        late = [q for q in made.questions if q[2] is None or q[2] > policy.windows.answer_within]
        within = policy.windows.answer_within
        asked = len(made.questions)
        yield f"After {len(late)} of {asked} questions of the person no officer spoke within {within:.0f} s."
    if made.not_analysed:
        yield f"{made.not_analysed:.0f} s of {made.span.duration:.0f} s were not analysed."


def _milestone_said(milestone: Milestone) -> str:
    title = milestone.title[0].upper() + milestone.title[1:]
    if milestone.state == "found":
        return f"{title} at {as_clock(milestone.at or 0.0)}."
    return f"{title}: not analysed ({milestone.reason})." if milestone.reason else f"{title}: not found."


def _before_said(before: Before, first: bool, policy: Policy) -> str:
    which = "the first force mention" if first else "more severe force was mentioned"
    found = [_counted(title_of(label, policy), len(ids)) for label, ids in before.techniques.items()]
    missing = [title_of(label, policy) for label in before.missing]
    text = f"Before {which} at {as_clock(before.at)}: {', '.join(found) or 'none of the techniques looked for'}"
    if missing and found:
        text += f"; not found: {', '.join(missing)}"
    if before.together:
        text += f"; with it: {', '.join(title_of(label, policy) for label in before.together)}"
    late = f" {before.not_analysed:.0f} s before it were not analysed." if before.not_analysed else ""
    return f"{text}.{late}"


def _counted(title: str, times: int) -> str:
    return title if times == 1 else f"{title} ({times} times)"


def _times_said(times: Mapping[str, float | None], policy: Policy) -> Iterator[str]:
    said = {
        "contact_to_first_order": "from the first contact to the first order",
        "contact_to_first_mention_of_force": "from the first contact to the first mention of force",
        "last_warning_to_force": "from the last warning to force",
        "force_to_eased": "from the first force to words that it was eased",
    }
    for key, text in said.items():
        seconds = times[key]
        if seconds is not None:
            yield f"{seconds:.0f} s {text}."
    orders, soon = times["orders"] or 0, times["orders_followed_by_another_too_soon"] or 0
    if orders > 1:
        within = policy.windows.comply_within
        yield f"{soon:.0f} of {orders:.0f} orders were followed by the next within {within:.0f} s."
