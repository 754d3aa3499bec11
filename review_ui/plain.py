"""Plain words for what the pipeline calls by a name: one place, so that every page says the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.types import ClockSource, Role


@dataclass(frozen=True)
class Kind:
    """How a detector is shown: a short title, and what it looks for."""

    title: str
    about: str


@dataclass(frozen=True)
class Part:
    """Labels of one detector that share a lane."""

    title: str
    labels: tuple[str, ...]
    key: bool = False
    """a moment that a reviewer looks for first"""


KINDS: Mapping[str, Kind] = {
    "multi_officer_commands": Kind("Several officers command", "Two or more officers give commands at nearly one time"),
    "spoken_command": Kind("Spoken commands", "An instruction that a voice gives"),
    "shouted_command": Kind("Shouted commands", "An instruction given with a raised voice"),
    "conflicting_commands": Kind("Conflicting commands", "Instructions that one person cannot follow together"),
    "repeated_command": Kind("Repeated commands", "The same instruction again and again, with no time to follow it"),
    "one_voice": Kind("One officer speaks", "With several officers there, one does the talking to the person"),
    "raised_voice": Kind("Raised voices", "A voice that is raised against the rest of the recording"),
    "overlapping_speech": Kind("Talking at once", "Two or more people speak at the same time"),
    "name_sharing": Kind("Names", "A name is given, asked for or heard, or a contact goes by without one"),
    "techniques": Kind("Techniques", "De-escalation techniques, and force or inability spoken of"),
    "unanswered_question": Kind("Questions left open", "A question of the person that no officer spoke after in time"),
    "muted_audio": Kind("No sound", "The sound is silent or switched off"),
    "mute_reason_spoken": Kind("Reason for a mute or stop", "Words about the camera beside a mute or the end"),
    "no_sound_track": Kind("No sound track", "The file has a picture and no sound track"),
    "pre_event_buffer": Kind("Pre-event buffer", "What the camera kept from before its button was pressed: no fault"),
    "camera_tones": Kind("Tones of the camera", "Steady tones where sound begins, is muted, comes back or ends"),
    "lens_covered": Kind("Dark or covered picture", "The picture is black or nearly so"),
    "frozen_picture": Kind("Frozen picture", "The picture stands still, then jumps"),
    "clock_jump": Kind("Clock jumps", "The burned-in clock goes on at another time"),
    "clock_stopped": Kind("Clock stands still", "The burned-in clock shows the same second for a while"),
    "clock_disagrees": Kind("Clocks disagree", "Burned-in clock and file differ, or it runs fast or slow"),
    "clock_stamp": Kind("Burned-in clock", "The burned-in clock is not set, or is missing where one is expected"),
    "picture_blurred": Kind("Blurred picture", "The picture is blurred for long"),
    "view_obstructed": Kind("View obstructed in part", "Something on the lens covers a part of the picture for long"),
    "picture_damaged": Kind("Damaged picture", "Picture data in the file is damaged"),
    "recording_gap": Kind("Gap in the file", "The file holds no picture for a while, then goes on"),
    "camera_off_gap": Kind("Camera off in between", "The camera recorded before and after, but not in between"),
    "heard_while_camera_off": Kind("Heard while camera off", "An officer is heard on another camera, own camera off"),
}
PARTS: Mapping[str, Sequence[Part]] = {
    "techniques": (
        Part("Force spoken of", ("force_threatened", "force_announced", "force_eased", "intervened"), key=True),
        Part("Techniques: words", ("reason_explained", "persuasion", "rights_advised", "warning_given")),
        Part("Techniques: contact", ("listening", "one_communicator")),
        Part("Techniques: time, help", ("slow_down", "distance_cover", "resources_called", "medical_aid")),
        Part("Other lines", ()),
    ),
}
"""Detectors of many labels -> the lanes that these are drawn on; the last takes what no other names."""

STEPS: Mapping[str, str] = {
    "scan": "Sound level and picture",
    "clock": "Burned-in clock",
    "tones": "Tones beside starts, mutes and stops",
    "speech": "Where speech is",
    "transcribe": "Words",
    "diarize": "Who speaks when",
    "overlaps": "Overlaps of voices",
    "voice_sounds": "How voices come to the microphone",
    "vocal_effort": "Vocal effort",
    "turns": "Turns and roles",
    "line_labels": "Kinds of utterance",
    "import_transcript": "Transcript from elsewhere",
    "review_copy": "Copy for this screen",
}

ROLES: Mapping[Role | None, str] = {
    Role.OFFICER: "officer",
    Role.CIVILIAN: "civilian",
    Role.RADIO: "radio",
    None: "role not known",
}

CLOCKS: Mapping[ClockSource | None, str] = {
    ClockSource.CONTAINER: "clock of the camera, as the file states it",
    ClockSource.STAMP: "clock burned into the picture",
    ClockSource.FILE_NAME: "time in the file name",
    ClockSource.BY_HAND: "set by hand",
    ClockSource.PART_BEFORE: "goes on from the part before",
    None: "not known",
}


def kind(detector: str) -> Kind:
    """The plain words for a detector, also for one that is not listed here."""
    return KINDS.get(detector) or Kind(spaced(detector), "")


def in_order(detectors: Collection[str]) -> list[str]:
    """Detectors as their lanes stand, what a reviewer looks for first at the top; those not listed last."""
    return [name for name in KINDS if name in detectors] + sorted(set(detectors) - set(KINDS))


def parts(detector: str) -> list[dict[str, Any]]:
    """The lanes that a detector's findings are drawn on, as JSON values; one lane: none."""
    return [{"title": p.title, "labels": list(p.labels), "key": p.key} for p in PARTS.get(detector, ())]


def step(name: str) -> str:
    """The plain words for a step of the analysis."""
    return STEPS.get(name) or kind(name).title


def spaced(name: str) -> str:
    """`two_words` as "Two words"."""
    return name.replace("_", " ").strip().capitalize()


def voice(name: str | None) -> str:
    """A voice as a person reads it: "v2" is "Voice 2"; a name from a transcript stays."""
    if name is None:
        return "Voice not told apart"
    numbered = re.fullmatch(r"(?:v|voice|spk|speaker)[ _-]?0*(\d+)", name, re.IGNORECASE)
    return f"Voice {numbered[1]}" if numbered else name[:1].upper() + name[1:]


def duration(seconds: float) -> str:
    """ "4 min 10 s", "1 h 02 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def as_text(text: str) -> str:
    """Text on one line that Streamlit's Markdown leaves as it is: no links, pictures, colours, formulas of its own."""
    return re.sub(r"([\\`*_\[\](){}:$<>~#!|&.@+-])", r"\\\1", " ".join(text.split()))
