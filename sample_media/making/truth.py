"""What is on each recording, worked out from the script: turns, and the events each detector should report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, pairwise
from typing import Any

from sample_media.making.scenario import Scenario, ScenarioError, Stretch, Take
from sample_media.making.sound import Spoken

Row = dict[str, Any]
SHORTEST_OVERLAP = 0.7
"""Overlaps shorter than this are refused in a scenario: nobody could say for sure whether they should be found."""
PLANTED = (
    "camera_off_gap", "frozen_picture", "lens_covered", "multi_officer_commands", "muted_audio", "name_sharing",
    "overlapping_speech", "pre_event_buffer", "raised_voice", "shouted_command", "spoken_command",
)  # fmt: skip
"""Detectors whose every event the truth has; for others it says nothing, so their findings are not scored."""
PAUSE = 0.35
"""A voice that rests for longer is silent (for overlaps)."""
COMMANDS_WITHIN = 5.0
"""A second officer's command belongs to the first one's if it starts no later than this after its end."""


def recording_truth(scenario: Scenario, take: Take, spoken: Sequence[Spoken], sha256: str) -> Row:
    """One recording: facts, turns and events, on the recording's own clock."""
    heard = [turn for item in spoken if (turn := heard_turn(take, item))]
    events = [*sound_events(take), *picture_events(take), *speech_events(heard)]
    return {
        "file": take.file,
        "sha256": sha256,
        "incident": scenario.id,
        "device": take.device,
        "wearer": take.wearer,
        "start_utc": scenario.utc(take.start),
        "offset": float(take.start),
        "duration": take.duration,
        "turn": [{k: v for k, v in turn.items() if k != "whole"} for turn in heard],
        "event": sorted(events, key=lambda e: (e["start"], e["detector"])),
    }


def silent(take: Take) -> tuple[Stretch, ...]:
    """Stretches of the incident's clock in which this file has no sound."""
    return tuple(s for s in ((take.start, take.start + take.buffer), *take.muted) if s[0] < s[1])


def heard_turn(take: Take, item: Spoken) -> Row | None:
    """The part of a line that is on the recording, by whole words; None where there is none."""
    off = [*silent(take), (float("-inf"), take.start), (take.end, float("inf"))]
    words = [w for w in item.words if all(w[2] <= start or w[1] >= end for start, end in off)]
    if not words:
        return None
    line = item.line
    turn: Row = {
        "start": words[0][1] - take.start,
        "end": words[-1][2] - take.start,
        "speaker": item.speaker.id,
        "role": item.speaker.role,
        "text": line.text if len(words) == len(item.words) else " ".join(w[0] for w in words),
        "raised": line.raised,
        "whole": len(words) == len(item.words),
    }
    turn |= {key: value for key in ("to", "command", "decoy") if (value := getattr(line, key))}
    if line.event:
        turn |= {"name_event": line.event} | ({"name": line.name} if line.name else {})
    return turn | {"words": [[text, start - take.start, end - take.start] for text, start, end in words]}


def sound_events(take: Take) -> Iterator[Row]:
    """Stretches of digital silence."""
    if take.buffer:
        yield _event("pre_event_buffer", "pre_event_buffer", 0.0, take.buffer)
    yield from _stretches(take, take.muted, "muted_audio", "muted")


def picture_events(take: Take) -> Iterator[Row]:
    """Covered, dark and frozen picture."""
    yield from _stretches(take, take.covered, "lens_covered", "lens_covered")
    yield from _stretches(take, take.dark, "lens_covered", "dark_picture")
    yield from _stretches(take, take.frozen, "frozen_picture", "frozen", stamp_runs=False)
    yield from _stretches(take, take.frozen_stamp_runs, "frozen_picture", "frozen", stamp_runs=True)


def speech_events(turns: Sequence[Row]) -> Iterator[Row]:
    """Everything that follows from who said what when. Cut-off turns count for overlaps and raised voices only."""
    yield from overlaps(turns)
    for turn in turns:
        speech = {"speakers": [turn["speaker"]], "text": turn["text"]}
        if turn["raised"]:
            yield _event("raised_voice", "raised_voice", turn["start"], turn["end"], **speech)
        if turn["whole"] and "command" in turn:
            yield _event("spoken_command", "command", turn["start"], turn["end"], **speech, kind=turn["command"])
            if turn["raised"]:
                yield _event("shouted_command", "shouted_command", turn["start"], turn["end"], **speech)
        if turn["whole"] and "name_event" in turn:
            name = {"name": turn["name"]} if "name" in turn else {}
            yield _event("name_sharing", turn["name_event"], turn["start"], turn["end"], **speech, **name)
    yield from command_episodes([t for t in turns if t["whole"] and "command" in t])


