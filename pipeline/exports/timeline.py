"""Findings as markers on an OpenTimelineIO timeline, which editing programs open (.otio; library Apache-2.0).

Times count in milliseconds (rate 1000) from the first presentation time of each file, never in frames: body-worn
cameras record at variable rates. Media are linked by their path from the folder of the timeline.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import opentimelineio as otio

from pipeline.exports.elan import relative_path
from pipeline.exports.findings import finding_rows
from pipeline.rows import StoredFinding
from pipeline.types import Recording

RATE_HZ = 1000
SURE = ((0.8, "GREEN"), (0.5, "YELLOW"), (0.0, "ORANGE"))
"""Colour of a marker by how sure the finding is, from this score on."""


@dataclass(frozen=True)
class OnTimeline:
    """A recording on the timeline: seconds from its start to the recording's, and what was found on the recording."""

    recording: Recording
    offset: float
    findings: Sequence[StoredFinding]


def write_timeline(name: str, recordings: Sequence[OnTimeline], target: Path) -> str:
    """The timeline as OTIO JSON, linked as from `target`: for each recording a track for its picture and its sound."""
    timeline = otio.schema.Timeline(name=name)
    first = min((one.offset for one in recordings), default=0.0)
    for one in recordings:
        kinds = [k for s, k in (("video", "Video"), ("audio", "Audio")) if one.recording.stream(s)] or ["Audio"]
        for number, kind in enumerate(kinds):
            track = otio.schema.Track(name=f"{_readable(one.recording.path.name)}, {kind.lower()}", kind=kind)
            if one.offset > first:
                track.append(otio.schema.Gap(duration=_time(one.offset - first)))
            track.append(_clip(one, target, with_markers=number == 0))
            timeline.tracks.append(track)
    return str(timeline.to_json_string(indent=1)) + "\n"


def _clip(one: OnTimeline, target: Path, with_markers: bool) -> Any:
    recording, whole = one.recording, _range(0.0, one.recording.duration)
    if recording.streams:
        address = quote(relative_path(recording.path, target), safe="/")
        media = otio.schema.ExternalReference(target_url=address, available_range=whole)
    else:
        media = otio.schema.MissingReference(name="a transcript without media", available_range=whole)
    clip = otio.schema.Clip(name=_readable(recording.path.name), media_reference=media, source_range=whole)
    clip.metadata["bwc"] = {"recording": recording.id}
    if with_markers:
        rows = finding_rows(one.findings, [recording], [])
        clip.markers.extend([_marker(stored, row) for stored, row in zip(one.findings, rows, strict=True)])
    return clip


def _marker(stored: StoredFinding, row: dict[str, Any]) -> Any:
    finding = stored.finding
    colour = next(colour for least, colour in SURE if finding.score >= least)
    return otio.schema.Marker(
        name=_readable(finding.label.replace("_", " ")),
        marked_range=_range(finding.start, finding.end),
        color=colour,
        comment=_readable(finding.summary),
        metadata={"bwc": json.loads(_readable(json.dumps(row, ensure_ascii=False, default=str)))},
    )


def _time(seconds: float) -> Any:
    return otio.opentime.RationalTime(round(seconds * RATE_HZ), RATE_HZ)


def _range(start: float, end: float) -> Any:
    return otio.opentime.TimeRange(_time(start), _time(end - start))


def _readable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