def overlaps(turns: Sequence[Row]) -> Iterator[Row]:
    """Stretches in which two or more people speak. Raises ScenarioError for one too short to be called either way."""
    both: list[tuple[float, float, set[str]]] = []
    for one, other in combinations(turns, 2):
        if one["speaker"] == other["speaker"]:
            continue
        for a in _voiced(one):
            for b in _voiced(other):
                if (start := max(a[0], b[0])) < (end := min(a[1], b[1])):
                    both.append((start, end, {one["speaker"], other["speaker"]}))
    for start, end, speakers in _joined(both):
        if end - start < SHORTEST_OVERLAP:
            raise ScenarioError(f"an overlap of {end - start:.2f} s at {start:.1f} s ({', '.join(sorted(speakers))})")
        yield _event("overlapping_speech", "overlap", start, end, speakers=sorted(speakers))


def _voiced(turn: Row) -> list[tuple[float, float]]:
    """Stretches of a turn without a pause."""
    return [(a, b) for a, b, _ in _joined([(start, end, set()) for _, start, end in turn["words"]])]


def _joined(stretches: Iterable[tuple[float, float, set[str]]]) -> list[tuple[float, float, set[str]]]:
    out: list[tuple[float, float, set[str]]] = []
    for start, end, who in sorted(stretches, key=lambda s: s[:2]):
        if out and start - out[-1][1] <= PAUSE:
            out[-1] = (out[-1][0], max(out[-1][1], end), out[-1][2] | who)
        else:
            out.append((start, end, set(who)))
    return out


def command_episodes(commands: Sequence[Row]) -> Iterator[Row]:
    """Stretches in which two or more officers command the same person: linked pairs, merged while they share a turn."""
    groups: list[list[int]] = []
    for i, j in combinations(range(len(commands)), 2):
        if _belong_together(commands[i], commands[j]):
            joined = [i, j]
            for group in [g for g in groups if i in g or j in g]:
                groups.remove(group)
                joined += group
            groups.append(joined)
    for group in groups:
        turns = [commands[i] for i in sorted(set(group))]
        shouting = {t["speaker"] for t in turns if t["raised"]}
        yield _event(
            "multi_officer_commands",
            "multi_officer_commands",
            min(t["start"] for t in turns),
            max(t["end"] for t in turns),
            speakers=sorted({t["speaker"] for t in turns}),
            to=turns[0]["to"],
            shouted=len(shouting) >= 2,
            text=" / ".join(t["text"] for t in turns),
        )


def _belong_together(one: Row, other: Row) -> bool:
    first, second = sorted((one, other), key=lambda t: t["start"])
    near: bool = second["start"] <= first["end"] + COMMANDS_WITHIN
    return near and bool(first["speaker"] != second["speaker"] and first["to"] == second["to"])


def incident_truth(scenario: Scenario) -> Row:
    """One incident with the stretches in which a camera was off while another one recorded."""
    return {
        "id": scenario.id,
        "name": scenario.name,
        "start_utc": scenario.start_utc,
        "recordings": [t.file for t in scenario.takes],
        "speaker": [{"id": s.id, "role": s.role} for s in scenario.speakers],
        "event": [
            {**_event("camera_off_gap", "camera_off_gap", start, end), "device": device}
            | {"start_utc": scenario.utc(start), "end_utc": scenario.utc(end)}
            for device, start, end in camera_gaps(scenario.takes)
        ],
    }


def camera_gaps(takes: Sequence[Take]) -> Iterator[tuple[str, float, float]]:
    """Between two files of one camera, while another camera recorded the whole time."""
    for device in sorted({t.device for t in takes}):
        own = sorted((t for t in takes if t.device == device), key=lambda t: t.start)
        for before, after in pairwise(own):
            others = [t for t in takes if t.device != device]
            if any(t.start <= before.end and after.start <= t.end for t in others):
                yield device, before.end, after.start


def _stretches(take: Take, spans: Iterable[Stretch], detector: str, label: str, **more: object) -> Iterator[Row]:
    for start, end in spans:
        yield _event(detector, label, start - take.start, end - take.start, **more)


def _event(detector: str, label: str, start: float, end: float, **more: object) -> Row:
    return {"detector": detector, "label": label, "start": float(start), "end": float(end), **more}


def to_toml(tables: Mapping[str, Sequence[Row]], heading: str) -> str:
    """Write lists of tables as TOML: strings, numbers, truth values, times, lists, and nested lists of tables."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    lines += ["", "[scoring]", f"detectors = {_value(list(PLANTED))}"]
    for name, rows in tables.items():
        for row in rows:
            lines += _table(name, row)
    return "\n".join(lines) + "\n"


def _table(name: str, row: Row) -> Iterator[str]:
    nested = {k: v for k, v in row.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    yield f"\n[[{name}]]"
    for key, value in row.items():
        if key not in nested:
            yield f"{key} = {_value(value)}"
    for key, rows in nested.items():
        for inner in rows:
            yield from _table(f"{name}.{key}", inner)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)
